"""What a source gives in a year: entering, changing and removing it, and saying how sure it is now."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from funding.access import contribution_view, source_view
from funding.domain import contributions, rates, sources
from funding.domain.amounts import shown
from funding.domain.holding import Refused, Removed, is_there
from funding.forms.sources import ContributionForm
from funding.models import FundingStatus
from funding.views.editing import is_removed, refuse_removed, seen, shown_again
from journal.facts import ChangedMeanwhile, as_json
from journal.once import form_key
from programs.standing import Can
from programs.views.pages import pressed, sent, status_of


@source_view(Can.WRITE, keeps_typed=True)
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_add(request: HttpRequest) -> HttpResponse:
    """What the source gives in one more year."""
    first, status = rates.offered_first(request.program), None
    form = ContributionForm(sent(request), first=first, initial={"currency": first[0]})
    if not is_there(request.source):
        status = refuse_removed(form)
    elif request.method == "POST" and form.is_valid():
        try:
            _enter(request, form)
        except Removed:
            status = refuse_removed(form)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return redirect("funding:source", request.program.pk, request.source.pk)
    return _shown(request, form, "funding/contribution_add.html", status=status or status_of(form))


@contribution_view(Can.WRITE, keeps_typed=True)
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_edit(request: HttpRequest) -> HttpResponse:
    """Changes a contribution; what somebody else changed meanwhile is shown, not overwritten."""
    facts, first = seen(request, request.contribution, contributions.FACTS), rates.offered_first(request.program)
    form = ContributionForm(sent(request), seen=facts, first=first)
    status = shown_again(request, form, contributions.change, request.contribution)
    if status is None:
        return _to_source(request)
    request.source = request.contribution.source
    return _shown(request, form, "funding/contribution_edit.html", status=status)


@contribution_view(Can.WRITE)
@require_POST
def contribution_move(request: HttpRequest) -> HttpResponse:
    """Says in one press how sure it is now; over a newer word of somebody else it does nothing."""
    wanted = pressed(request, "status", among=FundingStatus.values)
    try:
        contributions.move(request.contribution, to=wanted, seen=request.POST.get("seen", ""), by=request.user)
    except ChangedMeanwhile as clash:
        message = _("Somebody changed this meanwhile to “%(value)s”. Nothing was saved.")
        messages.warning(request, message % {"value": clash.fields["status"]})
    except Refused as error:
        messages.error(request, str(error))
    else:
        said = {"sum": shown(request.contribution.amount, request.contribution.currency)}
        said |= {"year": request.contribution.year, "status": str(FundingStatus(wanted).label)}
        messages.success(request, _("%(sum)s in %(year)s: %(status)s.") % said)
    return _to_line(request)


@contribution_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_remove(request: HttpRequest) -> HttpResponse:
    """Asks once, then removes a contribution."""
    given = request.contribution
    said = {"sum": shown(given.amount, given.currency), "year": given.year}
    if request.method != "POST":
        return render(request, "funding/contribution_remove.html", {"contribution": given, "said": said})
    contributions.remove(given, by=request.user)
    messages.success(request, _("%(sum)s in %(year)s is removed.") % said)
    return _to_source(request)


def _enter(request: HttpRequest, form: ContributionForm) -> None:
    plain = {name: as_json(value) for name, value in form.facts.items()}
    key = form_key(form.cleaned_data["nonce"], request.user.pk, "contribution", request.source.pk, plain)
    made = contributions.add(request.source, form.facts, by=request.user, key=key)
    said = {"sum": shown(made.amount, made.currency), "year": made.year}
    messages.success(request, _("Entered: %(sum)s in %(year)s.") % said)


def _shown(request: HttpRequest, form: ContributionForm, page: str, *, status: int) -> HttpResponse:
    """The form; where its row or its source is gone, with all who could give what was typed."""
    if not is_removed(form):
        back = reverse("funding:source", args=[request.program.pk, request.source.pk])
        return render(request, page, {"form": form, "back": back}, status=status)
    context = {"form": form, "is_removed": True, "givers": sources.with_first(request.program, request.source.name)}
    context["back"] = reverse("funding:sources", args=[request.program.pk])
    return render(request, page, context, status=status)


def _to_source(request: HttpRequest) -> HttpResponse:
    return redirect("funding:source", request.program.pk, request.contribution.source_id)


def _to_line(request: HttpRequest) -> HttpResponse:
    """Back to where the button was pressed: the page of the source, or that of all of them."""
    program, line = request.program.pk, f"#contribution-{request.contribution.pk}"
    if request.GET.get("at") == "source":
        return redirect(reverse("funding:source", args=[program, request.contribution.source_id]) + line)
    return redirect(reverse("funding:sources", args=[program]) + line)
