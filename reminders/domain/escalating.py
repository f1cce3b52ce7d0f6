"""Telling others what stays undone: the leads of a program, then the facilitators of its home portfolio.

When, the program chooses (`ChasingPlan`). A pause that the owner made does not stop it: the reason stands beside it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from accounts.models import Watcher
from programs.domain.owed import Owed
from programs.models import Listing, Membership
from reminders.domain import listening, rhythm
from reminders.domain.listening import Listener
from reminders.domain.noticing import Telling
from reminders.models import ChasingPlan, Notice

DAY = timedelta(days=1)
SOONEST = min(ChasingPlan.Days.values)
# Whether somebody has rated is between them and whoever runs the round.
NEVER = frozenset({"round_rate"})


@dataclass(slots=True)
class Chain:
    """Who hears of what is late in one program, and after how many days."""

    plan: ChasingPlan
    team: dict[int, str] = field(default_factory=dict)
    facilitators: set[int] = field(default_factory=set)

    def above(self, owner_id: int) -> Iterator[tuple[int, int]]:
        """Who hears of what one of the team owes, and after how many days. What a lead owes, leads do not chase."""
        role = self.team.get(owner_id)
        if role is None:
            return
        if self.plan.lead_after is not None and role != Membership.Role.LEAD:
            yield from ((pk, self.plan.lead_after) for pk in self.team if self.team[pk] == Membership.Role.LEAD)
        if self.plan.facilitator_after is not None:
            yield from ((pk, self.plan.facilitator_after) for pk in self.facilitators - self.team.keys())

    @property
    def everybody(self) -> set[int]:
        return self.team.keys() | self.facilitators


def tellings(things: Mapping[int, Sequence[Owed]], *, now: datetime, first: date) -> Iterator[Telling]:
    """What is to be told now to others of what these people owe."""
    late = [one for mine in things.values() for one in mine if is_late(one, today=now.date() + DAY)]
    if not late:
        return
    chains = chains_of({one.program_id for one in late})
    heard = {pk for one in late for pk, _after in chains[one.program_id].above(one.user_id)}
    listeners = {one.user.pk: one for one in listening.among(heard, now=now, first=first)}
    for one in late:
        for pk, after in chains[one.program_id].above(one.user_id):
            if (listener := listeners.get(pk)) and (telling := _telling(one, listener, after=after)):
                yield telling


def is_late(one: Owed, *, today: date) -> bool:
    """Late enough for somebody else to hear of it, as soon as any program may choose."""
    return one.kind not in NEVER and one.anchor_on is not None and one.anchor_on + SOONEST * DAY <= today


def chains_of(program_ids: Collection[int]) -> dict[int, Chain]:
    """Who hears of what in each of these programs."""
    plans = ChasingPlan.objects.in_bulk(program_ids)
    found = {pk: Chain(plans.get(pk) or ChasingPlan(program_id=pk)) for pk in program_ids}
    for program, user, role in Membership.objects.filter(program__in=program_ids).values_list(
        "program", "user", "role"
    ):
        found[program].team[user] = role
    for program, users in facilitators_of(program_ids).items():
        found[program].facilitators = users
    return found


def facilitators_of(program_ids: Collection[int]) -> dict[int, set[int]]:
    """Who facilitates the home portfolio of each program that has one."""
    homes = Listing.objects.agreed().filter(program__in=program_ids, is_home=True)
    watched = homes.filter(portfolio__watchers__role=Watcher.Role.FACILITATOR)
    found: dict[int, set[int]] = defaultdict(set)
    for program, user in watched.values_list("program", "portfolio__watchers__user"):
        found[program].add(user)
    return found


def _telling(one: Owed, listener: Listener, *, after: int) -> Telling | None:
    """On the day the program chose, and on the later days on which its owner hears of it too."""
    anchor: date = one.anchor_on  # type: ignore[assignment]  # what has none is not late
    wanted = [days for days in one.rule.after_days if days >= after]
    occurrence = rhythm.newest(anchor, wanted, first=listener.first, last=listener.today)
    if occurrence is None:
        return None
    told = replace(one, user_id=listener.user.pk)
    why = Notice.Reason.ESCALATED
    return listener.hears(told, why, anchor_on=anchor, occurrence=occurrence, owner_id=one.user_id)
