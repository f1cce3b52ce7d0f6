"""Functions of a scale-up: adding own ones, changing them, taking them out and back."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from journal.facts import ChangedMeanwhile, facts_of
from journal.models import Change
from partners.domain import functions
from partners.domain.functions import NameTaken
from partners.domain.partners import Refused
from partners.functions import BUILT_IN
from partners.models import Function, Partnership, Responsibility
from partners.tests.role_cases import add_partner, cell, function_of, give
from programs.domain import describing
from programs.models import Program


def said(name: str = "Repair of pumps", **other: Any) -> dict[str, Any]:
    return {"name": name, "step": None, "levels": [], "capacity_needed": 2} | other


def change(function: Function, *, by: User, seen: dict[str, Any] | None = None, **wanted: Any) -> None:
    shown = facts_of(function, functions.facts_shown(function))
    functions.change(function, wanted=wanted, seen=seen or shown, by=by)


def names(program: Program) -> list[str]:
    return [str(one) for one in functions.in_order(program)]


@pytest.fixture
def own(program: Program, lead: User) -> Function:
    return functions.add(program, said(), by=lead)


def test_a_new_function_has_a_cell_for_every_partner(program: Program, editor: User) -> None:
    partners = [add_partner(program), add_partner(program, "Trust")]
    seq = Partnership.objects.get().inputs_seq
    made = functions.add(program, said(levels=["district"]), by=editor)
    cells = Responsibility.objects.filter(function=made)
    assert {one.partner for one in cells} == set(partners)
    assert (made.position, made.levels, str(made)) == (len(BUILT_IN) + 1, ["district"], "Repair of pumps")
    assert Partnership.objects.get().inputs_seq == seq + 1
    line = Change.objects.latest("pk")
    assert (line.verb, line.actor, line.new) == ("function_added", editor, {"name": "Repair of pumps"})


def test_the_built_in_ones_come_with_the_first_of_the_programs_own(program: Program, own: Function) -> None:
    assert names(program) == [*(str(one.name) for one in BUILT_IN.values()), "Repair of pumps"]


def test_the_same_key_gives_the_same_function(program: Program, lead: User) -> None:
    made = [functions.add(program, said(), by=lead, key="k" * 32) for _ in range(2)]
    assert made[0] == made[1]
    assert names(program).count("Repair of pumps") == 1


@pytest.mark.parametrize("name", ["Repair of pumps", "repair of PUMPS", "Training", "tRAINING"])
def test_no_two_functions_have_one_name(program: Program, own: Function, lead: User, name: str) -> None:
    with pytest.raises(NameTaken, match="is in the matrix already"):
        functions.add(program, said(name), by=lead)
    other = functions.add(program, said("Other work"), by=lead)
    with pytest.raises(NameTaken):
        change(other, name=name, by=lead)
    assert Function.objects.get(pk=other.pk).name == "Other work"
    assert not Change.objects.filter(kind="function", field="name").exists()


def test_another_step_may_have_the_same_name(program: Program, own: Function, lead: User) -> None:
    for_step = functions.add(program, said(step=7), by=lead)
    with pytest.raises(NameTaken):
        change(for_step, step=None, by=lead)
    change(for_step, step=8, by=lead)
    assert [(str(one), one.step) for one in functions.in_order(program)][-2:] == [
        ("Repair of pumps", None),
        ("Repair of pumps", 8),
    ]


def test_names_of_other_programs_are_free(other_program: Program, own: Function, other_lead: User) -> None:
    assert functions.add(other_program, said(), by=other_lead).name == own.name


def test_a_name_that_was_taken_out_is_taken_back_instead(program: Program, own: Function, lead: User) -> None:
    functions.drop(own, by=lead)
    with pytest.raises(NameTaken, match="Take it back instead"):
        functions.add(program, said(), by=lead)


def test_a_function_may_keep_its_name(own: Function, lead: User) -> None:
    change(own, name="Repair of Pumps", capacity_needed=3, by=lead)
    own.refresh_from_db()
    assert (own.name, own.capacity_needed) == ("Repair of Pumps", 3)


def test_a_built_in_function_keeps_its_name_and_is_for_the_whole(program: Program, own: Function, lead: User) -> None:
    training = function_of(program)
    change(training, name="Schooling", step=3, levels=["national"], by=lead)
    training.refresh_from_db()
    assert (str(training), training.step, training.levels) == ("Training", None, ["national"])


def test_what_somebody_else_changed_is_told(own: Function, lead: User, editor: User) -> None:
    seen = facts_of(own, functions.FACTS)
    change(own, capacity_needed=1, by=lead)
    with pytest.raises(ChangedMeanwhile):
        change(own, seen=seen, capacity_needed=3, by=editor)
    own.refresh_from_db()
    assert own.capacity_needed == 1


def test_what_is_taken_out_is_kept_and_comes_back(program: Program, lead: User) -> None:
    partner = add_partner(program)
    give(partner, "A")
    for _ in range(2):
        functions.drop(function_of(program), by=lead)
    assert "Training" not in names(program)
    for _ in range(2):
        functions.take_back(function_of(program), by=lead)
    assert names(program)[0] == "Training"
    assert cell(partner).letter == "A"
    verbs = Change.objects.filter(kind="function").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["function_dropped", "function_taken_back"]


def test_there_is_room_for_forty(program: Program, own: Function, lead: User) -> None:
    for number in range(functions.MOST - len(BUILT_IN) - 1):
        functions.add(program, said(f"Work {number}"), by=lead)
    with pytest.raises(Refused, match="at most 40 functions"):
        functions.add(program, said("One more"), by=lead)
    functions.drop(own, by=lead)
    functions.add(program, said("One more"), by=lead)


@pytest.mark.parametrize("who", ["viewer", "facilitator", "donor", "admin", "stranger", "other_lead"])
def test_nobody_else_may(program: Program, own: Function, request: pytest.FixtureRequest, who: str) -> None:
    person = request.getfixturevalue(who)
    verbs = [
        lambda: functions.add(program, said("New"), by=person),
        lambda: change(own, name="New", by=person),
        lambda: functions.drop(own, by=person),
        lambda: functions.take_back(own, by=person),
    ]
    for verb in verbs:
        with pytest.raises(PermissionDenied):
            verb()
    assert names(program)[-1] == "Repair of pumps"


def test_an_archived_program_is_left_as_it_is(program: Program, own: Function, lead: User) -> None:
    describing.archive(program, by=lead)
    with pytest.raises(PermissionDenied, match="archived"):
        functions.drop(own, by=lead)


def test_all_are_listed_with_what_they_are_for(program: Program, own: Function, lead: User) -> None:
    functions.add(program, said("Border talks", step=7, capacity_needed=0), by=lead)
    functions.drop(own, by=lead)
    rows = {str(row.function): row for row in functions.listed(program)}
    assert rows["Training"].covers == BUILT_IN["training"].covers
    assert (rows["Training"].scope, rows["Training"].needed) == ("the whole scale-up", "2 in place")
    assert (rows["Border talks"].covers, rows["Border talks"].needed) == ("", "0 not in place")
    assert rows["Border talks"].scope.startswith("step 7: ")
    assert list(rows)[-2:] == ["Repair of pumps", "Border talks"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_two_questions(program: Program, lead: User, count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        functions.add(program, said(f"Work {number}", step=7), by=lead)
    with django_assert_num_queries(2):
        assert len(functions.listed(program)) == len(BUILT_IN) + count
