"""The stories of `content/*.toml`, played day by day through the domain as people would do it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from assessments.domain import summaries
from dashboards.demo import acts, clock, partner_acts, round_acts
from dashboards.demo.acts import Scene
from dashboards.demo.cast import Cast
from dashboards.demo.round_script import RoundScript
from programs.domain import listing, starting
from programs.models import Guide, Membership, Program

Script = dict[str, Any]
VERBS = acts.VERBS | round_acts.VERBS | partner_acts.VERBS
EVIDENCE_FROM = 18  # days before a decision on which its step's evidence began to come in
SUBMITTED = 6


class Event(NamedTuple):
    """Something that happened `ago` days before today, at an hour of that day."""

    ago: int
    hour: int
    happen: Callable[[datetime], None]


def moment_of(event: Event, today: date) -> datetime:
    return datetime.combine(today - timedelta(days=event.ago), time(event.hour, 12), UTC)


def events(script: Script, *, cast: Cast, guide: Guide, today: date) -> list[Event]:
    """A program's beginning and all its days."""
    stage: list[Program] = []  # holds the program from its first day on

    def begin(moment: datetime) -> None:
        stage.append(_open(script, cast=cast, guide=guide))
        summaries.refresh([stage[0].pk], today=moment.date())

    def play(day: Script) -> Callable[[datetime], None]:
        def happen(moment: datetime) -> None:
            scene = Scene(stage[0], cast, today, moment.date(), day["by"])
            for verb, act in VERBS.items():  # in the order of the table
                if verb in day:
                    act(scene, day[verb])
            summaries.refresh([scene.program.pk], today=moment.date())

        return happen

    days = [Event(day["ago"], 9 + day.get("hour", 0), play(day)) for day in _days(script)]
    return [Event(script["began"], 8, begin), *days]


def play_all(events: list[Event], *, today: date) -> None:
    """Plays the events of all stories in the order of time, each on its own day."""
    for event in sorted(events, key=lambda event: (-event.ago, event.hour)):
        moment = moment_of(event, today)
        with clock.at(moment):
            event.happen(moment)


def _days(script: Script) -> Iterator[Script]:
    """The days of the script, of its rounds, and those that passing a step takes: evidence, submission, decision."""
    yield from script.get("days", [])
    for one in script.get("rounds", []):
        yield from RoundScript(**one).days()
    team, reviewer = script["lead"], script.get("reviewer", "facilitator")
    for passed in script.get("passed", []):
        step, ago = passed["step"], passed["ago"]
        yield {"ago": ago + EVIDENCE_FROM, "by": team, "work_on": step}
        yield {"ago": ago + SUBMITTED, "by": team, "finish": passed}
        yield {"ago": ago + SUBMITTED, "by": team, "hour": 2, "submit": {"step": step, "reviewer": reviewer}}
        yield {"ago": ago, "by": reviewer, "verify_step": passed, "decide": {"outcome": "go"} | passed}


def _open(script: Script, *, cast: Cast, guide: Guide) -> Program:
    lead = cast.people[script["lead"]]
    organisation = cast.organisations[script["organisation"]]
    program = starting.start(organisation, guide=guide, by=lead, **script["program"])
    for key, role in script.get("team", {}).items():
        Membership.objects.create(program=program, user=cast.people[key], role=role)
    for key in script.get("portfolios", []):
        asked = listing.ask(program, cast.portfolios[key], by=lead)
        if key == script.get("home") and not asked.is_home:
            listing.make_home(asked, by=lead)
    return program
