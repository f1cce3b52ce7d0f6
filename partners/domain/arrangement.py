"""Who does what in one program, as plain facts: what the checks of `partners.domain.checks` look at.

Plain Python: no Django, no clock. Things are named by their numbers; days are dates, and None is open-ended.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

ACCOUNTABLE, RESPONSIBLE = "A", "R"
DOING = frozenset({ACCOUNTABLE, RESPONSIBLE})  # accountable implies responsible

Span = tuple[date, date]  # from the first day to the last, both in it
DAY = timedelta(days=1)


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
    """One letter in the matrix (R, A, C or I), perhaps held by a person by name, from and until.

    From the day `holder_left` on there is a name, but nobody behind it.
    """

    pk: int
    partner: int
    function: int
    letter: str
    holder: str = ""
    holder_id: int = 0
    has_deputy: bool = False
    holder_left: date | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """An agreement that was not ended: between which partners, on which functions, from and until."""

    pk: int
    title: str
    parties: frozenset[int]
    functions: frozenset[int]
    starts: date | None = None
    ends: date | None = None

    @property
    def span(self) -> Span:
        return span_of(self.starts, self.ends)

    def is_about(self, role: RoleFacts) -> bool:
        """Whether it says what the partner does with the function."""
        return role.partner in self.parties and role.function in self.functions


@dataclass(frozen=True)
class Arrangement:
    """Everything about the roles of one program on one day. `capacity` is the newest check of (partner, function).

    It holds no empty cells and no function that was dropped. Agreements are signed; drafts stand apart, for they
    bind nobody. Partners who left and roles that ended are there; `here`, `standing`, `accountable` and `doing`
    leave them out.
    """

    program_id: int
    today: date
    levels: frozenset[str] = frozenset()
    partners: Sequence[PartnerFacts] = ()
    functions: Sequence[FunctionFacts] = ()
    roles: Sequence[RoleFacts] = ()
    agreements: Sequence[AgreementFacts] = ()
    drafts: Sequence[AgreementFacts] = ()
    capacity: Mapping[tuple[int, int], int] = field(default_factory=dict)

    @cached_property
    def partner_of(self) -> Mapping[int, PartnerFacts]:
        return {one.pk: one for one in self.partners}

    @cached_property
    def function_of(self) -> Mapping[int, FunctionFacts]:
        return {one.pk: one for one in self.functions}

    def here(self) -> list[PartnerFacts]:
        """Partners who have not left. One yet to come is here: it is agreed."""
        return [one for one in self.partners if one.until is None or one.until >= self.today]

    def span(self, role: RoleFacts) -> Span:
        """When the role is held: as long as its partner is one."""
        partner = self.partner_of[role.partner]
        return within(span_of(role.since, role.until), span_of(partner.since, partner.until))

    def has_left(self, role: RoleFacts) -> bool:
        """Whether who holds the role by name is not there any more."""
        return role.holder_left is not None and role.holder_left <= self.today

    def standing(self) -> list[RoleFacts]:
        """Roles of partners who are there, that have not ended by today. One yet to begin stands: it is agreed."""
        return list(self._standing)

    def accountable(self, function: int) -> list[RoleFacts]:
        """Who answers for it, the earliest first."""
        return [one for one in self._by_function.get(function, ()) if one.letter == ACCOUNTABLE]

    def doing(self, function: int) -> list[RoleFacts]:
        """Who does it: the responsible and the accountable."""
        return [one for one in self._by_function.get(function, ()) if one.letter in DOING]

    def formerly_accountable(self, function: int) -> RoleFacts | None:
        """Who last answered for it, of those whose role ended or who left."""
        mine = (one for one in self.roles if one.function == function and one.letter == ACCOUNTABLE)
        spans = [(self.span(one), one) for one in mine if one.partner in self.partner_of]
        over = [(span, one) for span, one in spans if span[0] <= span[1] < self.today]
        _, last = max(over, key=lambda found: (found[0][1], found[1].pk), default=(None, None))
        return last

    @cached_property
    def _standing(self) -> tuple[RoleFacts, ...]:
        known = (one for one in self.roles if one.partner in self.partner_of and one.function in self.function_of)
        return tuple(one for one in known if self._is_standing(one))

    @cached_property
    def _by_function(self) -> Mapping[int, Sequence[RoleFacts]]:
        found: dict[int, list[RoleFacts]] = {}
        for role in sorted(self._standing, key=lambda one: (self.span(one), one.pk)):
            found.setdefault(role.function, []).append(role)
        return found

    def _is_standing(self, role: RoleFacts) -> bool:
        begins, ends = self.span(role)
        return begins <= ends and ends >= self.today


def span_of(since: date | None, until: date | None) -> Span:
    return since or date.min, until or date.max


def within(one: Span, other: Span) -> Span:
    """The days that are in both; it ends before it begins if there are none."""
    return max(one[0], other[0]), min(one[1], other[1])


def have_a_day_in_common(one: Span, other: Span) -> bool:
    begins, ends = within(one, other)
    return begins <= ends


def holes(whole: Span, parts: Iterable[Span]) -> list[Span]:
    """The stretches of `whole` that none of the parts covers, in order. Parts that follow each other leave none."""
    at, last = whole
    found: list[Span] = []
    for begins, ends in sorted(parts):
        if at > last or begins > last:
            break
        if begins > at:
            found.append((at, begins - DAY))
        if ends >= last:
            return found
        at = max(at, ends + DAY)
    if at <= last:
        found.append((at, last))
    return found
