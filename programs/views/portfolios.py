"""In which portfolios a program is listed, and who decides its gates."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from journal.doors import signed_in
from programs.access import program_view
from programs.domain import describing, listing
from programs.forms.portfolios import JoinForm, ListForm
from programs.forms.programs import ReviewerForm
from programs.models import Listing
from programs.standing import Can
from programs.views.pages import status_of

VERBS: dict[str, tuple[Callable[..., object], Promise]] = {
    "agree": (listing.agree, gettext_lazy("The program is listed there now.")),
    "decline": (listing.decline, gettext_lazy("The request is declined.")),
    "leave": (listing.leave, gettext_lazy("The program is no longer in that portfolio.")),
    "home": (listing.make_home, gettext_lazy("This portfolio is now the program’s home.")),
}


@program_view(Can.READ, to_post=Can.MANAGE)
def portfolios(request: HttpRequest) -> HttpResponse:
    """Listings and requests; a lead may also list the program in a portfolio of its organisation."""
    program = request.program
    offered = listing.may_be_offered(program, to=request.user) if Can.MANAGE in request.can else []
    form = ListForm(request.POST or None, portfolios=offered)
    if request.method == "POST" and form.is_valid():
        asked = listing.ask(program, form.cleaned_data["portfolio"], by=request.user)
        said = _("The program is listed there now.") if asked.agreed_at else _("The lead of the program is asked.")
        messages.success(request, said)
        return redirect("programs:portfolios", program.pk)
    context = {
        "form": form if offered else None,
        "listings": listing.of_program(program),
        "reviewer_form": _reviewer_form(request),
    }
    return render(request, "programs/portfolios.html", context, status=status_of(form))


@program_view(Can.MANAGE)
@require_POST
def listing_change(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Agrees, declines, leaves or makes a portfolio the home, as the pressed button says."""
    found = request.program.listings.select_related("program", "portfolio").filter(pk=listing_id).first()
    verb = VERBS.get(request.POST.get("verb", ""))
    if found is None or verb is None:
        raise Http404
    act, said = verb
    try:
        act(found, by=request.user)
        messages.success(request, said)
    except listing.Refused as error:
        messages.error(request, str(error))
    return redirect("programs:portfolios", request.program.pk)


@signed_in
def join(request: HttpRequest, token: str) -> HttpResponse:
    """A facilitator's link: the lead chooses which program joins the portfolio."""
    portfolio = listing.portfolio_of(token)
    if portfolio is None:
        raise Http404
    form = JoinForm(request.POST or None, programs=listing.may_join(portfolio, by=request.user))
    if request.method == "POST" and form.is_valid():
        program = form.cleaned_data["program"]
        asked = listing.ask(program, portfolio, by=request.user)
        if form.cleaned_data["is_home"]:
            _make_home(request, asked)
        messages.success(request, _("The program is listed there now."))
        return redirect("programs:portfolios", program.pk)
    context = {"form": form, "portfolio": portfolio}
    return render(request, "programs/join.html", context, status=status_of(form))


def _make_home(request: HttpRequest, asked: Listing) -> None:
    try:
        listing.make_home(asked, by=request.user)
    except listing.Refused as error:
        messages.error(request, str(error))


def _reviewer_form(request: HttpRequest) -> ReviewerForm | None:
    if Can.NAME_REVIEWER not in request.can:
        return None
    people = describing.possible_reviewers(request.program)
    return ReviewerForm(people=people, initial={"reviewer": request.program.reviewer_id})
