"""The plan the money of a program is added up by: its currency, and how large a share one source may have."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from funding.domain.counting import mark_stale
from funding.models import FundingPlan
from journal import facts
from programs.models import Program
from programs.standing import Can, require

KIND = "funding_plan"
FACTS = ("currency", "largest_share")


def of(program: Program) -> FundingPlan:
    """The plan of a program; one that nobody needed yet is as a new one, and not saved."""
    return FundingPlan.objects.filter(program=program).first() or FundingPlan(program=program)


def begin(program: Program) -> FundingPlan:
    """The plan of a program, made when the first thing is planned. It is not locked.

    Call it first in the transaction that adds something: who makes it holds it until the end.
    """
    return FundingPlan.objects.get_or_create(program=program)[0]


@transaction.atomic
def change(program: Program, *, wanted: Mapping[str, Any], seen: Mapping[str, Any], by: User) -> None:
    """Changes by what the money is added up. No amount and no rate is changed with it.

    Raises ChangedMeanwhile (see `journal.facts`) or PermissionDenied.
    """
    require(by, program.pk, Can.WRITE)
    begin(program)
    held = FundingPlan.objects.select_for_update().get(pk=program.pk)
    if facts.change(held, FACTS, wanted=wanted, seen=seen, kind=KIND, program_id=held.pk, by=by):
        mark_stale(held.pk)
