"""What is done in the consensus room: settle an item, say something, move the room on, set its timer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assessments.access import round_view
from assessments.domain import consensus, room, steering
from assessments.domain.consensus import ReasonNeeded
from assessments.domain.rounds import Refused
from assessments.forms.room import SettleForm
from assessments.models import Consensus
from assessments.views.room import TIMERS, item_of, item_page, once_revealed, say_form
from journal.once import form_key
from programs.standing import Can
from programs.views.pages import pressed

ACTS = ("agree", "leave", "reopen")


@round_view(Can.RUN_ROUNDS)
@require_POST
@once_revealed
def room_settle(request: HttpRequest, item: str) -> HttpResponse:
    """Agrees on a value, leaves the item open, or takes it up again."""
    page, act = item_of(request, item), pressed(request, "act", among=ACTS)
    if act == "reopen":  # which says nothing but that
        return _reopen(request, page.consensus)
    form = SettleForm(request.POST, levels=page.talk.levels, act=act)
    if form.is_valid():
        try:
            _settle(request, page.consensus, act, form)
        except ReasonNeeded as error:
            form.add_error("reason", str(error))
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return redirect("assessments:room_item", request.program.pk, request.round.pk, item)
    return item_page(request, page, settle=form)


@round_view(Can.REMARK)
@require_POST
@once_revealed
def room_say(request: HttpRequest, item: str) -> HttpResponse:
    """Keeps a remark or a dissent: one’s own, or one that a rater at the table spoke."""
    page = item_of(request, item)
    form = say_form(request, page, request.POST)
    if form.is_valid():
        rater = form.spoken_for or request.own_rater
        said = form.said
        content = (said.text, said.kind, said.value, rater and rater.pk)
        key = form_key(form.cleaned_data["nonce"], request.user.pk, "say", page.consensus.pk, *content)
        try:
            consensus.say(page.consensus, said, rater=rater, by=request.user, key=key)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Kept. Everybody in the room reads it now."))
            return redirect("assessments:room_item", request.program.pk, request.round.pk, item)
    return item_page(request, page, say=form)


@round_view(Can.RUN_ROUNDS)
@require_POST
@once_revealed
def room_unanimous(request: HttpRequest) -> HttpResponse:
    """Settles all items on which everybody agrees."""
    try:
        numbers = consensus.agree_where_unanimous(request.round, by=request.user)
    except Refused as error:
        messages.warning(request, str(error))
    else:
        if numbers:
            words = ngettext(
                "%(count)s item is settled: %(items)s.", "%(count)s items are settled: %(items)s.", len(numbers)
            )
            messages.success(request, words % {"count": len(numbers), "items": ", ".join(numbers)})
        else:
            messages.info(request, _("No open item is left on which all raters agree without a reason."))
    return redirect("assessments:room", request.program.pk, request.round.pk)


@round_view(Can.RUN_ROUNDS)
@require_POST
@once_revealed
def room_move(request: HttpRequest) -> HttpResponse:
    """Puts another item on the projector and the phones."""
    found = room.find(request.round, request.POST.get("item", ""))
    if found is None:
        raise Http404
    try:
        steering.show(request.round, found.item, by=request.user)
    except Refused as error:
        messages.warning(request, str(error))
    return _onward(request, found.item.key)


@round_view(Can.RUN_ROUNDS)
@require_POST
@once_revealed
def room_timer(request: HttpRequest) -> HttpResponse:
    """Starts or ends the time for the item on the projector."""
    minutes = int(pressed(request, "minutes", among=TIMERS))
    try:
        steering.set_timer(request.round, minutes, by=request.user)
    except Refused as error:
        messages.warning(request, str(error))
    return _onward(request, request.POST.get("item", ""))


def _settle(request: HttpRequest, found: Consensus, act: str, form: SettleForm) -> None:
    said = form.cleaned_data
    key = form_key(said["nonce"], request.user.pk, act, found.pk, said["value"], said["reason"])
    if act == "agree":
        consensus.agree(found, said["value"], reason=said["reason"], by=request.user, key=key)
        messages.success(request, _("Settled. Everybody in the room sees it now."))
    else:
        consensus.leave_open(found, reason=said["reason"], by=request.user, key=key)
        messages.success(request, _("Left open, with the reason."))


def _reopen(request: HttpRequest, found: Consensus) -> HttpResponse:
    try:
        consensus.reopen(found, by=request.user)
    except Refused as error:
        messages.warning(request, str(error))
    else:
        messages.info(request, _("The item is open again."))
    return redirect("assessments:room_item", request.program.pk, request.round.pk, found.item.key)


def _onward(request: HttpRequest, key: str) -> HttpResponse:
    """Back to where the button was pressed."""
    numbers = request.program.pk, request.round.pk
    if request.POST.get("then") == "projector":
        return redirect("assessments:projector", *numbers)
    found = room.find(request.round, key)
    return (
        redirect("assessments:room_item", *numbers, found.item.key) if found else redirect("assessments:room", *numbers)
    )
