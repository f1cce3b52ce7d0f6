"""What partners are able to do: the table, one partner and one function, checks, and the support that follows."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from journal.once import form_key
from partners.access import need_view, partner_view
from partners.capacity_pages import CapacityPage, PairPage
from partners.domain import capacity as checking
from partners.domain import capacity_reading, functions, support
from partners.domain.partners import Refused
from partners.forms.capacity import CheckForm, NeedForm, PairForm
from partners.models import Function, Partner
from partners.views.coming_back import mends
from programs.access import program_view
from programs.domain import teams
from programs.forms.gates import NoteForm
from programs.standing import Can
from programs.views.pages import sent, status_of


@program_view(Can.READ)
@require_safe
def capacity(request: HttpRequest) -> HttpResponse:
    """Who is able to do what; ?partner= is about one partner. With ?function= it goes on to the check of the two."""
    found = capacity_reading.of_program(request.program, today=timezone.localdate())
    picked = request.GET if "function" in request.GET else None
    form = PairForm(picked, partners=found.partners, functions=found.functions, initial=request.GET.dict())
    if form.is_valid():
        said = form.cleaned_data
        return redirect("partners:capacity_check", request.program.pk, said["partner"], said["function"])
    page = CapacityPage(found, _partner_asked(request, found.partners))
    context = {"page": page, "form": form, "today": timezone.localdate()}
    return render(request, "partners/capacity/capacity.html", context, status=status_of(form))


@partner_view(Can.READ)
@mends
@require_safe
def capacity_of(request: HttpRequest, function_id: int) -> HttpResponse:
    """One partner and one function: the four sides, how they went over time, and what is planned."""
    page = _page_of(request, function_id)
    can_check = Can.WRITE in request.can and page.pair.function.dropped_at is None
    context = {"page": page, "can_check": can_check, "today": timezone.localdate()}
    return render(request, "partners/capacity/capacity_of.html", context)


@partner_view(Can.WRITE)
@mends
@require_http_methods(["GET", "HEAD", "POST"])
def capacity_check(request: HttpRequest, function_id: int) -> HttpResponse:
    """A check, beside the last one."""
    page, form = _page_of(request, function_id), CheckForm(sent(request))
    if form.is_valid():
        wanted, nonce = form.check, form.cleaned_data["nonce"]
        of = (request.partner, page.pair.function)
        key = form_key(nonce, *(one.pk for one in of), wanted.values, wanted.checked_on, wanted.note)
        try:
            checking.check(*of, wanted, by=request.user, key=key)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The check is recorded."))
            return _to_pair(request, function_id)
    context = {"page": page, "form": form}
    return render(request, "partners/capacity/capacity_check.html", context, status=status_of(form))


@partner_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def need_add(request: HttpRequest, function_id: int) -> HttpResponse:
    """Training or support for a partner: what, by whom, by when."""
    page, form = _page_of(request, function_id), NeedForm(sent(request), owners=teams.owners(request.program))
    if form.is_valid():
        wanted, nonce = form.need, form.cleaned_data["nonce"]
        of = (request.partner, page.pair.function)
        key = form_key(nonce, *(one.pk for one in of), wanted.kind, wanted.text, wanted.owner.pk, wanted.due_on)
        try:
            support.plan(*of, wanted, by=request.user, key=key)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("It is planned, and stands in the list of what %s owes.") % wanted.owner.name)
            return _to_pair(request, function_id, part="needs")
    context = {"page": page, "form": form}
    return render(request, "partners/capacity/need_add.html", context, status=status_of(form))


@need_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def need_done(request: HttpRequest) -> HttpResponse:
    """Somebody of the team says that training or support is done, and what came of it."""
    form = NoteForm(sent(request), label=_("What came of it?"))
    if form.is_valid():
        try:
            support.finish(request.need, note=form.cleaned_data["note"], by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Done."))
            return _to_needs(request)
    context = {"need": request.need, "form": form}
    return render(request, "partners/capacity/need_done.html", context, status=status_of(form))


@need_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def need_remove(request: HttpRequest) -> HttpResponse:
    """Asks once, then takes out of the plan what was planned by mistake; what is done stays."""
    if request.method != "POST":
        return render(request, "partners/capacity/need_remove.html", {"need": request.need})
    try:
        support.remove(request.need, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It is out of the plan."))
    return _to_needs(request)


def _page_of(request: HttpRequest, function_id: int) -> PairPage:
    """The request's partner and a function of its program, or Http404."""
    function: Function | None = functions.find(request.program, function_id)
    if function is None:
        raise Http404
    return PairPage(capacity_reading.of_pair(request.partner, function, today=timezone.localdate()))


def _to_pair(request: HttpRequest, function_id: int, *, part: str = "") -> HttpResponse:
    found = redirect("partners:capacity_of", request.program.pk, request.partner.pk, function_id)
    if part:
        found["Location"] += f"#{part}"
    return found


def _to_needs(request: HttpRequest) -> HttpResponse:
    request.partner = request.need.partner
    return _to_pair(request, request.need.function_id, part="needs")


def _partner_asked(request: HttpRequest, partners: list[Partner]) -> Partner | None:
    asked = request.GET.get("partner", "")
    return next((one for one in partners if str(one.pk) == asked), None)
