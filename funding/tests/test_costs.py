"""Entering, changing, copying and removing lines of the cost plan, and the table they make."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from funding.domain import cost_table, costs
from funding.domain.holding import Refused
from funding.models import LAST_YEAR, CostLine, FundingPlan
from funding.tests.rows_of_money import YEAR, add_cost, add_phase
from journal.facts import ChangedMeanwhile, facts_of
from journal.models import Change
from programs.models import Program

SAID: dict[str, Any] = {
    "year": YEAR,
    "kind": "per_site",
    "text": "Kits",
    "unit_amount": Decimal("1234.50"),
    "quantity": 40,
    "currency": "KHR",
}


def seq(program: Program) -> int:
    return FundingPlan.objects.get(program=program).inputs_seq


def told(program: Program) -> list[tuple[str, str, str]]:
    """What the history of a program says of its costs."""
    lines = Change.objects.filter(program_id=program.pk, kind="cost").order_by("pk")
    return list(lines.values_list("verb", "field", "new"))


def changing(line: CostLine, **wanted: Any) -> dict[str, Any]:
    """What `costs.change` is called with by a form that was opened now."""
    return {"wanted": {name: getattr(line, name) for name in costs.FACTS} | wanted, "seen": facts_of(line, costs.FACTS)}


def test_a_cost_is_entered(program: Program, editor: User) -> None:
    made = costs.add(program, SAID, by=editor)
    row = CostLine.objects.get()
    assert {name: getattr(row, name) for name in SAID} == SAID
    assert (row, row.created_by, row.program) == (made, editor, program)
    [change] = Change.objects.filter(kind="cost")
    assert (change.verb, change.actor, change.object_id) == ("cost_added", editor, made.pk)
    assert change.new == {
        "year": f"{YEAR}",
        "kind": "per_site",
        "text": "Kits",
        "unit_amount": "1234.5",
        "quantity": 40,
        "currency": "KHR",
        "price": "1,234.50\u00a0KHR",
    }


def test_the_same_key_enters_it_once(program: Program, editor: User) -> None:
    first, second = (costs.add(program, SAID, until=YEAR + 1, by=editor, key="k" * 64) for _ in range(2))
    assert (first, CostLine.objects.count(), len(told(program))) == (second, 2, 2)


def test_it_is_entered_for_several_years_at_once(program: Program, editor: User) -> None:
    costs.add(program, SAID, until=YEAR + 3, by=editor)
    rows = CostLine.objects.order_by("year")
    assert [row.year for row in rows] == [YEAR, YEAR + 1, YEAR + 2, YEAR + 3]
    assert {(row.kind, row.text, row.unit_amount, row.quantity, row.currency, row.created_by) for row in rows} == {
        ("per_site", "Kits", Decimal("1234.50"), 40, "KHR", editor)
    }
    added, copied = Change.objects.filter(kind="cost").order_by("pk")
    assert (added.verb, copied.verb, copied.new["years"]) == (
        "cost_added",
        "cost_copied",
        f"{YEAR + 1}, {YEAR + 2}, {YEAR + 3}",
    )


def test_a_year_of_its_own_is_no_copy(program: Program) -> None:
    costs.add(program, SAID, until=YEAR, by=program.created_by)
    assert [verb for verb, *_rest in told(program)] == ["cost_added"]


def test_a_line_is_copied_to_years(program: Program, editor: User) -> None:
    line = costs.add(program, SAID, by=editor)
    made = costs.copy(line, years=[YEAR + 3, YEAR + 1], by=editor)
    assert [one.year for one in made] == [YEAR + 1, YEAR + 3]
    facts = [facts_of(one, costs.FACTS) | {"year": 0} for one in CostLine.objects.all()]
    assert facts == [facts[0]] * 3


def test_years_that_have_it_already_are_left_as_they_are(program: Program, editor: User) -> None:
    line = costs.add(program, SAID, by=editor)
    costs.add(program, SAID | {"year": YEAR + 1, "unit_amount": Decimal(7)}, by=editor)
    made = costs.copy(line, years=[YEAR, YEAR + 1, YEAR + 2], by=editor)
    assert [one.year for one in made] == [YEAR + 2]
    rows = CostLine.objects.order_by("year").values_list("year", "unit_amount")
    assert list(rows) == [(YEAR, Decimal("1234.50")), (YEAR + 1, Decimal(7)), (YEAR + 2, Decimal("1234.50"))]
    with pytest.raises(Refused, match="have this cost already"):
        costs.copy(line, years=[YEAR + 1, YEAR + 2], by=editor)


def test_the_same_key_copies_once(program: Program, editor: User) -> None:
    line = costs.add(program, SAID, by=editor)
    first, second = (costs.copy(line, years=[YEAR + 1, YEAR + 2], by=editor, key="c" * 64) for _ in range(2))
    assert ([one.pk for one in first], CostLine.objects.count()) == ([one.pk for one in second], 3)


def test_near_years_are_the_rest_of_the_phase(program: Program) -> None:
    line = add_cost(program)
    assert costs.years_for_copies(line) == ([*range(YEAR + 1, YEAR + 11)], [YEAR + 1], {YEAR})
    add_phase(program, first=0, last=4)
    add_cost(program, year=YEAR + 2)
    assert costs.years_for_copies(line) == ([*range(YEAR + 1, YEAR + 11)], [YEAR + 1, YEAR + 3], {YEAR, YEAR + 2})


def test_no_year_is_offered_after_the_last(program: Program) -> None:
    assert costs.years_for_copies(add_cost(program, year=LAST_YEAR)) == ([], [], {LAST_YEAR})
    assert costs.years_for_copies(add_cost(program, year=LAST_YEAR - 1)).offered == [LAST_YEAR]


def test_a_changed_line_is_logged_field_by_field(program: Program, editor: User) -> None:
    line = add_cost(program, 100)
    costs.change(line, **changing(line, quantity=14, unit_amount=Decimal("100.00")), by=editor)
    row = CostLine.objects.get()
    assert (row.quantity, row.unit_amount) == (14, Decimal(100))
    assert told(program)[1:] == [("changed", "quantity", 14)]


def test_a_line_somebody_else_changed_is_not_overwritten(program: Program, editor: User, lead: User) -> None:
    line = add_cost(program)
    mine, theirs = changing(line, quantity=14), changing(line, quantity=15, text="Wages")
    costs.change(line, **theirs, by=lead)
    with pytest.raises(ChangedMeanwhile) as clash:
        costs.change(line, **mine, by=editor)
    row = CostLine.objects.get()
    assert (clash.value.fields, row.quantity, row.text) == ({"quantity": "15"}, 15, "Wages")


def test_a_line_somebody_removed_cannot_be_changed_or_copied(program: Program, editor: User) -> None:
    line = add_cost(program)
    asked = changing(line, quantity=14)
    costs.remove(CostLine.objects.get(), by=program.created_by)
    with pytest.raises(Refused, match="Somebody removed this meanwhile"):
        costs.change(line, **asked, by=editor)
    with pytest.raises(Refused, match="Somebody removed this meanwhile"):
        costs.copy(line, years=[YEAR + 1], by=editor)


def test_a_removed_line_stands_in_the_history_alone(program: Program, editor: User) -> None:
    line = add_cost(program, "7.25", text="Fuel", quantity=3)
    for _ in range(2):
        costs.remove(line, by=editor)
    assert (CostLine.objects.count(), seq(program)) == (0, 3)
    [change] = Change.objects.filter(verb="cost_removed")
    assert (change.new["text"], change.new["year"], change.new["quantity"]) == ("Fuel", f"{YEAR}", 3)
    assert change.new["price"] == "7.25\u00a0USD"


def test_a_form_sent_again_after_its_line_was_removed_says_so(program: Program, editor: User) -> None:
    line = costs.add(program, SAID, by=editor, key="k" * 64)
    [copied] = costs.copy(line, years=[YEAR + 1], by=editor, key="c" * 64)
    for one in (line, copied):
        costs.remove(one, by=editor)
    with pytest.raises(Refused, match="what it made was removed since"):
        costs.add(program, SAID, by=editor, key="k" * 64)
    with pytest.raises(Refused, match="what it made was removed since"):
        costs.copy(line, years=[YEAR + 1], by=editor, key="c" * 64)
    assert CostLine.objects.count() == 0


@pytest.mark.parametrize("act", ["add", "copy", "change", "remove"])
def test_every_change_has_the_money_added_up_again(program: Program, editor: User, act: str) -> None:
    line = add_cost(program)
    before = seq(program)
    acts: dict[str, Callable[[], Any]] = {
        "add": lambda: costs.add(program, SAID, by=editor),
        "copy": lambda: costs.copy(line, years=[YEAR + 1], by=editor),
        "change": lambda: costs.change(line, **changing(line, quantity=14), by=editor),
        "remove": lambda: costs.remove(line, by=editor),
    }
    acts[act]()
    assert seq(program) == before + 1


def test_nothing_changed_is_no_change(program: Program, editor: User) -> None:
    line = add_cost(program)
    before = seq(program), len(told(program))
    costs.change(line, **changing(line), by=editor)
    assert (seq(program), len(told(program))) == before


@pytest.mark.parametrize("who", ["viewer", "facilitator", "donor", "admin", "other_lead", "stranger"])
@pytest.mark.parametrize("act", ["add", "copy", "change", "remove"])
def test_only_the_team_plans_costs(request: pytest.FixtureRequest, program: Program, who: str, act: str) -> None:
    line, by = add_cost(program), request.getfixturevalue(who)
    acts: dict[str, Callable[[], Any]] = {
        "add": lambda: costs.add(program, SAID, by=by),
        "copy": lambda: costs.copy(line, years=[YEAR + 1], by=by),
        "change": lambda: costs.change(line, **changing(line, quantity=14), by=by),
        "remove": lambda: costs.remove(line, by=by),
    }
    with pytest.raises(PermissionDenied):
        acts[act]()
    assert list(CostLine.objects.values_list("quantity", flat=True)) == [1]


def test_a_plan_does_not_grow_without_end(program: Program, editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costs, "MOST", 3)
    line = add_cost(program)
    with pytest.raises(Refused, match="at most 3 lines"):
        costs.copy(line, years=[YEAR + 3, YEAR + 4, YEAR + 5], by=editor)
    costs.copy(line, years=[YEAR + 3, YEAR + 4], by=editor)
    with pytest.raises(Refused, match="at most 3 lines"):
        costs.add(program, SAID, by=editor)
    assert CostLine.objects.count() == 3


def test_a_line_is_found_in_its_own_program_alone(program: Program, other_program: Program) -> None:
    line = add_cost(program)
    assert (costs.find(program, line.pk), costs.find(other_program, line.pk)) == (line, None)


# The table


def test_the_table_of_nothing(program: Program) -> None:
    assert cost_table.read(program) == cost_table.Table([], has_lines=False, has_phases=False)


def test_years_stand_in_their_phases_and_lines_by_kind(program: Program) -> None:
    for year, kind in [
        (YEAR + 1, "central"),
        (YEAR - 1, "recurrent"),
        (YEAR + 1, "start_up"),
        (YEAR + 3, "per_site"),
        (YEAR + 1, "recurrent"),
    ]:
        add_cost(program, text=f"{year} {kind}", year=year, kind=kind)
    add_phase(program, "Ten districts", first=1, last=3)
    add_phase(program, "The region", first=5, last=7)
    shown = [
        (
            part.phase.name if part.phase else "",
            [(year.year, [row.line.kind for row in year.rows]) for year in part.years],
        )
        for part in cost_table.read(program).parts
    ]
    assert shown == [
        ("", [(YEAR - 1, ["recurrent"])]),
        ("Ten districts", [(YEAR + 1, ["start_up", "recurrent", "central"])]),
        ("", [(YEAR + 3, ["per_site"])]),
        ("The region", []),
    ]


def test_years_outside_phases_that_follow_one_another_stand_together(program: Program) -> None:
    for year in (YEAR - 1, YEAR, YEAR + 2):
        add_cost(program, year=year)
    parts = cost_table.read(program).parts
    assert [[year.year for year in part.years] for part in parts] == [[YEAR - 1, YEAR, YEAR + 2]]


def test_amounts_of_a_year_are_added_up_by_currency(program: Program) -> None:
    add_cost(program, "1200.50", quantity=2)
    add_cost(program, "0.25", quantity=4)
    add_cost(program, 4_000, quantity=1_000, currency="KHR")
    [year] = cost_table.read(program).parts[0].years
    assert year.sums == ["4,000,000\u00a0KHR", "2,402\u00a0USD"]
    assert [(row.price, row.count, row.whole) for row in year.rows] == [
        ("1,200.50\u00a0USD", "2", "2,401\u00a0USD"),
        ("0.25\u00a0USD", "4", "1\u00a0USD"),
        ("4,000\u00a0KHR", "1,000", "4,000,000\u00a0KHR"),
    ]


def test_the_largest_line_there_can_be_is_not_rounded(program: Program) -> None:
    most = Decimal("9999999999999.99")
    add_cost(program, most, quantity=2_000_000_000)
    line = CostLine.objects.get()
    assert cost_table.whole(line) == Decimal("19999999999999980000000.00")


def test_a_line_in_words(program: Program) -> None:
    assert cost_table.in_words(add_cost(program, 100, quantity=40)) == "40 × 100\u00a0USD = 4,000\u00a0USD"
    assert cost_table.in_words(add_cost(program, 100)) == "100\u00a0USD"
