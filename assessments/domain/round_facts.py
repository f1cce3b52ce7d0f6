"""The facts a round's result rests on: its questionnaire, who rated what, what was agreed; and their fingerprint."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, Literal, TypeAlias, get_args

from assessments.domain.facts import FactError

# Counts up whenever the same facts would come to other figures. A stored result keeps the number it was made under.
RULES_VERSION: Final = 1

TEAM: Final = "team"  # the one role group that looks from inside
FEWEST: Final = 3  # raters a group or a side has before it is shown by itself

Basis = Literal["raters", "agreed"]
Given: TypeAlias = Mapping[int, int | None]  # by rater; None is "not able to answer"

BASES: Final[tuple[Basis, ...]] = get_args(Basis)


@dataclass(frozen=True, slots=True)
class RatedItem:
    """One item of a questionnaire. `is_reversed`: a high value is bad. Raises FactError for a weight below 1."""

    key: str
    weight: int = 1
    is_critical: bool = False
    is_reversed: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.weight, int) or self.weight < 1:
            raise FactError(f"Item {self.key}: weight {self.weight!r} is not a whole number from 1.")


@dataclass(frozen=True, slots=True)
class RatedDimension:
    """Items that are scored together."""

    key: str
    items: tuple[RatedItem, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Dimensions in their order, and a scale of whole numbers from `low` to `high`.

    Raises FactError for a scale without width, or when two dimensions or two items share a key.
    """

    low: int
    high: int
    dimensions: tuple[RatedDimension, ...]
    item_keys: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise FactError(f"A scale needs two ends, low below high, not {self.low} and {self.high}.")
        keys = [item.key for dimension in self.dimensions for item in dimension.items]
        for what, names in (("items", keys), ("dimensions", [dimension.key for dimension in self.dimensions])):
            if len(set(names)) < len(names):
                raise FactError(f"Two {what} have the same key.")
        object.__setattr__(self, "item_keys", frozenset(keys))

    @property
    def values(self) -> range:
        return range(self.low, self.high + 1)


@dataclass(frozen=True, slots=True)
class RatedRound:
    """Everything said in one round.

    `ratings` are by item key and then by rater; a rater who is not there has not rated that item. `role_groups`
    has every rater, also those who rated nothing. `agreed` is by item key; None, or no entry, is left open.
    `with_evidence` are keys of items. On the basis "raters" the median of the ratings counts, on the basis
    "agreed" the agreed value, and an item left open has none.
    Raises FactError for an unknown basis or item, a rater without a role group, or a value off the scale.
    """

    questionnaire: Questionnaire
    ratings: Mapping[str, Given]
    role_groups: Mapping[int, str]
    basis: Basis
    agreed: Mapping[str, int | None] = field(default_factory=dict)
    with_evidence: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.basis not in BASES:
            raise FactError(f'"{self.basis}" is not a basis of a result.')
        known = self.questionnaire.item_keys
        if strange := (self.ratings.keys() | self.agreed.keys() | self.with_evidence) - known:
            raise FactError(f"The questionnaire has no item {min(strange)}.")
        if strangers := set().union(*self.ratings.values()) - self.role_groups.keys():
            raise FactError(f"Rater {min(strangers)} has no role group.")
        self._refuse_off_scale(chain(self.agreed.values(), *(given.values() for given in self.ratings.values())))

    def _refuse_off_scale(self, values: Iterable[int | None]) -> None:
        """All at once: a round has hundreds of values and a scale a handful."""
        if off := set(values).difference(self.questionnaire.values, [None]):
            low, high = self.questionnaire.low, self.questionnaire.high
            raise FactError(f"All values are whole numbers from {low} to {high}, not {off.pop()!r}.")


def fingerprint(facts: RatedRound, *, instrument_version: str) -> str:
    """Return the SHA-256 of the facts as 64 hexadecimal digits.

    Equal fingerprints mean equal figures. No order matters, nor raters who rated nothing.
    `instrument_version` names the instrument and its version, such as "sustainability 1": the order of its
    items, which decides between equals, is part of it.
    """
    raters = set().union(*facts.ratings.values())
    content = [
        RULES_VERSION,
        instrument_version,
        facts.basis,
        [facts.questionnaire.low, facts.questionnaire.high],
        sorted(map(_dimension, facts.questionnaire.dimensions)),
        sorted([key, rater, _rated(value)] for key, given in facts.ratings.items() for rater, value in given.items()),
        sorted([rater, facts.role_groups[rater]] for rater in raters),
        sorted([key, value] for key, value in facts.agreed.items() if value is not None),
        sorted(facts.with_evidence),
    ]
    canonical = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _dimension(dimension: RatedDimension) -> list[object]:
    items = sorted([item.key, item.weight, item.is_critical, item.is_reversed] for item in dimension.items)
    return [dimension.key, items]


def _rated(value: int | None) -> str:
    return "unable" if value is None else str(value)
