"""What people do with what they are told: each verb of `story.toml` as calls of the domain."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounts.domain import invitations
from accounts.models import User
from dashboards.demo.cast import Cast
from programs.domain import owed
from programs.models import Program
from reminders.domain import chasing, inbox, snoozing, wishes
from reminders.domain.wishes import Ways
from reminders.models import Notice


@dataclass(frozen=True, slots=True)
class Scene:
    """One day of one person. Days until which something waits count on from the real `today`."""

    cast: Cast
    actor: User
    today: date
    day: date

    @property
    def inbox(self) -> Iterable[Notice]:
        return Notice.objects.in_inbox().filter(user=self.actor).order_by("pk")


def choose(scene: Scene, said: dict[str, Any]) -> None:
    """How they want to be told; kinds that are not named come both ways."""
    ways = {kind: Ways(by_mail=False, in_inbox=True) for kind in said.get("inbox_alone", [])}
    ways |= {kind: Ways(by_mail=True, in_inbox=False) for kind in said.get("mail_alone", [])}
    rhythm = {name: said[name] for name in ("morning", "digest_on", "digest_hour")}
    wishes.choose(scene.actor, ways=ways, **rhythm)


def chase(scene: Scene, plans: Iterable[dict[str, Any]]) -> None:
    """When others hear of what is late in a program."""
    for plan in plans:
        program = Program.objects.get(name=plan["program"])
        seen = chasing.seen(program)
        wanted = seen | {name: plan[name] for name in plan if name in chasing.FACTS}
        chasing.change(program, wanted=wanted, seen=seen, by=scene.actor)


def invite(scene: Scene, said: Iterable[dict[str, str]]) -> None:
    """By a link that they hand over themselves: the address is nobody’s."""
    places: dict[str, dict[str, Any]] = {
        "organisation": scene.cast.organisations,
        "portfolio": scene.cast.portfolios,
    }
    for one in said:
        thing, words = places[one["kind"]][one["to"]], {name: one[name] for name in ("email", "name", "role")}
        invitations.invite(one["kind"], thing.pk, by=scene.actor, by_mail=False, **words)


def read(scene: Scene, is_all: bool) -> None:
    """Looks through the inbox: what stands there is read."""
    if is_all:
        inbox.mark_all_read(scene.actor)


def put_off(scene: Scene, said: Iterable[dict[str, Any]]) -> None:
    """What is put off is named by its kind and the beginning of its words."""
    for one in said:
        things = owed.of([scene.actor.pk], today=scene.day)
        [thing] = [found for found in things if found.kind == one["kind"] and found.subject.startswith(one["thing"])]
        until = scene.today + timedelta(days=one["until"])
        snoozing.put_off(thing, until_on=until, reason=one["reason"], today=scene.day, by=scene.actor)


def put_away(scene: Scene, kinds: Iterable[str]) -> None:
    """Everything of these kinds that stands there."""
    wanted = set(kinds)
    for notice in scene.inbox:
        if notice.kind in wanted:
            inbox.put_away(notice)


Act = Callable[[Scene, Any], None]
VERBS: dict[str, Act] = {
    "choose": choose,
    "chase": chase,
    "invite": invite,
    "read": read,
    "put_off": put_off,
    "put_away": put_away,
}
