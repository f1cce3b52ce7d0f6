"""What portfolio and donor pages read of the money of programs: computed by the worker, written only when newer."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone

from funding.domain.arithmetic import Year, add_up, total
from funding.domain.gathering import gather
from funding.domain.planned import Planned
from funding.models import FundingPlan, FundingSummary
from programs.domain.listing import stamp

BATCH = 100
MOST = Decimal("999999999999999999.99")  # that a column takes; larger sums are slips of the keyboard


@dataclass(frozen=True, slots=True)
class YearFigures:
    """The sums of one year, in the currency of its program. None: there are amounts, and none has a rate."""

    year: int
    cost: Decimal | None
    secured: Decimal | None
    pledged: Decimal | None
    hoped: Decimal | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The money of one program as those may see it who read no names, texts or single amounts.

    Of the year it was counted in and those after. Amounts in the currencies of `without_rate` are in no sum, and
    `left_out` says how many these are. Unless `is_known` no cost could be converted: then there is no gap to show.
    """

    currency: str
    cost: Decimal
    secured: Decimal
    gap: Decimal
    years: list[YearFigures]
    left_out: int
    without_rate: list[str]
    is_known: bool
    counted_on: date

    @property
    def covered(self) -> Decimal:
        """What of the cost secured money pays; some of it may be over, or bound to another kind of cost."""
        return self.cost - self.gap


def of_programs(program_ids: Iterable[int]) -> dict[int, Figures]:
    """By program, as the worker last counted, in one query. Who planned no cost ahead, or was never counted, is not
    there: a gap of nought would say that all is paid.
    """
    has_cost = Q(cost__gt=0) | Q(is_known=False)
    rows = FundingSummary.objects.filter(has_cost, program__in=list(program_ids))
    return {row.pk: _figures(row) for row in rows}


def out_of_date(limit: int) -> list[int]:
    """Programs whose figures are older than what they rest on, then those counted in an earlier year."""
    stale = FundingPlan.objects.filter(inputs_seq__gt=F("counted_seq")).order_by("changed_at")
    found = list(stale.values_list("pk", flat=True)[:limit])
    if len(found) < limit:
        new_year = timezone.localdate().replace(month=1, day=1)
        of_last_year = FundingSummary.objects.filter(counted_on__lt=new_year).exclude(pk__in=found)
        found += of_last_year.order_by("counted_on", "pk").values_list("pk", flat=True)[: limit - len(found)]
    return found


def is_current(program_id: int) -> bool:
    return not FundingPlan.objects.filter(pk=program_id, inputs_seq__gt=F("counted_seq")).exists()


def refresh(program_ids: Iterable[int], *, today: date | None = None) -> int:
    """Computes and writes the figures of programs, in a number of queries that does not grow with them.

    What somebody wrote from newer inputs meanwhile is left alone. Gives how many were written.
    """
    today = today or timezone.localdate()
    rows = [_summary(planned, today=today) for planned in gather(program_ids)]
    with transaction.atomic():
        rows = _newer_only(rows)
        fields = [field.name for field in FundingSummary._meta.concrete_fields if not field.primary_key]
        FundingSummary.objects.bulk_create(rows, update_conflicts=True, unique_fields=["program"], update_fields=fields)
        _settle(rows)
        stamp([row.pk for row in rows])
    return len(rows)


def _newer_only(rows: list[FundingSummary]) -> list[FundingSummary]:
    locked = FundingSummary.objects.select_for_update().filter(pk__in=[row.pk for row in rows]).order_by("pk")
    written = {pk: (seq, day) for pk, seq, day in locked.values_list("pk", "inputs_seq", "counted_on")}
    return [row for row in rows if row.pk not in written or written[row.pk] <= (row.inputs_seq, row.counted_on)]


def _settle(rows: list[FundingSummary]) -> None:
    """Plans are counted as far as they were read; never back, somebody may have counted newer inputs meanwhile."""
    written = FundingSummary.objects.filter(pk=OuterRef("pk")).values("inputs_seq")
    plans = FundingPlan.objects.filter(pk__in=[row.pk for row in rows])
    plans.update(counted_seq=Greatest(F("counted_seq"), Subquery(written)))


def _summary(planned: Planned, *, today: date) -> FundingSummary:
    ahead = add_up(planned).since(today.year)
    sums = total(ahead)
    return FundingSummary(
        program_id=planned.program_id,
        currency=planned.currency,
        years=[_as_text(one) for one in ahead],
        cost=min(sums.cost, MOST),
        secured=min(sums.secured, MOST),
        gap=min(sums.gap, MOST),
        left_out=sums.left_out,
        without_rate=sorted(sums.tallies.whole.currencies),
        is_known=not sums.tallies.cost.is_unknown,
        counted_on=today,
        inputs_seq=planned.inputs_seq,
    )


def _as_text(year: Year) -> list[Any]:
    names = [one.name for one in fields(YearFigures) if one.name != "year"]
    said = {name: getattr(year.sums.tallies, name).is_unknown for name in names}
    return [year.year, *(None if said[name] else str(getattr(year.sums, name)) for name in names)]


def _figures(row: FundingSummary) -> Figures:
    years = [
        YearFigures(year, *(None if one is None else Decimal(one) for one in amounts)) for year, *amounts in row.years
    ]
    sums = (row.currency, row.cost, row.secured, row.gap)
    return Figures(*sums, years, row.left_out, row.without_rate, row.is_known, row.counted_on)
