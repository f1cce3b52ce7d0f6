"""Pages about the people who speak for a partner: naming somebody, changing what is said of them, removing them."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from journal.facts import facts_of
from journal.models import Change
from journal.once import form_key
from partners.access import focal_person_view, lead_to, partner_view
from partners.domain import partners, people, removals
from partners.domain.partners import Refused
from partners.forms.partners import PersonAddForm, PersonForm
from partners.models import Partner
from partners.views.coming_back import mends
from programs.standing import Can
from programs.views.pages import refused_change, sent, status_of


@partner_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: HttpRequest) -> HttpResponse:
    """Somebody who speaks for a partner, with a deputy."""
    form = PersonAddForm(sent(request))
    if request.method == "POST" and form.is_valid():
        key = form_key(form.cleaned_data["nonce"], request.user.pk, "person", request.partner.pk, form.facts)
        try:
            people.add(request.partner, form.facts, by=request.user, key=key)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The person is added."))
            return _to_partner(request, request.partner)
    context = {"form": form, "partner": request.partner}
    return render(request, "partners/person_add.html", context, status=status_of(form))


def keep_as_new(request: HttpRequest, removal: Change) -> HttpResponse:
    """What was typed of a person whom somebody removed meanwhile, in the form that adds one."""
    partner = partners.find(request.program, removal.details["partner_id"])
    if request.method != "POST" or partner is None:
        return lead_to("partners:partners")(request, removal)
    form = PersonAddForm(request.POST)
    form.add_error(None, f"{removals.in_words(removal)} {_('What you typed is kept here: you can add it anew.')}")
    context = {"form": form, "partner": partner, "is_kept": True}
    return render(request, "partners/person_add.html", context, status=HTTPStatus.CONFLICT)


@focal_person_view(Can.WRITE, gone=keep_as_new)
@mends
@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: HttpRequest) -> HttpResponse:
    """What is said of a person, and since when they are gone; roles in the name of who left are pointed out."""
    person = request.focal_person
    form = PersonForm(sent(request), seen=facts_of(person, people.FACTS))
    status = None
    if request.method == "POST" and form.is_valid():
        status = refused_change(request, form, people.change, person, refused=Refused)
        if status is None:
            messages.success(request, _("Saved."))
            return _to_partner(request, person.partner)
    context = {"form": form, "person": person, "partner": person.partner}
    return render(request, "partners/person_edit.html", context, status=status or status_of(form))


@focal_person_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_remove(request: HttpRequest) -> HttpResponse:
    """Asks once, and says which roles are then in nobody’s name."""
    person = request.focal_person
    if request.method != "POST":
        context = {"person": person, "partner": person.partner, "roles": people.held_by(person)}
        return render(request, "partners/person_remove.html", context)
    people.remove(person, by=request.user)
    messages.success(request, _("%(name)s is removed.") % {"name": person.name})
    return _to_partner(request, person.partner)


def _to_partner(request: HttpRequest, partner: Partner) -> HttpResponse:
    return redirect("partners:partner", request.program.pk, partner.pk)
