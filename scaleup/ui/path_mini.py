"""The path in a table row: one picture of at most 600 bytes, whose shapes differ as well as its colours."""

from functools import lru_cache
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from scaleup.ui.path import Step, parse, sentence

PITCH, GAP, REACH, HEIGHT = 14, 8, 5, 22
# Every shape is its own mirror image (but for the arrow), because right-to-left pages flip the
# picture. A line without length is a round dot as thick as the line.
SHAPES = {
    "n": "M{x} 10h0",
    "p": "M{left4} 10a4 4 0 1 0 8 0 4 4 0 1 0-8 0",
    "s": "M{left4} 10a4 4 0 1 0 8 0 4 4 0 1 0-8 0m4 0h0",
    "g": "M{x} 10h0",
    "c": "M{x} 4l6 6-6 6-6-6z",
    "h": "M{left3} 7v6m6-6v6",
    "r": "M{left3} 14h4q4-3 0-6h-4m3-3-3 3 3 3",
}
LOOK = "M{x} 7v3m0 3h0"
HERE = "M{left3} 0h6l-3 3z"


def mini(path: str, current: int | None = None) -> SafeString:
    """The path as one small picture, with its sentence for those who hear it."""
    return mini_in(path, current, get_language())


@lru_cache(maxsize=4096)
def mini_in(path: str, current: int | None, _language: str | None) -> SafeString:
    """As `mini`, for those who draw many and know the language of the page."""
    steps = parse(path)
    centres = [PITCH // 2 + PITCH * (step.number - 1) + GAP * (step.phase - 1) for step in steps]
    width = centres[-1] + PITCH // 2
    drawn = _shapes(steps, centres, current)
    drawn += _evidence("b", centres, [step.said for step in steps])
    drawn += _evidence("d", centres, [step.proven for step in steps])
    label = escape(sentence(path, current))
    return mark_safe(f'<svg class=mini viewBox="0 0 {width} {HEIGHT}" role=img aria-label="{label}">{drawn}</svg>')


def _shapes(steps: tuple[Step, ...], centres: list[int], current: int | None) -> str:
    """One line for each kind of shape, through all the steps it stands for."""
    lines: dict[str, str] = {}
    for step, x in zip(steps, centres, strict=True):
        wanted = {step.state: SHAPES[step.state], "x": LOOK if step.needs_look else ""}
        wanted["u"] = HERE if step.number == current else ""
        for name, shape in wanted.items():
            lines[name] = lines.get(name, "") + shape.format(x=x, left3=x - 3, left4=x - 4)
    order = [*SHAPES, "x", "u"]
    return "".join(f'<path class={name} d="{lines[name]}"/>' for name in order if lines.get(name))


def _evidence(name: str, centres: list[int], tenths: list[int]) -> str:
    """One dashed line from the first to the last dot with a share: a dash below each, 10 long for all."""
    spans = [
        (x - REACH, x - REACH + (2 * REACH if share == 9 else share))
        for x, share in zip(centres, tenths, strict=True)
        if share
    ]
    if not spans:
        return ""
    first, last = spans[0][0], spans[-1][1]
    turns = [at for span in spans for at in span]
    dashes = " ".join(str(after - before) for before, after in pairwise(turns))
    return f'<path class={name} d="M{first} 20h{last - first}" stroke-dasharray="{dashes}"/>'
