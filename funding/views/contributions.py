"""What a source gives in a year: entering, changing and removing it, and saying how sure it is now."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from funding.access import contribution_view, source_view
from funding.domain import contributions, rates
from funding.domain.amounts import shown
from funding.domain.holding import Refused
from funding.forms.sources import ContributionForm
from funding.models import FundingStatus
from journal.facts import ChangedMeanwhile, as_json, facts_of
from journal.once import form_key
from programs.standing import Can
from programs.views.pages import pressed, refused_change, sent, status_of


@source_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_add(request: HttpRequest) -> HttpResponse:
    """What the source gives in one more year."""
    first = rates.offered_first(request.program)
    form = ContributionForm(sent(request), first=first, initial={"currency": first[0]})
    if request.method == "POST" and form.is_valid():
        plain = {name: as_json(value) for name, value in form.facts.items()}
        key = form_key(form.cleaned_data["nonce"], request.user.pk, "contribution", request.source.pk, plain)
        try:
            made = contributions.add(request.source, form.facts, by=request.user, key=key)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            said = {"sum": shown(made.amount, made.currency), "year": made.year}
            messages.success(request, _("Entered: %(sum)s in %(year)s.") % said)
            return redirect("funding:source", request.program.pk, request.source.pk)
    context = {"form": form, "source": request.source}
    return render(request, "funding/contribution_add.html", context, status=status_of(form))


@contribution_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_edit(request: HttpRequest) -> HttpResponse:
    """Changes a contribution; what somebody else changed meanwhile is shown, not overwritten."""
    seen, first = facts_of(request.contribution, contributions.FACTS), rates.offered_first(request.program)
    status = None
    form = ContributionForm(sent(request), seen=seen, first=first)
    context = {"form": form, "contribution": request.contribution}
    if request.method == "POST" and form.is_valid():
        status = refused_change(request, form, contributions.change, request.contribution, refused=Refused)
        if status is None:
            messages.success(request, _("Saved."))
            return _to_source(request)
    return render(request, "funding/contribution_edit.html", context, status=status or status_of(form))


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


def _to_source(request: HttpRequest) -> HttpResponse:
    return redirect("funding:source", request.program.pk, request.contribution.source_id)


def _to_line(request: HttpRequest) -> HttpResponse:
    """Back to where the button was pressed: the page of the source, or that of all of them."""
    program, line = request.program.pk, f"#contribution-{request.contribution.pk}"
    if request.GET.get("at") == "source":
        return redirect(reverse("funding:source", args=[program, request.contribution.source_id]) + line)
    return redirect(reverse("funding:sources", args=[program]) + line)
