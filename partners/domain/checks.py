"""What the matrix complains about: small pure checks of one program's arrangement, each under its own code.

Plain Python: no Django, no clock. A check yields complaints; how they are said and which form mends them is in
`partners.domain.complaints`. To add a check, write it here with `@check` and give it words there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Any

from partners.domain.arrangement import DOING, AgreementFacts, Arrangement, FunctionFacts, RoleFacts

FEWEST_TO_SHARE = 3  # with two partners one of them always has half


class Severity(IntEnum):
    """How much a complaint weighs, the heaviest first."""

    SERIOUS = 1
    WARNING = 2
    HINT = 3


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong. `code` and `subject` name it for good; `facts` fill its words.

    A subject is “function:12”, “partner:3” or “role:7”: what it is about, by number.
    """

    code: str
    subject: str
    severity: Severity
    facts: Mapping[str, Any] = field(default_factory=dict)

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
    """Everything that is wrong, the most serious first, then in the order of the checks. Nobody there: nothing is."""
    if not arrangement.partners:
        return []
    found = [complaint for one in CHECKS.values() for complaint in one(arrangement)]
    return sorted(found, key=lambda complaint: complaint.severity)


@check("none-accountable")
def none_accountable(arrangement: Arrangement) -> Iterator[Complaint]:
    for function in arrangement.functions:
        if not arrangement.accountable(function.pk):
            yield _about(function, "none-accountable", Severity.SERIOUS)


@check("several-accountable")
def several_accountable(arrangement: Arrangement) -> Iterator[Complaint]:
    """Two who answer for one thing at one time. Who takes over the day after the other ends is no second one."""
    for function in arrangement.functions:
        roles = arrangement.accountable(function.pk)
        clashing = [one for one in roles if any(_overlap(one, other) for other in roles if other is not one)]
        if clashing:
            names = _names(arrangement, [one.partner for one in clashing])
            yield _about(function, "several-accountable", Severity.SERIOUS, partners=names)


@check("too-much-on-one")
def too_much_on_one(arrangement: Arrangement) -> Iterator[Complaint]:
    """One partner answers for more than half of the functions that somebody answers for; from three partners on."""
    if len(_here(arrangement)) < FEWEST_TO_SHARE:
        return
    answered = {one.pk: arrangement.accountable(one.pk) for one in arrangement.functions}
    total = sum(1 for roles in answered.values() if roles)
    for partner in arrangement.partners:
        mine = sum(1 for roles in answered.values() if any(one.partner == partner.pk for one in roles))
        if mine * 2 > total:
            facts = {"partner": partner.name, "count": mine, "total": total}
            yield Complaint("too-much-on-one", f"partner:{partner.pk}", Severity.WARNING, facts)


@check("no-agreement")
def no_agreement(arrangement: Arrangement) -> Iterator[Complaint]:
    """Somebody answers for a function, and no agreement that is in force says so."""
    for role, function in _accountable_roles(arrangement):
        if not _agreements(arrangement, role):
            yield _of_role(arrangement, role, function, "no-agreement", Severity.SERIOUS)


@check("agreement-too-short")
def agreement_too_short(arrangement: Arrangement) -> Iterator[Complaint]:
    """The agreement ends before the work does: before the role, else the step or the ambition, comes to its end."""
    for role, function in _accountable_roles(arrangement):
        agreements = _agreements(arrangement, role)
        work_ends = _earliest(role.until, function.work_ends)
        if not agreements or any(one.ends is None for one in agreements) or work_ends is None:
            continue
        longest = max(agreements, key=lambda one: one.ends or date.max)
        if longest.ends is not None and longest.ends < work_ends:
            said = {"agreement": longest.title, "agreement_id": longest.pk, "ends": longest.ends, "work": work_ends}
            yield _of_role(arrangement, role, function, "agreement-too-short", Severity.WARNING, **said)


@check("no-deputy")
def no_deputy(arrangement: Arrangement) -> Iterator[Complaint]:
    """A role hangs on one person by name, and nobody stands in for them."""
    functions = {one.pk: one for one in arrangement.functions}
    for role in arrangement.standing():
        if role.letter in DOING and role.holder and not role.has_deputy and role.function in functions:
            function = functions[role.function]
            yield _of_role(arrangement, role, function, "no-deputy", Severity.WARNING, person=role.holder)


@check("level-without-anybody")
def level_without_anybody(arrangement: Arrangement) -> Iterator[Complaint]:
    """A function must be done at a level where the program works, and nobody who does it works there."""
    works_at = {one.pk: one.levels for one in arrangement.partners}
    for function in arrangement.functions:
        there = frozenset[str]().union(*(works_at[one.partner] for one in arrangement.doing(function.pk)))
        missing = (function.levels & arrangement.levels) - there
        if missing:
            yield _about(function, "level-without-anybody", Severity.WARNING, levels=sorted(missing))


@check("capacity-too-low")
def capacity_too_low(arrangement: Arrangement) -> Iterator[Complaint]:
    """The newest check of who answers for a function is below what the role needs. Never checked is not too low."""
    for role, function in _accountable_roles(arrangement):
        capacity = arrangement.capacity.get((role.partner, role.function))
        if capacity is not None and capacity < function.capacity_needed:
            said = {"capacity": capacity, "needed": function.capacity_needed}
            yield _of_role(arrangement, role, function, "capacity-too-low", Severity.WARNING, **said)


@check("capacity-unknown")
def capacity_unknown(arrangement: Arrangement) -> Iterator[Complaint]:
    """Nobody ever looked whether who answers for a function is able to."""
    for role, function in _accountable_roles(arrangement):
        if function.capacity_needed and (role.partner, role.function) not in arrangement.capacity:
            yield _of_role(arrangement, role, function, "capacity-unknown", Severity.HINT)


def _accountable_roles(arrangement: Arrangement) -> Iterator[tuple[RoleFacts, FunctionFacts]]:
    for function in arrangement.functions:
        for role in arrangement.accountable(function.pk):
            yield role, function


def _agreements(arrangement: Arrangement, role: RoleFacts) -> list[AgreementFacts]:
    """Those not over today that the partner is party to and that cover the function."""
    return [
        one
        for one in arrangement.agreements
        if role.partner in one.parties
        and role.function in one.functions
        and (one.ends is None or one.ends >= arrangement.today)
    ]


def _here(arrangement: Arrangement) -> list[int]:
    return [one.pk for one in arrangement.partners if one.until is None or one.until >= arrangement.today]


def _overlap(one: RoleFacts, other: RoleFacts) -> bool:
    """Whether two roles are held on some same day."""
    return not (_is_before(one, other) or _is_before(other, one))


def _is_before(one: RoleFacts, other: RoleFacts) -> bool:
    return one.until is not None and other.since is not None and one.until < other.since


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _names(arrangement: Arrangement, partners: list[int]) -> list[str]:
    return [one.name for one in arrangement.partners if one.pk in partners]


def _about(function: FunctionFacts, code: str, severity: Severity, **facts: Any) -> Complaint:
    return Complaint(code, f"function:{function.pk}", severity, {"function": function.name} | facts)


def _of_role(
    arrangement: Arrangement, role: RoleFacts, function: FunctionFacts, code: str, severity: Severity, **facts: Any
) -> Complaint:
    """About one cell of the matrix."""
    partner = _names(arrangement, [role.partner])[0]
    said = {"function": function.name, "partner": partner, "function_id": function.pk, "partner_id": role.partner}
    return Complaint(code, f"role:{role.pk}", severity, said | facts)
