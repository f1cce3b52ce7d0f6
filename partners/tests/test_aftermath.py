"""What came of mending a complaint: laws of the comparison, each tried on one that breaks it, and how it is told."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from partners.domain import aftermath, complaints
from partners.domain.aftermath import Aftermath, Difference, compare
from partners.domain.arrangement import Arrangement
from partners.domain.checks import CHECKS, Name, complaints_of
from partners.domain.complaint_words import WORDS
from partners.domain.mending import anchor_of, name_at
from partners.models import AcceptedComplaint, Function, Partner
from partners.tests.check_cases import SEARCH, a_role, arrangements, with_role
from partners.tests.role_cases import add_partner, cell, function_of, give, sign
from programs.models import Program

TODAY = timezone.localdate()
NONE = "none-accountable"
Compare = Callable[[Iterable[Name], Iterable[Name]], Difference]

# The comparison


def names_of(facts: Arrangement) -> list[Name]:
    return [one.name for one in complaints_of(facts)]


@st.composite
def acts(draw: Any) -> tuple[list[Name], list[Name]]:
    """What is complained about before and after somebody writes one letter into the matrix, in any order."""
    facts = draw(arrangements())
    partner, function = draw(st.sampled_from(facts.partners)), draw(st.sampled_from(facts.functions))
    after = with_role(facts, draw(a_role(partner.pk, function.pk)))
    return draw(st.permutations(names_of(facts))), draw(st.permutations(names_of(after)))


def what_is_told_gone_is_gone(found: Compare, before: list[Name], after: list[Name]) -> None:
    assert found(before, after).gone <= set(before)
    assert not found(before, after).gone & set(after)


def what_is_told_new_is_new(found: Compare, before: list[Name], after: list[Name]) -> None:
    assert found(before, after).new <= set(after)
    assert not found(before, after).new & set(before)


def nothing_is_left_untold(found: Compare, before: list[Name], after: list[Name]) -> None:
    told = found(before, after)
    assert set(before) - told.gone | told.new == set(after)


def order_does_not_matter(found: Compare, before: list[Name], after: list[Name]) -> None:
    assert found(before[::-1], sorted(after)) == found(sorted(before), after[::-1])


def nothing_changed_nothing_told(found: Compare, before: list[Name], after: list[Name]) -> None:
    for same in (before, after):
        assert found(same, same[::-1]) == Difference(frozenset(), frozenset())


def going_back_tells_the_opposite(found: Compare, before: list[Name], after: list[Name]) -> None:
    there, back = found(before, after), found(after, before)
    assert (there.gone, there.new) == (back.new, back.gone)


def by_place(before: Iterable[Name], after: Iterable[Name]) -> Difference:
    pairs = [(one, other) for one, other in zip(before, after, strict=False) if one != other]
    return Difference(frozenset(one for one, _ in pairs), frozenset(other for _, other in pairs))


def by_subject(before: Iterable[Name], after: Iterable[Name]) -> Difference:
    was, now = list(before), list(after)
    gone = (one for one in was if one[1] not in {subject for _, subject in now})
    new = (one for one in now if one[1] not in {subject for _, subject in was})
    return Difference(frozenset(gone), frozenset(new))


def everything_before_is_gone(before: Iterable[Name], after: Iterable[Name]) -> Difference:
    return Difference(frozenset(before), compare(before, after).new)


def everything_now_is_new(before: Iterable[Name], after: Iterable[Name]) -> Difference:
    return Difference(compare(before, after).gone, frozenset(after))


def only_what_went(before: Iterable[Name], after: Iterable[Name]) -> Difference:
    return Difference(compare(before, after).gone, frozenset())


LAWS: dict[Callable[[Compare, list[Name], list[Name]], None], Compare] = {
    what_is_told_gone_is_gone: everything_before_is_gone,
    what_is_told_new_is_new: everything_now_is_new,
    nothing_is_left_untold: by_subject,
    order_does_not_matter: by_place,
    nothing_changed_nothing_told: everything_before_is_gone,
    going_back_tells_the_opposite: only_what_went,
}


@pytest.mark.parametrize("law", LAWS)
def test_law(law: Callable[..., None]) -> None:
    given(acts())(lambda act: law(compare, *act))()


@pytest.mark.parametrize("law", LAWS)
def test_a_broken_comparison_is_found_out(law: Callable[..., None]) -> None:
    with pytest.raises(AssertionError):
        SEARCH(given(acts())(lambda act: law(LAWS[law], *act)))()


# The name of a complaint in addresses


@given(
    st.sampled_from(list(CHECKS)), st.sampled_from(["function", "partner", "role", "program"]), st.integers(0, 10**9)
)
def test_a_name_is_found_again_in_its_address(code: str, kind: str, number: int) -> None:
    name = (code, f"{kind}:{number}")
    assert name_at(anchor_of(name)) == name


NO_NAMES = ["", "x", "no-agreement", "no-agreement-role-", "no-agreement-role-x", "no-agreement-role-٣"]
NO_NAMES += ["no-agreement-role--1", "no-agreement-role-" + "9" * 19, "no-agreement-role-1\n", "no-agreement-team-1"]
NO_NAMES += ["no-such-check-role-1", "//elsewhere.example", "no-agreement-role-1/../2"]


@pytest.mark.parametrize("anchor", NO_NAMES)
def test_what_is_no_name_is_none(anchor: str) -> None:
    assert name_at(anchor) is None


# In words


@pytest.fixture
def partner(program: Program) -> Partner:
    made = add_partner(program)
    Function.objects.filter(program=program).exclude(key__in=["training", "supply"]).update(dropped_at=timezone.now())
    return made


def names(program: Program) -> list[Name]:
    return complaints.read(program, TODAY).names


def told(program: Program, before: list[Name], asked: Name) -> Aftermath:
    return aftermath.tell(program, complaints.read(program, TODAY), before=before, asked=asked)


def nobody(program: Program, key: str = "training") -> Name:
    return NONE, f"function:{function_of(program, key).pk}"


def sentences(found: Aftermath) -> list[str]:
    return [one.sentence for one in found.new]


UNSIGNED = "Health office is accountable for Training, and no signed agreement covers it."


@pytest.mark.django_db
def test_mended_one_new_one_and_a_hint(program: Program, partner: Partner) -> None:
    before = names(program)
    give(partner)
    found = told(program, before, nobody(program))
    assert (found.mended, sentences(found)) == (["Nobody was accountable for Training."], [UNSIGNED])
    assert (found.hint_count, found.still, found.is_quiet) == (1, None, False)


@pytest.mark.django_db
def test_mended_and_nothing_came_of_it(program: Program, partner: Partner) -> None:
    give(partner)
    asked, before = ("no-agreement", f"role:{cell(partner).pk}"), names(program)
    sign(partner)
    found = told(program, before, asked)
    assert found == Aftermath(["Health office was accountable for Training without a signed agreement."], [], 0)
    assert found.is_quiet


@pytest.mark.django_db
def test_what_one_set_out_to_mend_comes_first(program: Program, partner: Partner) -> None:
    before = names(program)
    for key in ("training", "supply"):
        give(partner, key=key)
    found = told(program, before, nobody(program, "supply"))
    assert found.mended == ["Nobody was accountable for Supply.", "Nobody was accountable for Training."]


@pytest.mark.django_db
def test_what_stands_as_before_is_told(program: Program, partner: Partner) -> None:
    before = names(program)
    give(partner, "R")
    found = told(program, before, nobody(program))
    assert (found.mended, found.new, found.is_quiet) == ([], [], False)
    assert found.still
    assert found.still.complaint.name == nobody(program)


@pytest.mark.django_db
def test_what_is_accepted_is_neither_new_nor_still_to_be_mended(program: Program, partner: Partner) -> None:
    give(partner)
    asked, before = ("no-agreement", f"role:{cell(partner).pk}"), names(program)
    for name in (asked, nobody(program)):
        said = {"reason": "In March.", "accepted_by": program.created_by, "until_on": TODAY + timedelta(days=9)}
        AcceptedComplaint.objects.create(program=program, code=name[0], subject=name[1], **said)
    assert told(program, before, asked) == Aftermath([], [], 0)
    give(partner, "")
    assert told(program, before, asked).new == []


@pytest.mark.django_db
def test_of_what_was_taken_away_or_belongs_elsewhere_nothing_is_said(
    program: Program, other_program: Program, partner: Partner
) -> None:
    theirs = give(add_partner(other_program, "Canary trust"))
    strange = [("no-agreement", f"role:{theirs.pk}"), ("no-agreement", "role:999999"), ("gone-check", "role:1")]
    strange += [("too-much-on-one", f"partner:{theirs.partner_id}"), (NONE, f"function:{theirs.function_id}")]
    assert told(program, names(program) + strange, nobody(program)).mended == []


@pytest.mark.django_db
@pytest.mark.parametrize("code", CHECKS)
def test_each_can_be_said_of_what_it_was_about(program: Program, partner: Partner, code: str) -> None:
    """By the function, the partner or both: a placeholder that is not known would be an error."""
    role = cell(partner)
    subjects = {
        "none-accountable": f"function:{role.function_id}",
        "several-accountable": f"function:{role.function_id}",
        "accountable-gap": f"function:{role.function_id}",
        "level-without-anybody": f"function:{role.function_id}",
        "too-much-on-one": f"partner:{partner.pk}",
        "levels-unknown": f"program:{program.pk}",
    }
    name = (code, subjects.get(code, f"role:{role.pk}"))
    give(partner, "")
    now = complaints.read(program, TODAY)
    rest = complaints.Reading(now.arrangement, [one for one in now.told if one.complaint.name != name])
    [past] = aftermath.tell(program, rest, before=[name, *rest.names], asked=name).mended
    assert past == str(WORDS[code].past) % {"partner": "Health office", "function": "Training"}
    assert past != WORDS[code].sentence


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    program: Program, count: int, django_assert_num_queries: Callable[[int], AbstractContextManager]
) -> None:
    keys = ("training", "supply", "advocacy")[:count]
    roles = [give(add_partner(program, f"Partner of {key}"), key=key) for key in keys]
    before = [(NONE, f"function:{one.function_id}") for one in roles]
    before += [("too-much-on-one", f"partner:{one.partner_id}") for one in roles]
    before += [("no-deputy", f"role:{one.pk}") for one in roles]
    reading = complaints.read(program, TODAY)
    with django_assert_num_queries(3):
        found = aftermath.tell(program, reading, before=before, asked=before[0])
    assert len(found.mended) == 3 * count
