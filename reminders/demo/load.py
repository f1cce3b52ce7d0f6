"""Loading the demonstration with what its people were told; see `dashboards.demo`."""

import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from accounts.models import User
from dashboards.demo import load as stories
from dashboards.demo.cast import Cast
from dashboards.demo.load import RefusedInProduction
from dashboards.demo.story import Event
from reminders.demo import acts
from reminders.demo.acts import Scene
from reminders.domain import announcing, telling

__all__ = ["RefusedInProduction", "load"]
STORY = Path(__file__).parent / "story.toml"
NOON = 12  # UTC: it is day for the whole cast


def load(*, say: Callable[[str], None], today: date | None = None) -> bool:
    """Makes the demonstration unless it is there; says whether it did. Raises RefusedInProduction."""
    return stories.load(say=say, today=today, above=_events)


def _events(cast: Cast, today: date) -> Iterator[Event]:
    """What people do, and the days on which they are told.

    A sweep speaks to everybody: where others live too, the one of that day alone tells what is due.
    """
    story = tomllib.loads(STORY.read_text("utf-8"))
    yield from (Event(act["ago"], act.get("hour", NOON + 1), _play(act, cast, today)) for act in story["acts"])
    if not User.objects.filter(is_demo=False).exists():
        yield from (Event(ago, NOON, _sweep) for ago in story["sweeps"])


def _play(act: dict[str, Any], cast: Cast, today: date) -> Callable[[datetime], None]:
    def happen(moment: datetime) -> None:
        scene = Scene(cast, cast.people[act["by"]], today, moment.date())
        for verb, do in acts.VERBS.items():
            if verb in act:
                do(scene, act[verb])

    return happen


def _sweep(moment: datetime) -> None:
    telling.tell_due(moment)
    announcing.tell_news(moment)
