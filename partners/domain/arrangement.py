"""Who does what in one program, as plain facts: what the checks of `partners.domain.checks` look at.

Plain Python: no Django, no clock. Things are named by their numbers; days are dates, and None is open-ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

ACCOUNTABLE, RESPONSIBLE = "A", "R"
DOING = frozenset({ACCOUNTABLE, RESPONSIBLE})  # accountable implies responsible


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """A partner: where it works (levels from “national” to “community”), and until when it is one."""

    pk: int
    name: str
    levels: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """A function: the levels at which somebody must do it, the capacity it needs (0 to 3), and when its work ends."""

    pk: int
    name: str
    levels: frozenset[str] = frozenset()
    capacity_needed: int = 2
    work_ends: date | None = None


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """One letter in the matrix (R, A, C or I), perhaps held by a person by name, from and until."""

    pk: int
    partner: int
    function: int
    letter: str
    holder: str = ""
    has_deputy: bool = False
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """An agreement that is signed and was not ended: between which partners, on which functions, from and until."""

    pk: int
    title: str
    parties: frozenset[int]
    functions: frozenset[int]
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Everything about the roles of one program on one day. `capacity` is the newest check of (partner, function).

    It holds no empty cells, no function that was dropped and no agreement that is only a draft. Partners who left
    and roles that ended are there; `doing` and `standing` leave them out.
    """

    program_id: int
    today: date
    levels: frozenset[str] = frozenset()
    partners: Sequence[PartnerFacts] = ()
    functions: Sequence[FunctionFacts] = ()
    roles: Sequence[RoleFacts] = ()
    agreements: Sequence[AgreementFacts] = ()
    capacity: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def standing(self) -> list[RoleFacts]:
        """Roles of partners who are there, that have not ended by today. One yet to begin stands: it is agreed."""
        here = {one.pk for one in self.partners if one.until is None or one.until >= self.today}
        return [one for one in self.roles if one.partner in here and (one.until is None or one.until >= self.today)]

    def accountable(self, function: int) -> list[RoleFacts]:
        return [one for one in self.standing() if one.function == function and one.letter == ACCOUNTABLE]

    def doing(self, function: int) -> list[RoleFacts]:
        """Who does it: the responsible and the accountable."""
        return [one for one in self.standing() if one.function == function and one.letter in DOING]
