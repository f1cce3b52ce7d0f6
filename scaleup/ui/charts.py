"""Charts as SVG drawn by the server. Each stands beside the same figures in words or in a table."""

from collections.abc import Sequence
from itertools import pairwise

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT, MARGIN = 96, 28, 4


def bar(value: float, largest: float, *, part: float | None = None, target: float | None = None,
        was: float | None = None) -> SafeString:  # fmt: skip
    """A horizontal bar; `part` is its proven share, a line marks the target, a ring where it stood.

    Positions are percentages, so nothing is distorted however wide the bar is. It is hidden from
    those who hear the page: the cell beside it has the figure.
    """
    if largest <= 0:
        raise ValueError(f"A bar needs a largest value above 0, not {largest}.")
    drawn = ['<rect class="bar-track" width="100%" height="8" y="4" rx="2"/>']
    first = "bar-part" if part is not None else "bar-value"
    drawn.append(f'<rect class="{first}" width="{_percent(value, largest)}" height="8" y="4" rx="2"/>')
    if part is not None:
        drawn.append(f'<rect class="bar-value" width="{_percent(part, largest)}" height="8" y="4" rx="2"/>')
    if target is not None:
        at = _percent(target, largest)
        drawn.append(f'<line class="bar-target" x1="{at}" x2="{at}" y1="0" y2="16"/>')
    if was is not None:
        drawn.append(f'<circle class="bar-was" cx="{_percent(was, largest)}" cy="8" r="3.5"/>')
    return mark_safe(f'<svg class="bar" height="16" aria-hidden="true">{"".join(drawn)}</svg>')


def sparkline(values: Sequence[float | None], *, largest: float, label: str) -> SafeString:
    """A small line for a table row, with its label as text for those who hear the page."""
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        WIDTH, HEIGHT, label, mark_safe(_line(values, largest)),
    )  # fmt: skip


def _line(values: Sequence[float | None], largest: float) -> str:
    points = _points(values, largest)
    known = [point for point in points if point is not None]
    if not known:
        return ""
    steps = [f"M{known[0]}"] if points[0] else []
    for before, after in pairwise(points):
        if after is not None:
            steps.append(f"{'L' if before is not None else 'M'}{after}")
    return f'<path class="spark-line" d="{"".join(steps)}"/><path class="spark-end" d="M{known[-1]}h0"/>'


def _points(values: Sequence[float | None], largest: float) -> list[str | None]:
    if largest <= 0:
        raise ValueError(f"A line needs a largest value above 0, not {largest}.")
    pitch = (WIDTH - 2 * MARGIN) / max(1, len(values) - 1)
    tall = HEIGHT - 2 * MARGIN
    return [
        None
        if value is None
        else f"{_short(MARGIN + pitch * at)} {_short(HEIGHT - MARGIN - tall * min(1, max(0, value / largest)))}"
        for at, value in enumerate(values)
    ]


def _percent(value: float, largest: float) -> str:
    return f"{_short(100 * min(1, max(0, value / largest)))}%"


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
