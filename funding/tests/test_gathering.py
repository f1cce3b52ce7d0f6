"""What the tables hold comes out as facts, for many programs in as few queries as for one."""

from decimal import Decimal

import pytest

from conftest import make_program
from funding.domain.gathering import gather, gather_one
from funding.domain.planned import ContributionFacts, CostFacts, PhaseFacts, Planned, RateFacts, SourceFacts
from funding.models import FundingPlan
from funding.tests.rows_of_money import DAY, add_cost, add_phase, add_rate, add_source, give, year
from programs.models import Program

pytestmark = pytest.mark.django_db
QUERIES = 6


def test_all_facts_of_a_program(program: Program) -> None:
    source, cost, phase = add_source(program), add_cost(program, "12.50", quantity=4), add_phase(program)
    rate = add_rate(program)
    in_kind = {"is_in_kind": True, "note": "as rented", "covers": "central", "is_in_budget": True}
    given = give(source, 300, status="pledged", currency="KHR", **in_kind)
    FundingPlan.objects.filter(pk=program.pk).update(currency="EUR", largest_share=40, inputs_seq=77)
    assert gather_one(program.pk) == Planned(
        program_id=program.pk,
        currency="EUR",
        largest_share=40,
        costs=[CostFacts(cost.pk, year(1), "recurrent", Decimal("12.50"), 4, "USD", "Salaries")],
        contributions=[
            ContributionFacts(
                given.pk,
                source.pk,
                year(1),
                Decimal(300),
                "KHR",
                "pledged",
                "central",
                True,
                True,
                "as rented",
            )
        ],
        sources=[SourceFacts(source.pk, "Ministry of Health", "government")],
        rates=[RateFacts(rate.pk, "KHR", "USD", Decimal("0.00025"), DAY, "National bank")],
        phases=[PhaseFacts(phase.pk, "Ten districts", year(1), year(2))],
        inputs_seq=77,
    )


def test_who_began_no_plan(program: Program) -> None:
    assert gather([program.pk]) == []
    assert gather_one(program.pk) == Planned(program.pk)
    assert (gather_one(program.pk).currency, gather_one(program.pk).largest_share) == ("USD", 50)
    fresh = FundingPlan(program=program)
    assert (fresh.currency, fresh.largest_share) == ("USD", 50)


def fill(program: Program) -> None:
    for name in ("One", "Two"):
        give(add_source(program, name))
    add_cost(program)
    add_rate(program)
    add_phase(program)


def test_many_programs_take_no_more_queries_than_one(
    program: Program, other_program: Program, django_assert_num_queries
) -> None:
    third = make_program(program.organisation, program.created_by, program.guide, name="Third")
    for one in (program, other_program, third):
        fill(one)
    with django_assert_num_queries(QUERIES):
        assert [one.program_id for one in gather([program.pk])] == [program.pk]
    with django_assert_num_queries(QUERIES):
        found = gather([third.pk, other_program.pk, program.pk])
    assert [(one.program_id, len(one.sources), len(one.contributions), len(one.costs)) for one in found] == [
        (pk, 2, 2, 1) for pk in sorted([program.pk, other_program.pk, third.pk])
    ]
