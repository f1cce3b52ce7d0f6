"""Pages about the partners of a program: all of them, one, taking one in, changing it, taking it off, and levels."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from journal.facts import facts_of
from journal.once import form_key
from partners.access import partner_view
from partners.domain import partner_reading
from partners.domain import partners as verbs
from partners.domain.partners import AlmostTheSame, Refused
from partners.forms.partners import LevelsForm, NameForm, PartnerAddForm, PartnerForm
from partners.models import Partner
from partners.views.coming_back import mends
from programs.access import program_view
from programs.standing import Can
from programs.views.pages import refused_change, sent, status_of


@program_view(Can.READ)
@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    """Who works together on the program, and at which levels."""
    page = partner_reading.listed(request.program, today=timezone.localdate())
    return render(request, "partners/partners.html", {"page": page})


@program_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_add(request: HttpRequest) -> HttpResponse:
    """An organisation that is offered, or a new one by its name; then the people who speak for it are added."""
    offered = verbs.offered(request.program, by=request.user)
    form = PartnerAddForm(sent(request), known=verbs.known(request.user), offered=offered)
    if request.method == "POST" and form.is_valid():
        made = _added(request, form)
        if made is not None:
            messages.success(request, _("The partner is added. Now say who speaks for it."))
            return redirect("partners:partner", request.program.pk, made.pk)
    return render(request, "partners/partner_add.html", {"form": form}, status=status_of(form))


@partner_view(Can.READ)
@require_safe
def partner(request: HttpRequest) -> HttpResponse:
    """Everything about one partner on one page."""
    today = timezone.localdate()
    page = partner_reading.read(request.partner, today=today)
    context = {"partner": request.partner, "page": page, "today": today, "has_left": request.partner.has_left(today)}
    return render(request, "partners/partner.html", context)


@partner_view(Can.WRITE)
@mends
@require_http_methods(["GET", "HEAD", "POST"])
def partner_edit(request: HttpRequest) -> HttpResponse:
    """What is said of a partner; what somebody else changed meanwhile is shown, not overwritten."""
    form = PartnerForm(sent(request), seen=facts_of(request.partner, verbs.FACTS))
    status = None
    if request.method == "POST" and form.is_valid():
        status = refused_change(request, form, verbs.change, request.partner, refused=Refused)
        if status is None:
            messages.success(request, _("Saved."))
            return redirect("partners:partner", request.program.pk, request.partner.pk)
    context = {"form": form, "partner": request.partner}
    return render(request, "partners/partner_edit.html", context, status=status or status_of(form))


@partner_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_rename(request: HttpRequest) -> HttpResponse:
    """Corrects the name of an organisation that was entered here; of any other it says why not."""
    form = NameForm(sent(request), seen={"name": str(request.partner)})
    status = None
    if request.method == "POST" and form.is_valid():
        status = refused_change(request, form, verbs.rename, request.partner, refused=Refused)
        if status is None:
            messages.success(request, _("Saved."))
            return redirect("partners:partner", request.program.pk, request.partner.pk)
    context = {"form": form, "partner": request.partner, "is_entered_here": verbs.is_entered_here(request.partner)}
    return render(request, "partners/partner_rename.html", context, status=status or status_of(form))


@partner_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_remove(request: HttpRequest) -> HttpResponse:
    """Asks once, then takes a partner off the list; of one that is used it says how it leaves instead."""
    if request.method != "POST":
        context = {"partner": request.partner, "is_used": verbs.is_used(request.partner)}
        return render(request, "partners/partner_remove.html", context)
    try:
        verbs.remove(request.partner, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("partners:partner", request.program.pk, request.partner.pk)
    messages.success(request, _("The partner is off the list."))
    return redirect("partners:partners", request.program.pk)


@program_view(Can.WRITE)
@mends
@require_http_methods(["GET", "HEAD", "POST"])
def levels(request: HttpRequest) -> HttpResponse:
    """At which levels the program works; this begins the partnership, if no partner did."""
    form = LevelsForm(sent(request), seen=facts_of(verbs.partnership_of(request.program), verbs.PARTNERSHIP_FACTS))
    status = None
    if request.method == "POST" and form.is_valid():
        status = refused_change(request, form, verbs.change_levels, request.program, refused=Refused)
        if status is None:
            messages.success(request, _("Saved."))
            return redirect("partners:partners", request.program.pk)
    return render(request, "partners/levels.html", {"form": form}, status=status or status_of(form))


def _added(request: HttpRequest, form: PartnerAddForm) -> Partner | None:
    """The new partner; a refusal becomes an error of the form."""
    cleaned, chosen = form.cleaned_data, form.chosen
    key = form_key(cleaned["nonce"], request.user.pk, "partner", request.program.pk, chosen, form.facts)
    try:
        return verbs.add(
            request.program, chosen, form.facts, is_another=cleaned["is_another"], by=request.user, key=key
        )
    except AlmostTheSame as error:
        form.point_out(error)
    except Refused as error:
        form.add_error(None, str(error))
    return None
