"""Digests as they would be sent now: one's own week, and a facilitator's week in one portfolio."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Watcher
from journal.doors import signed_in
from programs.access import portfolio_view
from reminders.domain import digests
from reminders.domain import portfolio_week as portfolio_weeks
from reminders.domain import week as weeks


@signed_in
@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """One's own, word for word."""
    context = {"digest": weeks.last(request.user), "comes_at": digests.comes_at(request.user, timezone.now())}
    return render(request, "reminders/week.html", context)


@portfolio_view(Watcher.Role.FACILITATOR)
@require_safe
def portfolio_week(request: HttpRequest) -> HttpResponse:
    """That of the portfolio, word for word."""
    digest = portfolio_weeks.last(request.portfolio, by=request.user)
    context = {"digest": digest, "comes_at": digests.comes_at(request.user, timezone.now())}
    return render(request, "reminders/portfolio_week.html", context)
