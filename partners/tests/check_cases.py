"""Arrangements for the checks to look at: made by hand, and made up by hypothesis."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st

from partners.domain.arrangement import (
    AgreementFacts,
    Arrangement,
    FunctionFacts,
    PartnerFacts,
    RoleFacts,
)
from partners.domain.checks import Complaint, complaints_of

TODAY = date(2027, 3, 1)  # the checks have no clock: this is their today
LEVELS = ("national", "region", "district", "area", "community")


def day(number: int) -> date:
    """So many days from today."""
    return TODAY + timedelta(days=number)


FAR = day(1000)


def arrangement(
    *,
    partners: int | list[PartnerFacts] = 2,
    functions: int | list[FunctionFacts] = 1,
    roles: tuple[RoleFacts, ...] = (),
    agreements: tuple[AgreementFacts, ...] = (),
    capacity: dict[tuple[int, int], int] | None = None,
    levels: tuple[str, ...] = ("district",),
) -> Arrangement:
    """Partners 1, 2 … and functions 1, 2 …, whose work ends on a day far off."""
    if isinstance(partners, int):
        partners = [partner(pk) for pk in range(1, partners + 1)]
    if isinstance(functions, int):
        functions = [function(pk) for pk in range(1, functions + 1)]
    return Arrangement(1, TODAY, frozenset(levels), partners, functions, roles, agreements, (), capacity or {})


def partner(pk: int, *, levels: tuple[str, ...] = ("district",), **facts: Any) -> PartnerFacts:
    return PartnerFacts(pk, f"Partner {pk}", frozenset(levels), **facts)


def function(pk: int = 1, *, levels: tuple[str, ...] = (), work_ends: date | None = FAR, **facts: Any) -> FunctionFacts:
    return FunctionFacts(pk, f"Function {pk}", frozenset(levels), work_ends=work_ends, **facts)


def role(partner: int, letter: str = "A", function: int = 1, **facts: Any) -> RoleFacts:
    """The cell of function 1 and partner 2 has the number 102."""
    return RoleFacts(function * 100 + partner, partner, function, letter, **facts)


def signed(
    pk: int, *parties: int, functions: tuple[int, ...] = (1,), starts: date | None = None, ends: date | None = None
) -> AgreementFacts:
    return AgreementFacts(pk, f"Agreement {pk}", frozenset(parties), frozenset(functions), starts, ends)


def named(found: list[Complaint]) -> list[tuple[str, str]]:
    return [(one.code, one.subject) for one in found]


def of_code(code: str, facts: Arrangement) -> list[Complaint]:
    return [one for one in complaints_of(facts) if one.code == code]


# Until something is found, and always the same way.
SEARCH = settings(
    max_examples=3000, database=None, phases=[Phase.generate], report_multiple_bugs=False, derandomize=True
)

# Made up ------------------------------------------------------------------------------------

days = st.integers(-40, 40).map(day)
maybe_days = st.none() | days
levels = st.frozensets(st.sampled_from(LEVELS), max_size=3)


@st.composite
def spans(draw: Any) -> dict[str, date | None]:
    """Since when and until when; open on either side."""
    since, until = draw(maybe_days), draw(maybe_days)
    if since and until and until < since:
        since, until = until, since
    return {"since": since, "until": until}


@st.composite
def a_partner(draw: Any, pk: int) -> PartnerFacts:
    return PartnerFacts(pk, f"Partner {pk}", draw(levels), **draw(spans()))


@st.composite
def a_function(draw: Any, pk: int) -> FunctionFacts:
    return FunctionFacts(pk, f"Function {pk}", draw(levels), draw(st.integers(0, 3)), draw(maybe_days))


@st.composite
def a_role(draw: Any, partner: int, function: int, letters: str = "AARCI") -> RoleFacts:
    holder = draw(st.sampled_from(["", "Ana Kim"]))
    return role(
        partner,
        draw(st.sampled_from(letters)),
        function,
        holder=holder,
        holder_id=partner * 10 if holder else 0,
        has_deputy=draw(st.booleans()),
        holder_left=draw(maybe_days) if holder else None,
        **draw(spans()),
    )


def some_or_all(count: int) -> st.SearchStrategy[frozenset[int]]:
    """Of the numbers from 1 on; often all, so that several agreements are about the same."""
    return st.just(frozenset(range(1, count + 1))) | st.frozensets(st.integers(1, count))


@st.composite
def an_agreement(draw: Any, pk: int, partners: int, functions: int) -> AgreementFacts:
    span = draw(spans())
    parties = draw(some_or_all(partners))
    covers = draw(some_or_all(functions))
    return AgreementFacts(pk, f"Agreement {pk}", parties, covers, span["since"], span["until"])


@st.composite
def wide(draw: Any) -> Arrangement:
    """Up to four partners and functions, with any roles, agreements and checks, some of them long over."""
    partners, functions = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    cells = [(one, other) for one in range(1, partners + 1) for other in range(1, functions + 1)]
    chosen = draw(st.just(cells) | st.lists(st.sampled_from(cells), unique=True))
    checked = draw(st.lists(st.sampled_from(cells), unique=True, max_size=6))
    return Arrangement(
        1,
        TODAY,
        draw(levels),
        [draw(a_partner(pk)) for pk in range(1, partners + 1)],
        [draw(a_function(pk)) for pk in range(1, functions + 1)],
        [draw(a_role(*cell)) for cell in chosen],
        [draw(an_agreement(pk, partners, functions)) for pk in range(1, draw(st.integers(0, 4)) + 1)],
        [draw(an_agreement(pk, partners, functions)) for pk in range(5, draw(st.integers(4, 6)) + 1)],
        {cell: draw(st.integers(0, 3)) for cell in checked},
    )


@st.composite
def agreed(draw: Any) -> Arrangement:
    """Two partners answer for one function each, by several short agreements on both."""
    covering = st.tuples(st.integers(-9, 60), st.integers(0, 20))
    found = draw(st.lists(covering, min_size=1, max_size=4))
    return arrangement(
        functions=[replace(function(pk), work_ends=draw(maybe_days)) for pk in (1, 2)],
        roles=tuple(role(pk, function=pk, until=draw(maybe_days)) for pk in (1, 2)),
        agreements=tuple(
            signed(pk, 1, 2, functions=(1, 2), starts=day(first), ends=day(first + length))
            for pk, (first, length) in enumerate(found, start=1)
        ),
    )


def arrangements() -> st.SearchStrategy[Arrangement]:
    return wide() | agreed()


def with_role(facts: Arrangement, new: RoleFacts) -> Arrangement:
    """With one more role, in the place of what stood in its cell."""
    return replace(facts, roles=[*(one for one in facts.roles if one.pk != new.pk), new])
