"""Laws the checks keep in every arrangement, each tried on a broken check that must be found out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from partners.domain.arrangement import Arrangement, Span, holes
from partners.domain.checks import CHECKS, Check, Complaint, Severity, complaints_of
from partners.tests.check_cases import SEARCH, TODAY, a_role, arrangements, day, named, with_role

ABOUT_AGREEMENTS = ("no-agreement", "agreement-not-begun", "agreement-too-short")
Test = Callable[[Arrangement, Any], None]


@dataclass(frozen=True)
class Law:
    """What holds in every arrangement, and checks that break it."""

    holds: Test
    broken: Mapping[str, Check]


LAWS: dict[str, Law] = {}


def law(**broken: Check) -> Callable[[Test], Test]:
    """`no_deputy=check` stands in for the check with the code “no-deputy”."""

    def keep(holds: Test) -> Test:
        LAWS[holds.__name__] = Law(holds, {name.replace("_", "-"): check for name, check in broken.items()})
        return holds

    return keep


def broken(code: str, looks: Callable[[Arrangement], Iterator[str]], *, severity: Severity = Severity.SERIOUS) -> Check:
    """A check that complains of the subjects `looks` finds."""
    return lambda facts: (Complaint(code, subject, severity) for subject in looks(facts))


def weights(facts: Arrangement, codes: tuple[str, ...]) -> dict[str, int]:
    """How heavy the worst complaint of these codes is, by subject; 3 is the heaviest."""
    found: dict[str, int] = {}
    for one in complaints_of(facts):
        if one.code in codes:
            found[one.subject] = max(found.get(one.subject, 0), 4 - one.severity)
    return found


def never_lighter(before: Mapping[str, int], after: Mapping[str, int]) -> bool:
    return all(after.get(subject, 0) >= weight for subject, weight in before.items())


def subjects(facts: Arrangement, *codes: str) -> set[str]:
    return {one.subject for one in complaints_of(facts) if one.code in codes}


def pick(data: Any, among: Any) -> Any:
    """One of them, or None if there are none."""
    return data.draw(st.sampled_from(list(among))) if among else None


# Who is accountable


def unless_exactly_one(facts: Arrangement) -> Iterator[str]:
    return (f"function:{one.pk}" for one in facts.functions if len(facts.accountable(one.pk)) != 1)


def if_exactly_one(facts: Arrangement) -> Iterator[str]:
    return (f"function:{one.pk}" for one in facts.functions if len(facts.accountable(one.pk)) == 1)


def with_one_more_accountable(facts: Arrangement, data: Any) -> Arrangement:
    """In a cell that was empty, or said something else."""
    cells = {(one.pk, other.pk) for one in facts.partners for other in facts.functions}
    free = sorted(cells - {(one.partner, one.function) for one in facts.standing() if one.letter == "A"})
    cell = pick(data, free)
    return with_role(facts, data.draw(a_role(*cell, letters="A"))) if cell else facts


@law(none_accountable=broken("none-accountable", unless_exactly_one))
def adding_an_accountable_never_adds_none_accountable(facts: Arrangement, data: Any) -> None:
    more = with_one_more_accountable(facts, data)
    assert subjects(more, "none-accountable") <= subjects(facts, "none-accountable")


@law(several_accountable=broken("several-accountable", if_exactly_one))
def adding_an_accountable_never_removes_several_accountable(facts: Arrangement, data: Any) -> None:
    more = with_one_more_accountable(facts, data)
    assert subjects(facts, "several-accountable") <= subjects(more, "several-accountable")


def where_nobody_is_responsible(facts: Arrangement) -> Iterator[str]:
    for one in facts.functions:
        if one.levels & facts.levels and not any(role.letter == "R" for role in facts.doing(one.pk)):
            yield f"function:{one.pk}"


@law(level_without_anybody=broken("level-without-anybody", where_nobody_is_responsible))
def accountable_implies_responsible(facts: Arrangement, data: Any) -> None:
    role = pick(data, [one for one in facts.roles if one.letter == "R"])
    if role:
        raised = with_role(facts, replace(role, letter="A"))
        assert subjects(raised, "level-without-anybody") == subjects(facts, "level-without-anybody")


def where_partners_overlap(facts: Arrangement) -> Iterator[str]:
    level_of = facts.partner_of
    for one in facts.functions:
        if any(level_of[role.partner].levels & one.levels & facts.levels for role in facts.doing(one.pk)):
            yield f"function:{one.pk}"


@law(level_without_anybody=broken("level-without-anybody", where_partners_overlap))
def a_partner_at_one_more_level_adds_nothing(facts: Arrangement, data: Any) -> None:
    at, level = data.draw(st.integers(0, len(facts.partners) - 1)), data.draw(st.sampled_from(["district", "area"]))
    partners = [*facts.partners]
    partners[at] = replace(partners[at], levels=partners[at].levels | {level})
    assert set(named(complaints_of(replace(facts, partners=partners)))) <= set(named(complaints_of(facts)))


# Agreements


def unless_exactly_one_agreement(facts: Arrangement) -> Iterator[str]:
    for role in facts.standing():
        if role.letter == "A" and sum(role.partner in one.parties for one in facts.agreements) != 1:
            yield f"role:{role.pk}"


@law(no_agreement=broken("no-agreement", unless_exactly_one_agreement))
def removing_an_agreement_never_removes_a_complaint_of_agreement(facts: Arrangement, data: Any) -> None:
    """It may turn into a heavier one: too short becomes none at all."""
    gone = pick(data, facts.agreements)
    fewer = replace(facts, agreements=[one for one in facts.agreements if one is not gone])
    assert never_lighter(weights(facts, ABOUT_AGREEMENTS), weights(fewer, ABOUT_AGREEMENTS))


def if_it_ends_after_today(facts: Arrangement) -> Iterator[str]:
    for role in facts.standing():
        ends = [one.ends for one in facts.agreements if role.partner in one.parties and one.ends]
        if role.letter == "A" and any(end > TODAY for end in ends):
            yield f"role:{role.pk}"


@law(agreement_too_short=broken("agreement-too-short", if_it_ends_after_today))
def a_longer_agreement_never_adds_a_complaint_of_agreement(facts: Arrangement, data: Any) -> None:
    one = pick(data, facts.agreements)
    if one:
        ends = one.ends and one.ends + timedelta(days=data.draw(st.integers(0, 30)))
        longer = replace(one, starts=data.draw(st.sampled_from([one.starts, None])), ends=ends)
        more = replace(facts, agreements=[longer if other is one else other for other in facts.agreements])
        assert never_lighter(weights(more, ABOUT_AGREEMENTS), weights(facts, ABOUT_AGREEMENTS))


def as_if_the_last_agreement_counted_from_today(facts: Arrangement) -> Iterator[Complaint]:
    """Blind to days between two agreements."""
    for one in CHECKS_AS_THEY_ARE["agreement-too-short"](facts):
        spans = one.facts["spans"][-1:]
        yield replace(one, facts={**one.facts, "spans": spans})


@law(agreement_too_short=as_if_the_last_agreement_counted_from_today)
def complaints_of_agreement_name_every_day_that_none_covers(facts: Arrangement, data: Any) -> None:
    """Counted day by day, for roles that end."""
    for role in facts.standing():
        begins, ends = facts.span(role)
        if role.letter == "A" and ends != date.max:
            work = facts.function_of[role.function].work_ends or date.max
            first = max(begins, TODAY)
            assert said_uncovered(facts, role.pk, (first, max(first, min(ends, work)))) == uncovered(
                facts, role, (first, max(first, min(ends, work)))
            )


def uncovered(facts: Arrangement, role: Any, needed: Span) -> set[date]:
    mine = [one.span for one in facts.agreements if role.partner in one.parties and role.function in one.functions]
    return days_of([needed]) - days_of([(max(one, needed[0]), min(other, needed[1])) for one, other in mine])


def said_uncovered(facts: Arrangement, role: int, needed: Span) -> set[date]:
    about = [one for one in complaints_of(facts) if one.subject == f"role:{role}" and one.code in ABOUT_AGREEMENTS]
    return set().union(*(days_of(one.facts.get("spans", [needed])) for one in about))


def days_of(spans: list[Span]) -> set[date]:
    return {begins + timedelta(days=past) for begins, ends in spans for past in range((ends - begins).days + 1)}


@law(no_agreement=lambda facts: CHECKS_AS_THEY_ARE["no-agreement"](replace(facts, agreements=facts.drafts)))
def a_draft_mends_nothing(facts: Arrangement, data: Any) -> None:
    assert named(complaints_of(replace(facts, drafts=()))) == named(complaints_of(facts))


# People and capacity


def with_a_deputy(facts: Arrangement) -> Iterator[str]:
    return (f"role:{one.pk}" for one in facts.standing() if one.has_deputy)


@law(no_deputy=broken("no-deputy", with_a_deputy))
def naming_a_deputy_adds_nothing(facts: Arrangement, data: Any) -> None:
    role = pick(data, facts.roles)
    if role:
        more = with_role(facts, replace(role, has_deputy=True))
        assert set(named(complaints_of(more))) <= set(named(complaints_of(facts)))
        assert f"role:{role.pk}" not in subjects(more, "no-deputy")


def unless_just_enough(facts: Arrangement) -> Iterator[str]:
    for role in facts.standing():
        found = facts.capacity.get((role.partner, role.function))
        if found is not None and found != facts.function_of[role.function].capacity_needed:
            yield f"role:{role.pk}"


@law(capacity_too_low=broken("capacity-too-low", unless_just_enough))
def raising_capacity_never_adds_anything(facts: Arrangement, data: Any) -> None:
    cell = pick(data, facts.capacity)
    if cell:
        higher = data.draw(st.integers(facts.capacity[cell], 3))
        more = replace(facts, capacity={**facts.capacity, cell: higher})
        assert set(named(complaints_of(more))) <= set(named(complaints_of(facts)))


# What counts at all


def of_any_role(facts: Arrangement) -> Iterator[str]:
    answered = {one.function for one in facts.roles if one.letter == "A"}
    return (f"function:{one.pk}" for one in facts.functions if one.pk not in answered)


@law(none_accountable=broken("none-accountable", of_any_role))
def what_is_over_counts_for_nothing(facts: Arrangement, data: Any) -> None:
    standing = replace(
        facts,
        roles=facts.standing(),
        agreements=[one for one in facts.agreements if one.ends is None or one.ends >= TODAY],
    )
    assert named(complaints_of(standing)) == named(complaints_of(facts))


def of_whoever_has_a_letter(facts: Arrangement) -> Iterator[str]:
    return (f"role:{one.pk}" for one in facts.standing() if one.holder and not one.has_deputy)


@law(no_deputy=broken("no-deputy", of_whoever_has_a_letter))
def who_is_only_asked_or_told_counts_for_nothing(facts: Arrangement, data: Any) -> None:
    doing = replace(facts, roles=[one for one in facts.roles if one.letter in "AR"])
    assert complaints_of(doing) == complaints_of(facts)


def of_the_first_function(facts: Arrangement) -> Iterator[str]:
    first = min(facts.functions, key=lambda one: one.pk)
    if not facts.accountable(first.pk):
        yield f"function:{first.pk}"


@law(
    none_accountable=lambda facts: (
        Complaint("none-accountable", subject, Severity.SERIOUS, {"function_id": int(subject[9:])})
        for subject in of_the_first_function(facts)
    )
)
def what_is_said_of_a_function_rests_on_it_alone(facts: Arrangement, data: Any) -> None:
    for one in facts.functions:
        alone = complaints_of(replace(facts, functions=[one]))
        assert about(alone, one.pk) == about(complaints_of(facts), one.pk)


def about(found: list[Complaint], function: int) -> list[Complaint]:
    return [one for one in found if one.facts.get("function_id") == function]


# The list itself


def in_the_order_they_come(facts: Arrangement) -> Iterator[Complaint]:
    for role in facts.standing():
        yield Complaint("no-deputy", "program:1", Severity.WARNING, {"person": role.holder})


@law(no_deputy=in_the_order_they_come)
def the_order_of_the_facts_does_not_matter(facts: Arrangement, data: Any) -> None:
    names = ("partners", "functions", "roles", "agreements", "drafts")
    shuffled = {name: data.draw(st.permutations(list(getattr(facts, name)))) for name in names}
    capacity = dict(data.draw(st.permutations(list(facts.capacity.items()))))
    assert complaints_of(replace(facts, **shuffled, capacity=capacity)) == complaints_of(facts)


def once_a_level(facts: Arrangement) -> Iterator[str]:
    return (f"function:{one.pk}" for one in facts.functions for _ in one.levels & facts.levels)


@law(level_without_anybody=broken("level-without-anybody", once_a_level))
def nothing_is_said_twice(facts: Arrangement, data: Any) -> None:
    """A complaint is accepted by its code and subject: two must never share them."""
    found = named(complaints_of(facts))
    assert len(found) == len(set(found))


@law(no_deputy=broken("no-deputy", lambda facts: (f"partner:{one.pk}" for one in facts.standing())))
def every_subject_is_there(facts: Arrangement, data: Any) -> None:
    there = {f"function:{one.pk}" for one in facts.functions} | {f"role:{one.pk}" for one in facts.roles}
    there |= {f"partner:{one.pk}" for one in facts.partners} | {f"program:{facts.program_id}"}
    assert {one.subject for one in complaints_of(facts)} <= there


@law(no_deputy=broken("no-deputy", lambda facts: iter(["program:1"]), severity=Severity.HINT))
def a_check_has_one_severity(facts: Arrangement, data: Any) -> None:
    assert {one.code: one.severity for one in complaints_of(facts)}.items() <= WEIGHT.items()


WEIGHT = {
    "none-accountable": Severity.SERIOUS,
    "several-accountable": Severity.SERIOUS,
    "no-agreement": Severity.SERIOUS,
    "accountable-gap": Severity.WARNING,
    "agreement-not-begun": Severity.WARNING,
    "agreement-too-short": Severity.WARNING,
    "level-without-anybody": Severity.WARNING,
    "too-much-on-one": Severity.WARNING,
    "holder-left": Severity.WARNING,
    "no-deputy": Severity.WARNING,
    "capacity-too-low": Severity.WARNING,
    "capacity-unknown": Severity.HINT,
    "levels-unknown": Severity.HINT,
}
CHECKS_AS_THEY_ARE = dict(CHECKS)


@pytest.mark.parametrize("name", LAWS)
def test_law(name: str) -> None:
    given(arrangements(), st.data())(LAWS[name].holds)()


@pytest.mark.parametrize("name", LAWS)
def test_a_broken_check_is_found_out(name: str) -> None:
    with patch.dict(CHECKS, LAWS[name].broken), pytest.raises(AssertionError):
        SEARCH(given(arrangements(), st.data())(LAWS[name].holds))()


def test_every_check_is_weighed() -> None:
    assert list(WEIGHT) == list(CHECKS)


@pytest.mark.parametrize("code", CHECKS)
def test_the_arrangements_made_up_here_reach_every_check(code: str) -> None:
    assert subjects(find(arrangements(), lambda facts: bool(subjects(facts, code)), settings=SEARCH), code)


@given(
    st.tuples(st.integers(0, 20), st.integers(0, 20)),
    st.lists(st.tuples(st.integers(-5, 25), st.integers(0, 9)), max_size=5),
)
def test_holes_are_the_days_that_no_part_covers(whole: tuple[int, int], parts: list[tuple[int, int]]) -> None:
    begins, ends = sorted(whole)
    spans = [(day(first), day(first + length)) for first, length in parts]
    found = holes((day(begins), day(ends)), spans)
    assert days_of(found) == days_of([(day(begins), day(ends))]) - days_of(spans)
    assert all(one[1] + timedelta(days=1) < other[0] for one, other in pairwise(found))
