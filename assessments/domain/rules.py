"""The rule behind the band, read from the TOML files under assessments/content/."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

CONTENT: Final = Path(__file__).resolve().parent.parent / "content"
CURRENT_VERSION: Final = 2


class RulesError(ValueError):
    """A rules file that cannot be used; `errors` lists all that is wrong in it."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class Rules:
    """The thresholds of one version. Shares are exact fractions from 0 to 1.

    `assessment_instrument` is the key of the built-in instrument whose rounds count; None: those of any.
    """

    version: int
    nearly_steps_passed: Fraction
    nearly_open_critical_items: int
    ready_steps_passed: Fraction
    ready_open_critical_items: int
    ready_coverage: Fraction
    assessment_months: int
    assessment_share: Fraction
    assessment_open_items: int
    assessment_instrument: str | None = None


@lru_cache
def built_in(version: int = CURRENT_VERSION) -> Rules:
    """Return the published rules of this version. Raises FileNotFoundError if there is none."""
    path = CONTENT / f"readiness_rules.v{version}.toml"
    rules = read(path.read_text(encoding="utf-8"), source=path.name)
    if rules.version != version:
        raise RulesError([f"{path.name}: holds version {rules.version}"])
    return rules


def read(text: str, *, source: str) -> Rules:
    """Read one rules file. Raises RulesError with every fault, each with the file and the key."""
    try:
        table = dict(_flat(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise RulesError([f"{source}: {error}"]) from error
    values: dict[str, Any] = {}
    errors = [f'{source}: unknown key "{key}"' for key in table if key not in _KEYS]
    for key, (name, parse) in _KEYS.items():
        try:
            values[name] = parse(table[key])
        except KeyError:
            if key not in _MAY_BE_ABSENT:
                errors.append(f'{source}: missing key "{key}"')
        except ValueError as error:
            errors.append(f'{source}: "{key}" {error}')
    if errors:
        raise RulesError(errors)
    return _ordered(Rules(**values), source=source)


def _ordered(rules: Rules, *, source: str) -> Rules:
    """Refuse rules under which a program could be ready without being nearly ready."""
    errors = []
    if rules.ready_steps_passed < rules.nearly_steps_passed:
        errors.append(f'{source}: "ready.steps_passed" asks for less than "nearly.steps_passed"')
    if rules.ready_open_critical_items > rules.nearly_open_critical_items:
        errors.append(f'{source}: "ready.open_critical_items" allows more than "nearly.open_critical_items"')
    if errors:
        raise RulesError(errors)
    return rules


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield ("ready.coverage", value) for every leaf."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _share(value: object) -> Fraction:
    """Read "4/5" or "1"."""
    try:
        share = Fraction(value) if isinstance(value, str) else None
    except (ValueError, ZeroDivisionError):
        share = None
    if share is None or not 0 <= share <= 1:
        raise ValueError('must be a fraction from 0 to 1 in quotes, such as "4/5"')
    return share


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("must be a whole number from 0")
    return value


def _from_one(value: object) -> int:
    if type(value) is not int or value < 1:
        raise ValueError("must be a whole number from 1")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or not _SLUG.fullmatch(value):
        raise ValueError('must be the key of an instrument, such as "scale-up-readiness"')
    return value


_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MAY_BE_ABSENT: Final = frozenset({"ready.assessment.instrument"})
_KEYS: Final[dict[str, tuple[str, Callable[[object], Any]]]] = {
    "version": ("version", _from_one),
    "nearly.steps_passed": ("nearly_steps_passed", _share),
    "nearly.open_critical_items": ("nearly_open_critical_items", _count),
    "ready.steps_passed": ("ready_steps_passed", _share),
    "ready.open_critical_items": ("ready_open_critical_items", _count),
    "ready.coverage": ("ready_coverage", _share),
    "ready.assessment.months": ("assessment_months", _from_one),
    "ready.assessment.share": ("assessment_share", _share),
    "ready.assessment.open_items": ("assessment_open_items", _count),
    "ready.assessment.instrument": ("assessment_instrument", _name),
}
