"""The front page and the two ways in that need no password yet: the demo and the first set-up."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.domain import demo, first_run
from accounts.domain.demo import Entrance
from accounts.forms.people import SetUpForm
from accounts.views.signing_in import start_session
from journal.doors import open_to_all

# The picture on the front page: a program on its way, as on every other page.
EXAMPLE_PATH = "g99g98g97c86s74p40|n10n00n00n00n00"
STEPS = [
    _("Vision"),
    _("Effectiveness"),
    _("Potential"),
    _("Refine"),
    _("Consensus"),
    _("Policies"),
    _("Partners"),
    _("Funding"),
    _("Capacity"),
    _("Monitoring"),
    _("Institutions"),
]
ENTRANCES = {
    Entrance.TEAM: (_("Enter as a program team"), _("Fill the steps, attach evidence, submit for review.")),
    Entrance.FACILITATOR: (_("Enter as a facilitator"), _("Review what teams submit, see who is stuck.")),
    Entrance.DONOR: (_("Enter as a donor"), _("Read what moved, what is proven and what is only said.")),
}


@open_to_all
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What ScaleUp is and how to get in; who is in already goes home."""
    if request.user.is_authenticated:
        return redirect("dashboards:home")
    is_open = demo.open_entrances()
    words = {
        "entrances": [(entrance, *words) for entrance, words in ENTRANCES.items() if entrance in is_open],
        "may_enter_as_admin": Entrance.ADMIN in is_open,
        "is_fresh": first_run.is_fresh(),
        "path": EXAMPLE_PATH,
        "steps": STEPS,
    }
    return render(request, "accounts/front.html", words)


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def demo_enter(request: HttpRequest, entrance: str) -> HttpResponse:
    """One click into the demo; where there is no demo there is no such address."""
    person = demo.person(entrance)
    if person is None:
        raise Http404
    if request.method != "POST":
        return redirect("accounts:front")
    # Not listed among the person's sessions: everybody who tries the demo is this person.
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("dashboards:home")


@open_to_all
@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """The first organisation and its administrator, by the link printed at the start."""
    if not first_run.is_open(token):
        return render(request, "accounts/set_up_closed.html", status=404)
    form = SetUpForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/set_up.html", {"form": form}, status=422 if form.is_bound else 200)
    wanted = {name: form.cleaned_data[name] for name in ("organisation", "name", "email")}
    try:
        admin = first_run.set_up(token, **wanted, password=form.cleaned_data["password1"])
    except first_run.SetupClosed:
        return render(request, "accounts/set_up_closed.html", status=404)
    return start_session(request, admin)
