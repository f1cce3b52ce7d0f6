"""What the matrix complains about: small pure checks of one program's arrangement, each under its own code.

Plain Python: no Django, no clock. A check yields complaints; how they are said is in
`partners.domain.complaint_words`, which form mends them in `partners.domain.mending`. To add a check, write it
here with `@check`, and give it words and a form there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Any

from partners.domain.arrangement import (
    ACCOUNTABLE,
    DAY,
    DOING,
    AgreementFacts,
    Arrangement,
    FunctionFacts,
    RoleFacts,
    Span,
    have_a_day_in_common,
    holes,
)

FEWEST_TO_SHARE = 3  # of two partners, or of two functions, one always has half


Name = tuple[str, str]  # the code and the subject of a complaint


class Severity(IntEnum):
    """How much a complaint weighs, the heaviest first."""

    SERIOUS = 1
    WARNING = 2
    HINT = 3


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong. `code` and `subject` name it for good; `facts` fill its words.

    A subject is “function:12”, “partner:3”, “role:7” or “program:1”: what it is about, by number.
    """

    code: str
    subject: str
    severity: Severity
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> Name:
        return self.code, self.subject

    @property
    def subject_id(self) -> int:
        return int(self.subject.partition(":")[2])


Check = Callable[[Arrangement], Iterator[Complaint]]
CHECKS: dict[str, Check] = {}


def check(code: str) -> Callable[[Check], Check]:
    """Registers a check under its code."""

    def keep(found: Check) -> Check:
        CHECKS[code] = found
        return found

    return keep


def complaints_of(arrangement: Arrangement) -> list[Complaint]:
    """Everything that is wrong: the most serious first, then check by check, function by function.

    The same whatever the order the facts come in. Without partners there is nothing to check.
    """
    if not arrangement.partners:
        return []
    found = [
        (complaint.severity, place, complaint.facts.get("function_id", 0), complaint.subject_id, complaint)
        for place, one in enumerate(CHECKS.values())
        for complaint in one(arrangement)
    ]
    return [last for *_, last in sorted(found, key=lambda ranked: ranked[:4])]


@check("none-accountable")
def none_accountable(arrangement: Arrangement) -> Iterator[Complaint]:
    """Nobody answers for a function, neither now nor later; perhaps somebody did."""
    for function in arrangement.functions:
        if not arrangement.accountable(function.pk):
            former = arrangement.formerly_accountable(function.pk)
            said = {"former": _name(arrangement, former), "ended": arrangement.span(former)[1]} if former else {}
            yield _about(function, "none-accountable", Severity.SERIOUS, **said)


@check("several-accountable")
def several_accountable(arrangement: Arrangement) -> Iterator[Complaint]:
    """Two who answer for one thing at one time. Who takes over the day after the other ends is no second one."""
    for function in arrangement.functions:
        roles = arrangement.accountable(function.pk)
        spans = {one.pk: arrangement.span(one) for one in roles}
        clashing = [
            one
            for one in roles
            if any(have_a_day_in_common(spans[one.pk], spans[other.pk]) for other in roles if other is not one)
        ]
        if clashing:
            said = {
                "partners": sorted(_name(arrangement, one) for one in clashing),
                "partner_ids": frozenset(one.partner for one in clashing),
            }
            yield _about(function, "several-accountable", Severity.SERIOUS, **said)


@check("no-agreement")
def no_agreement(arrangement: Arrangement) -> Iterator[Complaint]:
    """Somebody answers for a function, and nothing signed says so on any day of it."""
    for role in _accountable_roles(arrangement):
        if not _agreements(arrangement, role):
            said = _draft(arrangement, role, _needed(arrangement, role)) or _other_agreement(arrangement, role)
            yield _of_role(arrangement, role, "no-agreement", Severity.SERIOUS, **said)


@check("accountable-gap")
def accountable_gap(arrangement: Arrangement) -> Iterator[Complaint]:
    """Somebody answers for a function, but not all the time from today until its work ends."""
    for function in arrangement.functions:
        roles = arrangement.accountable(function.pk)
        if not roles:
            continue
        spans = [arrangement.span(one) for one in roles]
        last = max(function.work_ends or max(ends for _, ends in spans), arrangement.today)
        if open_days := holes((arrangement.today, last), spans):
            said = {"spans": open_days, "role_id": _dated_beside(arrangement, roles, open_days[0])}
            yield _about(function, "accountable-gap", Severity.WARNING, **said)


@check("agreement-not-begun")
def agreement_not_begun(arrangement: Arrangement) -> Iterator[Complaint]:
    """There is an agreement on what somebody answers for, but it begins after they do."""
    for role, agreements, open_days in _agreement_holes(arrangement):
        at_the_start = [span for span in open_days if span[0] == _begins(arrangement, role)]
        if at_the_start:
            first = min(agreements, key=lambda one: (one.span, one.pk))
            said = {"agreement": first.title, "begins": first.starts, "spans": at_the_start}
            said |= _draft(arrangement, role, at_the_start[0])
            yield _of_role(arrangement, role, "agreement-not-begun", Severity.WARNING, **said)


@check("agreement-too-short")
def agreement_too_short(arrangement: Arrangement) -> Iterator[Complaint]:
    """The agreement ends before the work does, or before the next agreement begins."""
    for role, agreements, open_days in _agreement_holes(arrangement):
        later = [span for span in open_days if span[0] != _begins(arrangement, role)]
        if later:
            last = max((one for one in agreements if one.span[1] == later[0][0] - DAY), key=lambda one: one.pk)
            said = {"agreement": last.title, "agreement_id": last.pk, "ends": last.ends, "spans": later}
            said |= _draft(arrangement, role, later[0])
            yield _of_role(arrangement, role, "agreement-too-short", Severity.WARNING, **said)


@check("level-without-anybody")
def level_without_anybody(arrangement: Arrangement) -> Iterator[Complaint]:
    """A function must be done at a level where the program works, and nobody who does it works there.

    Where nobody does it at all, `none-accountable` says so already.
    """
    for function in arrangement.functions:
        doing = [arrangement.partner_of[one.partner] for one in arrangement.doing(function.pk)]
        missing = (function.levels & arrangement.levels) - frozenset[str]().union(*(one.levels for one in doing))
        if doing and missing:
            unplaced = min((one for one in doing if not one.levels), key=lambda one: one.pk, default=None)
            said = {"partner": unplaced.name, "partner_id": unplaced.pk} if unplaced else {}
            yield _about(function, "level-without-anybody", Severity.WARNING, levels=sorted(missing), **said)


@check("too-much-on-one")
def too_much_on_one(arrangement: Arrangement) -> Iterator[Complaint]:
    """One partner answers for more than half of the functions that somebody answers for, where they could be shared."""
    answered = [arrangement.accountable(one.pk) for one in arrangement.functions]
    total = sum(1 for roles in answered if roles)
    if len(arrangement.here()) < FEWEST_TO_SHARE or total < FEWEST_TO_SHARE:
        return
    for partner in arrangement.here():
        mine = sum(1 for roles in answered if any(one.partner == partner.pk for one in roles))
        if mine * 2 > total:
            said = {"partner": partner.name, "partner_id": partner.pk, "count": mine, "total": total}
            yield Complaint("too-much-on-one", f"partner:{partner.pk}", Severity.WARNING, said)


@check("holder-left")
def holder_left(arrangement: Arrangement) -> Iterator[Complaint]:
    """A role stands in the name of somebody who left."""
    for role in _doing(arrangement):
        if role.holder and arrangement.has_left(role):
            said = {"person": role.holder, "left": role.holder_left}
            yield _of_role(arrangement, role, "holder-left", Severity.WARNING, **said)


@check("no-deputy")
def no_deputy(arrangement: Arrangement) -> Iterator[Complaint]:
    """A role hangs on one person by name, and nobody stands in for them."""
    for role in _doing(arrangement):
        if role.holder and not arrangement.has_left(role) and not role.has_deputy:
            said = {"person": role.holder, "person_id": role.holder_id}
            yield _of_role(arrangement, role, "no-deputy", Severity.WARNING, **said)


@check("capacity-too-low")
def capacity_too_low(arrangement: Arrangement) -> Iterator[Complaint]:
    """The newest check of who does a function is below what the role needs. Never checked is not too low."""
    for role in _doing(arrangement):
        capacity = arrangement.capacity.get((role.partner, role.function))
        needed = arrangement.function_of[role.function].capacity_needed
        if capacity is not None and capacity < needed:
            said = {"capacity": capacity, "needed": needed}
            yield _of_role(arrangement, role, "capacity-too-low", Severity.WARNING, **said)


@check("capacity-unknown")
def capacity_unknown(arrangement: Arrangement) -> Iterator[Complaint]:
    """Nobody ever looked whether who answers for a function is able to."""
    for role in _accountable_roles(arrangement):
        needed = arrangement.function_of[role.function].capacity_needed
        if needed and (role.partner, role.function) not in arrangement.capacity:
            yield _of_role(arrangement, role, "capacity-unknown", Severity.HINT)


@check("levels-unknown")
def levels_unknown(arrangement: Arrangement) -> Iterator[Complaint]:
    """Nobody said at which levels the program works, so `level-without-anybody` cannot look."""
    if not arrangement.levels and any(one.levels for one in arrangement.functions):
        yield Complaint("levels-unknown", f"program:{arrangement.program_id}", Severity.HINT)


def _accountable_roles(arrangement: Arrangement) -> list[RoleFacts]:
    return [one for one in arrangement.standing() if one.letter == ACCOUNTABLE]


def _doing(arrangement: Arrangement) -> list[RoleFacts]:
    return [one for one in arrangement.standing() if one.letter in DOING]


def _dated_beside(arrangement: Arrangement, roles: Sequence[RoleFacts], gap: Span) -> int | None:
    """The role whose own dates make the gap: the one that ends before it, else the first that begins after it."""
    before = [one for one in roles if arrangement.span(one)[1] < gap[0]]
    if before:
        last = max(before, key=lambda one: (arrangement.span(one)[1], one.pk))
        return last.pk if last.until == arrangement.span(last)[1] else None
    return roles[0].pk if roles[0].since == arrangement.span(roles[0])[0] else None


def _begins(arrangement: Arrangement, role: RoleFacts) -> date:
    """The first day from today on that the role is held."""
    return max(arrangement.span(role)[0], arrangement.today)


def _needed(arrangement: Arrangement, role: RoleFacts) -> Span:
    """The days from today on that an agreement must cover: while the role is held and the work goes on.

    A date of the work that has passed was too early: the role stands, so today at least counts.
    """
    begins, ends = _begins(arrangement, role), arrangement.span(role)[1]
    return begins, max(begins, min(ends, arrangement.function_of[role.function].work_ends or date.max))


def _agreements(arrangement: Arrangement, role: RoleFacts) -> list[AgreementFacts]:
    """Those the partner is party to that cover the function on a day on which it is needed."""
    needed = _needed(arrangement, role)
    return [one for one in arrangement.agreements if one.is_about(role) and have_a_day_in_common(one.span, needed)]


def _agreement_holes(arrangement: Arrangement) -> Iterator[tuple[RoleFacts, Sequence[AgreementFacts], Sequence[Span]]]:
    """For what somebody answers for by agreement: the days that none covers; of work without an end, those before."""
    for role in _accountable_roles(arrangement):
        agreements = _agreements(arrangement, role)
        begins, ends = _needed(arrangement, role)
        if agreements and ends == date.max:
            ends = max(begins, min(one.span[0] for one in agreements))
        open_days = holes((begins, ends), [one.span for one in agreements]) if agreements else []
        if open_days:
            yield role, agreements, open_days


def _draft(arrangement: Arrangement, role: RoleFacts, open_days: Span) -> dict[str, Any]:
    """The draft of an agreement that would cover it, on these days, once it is signed."""
    mine = [one for one in arrangement.drafts if one.is_about(role) and have_a_day_in_common(one.span, open_days)]
    found = max(mine, key=lambda one: one.pk, default=None)
    return {"draft": found.title, "draft_id": found.pk} if found else {}


def _other_agreement(arrangement: Arrangement, role: RoleFacts) -> dict[str, Any]:
    """The longest one the partner is party to that does not name this function: perhaps it was forgotten there."""
    mine = [one for one in arrangement.agreements if role.partner in one.parties and role.function not in one.functions]
    current = [one for one in mine if have_a_day_in_common(one.span, _needed(arrangement, role))]
    found = max(current, key=lambda one: (one.span[1], one.pk), default=None)
    return {"agreement": found.title, "agreement_id": found.pk} if found else {}


def _name(arrangement: Arrangement, role: RoleFacts) -> str:
    return arrangement.partner_of[role.partner].name


def _about(function: FunctionFacts, code: str, severity: Severity, **facts: Any) -> Complaint:
    said = {"function": function.name, "function_id": function.pk}
    return Complaint(code, f"function:{function.pk}", severity, said | facts)


def _of_role(arrangement: Arrangement, role: RoleFacts, code: str, severity: Severity, **facts: Any) -> Complaint:
    """About one cell of the matrix."""
    function = arrangement.function_of[role.function].name
    said = {"function": function, "function_id": role.function, "partner": _name(arrangement, role)}
    return Complaint(code, f"role:{role.pk}", severity, said | {"partner_id": role.partner} | facts)
