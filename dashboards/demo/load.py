"""Loading the demonstration: the cast, then every story, once."""

import tomllib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import Portfolio, User
from assessments.domain import summaries
from dashboards.demo import cast, story
from dashboards.demo.cast import Cast
from dashboards.demo.story import Event
from dashboards.domain import rollups, visits
from dashboards.models import PortfolioRollup
from funding.domain import summaries as funding_summaries
from partners.domain import summaries as role_summaries
from programs.models import Guide, Program, ProgramSummary

CONTENT = Path(__file__).parent / "content"
LAST_VISIT = 45  # days ago that facilitator and donor looked at their portfolios
TEAMS_LAST_VISIT = 12


Above = Callable[[Cast, date], Iterable[Event]]  # what an app above adds to the stories


class RefusedInProduction(Exception):
    """Demonstration data open doors that production must not have."""


def load(*, say: Callable[[str], None], today: date | None = None, above: Above = lambda everybody, today: ()) -> bool:
    """Makes the demonstration unless it is there; says whether it did.

    Raises RefusedInProduction.
    """
    if settings.PRODUCTION:
        raise RefusedInProduction("Demonstration data never go into production: their doors stand open.")
    if User.objects.filter(is_demo=True).exists():
        return False
    say("Playing the year of eight invented programs.")
    today = today or timezone.localdate()
    guide = Guide.objects.latest("version")
    everybody = cast.gather(_read("cast.toml"))
    scripts = [_story(path.name) for path in sorted(CONTENT.glob("[0-9]-*.toml"))]
    told = [story.events(script, cast=everybody, guide=guide, today=today) for script in scripts]
    played = [*(event for events in told for event in events), *_visits(everybody), *above(everybody, today)]
    story.play_all(played, today=today)
    programs = list(Program.objects.values_list("pk", flat=True))
    summaries.refresh(programs, today=today)
    role_summaries.refresh(programs, today=today)
    funding_summaries.refresh(programs, today=today)
    _add_up(everybody)
    return True


def _visits(everybody: Cast) -> list[Event]:
    """Earlier visits, so that "since your last visit" has something to say."""

    def portfolios(moment: datetime) -> None:
        _add_up(everybody)
        for portfolio in Portfolio.objects.all():
            for watcher in portfolio.watchers.select_related("user"):
                view = "settled" if watcher.role == "donor" else "live"
                visits.to_portfolio(portfolio, view=view, by=watcher.user, now=moment)

    def teams(moment: datetime) -> None:
        for user in User.objects.filter(memberships__isnull=False).distinct():
            mine = list(user.memberships.values_list("program", flat=True))
            visits.to_programs(mine, by=user, now=moment)

    return [Event(LAST_VISIT, 20, portfolios), Event(TEAMS_LAST_VISIT, 20, teams)]


def _add_up(everybody: Cast) -> None:
    for portfolio in everybody.portfolios.values():
        for view in ProgramSummary.View.values:
            PortfolioRollup.objects.get_or_create(portfolio=portfolio, view=view)
        rollups.refresh(portfolio)


def _story(name: str) -> dict[str, Any]:
    """A script with the rounds and the partners it names, each in a file of its own."""
    script = _read(name)
    days = _read(f"partners/{script['partners']}.toml")["days"] if "partners" in script else []
    rounds = [_read(f"rounds/{one}.toml") for one in script.get("rounds", [])]
    return script | {"rounds": rounds, "days": [*script.get("days", []), *days]}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text("utf-8"))
