"""The path in full: each step as a dot with its state, and a ring of what is said and what is proven."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scaleup.ui.path import Step, parse
from scaleup.ui.words import about, state_words

PHASES = {1: gettext_lazy("Before you scale up"), 2: gettext_lazy("As you scale up")}
SIGNS = {
    "g": "m16 22.5 4 4 8-9",
    "c": "m17 22.5 3.5 3.5 6.5-7",
    "s": "M22 28V17m-5 4 5-5 5 5",
    "h": "M18.5 17.5v9m7-9v9",
    "r": "M17 27h7q4 0 4-4t-4-4h-8m4-4-4 4 4 4",
}
KINDS = {"g": "good", "s": "sent", "h": "warn", "r": "warn"}
CIRCLE = '<circle class="dot-core dot-core--{}" cx="22" cy="22" r="13"/>'
DIAMOND = '<path class="dot-core dot-core--good" d="m22 8 14 14-14 14-14-14z"/>'
GROUND = '<circle class="dot-ground" cx="22" cy="22" r="21"/><circle class="dot-track" cx="22" cy="22" r="18.5"/>'
RING = '<circle class="{}" cx="22" cy="22" r="18.5" pathLength="100"{} transform="rotate(-90 22 22)"/>'
LOOK = '<circle class="dot-look" cx="36" cy="8" r="7"/><path class="dot-look-sign" d="M36 4.5v4M36 11.5h0"/>'


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step with all its template says."""

    step: Step
    title: str
    url: str
    is_now: bool

    @property
    def drawing(self) -> SafeString:
        return dot(self.step, self.is_now)

    @property
    def state(self) -> str:
        words = state_words(self.step.state)
        return _("%(state)s, needs a look") % {"state": words} if self.step.needs_look else words

    @property
    def phase_title(self) -> str:
        """The title of the phase, at its first step."""
        return str(PHASES.get(self.step.phase, "")) if self.step.is_first else ""

    @property
    def evidence(self) -> str:
        """What the ring shows, in words; nothing where nothing was answered."""
        if not self.step.said:
            return ""
        return _("%(said)s said done, %(proven)s proven") % {
            "said": about(self.step.said),
            "proven": about(self.step.proven),
        }

    @property
    def css_class(self) -> str:
        plain = self.step.state in "ng" and not self.step.needs_look
        marks = {"is-first": self.step.is_first, "is-passed": self.step.is_passed, "is-now": self.is_now}
        return " ".join([name for name, holds in {**marks, "is-plain": plain and not self.is_now}.items() if holds])


def shown_steps(path: str, current: int | None, titles: Sequence[str], urls: Sequence[str]) -> list[ShownStep]:
    """The steps of a path with their names and addresses; both may be left out."""
    steps = parse(path)
    for given in (titles, urls):
        if given and len(given) != len(steps):
            raise ValueError(f"The path has {len(steps)} steps, but {len(given)} names or addresses were given.")
    return [
        ShownStep(
            step,
            title=titles[at] if titles else _("Step %(number)s") % {"number": step.number},
            url=urls[at] if urls else "",
            is_now=step.number == current,
        )
        for at, step in enumerate(steps)
    ]


def key() -> list[tuple[SafeString, str]]:
    """Each state as it is drawn, with its word."""
    steps = [Step(at, letter, 0, 0, needs_look=False, phase=1, is_first=False) for at, letter in enumerate("pscghr", 1)]
    return [(dot(step), state_words(step.state)) for step in steps]


@lru_cache(maxsize=4096)
def dot(step: Step, is_now: bool = False) -> SafeString:
    """The drawing of one step."""
    kind = KINDS.get(step.state) or ("now" if is_now else "open")
    core = DIAMOND if step.state == "c" else CIRCLE.format(kind)
    if step.state in SIGNS:
        core += f'<path class="dot-sign" d="{SIGNS[step.state]}"/>'
    else:
        core += f'<text x="22" y="27">{step.number}</text>'
    rings = _ring("dot-said", step.said) + _ring("dot-proven", step.proven)
    drawn = GROUND + rings + core + (LOOK if step.needs_look else "")
    return mark_safe(f'<svg class="path-dot" viewBox="0 0 44 44" aria-hidden="true">{drawn}</svg>')


def _ring(name: str, tenths: int) -> str:
    if not tenths:
        return ""
    dashes = "" if tenths == 9 else f' stroke-dasharray="{round(tenths * 100 / 9)} 100"'
    return RING.format(name, dashes)
