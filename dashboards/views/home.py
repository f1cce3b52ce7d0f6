"""The first page after signing in: a team's home, or the way to somebody's own page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.domain import home as homes
from journal.doors import signed_in


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Programs and what is owed. Who is on no team is led to their only page, or chooses one."""
    today = timezone.localdate()
    found, hats = homes.read(request.user, now=timezone.now(), today=today), homes.hats(request.user)
    if found is None:
        only, things = homes.only_page(hats), homes.owed_elsewhere(request.user, today=today)
        words = {"hats": hats, "things": things, "today": today}
        return redirect(only) if only and not things else render(request, "dashboards/home_choose.html", words)
    template = "home_program" if len(found.programs) == 1 else "home_programs"
    context = {"home": found, "one": found.programs[0], "hats": hats, "today": today}
    return render(request, f"dashboards/{template}.html", context)
