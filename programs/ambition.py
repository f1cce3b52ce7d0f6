"""The ambition of a program as one sentence, and how far its reach has come towards it."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.models import Direction, Program, ReachFigure

SENTENCES = {
    Direction.UP: gettext_lazy("By %(when)s, %(count)s %(whom)s in %(place)s %(change)s, led by %(actor)s."),
    Direction.OUT: gettext_lazy(
        "By %(when)s, %(count)s %(whom)s in %(place)s %(change)s, led by %(actor)s: out to a new setting."
    ),
    Direction.BOTH: gettext_lazy(
        "By %(when)s, %(count)s %(whom)s in %(place)s %(change)s, led by %(actor)s: up, and out to new settings."
    ),
}
GAPS = {
    "when": gettext_lazy("(by when?)"),
    "count": gettext_lazy("(how many?)"),
    "whom": gettext_lazy("(for whom?)"),
    "place": gettext_lazy("(where?)"),
    "change": gettext_lazy("(what changes?)"),
    "actor": gettext_lazy("(who?)"),
}


def sentence(program: Program) -> str:
    """The ambition in one sentence; what is not said yet stands in it as a question."""
    said = _said(program)
    if not any(said.values()):
        return _("The ambition is not written yet.")
    return SENTENCES[Direction(program.direction)] % {part: said[part] or str(gap) for part, gap in GAPS.items()}


def is_whole(program: Program) -> bool:
    """Nothing of the ambition is left to say."""
    return all(_said(program).values())


def _said(program: Program) -> dict[str, str]:
    by, count = program.ambition_by, program.ambition_count
    return {
        "when": date_format(by, "YEAR_MONTH_FORMAT") if by else "",
        "count": number_format(count, force_grouping=True) if count is not None else "",
        "whom": program.ambition_whom,
        "place": program.ambition_place,
        "change": program.ambition_change,
        "actor": program.ambition_actor,
    }


@dataclass(frozen=True, slots=True)
class Reach:
    """The newest reach figure beside the ambition. `share` is 0 or more (1 = all), None without an ambition."""

    count: int
    as_of: date
    how_counted: str
    ambition: int | None
    whom: str

    @property
    def share(self) -> float | None:
        return self.count / self.ambition if self.ambition else None

    @property
    def percent(self) -> int | None:
        return None if self.share is None else round(self.share * 100)


def reach_of(program: Program, figure: ReachFigure | None) -> Reach | None:
    """What a page shows of a program's reach; None when nothing was recorded."""
    if figure is None:
        return None
    return Reach(figure.count, figure.as_of, figure.how_counted, program.ambition_count, program.ambition_whom)
