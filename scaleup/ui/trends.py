"""Lines over time as points of an SVG; `ui/trend.html` draws them, and the page sets the table beside them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 640, 200
MARGIN_START, MARGIN_END, MARGIN_TOP, MARGIN_BOTTOM = 34, 10, 10, 22
PERCENT = ("0", "50", "100")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its name for the legend, its points for <polyline>, and its last point."""

    name: str
    points: str
    last_x: float
    last_y: float
    last_value: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A dated event under the lines, such as a decision."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class TimeChart:
    """Lines of values from 0 to 1 over days. `grid` has the heights that are named, from the floor up."""

    lines: Sequence[Line]
    marks: Sequence[Mark]
    grid: Sequence[tuple[str, float]]
    first: date
    last: date
    width: int

    height = HEIGHT
    floor = HEIGHT - MARGIN_BOTTOM
    start = MARGIN_START

    @property
    def end(self) -> int:
        return self.width - MARGIN_END


def over_time(
    lines: Mapping[str, Sequence[tuple[date, float]]],
    *,
    marks: Iterable[tuple[date, str]] = (),
    grid: Sequence[str] = PERCENT,
    width: int = WIDTH,
) -> TimeChart | None:
    """A chart of named lines of (day, value 0 to 1), or None when there are fewer than two days.

    `grid` names heights from 0 to 1 that are evenly apart, two at least.
    """
    days = sorted({day for points in lines.values() for day, _ in points})
    if len(days) < 2:  # a line needs two ends
        return None
    span = _Span(days[0], days[-1], width)
    return TimeChart(
        lines=[_line(name, points, span) for name, points in lines.items() if points],
        marks=[Mark(span.x(day), label) for day, label in marks if span.first <= day <= span.last],
        grid=[(label, _y(place / (len(grid) - 1))) for place, label in enumerate(grid)],
        first=span.first,
        last=span.last,
        width=width,
    )


@dataclass(frozen=True, slots=True)
class _Span:
    first: date
    last: date
    width: int

    def x(self, day: date) -> float:
        share = (day - self.first).days / (self.last - self.first).days
        return round(MARGIN_START + share * (self.width - MARGIN_START - MARGIN_END), 1)


def _line(name: str, points: Sequence[tuple[date, float]], span: _Span) -> Line:
    drawn = [(span.x(day), _y(value)) for day, value in points]
    last_x, last_y = drawn[-1]
    return Line(
        name=name,
        points=" ".join(f"{x:g},{y:g}" for x, y in drawn),
        last_x=last_x,
        last_y=last_y,
        last_value=points[-1][1],
    )


def _y(value: float) -> float:
    return round(MARGIN_TOP + (1 - value) * (HEIGHT - MARGIN_TOP - MARGIN_BOTTOM), 1)
