"""Ratings as dots, drawn by the server; the figures stand beside them in words."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

IN_A_LINE = 4  # dots of one cell: more are stacked, so that no column grows with its dots
PITCH = 12
EM = 1.1  # how much of the height of its text a dot with its room takes
CROWD = 8  # from more raters on a strip has bars instead of dots
COLUMN, STEP, FLOOR = 14, 5, 41


def cell(count: int, *, is_quiet: bool = False) -> SafeString:
    """So many dots, as high as the text beside them. Hidden from those who hear the page: the number is there too."""
    if not count:
        return SafeString("")
    lines = -(-count // IN_A_LINE)
    wide = min(count, IN_A_LINE)
    points = ((PITCH * (at % IN_A_LINE) + PITCH / 2, PITCH * (at // IN_A_LINE) + PITCH / 2) for at in range(count))
    return format_html(
        '<svg class="dots{}" viewBox="0 0 {} {}" width="{}em" height="{}em" aria-hidden="true"><path d="{}"/></svg>',
        " dots--quiet" if is_quiet else "", wide * PITCH, lines * PITCH, f"{wide * EM:g}", f"{lines * EM:g}",
        _path(points),
    )  # fmt: skip


def strip(counts: Mapping[int, int], levels: Sequence[int], *, label: str) -> SafeString:
    """All ratings of an item over the levels of the scale, small enough for a row of a list."""
    wide = COLUMN * len(levels)
    drawn = _bars(counts, levels) if sum(counts.values()) > CROWD else _piles(counts, levels)
    return format_html(
        '<svg class="strip" viewBox="0 0 {} 44" width="{}" height="44" role="img" aria-label="{}">{}{}</svg>',
        wide, wide, label, _floor(len(levels)), drawn,
    )  # fmt: skip


def _floor(count: int) -> SafeString:
    """A tick under every level."""
    ticks = "".join(f"M{COLUMN * at + 3} 43h{COLUMN - 6}" for at in range(count))
    return mark_safe(f'<path class="strip-floor" d="{ticks}"/>')  # noqa: S308  numbers alone


def _piles(counts: Mapping[int, int], levels: Sequence[int]) -> SafeString:
    points = (
        (COLUMN * at + COLUMN / 2, FLOOR - STEP / 2 - STEP * high)
        for at, level in enumerate(levels)
        for high in range(counts.get(level, 0))
    )
    return mark_safe(f'<path class="strip-dots" d="{_path(points)}"/>')  # noqa: S308  numbers alone


def _bars(counts: Mapping[int, int], levels: Sequence[int]) -> SafeString:
    most = max(counts.values())
    tops = ((at, counts.get(level, 0) / most * STEP * CROWD) for at, level in enumerate(levels))
    bars = "".join(f"M{COLUMN * at + COLUMN // 2} {FLOOR}v-{top:.1f}" for at, top in tops if top)
    return mark_safe(f'<path class="strip-bars" d="{bars}"/>')  # noqa: S308  numbers alone


def _path(points: Iterable[tuple[float, float]]) -> str:
    """A line without length for every dot; its round ends are the dot."""
    return "".join(f"M{x:g} {y:g}h0" for x, y in points)
