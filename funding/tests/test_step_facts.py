"""What is known beside items of step 8, and when it proves them."""

import pytest
from django.utils import timezone

from funding.domain import step_facts
from funding.tests.rows_of_money import add_cost, add_source, give, year
from programs.domain.known import Known
from programs.models import Program

pytestmark = pytest.mark.django_db


def facts(program: Program) -> dict[str, Known]:
    return {known.item: known for known in step_facts.beside(program, timezone.localdate())}


def proven(program: Program) -> set[str]:
    return {item for item, known in facts(program).items() if known.proof}


def test_nothing_is_known_as_long_as_nothing_is_planned(program: Program) -> None:
    assert facts(program) == {}


def test_costs_prove_their_item_once_every_sort_is_there(program: Program) -> None:
    add_cost(program, kind="start_up")
    add_cost(program, kind="recurrent")
    assert proven(program) == {"funding-gap"}
    add_cost(program, kind="central")
    assert proven(program) == {"funding-gap", "cost-model"}


def test_the_gap_is_told_with_its_years(program: Program) -> None:
    add_cost(program, 1000)
    give(add_source(program), 400, status="signed")
    known = facts(program)["funding-gap"]
    assert known.text.replace("\u00a0", " ") == "Still missing: 600 USD of 1,000 USD."
    assert known.proof is not None
    last = known.proof.text.splitlines()[-1].replace("\u00a0", " ")
    assert last == f"{year(1)}: cost 1,000 USD, secured 400 USD, missing 600 USD"
    assert facts(program)["cash-plan"].text == f"Cost falls due before money is secured in: {year(1)}."


def test_an_amount_without_a_rate_leaves_the_gap_unproven(program: Program) -> None:
    add_cost(program, 1000)
    add_cost(program, 9, currency="KHR")
    assert "left out" in facts(program)["funding-gap"].text
    assert proven(program) == set()


def test_several_sources_within_the_limit_prove_it(program: Program) -> None:
    give(add_source(program, "One"), 500, status="signed")
    assert proven(program) == {"funding-table"}
    give(add_source(program, "Two"), 500, status="received")
    assert proven(program) == {"funding-table", "several-sources"}
    give(add_source(program, "Three"), 1001, status="received")
    assert proven(program) == {"funding-table"}


def test_recurrent_cost_in_budgets_is_told_and_proves_nothing(program: Program) -> None:
    add_cost(program, 1000, kind="recurrent")
    source = add_source(program, kind="government")
    give(source, 300, status="signed", covers="recurrent", is_in_budget=True)
    known = facts(program)["running-costs-owned"]
    assert "300" in known.text
    assert known.proof is None


def test_what_is_in_kind_is_listed_with_its_value(program: Program) -> None:
    give(add_source(program), 300, is_in_kind=True, note="Rooms at the usual rent")
    proof = facts(program)["in-kind-value"].proof
    assert proof is not None
    assert "Rooms at the usual rent" in proof.text


def test_one_of_a_thing_is_told_as_one(program: Program) -> None:
    source = add_source(program)
    give(source, 300, is_in_kind=True, note="Rooms at the usual rent")
    texts = {item: known.text for item, known in facts(program).items()}
    assert texts["funding-table"] == "The funding table has 1 amount of 1 source."
    assert texts["in-kind-value"] == "1 contribution is in kind, with how it was valued."
    give(source, 100, is_in_kind=True, note="Time, at the usual wage")
    texts = {item: known.text for item, known in facts(program).items()}
    assert texts["funding-table"] == "The funding table has 2 amounts of 1 source."
    assert texts["in-kind-value"] == "2 contributions are in kind, each with how it was valued."


def test_what_is_costed_is_told_by_the_years_of_costs_and_with_what_is_left_out(program: Program) -> None:
    add_cost(program, 1000)
    give(add_source(program), 300, year=year(3), currency="KHR")
    whole = f"Costed from {year(1)} to {year(1)}: 1,000 USD in all."
    assert facts(program)["cost-model"].text.replace("\u00a0", " ") == whole
    add_cost(program, 9, currency="KHR", year=year(2))
    told = facts(program)["cost-model"].text.replace("\u00a0", " ")
    assert told == f"Costed from {year(1)} to {year(2)}: 1,000 USD in all. 1 amount is left out: no rate for KHR."


def test_what_cannot_be_added_up_is_told_and_proves_nothing(program: Program) -> None:
    for kind in ("start_up", "recurrent", "central"):
        add_cost(program, 9, currency="KES", kind=kind)
    give(add_source(program, "One"), 500)
    give(add_source(program, "Two"), 500)
    told = facts(program)
    left_out = "3 amounts are left out: no rate for KES."
    assert told["cost-model"].text == f"Costed from {year(1)} to {year(1)}. {left_out}"
    assert told["funding-gap"].text == f"What is missing is not known. {left_out}"
    assert {"funding-gap", "several-sources"} & proven(program) == {"several-sources"}
    give(add_source(program, "Three"), 5, currency="KES")
    assert facts(program)["several-sources"].text.endswith("1 amount is left out: no rate for KES.")
    assert {"funding-gap", "several-sources"} & proven(program) == set()


def test_recurrent_cost_and_dates_say_what_is_left_out(program: Program) -> None:
    add_cost(program, 100)
    add_cost(program, 9, currency="KES")
    give(add_source(program), 40, covers="recurrent", is_in_budget=True)
    told = facts(program)
    for item in ("running-costs-owned", "cash-plan"):
        assert told[item].text.endswith(". 1 amount is left out: no rate for KES.")
