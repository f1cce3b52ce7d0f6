"""What the worker counts of partner roles, for pages that show many programs: written only when it is newer."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from partners.domain import complaints
from partners.domain.arrangement import Arrangement
from partners.domain.checks import Severity
from partners.domain.complaints import Reading
from partners.models import Partnership, RoleSummary
from programs.domain.listing import stamp

BATCH = 100
UNCOVERED = frozenset({"none-accountable", "several-accountable"})
NOT_AGREED = frozenset({"no-agreement", "agreement-not-begun"})

# Never back: somebody may have counted newer changes meanwhile.
SETTLE = """
UPDATE partners_partnership AS partnership
SET counted_seq = greatest(partnership.counted_seq, summary.inputs_seq)
FROM partners_rolesummary AS summary
WHERE summary.program_id = partnership.program_id AND partnership.program_id = ANY(%s)
"""

# The portfolio's columns follow the summary, for all listings of many programs at once.
FOLLOW = """
UPDATE programs_listing AS listing
SET has_partners = summary.partners > 0, has_complaints = summary.complaints > 0,
    agreement_ends_on = summary.next_end_on
FROM partners_rolesummary AS summary
WHERE summary.program_id = listing.program_id AND listing.program_id = ANY(%s)
"""


def out_of_date(limit: int) -> list[int]:
    """Programs whose summary is older than what it rests on, the longest waiting first."""
    stale = Partnership.objects.filter(inputs_seq__gt=F("counted_seq"))
    return list(stale.order_by("changed_at").values_list("pk", flat=True)[:limit])


def of_an_earlier_day(limit: int) -> list[int]:
    """Programs counted before today, the oldest first: days alone end roles and agreements. Closed ones can wait."""
    rows = RoleSummary.objects.filter(counted_on__lt=timezone.localdate(), program__archived_at=None)
    return list(rows.order_by("counted_on", "pk").values_list("pk", flat=True)[:limit])


def is_current(program_id: int) -> bool:
    """Whether nothing changed since it was counted, today."""
    stale = Partnership.objects.filter(pk=program_id, inputs_seq__gt=F("counted_seq"))
    counted = RoleSummary.objects.filter(pk=program_id, counted_on__gte=timezone.localdate())
    return counted.exists() and not stale.exists()


def refresh(program_ids: Iterable[int], *, today: date | None = None) -> int:
    """Counts and writes summaries and the columns of listings; returns how many were written.

    Programs nobody named a partner in have none. The counters are read before the facts, so that they are never
    ahead of them. A summary that somebody wrote from newer facts meanwhile is left alone.
    """
    today = today or timezone.localdate()
    counters = dict(Partnership.objects.filter(pk__in=list(program_ids)).values_list("pk", "inputs_seq"))
    read = complaints.of_programs(counters, today)
    with transaction.atomic():
        newer = _newer_only(counters, today=today)
        _write([_summary(reading, counters[pk]) for pk, reading in read.items() if pk in newer])
        stamp(newer)
        with connection.cursor() as cursor:
            cursor.execute(FOLLOW, [sorted(newer)])
            cursor.execute(SETTLE, [sorted(newer)])
    return len(newer)


def _newer_only(counters: Mapping[int, int], *, today: date) -> set[int]:
    """Those whose row is not there yet, or holds nothing newer."""
    locked = RoleSummary.objects.select_for_update().filter(pk__in=counters).order_by("pk")
    written = {pk: (seq, day) for pk, seq, day in locked.values_list("pk", "inputs_seq", "counted_on")}
    return {pk for pk, seq in counters.items() if written.get(pk, (0, today)) <= (seq, today)}


def _write(rows: list[RoleSummary]) -> None:
    fields = [field.name for field in RoleSummary._meta.concrete_fields if field.name != "program"]
    RoleSummary.objects.bulk_create(rows, update_conflicts=True, unique_fields=["program"], update_fields=fields)


def _summary(reading: Reading, inputs_seq: int) -> RoleSummary:
    arrangement = reading.arrangement
    return RoleSummary(
        program_id=arrangement.program_id,
        partners=len(arrangement.here()),
        functions=len(arrangement.functions),
        **_counts(reading),
        accepted=len(reading.accepted),
        next_end_on=_next_end(arrangement),
        counted_on=arrangement.today,
        inputs_seq=inputs_seq,
        **_coverage(reading),
    )


def _counts(reading: Reading) -> dict[str, int]:
    """Open complaints; hints stand apart."""
    serious = sum(one.complaint.severity == Severity.SERIOUS for one in reading.pressing)
    pressing = len(reading.pressing)
    return {"complaints": pressing, "serious": serious, "hints": len(reading.open) - pressing}


def _coverage(reading: Reading) -> dict[str, Any]:
    """Accepting a complaint covers nothing: what is accepted counts here as what it is."""
    if not reading.was_checked:
        return {"covered": 0, "agreed": 0}
    functions = {one.pk for one in reading.arrangement.functions}
    covered = functions - _functions_with(reading, UNCOVERED)
    return {"covered": len(covered), "agreed": len(covered - _functions_with(reading, NOT_AGREED))}


def _functions_with(reading: Reading, codes: frozenset[str]) -> set[int]:
    return {one.complaint.facts["function_id"] for one in reading.told if one.complaint.code in codes}


def _next_end(arrangement: Arrangement) -> date | None:
    """Of the agreements in force."""
    today = arrangement.today
    ends = (one.ends for one in arrangement.agreements if one.span[0] <= today <= one.span[1])
    return min((day for day in ends if day is not None), default=None)
