"""The capacity of the partners of one program as its pages show it: pairs of a partner and a function."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Q, QuerySet

from partners.domain import functions, partners, support
from partners.domain.arrangement import ACCOUNTABLE, DOING
from partners.domain.capacity import Pair
from partners.models import CapacityCheck, Function, Partner, Responsibility, SupportNeed
from programs.models import Program

Key = tuple[int, int]  # of a partner and a function
Row = TypeVar("Row", CapacityCheck, SupportNeed)
ORDER = {"too_low": 0, "unchecked": 1, "open": 2, "enough": 3}


@dataclass(frozen=True, slots=True)
class Reading:
    """Partners, functions, and every pair that has a task or was ever looked at; the most pressing first."""

    partners: Sequence[Partner]
    functions: Sequence[Function]
    pairs: Sequence[Pair]
    needs: Sequence[SupportNeed]


def of_program(program: Program, *, today: date) -> Reading:
    """Everything, in five questions to the database. Functions that were dropped are left out of the pairs."""
    there = {one.pk: one for one in partners.of_program(program)}
    used = {one.pk: one for one in functions.of_program(program)}
    letters = {(role.partner_id, role.function_id): role.letter for role in _tasks(program, today=today)}
    checks = _by_pair(CapacityCheck.objects.filter(partner__program=program).defer("note"))
    needs = list(support.of_program(program))
    planned = _by_pair(needs)
    pairs = [
        Pair(there[key[0]], used[key[1]], letters.get(key, ""), checks.get(key, ()), planned.get(key, ()))
        for key in {*letters, *checks, *planned}
        if key[0] in there and key[1] in used
    ]
    return Reading(list(there.values()), list(used.values()), sorted(pairs, key=_pressing), needs)


def of_pair(partner: Partner, function: Function, *, today: date) -> Pair:
    """One pair with its checks, who made them, and its needs."""
    of = {"partner": partner, "function": function}
    task = _tasks(partner.program, today=today).filter(**of).first()
    checks = CapacityCheck.objects.filter(**of).select_related("recorded_by")
    needs = support.of_program(partner.program).filter(**of)
    return Pair(partner, function, task.letter if task else "", list(checks), list(needs))


def _tasks(program: Program, *, today: date) -> QuerySet[Responsibility]:
    """Who answers for a function or does it, and has not stopped."""
    goes_on = Q(until_on=None) | Q(until_on__gte=today)
    stays = Q(partner__until_on=None) | Q(partner__until_on__gte=today)
    return Responsibility.objects.filter(goes_on, stays, partner__program=program, letter__in=DOING)


def _by_pair(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.partner_id, row.function_id].append(row)
    return found


def _pressing(pair: Pair) -> tuple[object, ...]:
    """What is missing most, and who answers for it, first; then in the order of the lists."""
    missing = pair.needed - pair.newest.lowest if pair.newest else 0
    return (
        ORDER[pair.state],
        -missing if pair.state == "too_low" else 0,
        pair.letter != ACCOUNTABLE,
        str(pair.partner),
        pair.function.position,
        pair.function.pk,
        pair.partner.pk,
    )
