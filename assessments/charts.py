"""Lines over time as points of an SVG; the page draws them and sets the table beside them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 640, 200
MARGIN_START, MARGIN_END, MARGIN_TOP, MARGIN_BOTTOM = 34, 10, 10, 22


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
    """Lines of values from 0 to 1 over days."""

    lines: Sequence[Line]
    marks: Sequence[Mark]
    first: date
    last: date

    width = WIDTH
    height = HEIGHT
    floor = HEIGHT - MARGIN_BOTTOM
    start = MARGIN_START
    end = WIDTH - MARGIN_END
    grid = [(share, MARGIN_TOP + (1 - share) * (HEIGHT - MARGIN_TOP - MARGIN_BOTTOM)) for share in (0, 0.5, 1)]


def over_time(
    lines: Mapping[str, Sequence[tuple[date, float]]], *, marks: Iterable[tuple[date, str]] = ()
) -> TimeChart | None:
    """A chart of named lines of (day, value 0 to 1), or None when there are fewer than two days."""
    days = sorted({day for points in lines.values() for day, _ in points})
    if len(days) < 2:  # a line needs two ends
        return None
    first, last = days[0], days[-1]
    return TimeChart(
        lines=[_line(name, points, first=first, last=last) for name, points in lines.items() if points],
        marks=[Mark(_x(day, first=first, last=last), label) for day, label in marks if first <= day <= last],
        first=first,
        last=last,
    )


def _line(name: str, points: Sequence[tuple[date, float]], *, first: date, last: date) -> Line:
    drawn = [(_x(day, first=first, last=last), _y(value)) for day, value in points]
    last_x, last_y = drawn[-1]
    return Line(
        name=name,
        points=" ".join(f"{x:g},{y:g}" for x, y in drawn),
        last_x=last_x,
        last_y=last_y,
        last_value=points[-1][1],
    )


def _x(day: date, *, first: date, last: date) -> float:
    share = (day - first).days / (last - first).days
    return round(MARGIN_START + share * (WIDTH - MARGIN_START - MARGIN_END), 1)


def _y(value: float) -> float:
    return round(MARGIN_TOP + (1 - value) * (HEIGHT - MARGIN_TOP - MARGIN_BOTTOM), 1)
