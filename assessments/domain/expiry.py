"""What changes by the calendar alone: evidence that expires, rounds that grow old, programs that stand still."""

from collections.abc import Iterator
from datetime import date, timedelta

from assessments.domain import closed_rounds
from assessments.domain import rules as rule_files
from assessments.domain.summaries import BATCH, STUCK_AFTER
from programs.domain import verifying
from programs.models import Attention, Evidence, Program

# The sweep runs once a day; a longer look back makes up for days it did not run.
LOOK_BACK = timedelta(days=31)


def touched(today: date) -> Iterator[list[int]]:
    """Programs whose summary changes today with no one touching them, in batches.

    Lapses the verifications that rested on evidence which has expired.
    """
    verifying.lapse_expired(today)
    expired = Evidence.objects.current().filter(expires_on__gte=today - LOOK_BACK, expires_on__lt=today)
    ids = set(expired.values_list("answer__plan__program_id", flat=True))
    ids |= set(closed_rounds.newly_too_old(today, rules=rule_files.built_in(), look_back=LOOK_BACK))
    ids |= set(_newly_stuck(today))
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def _newly_stuck(today: date) -> Iterator[int]:
    quiet = Program.objects.filter(
        archived_at=None,
        changed_at__date__lte=today - STUCK_AFTER,
        changed_at__date__gt=today - STUCK_AFTER - LOOK_BACK,
        summaries__view="live",
        summaries__attention__in=[Attention.HOLD, Attention.MOVING],
    )
    return quiet.values_list("pk", flat=True).iterator()
