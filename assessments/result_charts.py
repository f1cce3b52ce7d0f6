"""Charts of a round’s result: dots by role group, bars of dimensions, small lines over rounds. Words stand beside.

Colours stand as attributes too, so that paper shows them; on a screen the style sheet takes over.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

Group = tuple[str, ...]

INK, TRACK, VALUE, EDGE = "#1a2125", "#dfe5e6", "#3d5a5e", "#7d868b"
PITCH: Final = 9  # between two marks
ROWS: Final = 5  # marks above each other before they stand side by side
BETWEEN: Final = 9  # levels

# A mark of its own for every group, also in black and white; several groups together have the last one.
MARKS: Final[Mapping[Group, str]] = {
    ("team",): "h0",
    ("ministry",): "m-2.5-2.5h5v5h-5z",
    ("partner",): "m-2.8 0a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0-5.6 0z",
    ("community",): "m-2.5-2.5l5 5m0-5l-5 5",
    ("facilitator",): "m-3 0h6m-3-3v6",
}
TOGETHER: Final = "m0-3l2.9 5.2h-5.8z"


def dots(
    answers: Sequence[tuple[Group, Mapping[int, int]]],
    levels: Sequence[int],
    *,
    label: str,
    agreed: int | None = None,
    crowd: int = 0,
) -> SafeString:
    """All ratings of an item over the levels of its scale; a frame around the level that was agreed on.

    `crowd` is the highest pile of all items that stand below each other: it makes their levels line up.
    """
    piles = {level: list(_pile(answers, level)) for level in levels}
    most = max(map(len, piles.values()))
    wide = _wide(max(1, most, crowd))
    step, tall = wide + BETWEEN, min(ROWS, max(2, most)) * PITCH
    drawn = [_floor(len(levels), step, tall, wide), _labels(levels, step, tall, wide)]
    for groups, _counts in answers:
        drawn.append(_marks(groups, piles, levels, tall, wide))
    if agreed in piles:
        drawn.append(_frame(levels.index(agreed) * step + BETWEEN / 2 + wide / 2, tall))
    return format_html(
        '<svg class="spread" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}</svg>',
        len(levels) * step, tall + 20, len(levels) * step, tall + 20, label, mark_safe("".join(drawn)),  # noqa: S308
    )  # fmt: skip


def key_mark(groups: Group) -> SafeString:
    """The mark of a group, for the key of a page."""
    return format_html(
        '<svg class="spread-key" viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">{}</svg>',
        _stroke(groups, [(5, 5)]),
    )


def key_frame() -> SafeString:
    """A framed level, for the key of a page."""
    return mark_safe(  # noqa: S308  our own words
        '<svg class="spread-key" viewBox="0 0 20 16" width="20" height="16" aria-hidden="true">'
        f'<rect class="spread-agreed" fill="none" stroke="{INK}" x="2" y="1" width="16" height="14" rx="3"/></svg>'
    )


def bar(share: float | None, *, target: float, was: float | None = None) -> SafeString:
    """A dimension: how far it is, a line at the target, a ring where it was in the last round.

    Hidden from those who hear the page: the cells beside it have the figures.
    """
    drawn = [f'<rect class="bar-track" fill="{TRACK}" width="100%" height="8" y="4" rx="2"/>']
    if share is not None:
        drawn.append(f'<rect class="bar-value" fill="{VALUE}" width="{_percent(share)}" height="8" y="4" rx="2"/>')
    at = _percent(target)
    drawn.append(
        f'<line class="bar-target" stroke="{INK}" stroke-width="2" stroke-dasharray="3 2"'
        f' x1="{at}" x2="{at}" y1="0" y2="16"/>'
    )
    if was is not None:
        drawn.append(
            f'<circle class="bar-was" fill="#fff" stroke="{INK}" stroke-width="2" cx="{_percent(was)}" cy="8" r="3.5"/>'
        )
    return mark_safe(f'<svg class="bar" width="100%" height="16" aria-hidden="true">{"".join(drawn)}</svg>')  # noqa: S308


def line(shares: Sequence[float | None], *, target: float, label: str) -> SafeString:
    """One dimension over rounds, oldest first: a point each, joined where they follow each other."""
    wide, tall, edge = 160, 64, 8
    pitch = (wide - 2 * edge) / max(1, len(shares) - 1)
    points = [
        None if share is None else (edge + pitch * at, tall - edge - share * (tall - 2 * edge))
        for at, share in enumerate(shares)
    ]
    goal = tall - edge - target * (tall - 2 * edge)
    return format_html(
        '<svg class="over-rounds" viewBox="0 0 {} {}" width="{}" height="{}"'
        ' role="img" aria-label="{}" direction="ltr">'
        '<path class="over-rounds-floor" stroke="{}" fill="none" d="M0 {}H{}"/>'
        '<path class="bar-target" stroke="{}" stroke-dasharray="3 2" fill="none" d="M0 {}H{}"/>'
        '<path class="over-rounds-line" stroke="{}" fill="none" stroke-width="2" d="{}"/>'
        '<path class="over-rounds-dots" stroke="{}" fill="none" stroke-width="7" stroke-linecap="round" d="{}"/></svg>',
        wide, tall, wide, tall, label, EDGE, tall - edge, wide, INK, f"{goal:.1f}", wide,
        VALUE, _joined(points), VALUE, "".join(f"M{x:.1f} {y:.1f}h0" for x, y in filter(None, points)),
    )  # fmt: skip


def _pile(answers: Iterable[tuple[Group, Mapping[int, int]]], level: int) -> Iterator[Group]:
    """Whose marks stand at a level, group by group, from the floor up."""
    for groups, counts in answers:
        yield from [groups] * counts.get(level, 0)


def _marks(
    groups: Group, piles: Mapping[int, Sequence[Group]], levels: Sequence[int], tall: float, wide: float
) -> SafeString:
    """The marks of one group; every pile stands in the middle of its level."""
    points = []
    for at, level in enumerate(levels):
        start = (wide + BETWEEN) * at + (BETWEEN + wide - _wide(len(piles[level]))) / 2
        for place, owner in enumerate(piles[level]):
            if owner == groups:
                column, row = divmod(place, ROWS)
                points.append((start + PITCH * column + PITCH / 2, tall - PITCH * row - PITCH / 2))
    return _stroke(groups, points) if points else SafeString("")


def _wide(count: int) -> int:
    """How much room a pile takes."""
    return -(-count // ROWS) * PITCH


def _stroke(groups: Group, points: Iterable[tuple[float, float]]) -> SafeString:
    mark = MARKS.get(groups, TOGETHER)
    width = 7 if mark == "h0" else 1.6
    path = "".join(f"M{x:g} {y:g}{mark}" for x, y in points)
    return mark_safe(  # noqa: S308  numbers and our own marks
        f'<path class="spread-marks" fill="none" stroke="{INK}" stroke-width="{width}"'
        f' stroke-linecap="round" d="{path}"/>'
    )


def _floor(count: int, step: float, tall: float, wide: float) -> str:
    """A tick under every level."""
    ticks = "".join(f"M{step * at + BETWEEN / 2:g} {tall + 1.5}h{wide:g}" for at in range(count))
    return f'<path class="spread-floor" stroke="{EDGE}" stroke-width="1.5" d="{ticks}"/>'


def _labels(levels: Sequence[int], step: float, tall: float, wide: float) -> str:
    """The number of every level below its tick."""
    return "".join(
        f'<text class="spread-level" x="{step * at + (BETWEEN + wide) / 2:g}" y="{tall + 14}">{level}</text>'
        for at, level in enumerate(levels)
    )


def _frame(x: float, tall: float) -> str:
    """Around the number of the level that was agreed on."""
    return f'<rect class="spread-agreed" x="{x - 8:g}" y="{tall + 4}" width="16" height="14" rx="3"/>'


def _joined(points: Sequence[tuple[float, float] | None]) -> str:
    """A line through all points that follow each other without a gap."""
    path, is_on = "", False
    for point in points:
        if point is not None:
            path += f"{'L' if is_on else 'M'}{point[0]:.1f} {point[1]:.1f}"
        is_on = point is not None
    return path


def _percent(share: float) -> str:
    return f"{100 * min(1, max(0, share)):.1f}%"
