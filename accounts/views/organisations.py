"""Pages about an organisation: its people, its name, and who has access to what."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import organisation_view
from accounts.domain import invitations, organisations, people_overview
from accounts.forms.people import OrganisationForm
from accounts.models import Affiliation
from journal.doors import signed_in


@signed_in
@require_safe
def organisations_list(request: HttpRequest) -> HttpResponse:
    """The organisations one belongs to; with only one there is nothing to choose."""
    affiliations = organisations.of_person(request.user)
    if len(affiliations) == 1:
        return redirect("accounts:organisation", affiliations[0].organisation_id)
    return render(request, "accounts/organisations_list.html", {"affiliations": affiliations})


@organisation_view(admin=False)
@require_safe
def organisation(request: HttpRequest) -> HttpResponse:
    """Administrators see and manage everybody; members see whom to ask."""
    if not request.is_organisation_admin:
        words: dict[str, object] = {"admins": organisations.admins(request.organisation)}
        return render(request, "accounts/organisation_member.html", words)
    words = {
        "people": organisations.people(request.organisation),
        "kind": organisations.KIND,
        "waiting": invitations.waiting(organisations.KIND, request.organisation.pk),
    }
    return render(request, "accounts/organisation.html", words)


@organisation_view()
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_edit(request: HttpRequest) -> HttpResponse:
    """The organisation's name."""
    form = OrganisationForm(request.POST or None, initial={"name": request.organisation.name})
    if form.is_valid():
        organisations.rename(request.organisation, by=request.user, **form.cleaned_data)
        messages.success(request, _("The name is saved."))
        return redirect("accounts:organisation", request.organisation.pk)
    return render(request, "accounts/organisation_edit.html", {"form": form}, status=422 if form.is_bound else 200)


@organisation_view()
@require_safe
def organisation_access(request: HttpRequest) -> HttpResponse:
    """Who has access to what."""
    return render(request, "accounts/organisation_access.html", {"people": people_overview.of(request.organisation)})


@organisation_view()
@require_POST
def person_admin(request: HttpRequest, person_id: int) -> HttpResponse:
    """Makes a member an administrator (`is_admin` is 1) or an administrator a member (0)."""
    person, wanted = _person(request, person_id), request.POST.get("is_admin")
    if wanted not in {"0", "1"}:
        raise BadRequest("There is no such button: is_admin.")
    try:
        organisations.set_admin(person, is_admin=wanted == "1", by=request.user)
    except organisations.LastAdmin:
        messages.error(request, _last_admin())
    else:
        messages.success(request, _("The role of %(name)s is changed.") % {"name": person.user})
    return redirect("accounts:organisation", request.organisation.pk)


@organisation_view()
@require_http_methods(["GET", "HEAD", "POST"])
def person_remove(request: HttpRequest, person_id: int) -> HttpResponse:
    """Says what removing means, then does it."""
    person = _person(request, person_id)
    if request.method != "POST":
        kept = people_overview.beyond_membership(request.organisation, person.user)
        return render(request, "accounts/person_remove.html", {"person": person, "kept": kept})
    try:
        organisations.remove(person, by=request.user)
    except organisations.LastAdmin:
        messages.error(request, _last_admin())
        return redirect("accounts:organisation", request.organisation.pk)
    messages.success(request, _("%(name)s does not belong to the organisation any more.") % {"name": person.user})
    if person.user == request.user:
        return redirect("accounts:front")
    return redirect("accounts:organisation", request.organisation.pk)


def _person(request: HttpRequest, person_id: int) -> Affiliation:
    return get_object_or_404(organisations.people(request.organisation), pk=person_id)


def _last_admin() -> str:
    return _("An organisation needs an administrator. Make somebody else administrator first.")
