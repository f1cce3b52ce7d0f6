"""What a round comes to: figures of each item and dimension, overall, and what to talk about first.

Everything stored in a field is a plain value, so that `dataclasses.asdict` gives JSON; `RoundScore.from_data`
reads it back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from assessments.domain.agreement import Ipras
from assessments.domain.results import Ratio
from assessments.domain.round_facts import Basis

Word = Literal["agree", "near", "split"]


@dataclass(frozen=True, slots=True)
class Spread:
    """How `n` ratings of one item lie, on the raw scale and in levels.

    `iqr` is the width of the middle half and `range` that of all. `within_one` is the share (0 to 1) of pairs of
    raters at most one level apart. `word` is agree for range 0, near for 1, split for more. None without a rating;
    `within_one` and `word` also with only one.
    """

    n: int
    median: float | None
    low: int | None
    high: int | None
    iqr: float | None
    range: int | None
    within_one: float | None
    word: Word | None


NO_SPREAD: Final = Spread(n=0, median=None, low=None, high=None, iqr=None, range=None, within_one=None, word=None)


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item.

    `unable` raters said that they cannot answer. `counted` is the value that counts, on the raw scale, and
    `share` its place in the range of the scale, turned round where a high value is bad: 1 is always good. Both
    are None where nothing counts. `is_open`: there is no agreed value. `gap` is the team's median minus that of
    all others, in levels, above 0 where the team sees it better; None unless both sides have three ratings.
    `ipras` is there from 7 levels and 7 ratings on.
    """

    key: str
    dimension: str
    spread: Spread
    unable: int
    counted: float | None
    share: float | None
    is_open: bool
    is_critical: bool
    has_evidence: bool
    gap: float | None
    ipras: Ipras | None

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "ItemScore":
        ipras = Ipras(**data["ipras"]) if data["ipras"] else None
        return cls(**{**data, "spread": Spread(**data["spread"]), "ipras": ipras})


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """One dimension: the weighted mean of its items that count (`n` of `of`), a high value always good.

    `share` is its place in the range, 0 to 1; `lowest` the keys of all items with the lowest share; `gap` the
    weighted mean of its items' gaps. None where there is nothing to take a mean of.
    """

    key: str
    value: float | None
    share: float | None
    n: int
    of: int
    lowest: tuple[str, ...]
    gap: float | None

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "DimensionScore":
        return cls(**{**data, "lowest": tuple(data["lowest"])})


@dataclass(frozen=True, slots=True)
class OverallScore:
    """The plain mean of all dimensions with a value; `n` items count, `of` so many. `share` and `gap` as above."""

    value: float | None
    share: float | None
    n: int
    of: int
    gap: float | None


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """Role groups that are shown as one, and how many raters they have together."""

    names: tuple[str, ...]
    n: int

    @property
    def is_merged(self) -> bool:
        return len(self.names) > 1

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "ShownGroup":
        return cls(names=tuple(data["names"]), n=data["n"])


@dataclass(frozen=True, slots=True)
class RoundScore:
    """One round. Dimensions and items stand in the order of the questionnaire.

    `bottlenecks` are the keys of all dimensions with the lowest value. `most_disputed` are the keys of all
    items, widest range first, and `weakest` those of the items that count, lowest share first. `coverage`: items
    that count and have evidence, of all that count. `raters` gave one value or more, and `groups` are theirs.
    `alpha` is Krippendorff's, of the whole round: None for one rater, without variation, or when left out.
    """

    basis: Basis
    overall: OverallScore
    dimensions: tuple[DimensionScore, ...]
    items: tuple[ItemScore, ...]
    bottlenecks: tuple[str, ...]
    most_disputed: tuple[str, ...]
    weakest: tuple[str, ...]
    coverage: Ratio
    open_count: int
    raters: int
    groups: tuple[ShownGroup, ...]
    alpha: float | None
    rules_version: int

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "RoundScore":
        """Read back what `dataclasses.asdict` made of a score, also by way of JSON."""
        read: dict[str, Any] = {
            "overall": OverallScore(**data["overall"]),
            "dimensions": tuple(map(DimensionScore.from_data, data["dimensions"])),
            "items": tuple(map(ItemScore.from_data, data["items"])),
            "coverage": Ratio(*data["coverage"]),
            "groups": tuple(map(ShownGroup.from_data, data["groups"])),
        }
        read |= {name: tuple(data[name]) for name in ("bottlenecks", "most_disputed", "weakest")}
        return cls(**{**data, **read})
