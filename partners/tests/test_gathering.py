"""What the checks look at, as it is read from the tables: of many programs at once, in the same number of queries."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Organisation, User
from conftest import make_program
from partners.domain.arrangement import AgreementFacts, Arrangement, PartnerFacts, RoleFacts
from partners.domain.gathering import arrangement_of, arrangements
from partners.models import Agreement, CapacityCheck, FocalPerson, Function, Partner, Partnership
from partners.tests.role_cases import add_partner, function_of, give, sign
from programs.models import Guide, Program, StepPlan

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=40)


def check(partner: Partner, key: str, *sides: int, on: date = TODAY) -> CapacityCheck:
    names = ("individual", "leadership", "organisation", "system")
    return CapacityCheck.objects.create(
        partner=partner,
        function=function_of(partner.program, key),
        checked_on=on,
        recorded_by=partner.program.created_by,
        **dict(zip(names, sides, strict=True)),
    )


def test_a_program_nobody_spoke_of_has_an_empty_arrangement(program: Program) -> None:
    empty = {name: [] for name in ("partners", "functions", "roles", "agreements", "drafts")}
    assert arrangement_of(program, TODAY) == Arrangement(program.pk, TODAY, **empty)


def test_partners_are_read_with_where_they_work_and_how_long(program: Program) -> None:
    partner = add_partner(program, levels=["district", "area"], since_on=TODAY, until_on=SOON)
    Partnership.objects.filter(program=program).update(levels=["national", "district"])
    found = arrangement_of(program, TODAY)
    assert found.levels == {"national", "district"}
    assert found.partners == [
        PartnerFacts(partner.pk, "Health office", frozenset({"district", "area"}), since=TODAY, until=SOON)
    ]


def test_work_ends_with_the_ambition_or_with_its_step(program: Program) -> None:
    add_partner(program)
    StepPlan.objects.filter(program=program, step__number=5).update(target_on=SOON)
    of_step = Function.objects.create(program=program, name="Costing", step=5, position=70)
    undated = Function.objects.create(program=program, name="Handover", step=6, position=71)
    found = {one.pk: one for one in arrangement_of(program, TODAY).functions}
    assert (found[of_step.pk].name, found[of_step.pk].work_ends) == ("Costing", SOON)
    assert found[undated.pk].work_ends is None
    training = found[function_of(program).pk]
    assert (training.name, training.work_ends) == ("Training", date(2029, 12, 31))
    assert (training.levels, training.capacity_needed) == ({"district"}, 2)


def test_functions_come_in_order_and_dropped_ones_not_at_all(program: Program) -> None:
    partner = add_partner(program)
    give(partner, "A", "training")
    give(partner, "R", "supply")
    Function.objects.filter(program=program, key="training").update(dropped_at=timezone.now())
    found = arrangement_of(program, TODAY)
    assert [one.name for one in found.functions][:2] == ["Supervision", "Monitoring and evaluation"]
    assert [(one.letter, one.function) for one in found.roles] == [("R", function_of(program, "supply").pk)]


def test_empty_cells_are_no_roles(program: Program) -> None:
    partner = add_partner(program)
    give(partner, "C", since_on=TODAY, until_on=SOON)
    [role] = arrangement_of(program, TODAY).roles
    assert (role.partner, role.function) == (partner.pk, function_of(program).pk)
    assert role == RoleFacts(role.pk, role.partner, role.function, "C", since=TODAY, until=SOON)


@pytest.mark.parametrize(("deputy", "left"), [("", None), ("Sok Dara", None), ("Sok Dara", TODAY)])
def test_who_holds_a_role_is_read_with_a_deputy_and_the_day_they_left(
    program: Program, deputy: str, left: date | None
) -> None:
    partner = add_partner(program)
    person = FocalPerson.objects.create(partner=partner, name="Ana Kim", deputy=deputy, left_on=left)
    give(partner, held_by=person)
    [role] = arrangement_of(program, TODAY).roles
    assert (role.holder, role.holder_id, role.has_deputy, role.holder_left) == (
        "Ana Kim",
        person.pk,
        bool(deputy),
        left,
    )


def test_only_agreements_that_are_signed_and_not_ended_count(program: Program) -> None:
    one, other = add_partner(program), add_partner(program, "River trust")
    signed = sign(one, other, keys=("training", "supply"), ends=SOON)
    draft, ended = sign(other), sign(one)
    Agreement.objects.filter(pk=draft.pk).update(state="draft", signed_on=None)
    Agreement.objects.filter(pk=ended.pk).update(state="ended", ended_on=TODAY)
    found = arrangement_of(program, TODAY)
    assert [(one.pk, one.parties) for one in found.drafts] == [(draft.pk, {other.pk})]
    functions = frozenset(function_of(program, key).pk for key in ("training", "supply"))
    assert found.agreements == [
        AgreementFacts(
            signed.pk, "Agreement on training", frozenset({one.pk, other.pk}), functions, signed.starts_on, SOON
        )
    ]


def test_an_agreement_with_nobody_on_nothing_is_read_too(program: Program) -> None:
    partner = add_partner(program)
    made = sign(partner, keys=())
    made.parties.clear()
    [found] = arrangement_of(program, TODAY).agreements
    assert (found.parties, found.functions) == (frozenset(), frozenset())


def test_the_newest_check_counts_with_its_weakest_side(program: Program) -> None:
    partner = add_partner(program)
    check(partner, "training", 3, 3, 3, 3, on=TODAY - timedelta(days=9))
    check(partner, "training", 3, 3, 0, 3)
    check(partner, "training", 3, 1, 2, 3)
    check(partner, "training", 0, 0, 0, 0, on=TODAY - timedelta(days=1))
    check(partner, "supply", 2, 2, 3, 2)
    ids = {key: function_of(program, key).pk for key in ("training", "supply")}
    assert arrangement_of(program, TODAY).capacity == {
        (partner.pk, ids["training"]): 1,
        (partner.pk, ids["supply"]): 2,
    }


def test_each_program_gets_its_own(program: Program, other_program: Program) -> None:
    mine, theirs = add_partner(program), add_partner(other_program, "River trust")
    for partner in (mine, theirs):
        give(partner)
        sign(partner)
        check(partner, "training", 1, 1, 1, 1)
    found = arrangements([program.pk, other_program.pk], TODAY)
    assert list(found) == [program.pk, other_program.pk]
    assert found == {one.pk: arrangement_of(one, TODAY) for one in (program, other_program)}
    assert [one.name for one in found[program.pk].partners] == ["Health office"]


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    count: int,
    organisation: Organisation,
    lead: User,
    guide: Guide,
    django_assert_num_queries: Callable[[int], AbstractContextManager],
) -> None:
    programs = [make_program(organisation, lead, guide, name=f"Program {number}") for number in range(count)]
    for program in programs:
        for number in range(count):
            partner = add_partner(program, f"{program.name} partner {number}")
            person = FocalPerson.objects.create(partner=partner, name="Ana Kim")
            give(partner, held_by=person)
            sign(partner)
            check(partner, "training", 1, 1, 1, 1)
    with django_assert_num_queries(6):
        found = arrangements([one.pk for one in programs], TODAY)
    assert [len(one.roles) for one in found.values()] == [count] * count
