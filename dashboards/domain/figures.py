"""The sums of a portfolio as its rollup keeps them, read from JSON. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, Self

from assessments.domain.results import Ratio


@dataclass(frozen=True, slots=True)
class StepFigures:
    """One step over all programs of one guide: scores added up (0 to 1 each), and how many passed."""

    guide: str
    number: int
    title: str
    score_sum: float
    scored: int
    passed: int
    programs: int

    @property
    def mean(self) -> float | None:
        """Mean score, 0 to 1, or None when nothing applies in any program."""
        return self.score_sum / self.scored if self.scored else None


@dataclass(frozen=True, slots=True)
class Money:
    """What programs that plan in one currency need from this year on, what is secured, and the sum of their gaps.

    Of `partly` of the programs some amounts are in no sum, for want of an exchange rate. The cost of `unknown` more
    could not be added up at all: these are in no figure here.
    """

    currency: str
    programs: int
    cost: Decimal
    secured: Decimal
    gap: Decimal
    partly: int = 0
    unknown: int = 0

    @property
    def is_known(self) -> bool:
        return self.programs > 0

    @property
    def covered(self) -> Decimal:
        """What of the cost secured money pays; some of it may be over, or bound to another kind of cost."""
        return self.cost - self.gap

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        sums = {name: Decimal(data[name]) for name in ("cost", "secured", "gap")}
        return cls(
            data["currency"], data["programs"], **sums, partly=data.get("partly", 0), unknown=data.get("unknown", 0)
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """What is added up over the programs of a portfolio. Counts, unless said otherwise.

    `reached` and `planned` are sums over the `counted` programs: those with both a reach figure and
    an ambition in numbers. `sectors`, `countries`, `bands` and `attention` count programs by code;
    `decided` counts gate decisions, however long ago, and `newest_decided` are the ids of the last ten.
    Of programs that named partners, `functions` are those of their scale-ups, `covered` those with exactly one
    accountable partner, and `agreed` those of them where an agreement in force says so. `money` is by currency:
    sums of different ones are never added.
    """

    programs: int = 0
    sectors: Mapping[str, int] = field(default_factory=dict, hash=False)
    countries: Mapping[str, int] = field(default_factory=dict, hash=False)
    bands: Mapping[str, int] = field(default_factory=dict, hash=False)
    attention: Mapping[str, int] = field(default_factory=dict, hash=False)
    steps: tuple[StepFigures, ...] = ()
    applicable: int = 0
    done: int = 0
    evidenced: int = 0
    verified: int = 0
    reached: int = 0
    planned: int = 0
    counted: int = 0
    past_before: int = 0
    past_before_with_conditions: int = 0
    waiting: int = 0
    returned: int = 0
    on_hold: int = 0
    stuck: int = 0
    graduated: int = 0
    open_conditions: int = 0
    decided: int = 0
    newest_decided: tuple[int, ...] = ()
    functions: int = 0
    covered: int = 0
    agreed: int = 0
    money: tuple[Money, ...] = ()

    @classmethod
    def from_data(cls, data: Mapping[str, Any] | None) -> Self:
        """Reads what a rollup or a visit stored; whatever an older one did not count is 0."""
        data = data or {}
        known = {each.name: data[each.name] for each in fields(cls) if each.name in data}
        steps = tuple(StepFigures(**step) for step in known.pop("steps", ()))
        newest_decided = tuple(known.pop("newest_decided", ()))
        money = tuple(map(Money.from_data, known.pop("money", ())))
        return cls(**known, steps=steps, newest_decided=newest_decided, money=money)

    @property
    def coverage(self) -> Ratio:
        """Done items with current evidence, of all done items."""
        return Ratio(self.evidenced, self.done)

    @property
    def proven(self) -> Ratio:
        """Verified items, of all done items."""
        return Ratio(self.verified, self.done)

    @property
    def covering(self) -> Ratio:
        """Functions with exactly one accountable partner, of all functions."""
        return Ratio(self.covered, self.functions)

    def step(self, guide: str, number: int) -> StepFigures | None:
        return next((step for step in self.steps if (step.guide, step.number) == (guide, number)), None)
