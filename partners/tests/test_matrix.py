"""Reading the matrix: which rows and columns it has, and what a cell says in short."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from partners.domain import functions, matrix
from partners.functions import BUILT_IN
from partners.models import CapacityCheck, FocalPerson, Partner
from partners.tests.role_cases import add_partner, cell, function_of, give, sign
from programs.models import Program

TODAY = timezone.localdate()


def read(program: Program, **asked: Any) -> matrix.Matrix:
    return matrix.read(program, today=TODAY, **asked)


def add_function(program: Program, name: str, step: int | None = None) -> None:
    functions.add(program, {"name": name, "step": step, "levels": [], "capacity_needed": 2}, by=program.created_by)


def own_names(found: matrix.Matrix) -> list[str]:
    return [row.function.name for row in found.rows if row.function.name]


def short(day: object) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


@pytest.fixture
def partner(program: Program) -> Partner:
    return add_partner(program)


def test_functions_are_rows_and_partners_columns_by_name(program: Program, partner: Partner) -> None:
    other = add_partner(program, "Amani Trust")
    give(partner, "A")
    give(other, "R")
    found = read(program)
    assert found.partners == [other, partner]
    assert [row.function.key for row in found.rows] == list(BUILT_IN)
    assert [one.role.letter for one in found.rows[0].cells] == ["R", "A"]
    assert [[one.role.letter for one in row.cells] for row in found.rows[1:]] == [["", ""]] * 9
    assert found.rows[0].about == ["needed at: district"]
    assert found.rows[0].covers == BUILT_IN["training"].covers


def test_other_programs_partners_and_letters_stay_there(
    program: Program, other_program: Program, partner: Partner
) -> None:
    give(add_partner(other_program, "Elsewhere"), "A")
    found = read(program)
    assert ([str(one) for one in found.partners], found.left) == (["Health office"], [])
    assert {one.role.letter for row in found.rows for one in row.cells} == {""}


def test_what_was_taken_out_has_no_row(program: Program, partner: Partner, lead: User) -> None:
    functions.drop(function_of(program), by=lead)
    assert [row.function.key for row in read(program).rows] == list(BUILT_IN)[1:]


def test_a_step_shows_its_own_functions_and_those_of_the_whole(program: Program, partner: Partner) -> None:
    for name, step in (("For three", 3), ("For seven", 7), ("For all", None)):
        add_function(program, name, step)
    assert own_names(read(program)) == ["For all", "For three", "For seven"]
    assert own_names(read(program, step=7)) == ["For all", "For seven"]
    assert own_names(read(program, step=11)) == ["For all"]
    for nowhere in (0, 12, -1, 99):
        assert (own_names(read(program, step=nowhere)), read(program, step=nowhere).step) == (
            ["For all", "For three", "For seven"],
            None,
        )


def test_one_can_ask_for_steps_that_have_functions_and_for_the_one_asked_for(
    program: Program, partner: Partner
) -> None:
    assert list(read(program).steps) == []
    add_function(program, "For seven", 7)
    assert list(read(program).steps) == [7]
    assert list(read(program, step=3).steps) == [3, 7]


def test_one_partner_alone(program: Program, other_program: Program, partner: Partner) -> None:
    foreign = add_partner(other_program, "Elsewhere")
    add_partner(program, "Amani Trust")
    assert read(program, partner=partner.pk).partners == [partner]
    for nowhere in (foreign.pk, 0):
        found = read(program, partner=nowhere)
        assert (len(found.partners), found.partner) == (2, None)


@pytest.mark.parametrize(("days", "is_here"), [(-1, False), (0, True), (1, True)])
def test_who_left_has_no_column(program: Program, partner: Partner, days: int, is_here: bool) -> None:
    give(partner, "A")
    Partner.objects.filter(pk=partner.pk).update(until_on=TODAY + timedelta(days=days))
    found = read(program)
    assert (found.partners, found.left) == (([partner], []) if is_here else ([], [partner]))


def test_a_cell_says_in_short_who_and_until_when(program: Program, partner: Partner) -> None:
    ana = FocalPerson.objects.create(partner=partner, name="Ana Sok")
    begins, ends = TODAY + timedelta(days=5), TODAY + timedelta(days=90)
    give(partner, "A", held_by=ana, since_on=begins, until_on=ends)
    give(partner, "R", "supply", since_on=TODAY, until_on=TODAY)
    give(partner, "C", "advocacy", until_on=TODAY - timedelta(days=1))
    give(partner, "", "supervision", held_by=ana, until_on=ends)
    notes = {row.function.key: (row.cells[0].notes, row.cells[0].is_over) for row in read(program).rows}
    assert notes["training"] == (["Ana Sok", f"from {short(begins)}", f"until {short(ends)}"], False)
    assert notes["supply"] == ([f"until {short(TODAY)}"], False)
    assert notes["advocacy"] == ([f"ended {short(TODAY - timedelta(days=1))}"], True)
    assert notes["supervision"] == ([], False)


def test_each_partner_with_what_it_has_a_letter_for(program: Program, partner: Partner) -> None:
    other = add_partner(program, "Amani Trust")
    give(partner, "A", "supply")
    give(partner, "I", "advocacy")
    told = [(one, [(row.function.key, str(cell.name)) for row, cell in tasks]) for one, tasks in read(program).columns]
    assert told == [(other, []), (partner, [("supply", "Accountable"), ("advocacy", "Informed")])]


def test_a_matrix_can_be_too_large_for_one_form(
    program: Program, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrix, "MOST_AT_ONCE", 10)
    assert not read(program).is_too_large
    add_function(program, "One more")
    assert read(program).is_too_large


@pytest.mark.parametrize("count", [1, 3])
def test_the_matrix_asks_four_questions(program: Program, count: int, django_assert_num_queries: Callable) -> None:
    for number in range(count):
        partner = add_partner(program, f"Partner {number}")
        give(partner, "A", held_by=FocalPerson.objects.create(partner=partner, name="Ana Sok"))
        add_function(program, f"Work {number}", 7)
    with django_assert_num_queries(4):
        found = read(program)
        assert [str(one.role.partner) for one in found.rows[0].cells] == [f"Partner {one}" for one in range(count)]
        assert [list(one.notes) for one in found.rows[0].cells] == [["Ana Sok"]] * count


def read_cell(partner: Partner, key: str = "training") -> matrix.CellPage:
    found = matrix.find(partner.program, cell(partner, key).pk)
    assert found is not None
    return matrix.read_cell(found, today=TODAY)


def test_one_cell_with_what_was_agreed_and_found(program: Program, partner: Partner, lead: User) -> None:
    other = add_partner(program, "Amani Trust")
    agreed = sign(partner)
    sign(other)
    sign(partner, keys=("supply",))
    of = {"partner": partner, "function": function_of(program), "recorded_by": lead, "leadership": 2}
    for days, value in ((9, 3), (1, 1), (5, 2)):
        sides = dict.fromkeys(("individual", "organisation", "system"), value)
        CapacityCheck.objects.create(checked_on=TODAY - timedelta(days=days), **of, **sides)
    page = read_cell(partner)
    assert [(one.agreement, one.standing) for one in page.agreements] == [(agreed, "in_force")]
    assert page.pair.newest
    assert (page.pair.newest.lowest, page.pair.state) == (1, "too_low")
    assert read_cell(partner, "advocacy").pair.newest is None


def test_who_may_hold_a_role(program: Program, partner: Partner) -> None:
    FocalPerson.objects.create(partner=add_partner(program, "Amani Trust"), name="Of the trust")
    ly = FocalPerson.objects.create(partner=partner, name="Ly Chan")
    left = FocalPerson.objects.create(partner=partner, name="Ana Sok", left_on=TODAY)
    assert list(read_cell(partner).people) == [ly]
    give(partner, "A", held_by=left)
    assert list(read_cell(partner).people) == [left, ly]


def test_cells_of_other_programs_are_not_found(program: Program, other_program: Program, partner: Partner) -> None:
    assert matrix.find(other_program, cell(partner).pk) is None
