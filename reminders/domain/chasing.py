"""How a program chases what is late, and what became of it: what is put off and why, and what others heard of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Portfolio, User
from dashboards.domain.paging import Order, Page, page_of
from journal import facts
from programs.domain.owed import RULES, Owed
from programs.models import Listing, Program
from programs.standing import Can, require
from reminders.domain import noticing, snoozing, still
from reminders.domain.snoozing import Pause
from reminders.models import ChasingPlan, Notice, Snooze

KIND = "chasing"
OF_PLAN, OF_PROGRAM = ("lead_after", "facilitator_after"), ("silent_after",)
FACTS = (*OF_PLAN, *OF_PROGRAM)
PAGE_SIZE = 30
ON_A_PROGRAM = 50  # rows of each list on the page of one program
BY_DAY = Order("until_on", date.fromisoformat)
NEWEST = Order("pk", int, is_descending=True)


@dataclass(frozen=True, slots=True)
class Late:
    """One thing that others heard of: whose it is, who heard of it, and whether it is still owed."""

    notice: Notice
    thing: Owed
    owner: str
    heard: list[str]
    is_owed: bool
    pause: Snooze | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What is put off in a program, and what is escalated."""

    put_off: list[Pause]
    late: list[Late]


def of(program: Program) -> ChasingPlan:
    """The plan of a program; without one of its own it is as a new one, and not saved."""
    return ChasingPlan.objects.filter(program=program).first() or ChasingPlan(program=program)


def sentence(plan: ChasingPlan, program: Program) -> str:
    """The plan as people read it."""
    said = [_("Who owes something hears of it first."), _told(plan.lead_after, _("the leads"))]
    said.append(_told(plan.facilitator_after, _("the facilitators of the home portfolio")))
    if program.silent_after:
        words = ngettext(
            "After %(count)s day without any change the leads are asked how it goes.",
            "After %(count)s days without any change the leads are asked how it goes.",
            program.silent_after,
        )
        said.append(words % {"count": program.silent_after})
    return " ".join(said)


def seen(program: Program) -> dict[str, Any]:
    """All of it as JSON: what the form is filled with."""
    return facts.facts_of(of(program), OF_PLAN) | facts.facts_of(program, OF_PROGRAM)


@transaction.atomic
def change(program: Program, *, wanted: Mapping[str, Any], seen: Mapping[str, Any], by: User) -> None:
    """Changes when others hear of what is late. What was told stays told.

    Raises ChangedMeanwhile (see `journal.facts`) or PermissionDenied.
    """
    require(by, program.pk, Can.MANAGE)
    held = Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    plan, _is_new = ChasingPlan.objects.get_or_create(program=held)
    change_of = partial(facts.change, wanted=wanted, seen=seen, program_id=held.pk, by=by)
    try:
        change_of(plan, OF_PLAN, kind=KIND)
        change_of(held, OF_PROGRAM, kind="program")
    except facts.ChangedMeanwhile as clash:
        now = facts.facts_of(plan, OF_PLAN) | facts.facts_of(held, OF_PROGRAM)
        raise facts.ChangedMeanwhile(clash.fields, now=now) from None


def read(program: Program, *, today: date) -> Reading:
    """What is put off, the pause that ends first first; and what others heard of, the newest first."""
    pauses = snoozing.running_now(today=today).filter(program=program).order_by("until_on", "pk")[:ON_A_PROGRAM]
    escalated = _escalated([program.pk]).order_by("-pk")[:ON_A_PROGRAM]
    return Reading(snoozing.in_words(pauses), late_of(escalated, today=today))


def put_off_in(portfolio: Portfolio, *, today: date, after: str, before: str) -> Page:
    """What is put off in programs at home in the portfolio, a page at a time: rows of `Pause`."""
    pauses = snoozing.running_now(today=today).filter(program__in=at_home(portfolio))
    page = page_of(pauses, BY_DAY, size=PAGE_SIZE, after=after, before=before)
    return Page(snoozing.in_words(page.rows), page.before, page.after)


def late_in(portfolio: Portfolio, *, today: date, after: str, before: str) -> Page:
    """What others heard of in programs at home in the portfolio, a page at a time: rows of `Late`."""
    page = page_of(_escalated(at_home(portfolio)), NEWEST, size=PAGE_SIZE, after=after, before=before)
    return Page(late_of(page.rows, today=today), page.before, page.after)


def at_home(portfolio: Portfolio) -> QuerySet[Any]:
    """The numbers of programs whose home the portfolio is, without archived ones."""
    homes = Listing.objects.agreed().filter(portfolio=portfolio, is_home=True, program__archived_at=None)
    return homes.values("program")


def late_of(notices: Iterable[Notice], *, today: date) -> list[Late]:
    """Escalated notices in words, each with everybody who heard of the same."""
    rows = list(notices)
    now = still.owed_now(rows, today=today)
    things = {one.pk: now.get(one.pk) or noticing.owed_of(one) for one in rows}
    pauses = snoozing.running({snoozing.key_of(one) for one in now.values()}, today=today)
    heard, names = _heard(rows), _names({one.user_id for one in things.values()})
    return [
        Late(
            one,
            things[one.pk],
            owner=names.get(things[one.pk].user_id, ""),
            heard=heard[one.kind, one.subject_id, one.anchor_on],
            is_owed=one.pk in now,
            pause=pauses.get(snoozing.key_of(things[one.pk])),
        )
        for one in rows
    ]


def _told(after: int | None, whom: str) -> str:
    if after is None:
        return _("Nobody tells %(whom)s.") % {"whom": whom}
    said = {"whom": whom, "when": ChasingPlan.Days(after).label}
    return _("If it stays undone, %(whom)s hear of it %(when)s.") % said


def _escalated(programs: Collection[int] | QuerySet[Any]) -> QuerySet[Notice]:
    """The newest notice of each thing that was escalated there."""
    rows = Notice.objects.filter(program__in=programs, reason=Notice.Reason.ESCALATED, kind__in=list(RULES))
    newest = rows.values("kind", "subject_id", "anchor_on").annotate(newest=Max("pk")).values("newest")
    return Notice.objects.filter(pk__in=newest).select_related("program")


def _heard(rows: Sequence[Notice]) -> dict[tuple[str, int, date], list[str]]:
    """Who heard of each of these things, by name."""
    found: dict[tuple[str, int, date], list[str]] = defaultdict(list)
    if rows:
        told = Notice.objects.filter(
            program__in={one.program_id for one in rows},
            reason=Notice.Reason.ESCALATED,
            subject_id__in={one.subject_id for one in rows},
        )
        columns = ("kind", "subject_id", "anchor_on", "user__name")
        for *thing, name in told.order_by("user__name").values_list(*columns).distinct():
            found[tuple(thing)].append(name)
    return found


def _names(user_ids: set[int]) -> dict[int, str]:
    return dict(User.objects.filter(pk__in=user_ids).values_list("pk", "name")) if user_ids else {}
