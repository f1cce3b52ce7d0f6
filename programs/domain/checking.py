"""What a team should know of a step before it hands it in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.models import Answer, ItemAnswer


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the reviewer will ask about, and the items it is about."""

    name: str | Promise
    answers: list[ItemAnswer]


Fits = Callable[[ItemAnswer], bool]
GAPS: tuple[tuple[Promise, Fits], ...] = (
    (_("Critical and still open"), lambda row: row.item.is_critical and not row.is_settled),
    (_("Not answered"), lambda row: row.answer == Answer.NOT_STARTED),
    (_("Don’t know yet, or come back later"), lambda row: row.answer in (Answer.DONT_KNOW, Answer.LATER)),
    (_("Under way"), lambda row: row.answer == Answer.UNDER_WAY),
    (_("Not applicable without a reason"), lambda row: row.answer == Answer.NOT_APPLICABLE and not row.reason),
    (_("Done without evidence that counts"), lambda row: row.answer == Answer.DONE and not row.evidence_count),
    (_("Asked for by the reviewer"), lambda row: row.returned_note != ""),
)


def gaps(answers: Iterable[ItemAnswer]) -> list[Gap]:
    """What is missing, the weightiest first; an item can stand under several (rows read `with_counts`)."""
    rows = list(answers)
    found = (Gap(name, [row for row in rows if fits(row)]) for name, fits in GAPS)
    return [gap for gap in found if gap.answers]
