"""Starting, reading, changing and archiving a program."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from journal.doors import signed_in
from journal.facts import ChangedMeanwhile
from journal.once import form_key
from programs import ambition
from programs.access import program_view
from programs.domain import describing, guides, listing, overview, starting
from programs.domain.describing import ReviewerRefused
from programs.forms.programs import FactsForm, ReviewerForm, StartForm
from programs.models import Program
from programs.standing import Can
from programs.views.pages import pressed, status_of


@signed_in
def program_add(request: HttpRequest) -> HttpResponse:
    """Three stages in one address: fill in, check the sentence, start."""
    form = StartForm(request.POST or None, user=request.user, guides=guides.offered())
    if request.method == "POST" and form.is_valid():
        if request.POST.get("stage") == "save":
            return _start(request, form)
        if request.POST.get("stage") != "change":
            return _check(request, form, save=_("Start this program"))
    context = {"form": form, "has_organisation": request.user.affiliations.exists()}
    return render(request, "programs/program_add.html", context, status=status_of(form))


@program_view(Can.READ_SETTLED)
@require_safe
def program(request: HttpRequest) -> HttpResponse:
    """The program at a glance; a donor is sent to the page made for donors."""
    if Can.READ not in request.can:
        return _to_donor_page(request)
    context = {"overview": overview.read(request.program), "sentence": ambition.sentence(request.program)}
    return render(request, "programs/program.html", context)


@program_view(Can.MANAGE)
def program_edit(request: HttpRequest) -> HttpResponse:
    """Facts and ambition; what somebody else changed meanwhile is shown, not overwritten."""
    form = FactsForm(request.POST or None, seen=describing.facts_of(request.program))
    if request.method == "POST" and form.is_valid():
        if request.POST.get("stage") == "save":
            return _describe(request, form)
        if request.POST.get("stage") != "change":
            return _check(request, form, save=_("Save"))
    return render(request, "programs/program_edit.html", {"form": form}, status=status_of(form))


@program_view(Can.ARCHIVE)
def archive(request: HttpRequest) -> HttpResponse:
    """Archives the program, or opens it again."""
    if request.method != "POST":
        return render(request, "programs/archive.html")
    if pressed(request, "wanted", among=("archive", "restore")) == "restore":
        describing.restore(request.program, by=request.user)
        messages.success(request, _("The program is open again."))
    else:
        describing.archive(request.program, by=request.user)
        messages.success(request, _("The program is archived. Nothing was deleted."))
    return redirect("programs:program", request.program.pk)


@program_view(Can.NAME_REVIEWER)
@require_POST
def reviewer(request: HttpRequest) -> HttpResponse:
    """Names who decides while the program has no home portfolio."""
    form = ReviewerForm(request.POST, people=describing.possible_reviewers(request.program))
    if form.is_valid():
        try:
            describing.name_reviewer(request.program, reviewer=form.cleaned_data["reviewer"], by=request.user)
            named = form.cleaned_data["reviewer"] is not None
            messages.success(request, _("The reviewer is named.") if named else _("Nobody is named as reviewer."))
        except ReviewerRefused as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _("Choose one of the people listed."))
    return redirect("programs:portfolios", request.program.pk)


def _start(request: HttpRequest, form: StartForm) -> HttpResponse:
    cleaned = form.cleaned_data
    key = form_key(cleaned["nonce"], request.user.pk, "start", form.facts)
    started = starting.start(cleaned["organisation"], guide=cleaned["guide"], by=request.user, key=key, **form.facts)
    return redirect("programs:program", started.pk)


def _describe(request: HttpRequest, form: FactsForm) -> HttpResponse:
    try:
        describing.describe(request.program, wanted=form.facts, seen=form.cleaned_data["seen"], by=request.user)
    except ChangedMeanwhile as clash:
        form.tell_clash(clash)
        return render(request, "programs/program_edit.html", {"form": form}, status=HTTPStatus.CONFLICT)
    messages.success(request, _("Saved."))
    return redirect("programs:program", request.program.pk)


def _check(request: HttpRequest, form: FactsForm, *, save: str) -> HttpResponse:
    """What was typed, as it will read, before it counts."""
    draft = Program(**form.facts)
    context = {
        "form": form,
        "draft": draft,
        "sentence": ambition.sentence(draft),
        "is_whole": ambition.is_whole(draft),
        "save": save,
    }
    return render(request, "programs/program_check.html", context)


def _to_donor_page(request: HttpRequest) -> HttpResponse:
    portfolio_id = listing.read_in(request.program, by=request.user)
    if portfolio_id is None:
        raise Http404
    return redirect("dashboards:donor_program", portfolio_id, request.program.pk)
