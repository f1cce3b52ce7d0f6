"""What one program plans to spend and who gives what, as plain facts: what `funding.domain.arithmetic` adds up.

Plain Python: no Django, no clock. Things are named by their numbers. An amount is a Decimal above 0 in the currency
it was entered in, never converted here; a currency is its code of ISO 4217.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

# As the choices of `funding.models`.
START_UP, PER_SITE, RECURRENT, CENTRAL = KINDS = ("start_up", "per_site", "recurrent", "central")
HOPED, PLEDGED, SIGNED, RECEIVED = STATUSES = ("hoped", "pledged", "signed", "received")
SECURED = frozenset({SIGNED, RECEIVED})
GOVERNMENT, PARTNER, DONOR = "government", "partner", "donor"
ANYTHING = ""  # what money is for that is bound to no kind of cost

DIGITS = 60  # of a sum: more than the largest amounts, times the largest numbers and rates, can have


@dataclass(frozen=True, slots=True)
class CostFacts:
    """One cost of one year: `quantity` times `unit_amount`."""

    pk: int
    year: int
    kind: str
    unit_amount: Decimal
    quantity: int
    currency: str
    text: str = ""

    @property
    def amount(self) -> Decimal:
        with localcontext(prec=DIGITS):
            return self.unit_amount * self.quantity


@dataclass(frozen=True, slots=True)
class ContributionFacts:
    """What one source gives in one year. It may be bound to one kind of cost (`covers`)."""

    pk: int
    source: int
    year: int
    amount: Decimal
    currency: str
    status: str = HOPED
    covers: str = ANYTHING
    is_in_budget: bool = False
    is_in_kind: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """Who gives."""

    pk: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class RateFacts:
    """One unit of `currency` was worth `rate` units of `into` on a day, as `said_by` says.

    With `is_turned` it was said the other way round: one unit of `into` was worth `rate` units of `currency`.
    """

    pk: int
    currency: str
    into: str
    rate: Decimal
    dated_on: date
    said_by: str = ""
    is_turned: bool = False

    @property
    def sides(self) -> tuple[str, str]:
        """The currency that one unit is of, and the one it is given in."""
        return (self.into, self.currency) if self.is_turned else (self.currency, self.into)


@dataclass(frozen=True, slots=True)
class PhaseFacts:
    """Years of the scale-up that are costed together, both ends included."""

    pk: int
    name: str
    first_year: int
    last_year: int

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)


@dataclass(frozen=True, slots=True)
class Planned:
    """All money of one program. `largest_share` of one source is in percent, 1 to 100.

    `inputs_seq` says how new it is: as it stood before the rest was read.
    """

    program_id: int
    currency: str = "USD"
    largest_share: int = 50
    costs: Sequence[CostFacts] = ()
    contributions: Sequence[ContributionFacts] = ()
    sources: Sequence[SourceFacts] = ()
    rates: Sequence[RateFacts] = ()
    phases: Sequence[PhaseFacts] = ()
    inputs_seq: int = 0

    @property
    def is_empty(self) -> bool:
        """Neither a cost nor a source is entered."""
        return not self.costs and not self.sources
