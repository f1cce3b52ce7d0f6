"""The pages about functions: all of them, a new one, changing one, and taking one out."""

import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from journal.facts import facts_of
from journal.models import Change
from partners.domain import functions
from partners.functions import BUILT_IN
from partners.models import Function
from partners.tests.role_cases import add_partner, function_of
from programs.domain import describing
from programs.models import Program
from scaleup.tests.read_pages import Page

ClientFor = Callable[[User | None], Client]


@pytest.fixture
def own(program: Program, lead: User) -> Function:
    said = {"name": "Repair of pumps", "step": 7, "levels": ["district"], "capacity_needed": 1}
    return functions.add(program, said, by=lead)


def url(program: Program, page: str = "functions", *numbers: int) -> str:
    return reverse(f"partners:{page}", args=[program.pk, *numbers])


def said(name: str = "Border talks", **other: Any) -> dict[str, Any]:
    usual = {"name": name, "step": "", "levels": ["national", "district"], "capacity_needed": "3"}
    return {"nonce": secrets.token_hex(16)} | usual | other


def edit(signed_in: Client, function: Function, **wanted: Any) -> HttpResponse:
    """Sends the form of a function as it was opened, with some of it changed."""
    seen = facts_of(function, functions.facts_shown(function))
    form = {name: "" if value is None else value for name, value in seen.items()}
    data = form | {"seen": json.dumps(seen), "nonce": secrets.token_hex(16)} | wanted
    return signed_in.post(url(function.program, "function_edit", function.pk), data)


def sentences(response: HttpResponse, name: str, here: str) -> list[str]:
    return Page(response.text, here=here).sentences(name, here)


def test_all_are_listed_those_taken_out_apart(signed_in: Client, program: Program, own: Function, lead: User) -> None:
    functions.drop(function_of(program), by=lead)
    response = signed_in.get(url(program))
    assert [str(row.function) for row in response.context["dropped"]] == ["Training"]
    assert [str(row.function) for row in response.context["rows"]][-1] == "Repair of pumps"
    kept, dropped = response.text.split("Not part of this scale-up")
    assert ("Repair of pumps" in kept, "Training" in dropped) == (True, True)
    assert (kept.count('value="drop"'), dropped.count('value="take_back"')) == (len(BUILT_IN), 1)


def test_readers_see_them_without_buttons(client_for: ClientFor, viewer: User, program: Program, own: Function) -> None:
    page = client_for(viewer).get(url(program)).text
    assert "Repair of pumps" in page
    assert [word for word in ('value="drop"', "function_add", "/add/", "Change") if word in page] == []


def test_before_the_first_partner_there_are_none(signed_in: Client, program: Program) -> None:
    assert "No functions yet" in signed_in.get(url(program)).text


def test_a_new_one_is_added_once(signed_in: Client, program: Program) -> None:
    add_partner(program)
    form = said(step="7")
    for _ in range(2):
        response = signed_in.post(url(program, "function_add"), form)
        assert (response.status_code, response["Location"]) == (302, url(program))
    made = Function.objects.get(program=program, name="Border talks")
    assert (made.step, made.levels, made.capacity_needed, made.responsibilities.count()) == (
        7,
        ["national", "district"],
        3,
        1,
    )
    assert Change.objects.filter(verb="function_added").count() == 1
    assert "is in the matrix. Now say who does it." in signed_in.get(url(program)).text


def test_back_edit_submit_adds_another(signed_in: Client, program: Program) -> None:
    form = said()
    for name in ("Border talks", "Border rules"):
        signed_in.post(url(program, "function_add"), form | {"name": name})
    own = Function.objects.filter(program=program, key="").order_by("position")
    assert list(own.values_list("name", flat=True)) == ["Border talks", "Border rules"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 121), ("step", "12"), ("step", "x"), ("levels", ["moon"]), ("capacity_needed", "4")],
)
def test_what_is_wrong_is_told_and_kept(signed_in: Client, program: Program, field: str, value: Any) -> None:
    here = url(program, "function_add")
    response = signed_in.post(here, said(**{field: value}))
    assert response.status_code == 422
    assert len(sentences(response, field, here)) >= 1
    assert not Function.objects.filter(program=program, key="").exists()
    if field != "name":
        assert Page(response.text, here=here).controls["name"][0].value == "Border talks"


def test_a_name_that_is_taken_is_told_at_the_name(signed_in: Client, program: Program, own: Function) -> None:
    here = url(program, "function_add")
    for name, step in (("training", ""), ("REPAIR of pumps", "7")):
        response = signed_in.post(here, said(name, step=step))
        assert response.status_code == 422
        assert any("is in the matrix already" in sentence for sentence in sentences(response, "name", here))
    assert signed_in.post(here, said("Repair of pumps", step="8")).status_code == 302


def test_one_is_changed(signed_in: Client, own: Function) -> None:
    response = edit(signed_in, own, name="Repair of wells", step="", levels=["area"], capacity_needed="0")
    assert (response.status_code, response["Location"]) == (302, url(own.program))
    own.refresh_from_db()
    assert (own.name, own.step, own.levels, own.capacity_needed) == ("Repair of wells", None, ["area"], 0)
    changed = Change.objects.filter(kind="function", verb="changed").values_list("field", flat=True)
    assert set(changed) == {"name", "step", "levels", "capacity_needed"}


def test_a_built_in_one_shows_no_name_to_change(signed_in: Client, program: Program, own: Function) -> None:
    training = function_of(program)
    here = url(program, "function_edit", training.pk)
    assert Page(signed_in.get(here).text, here=here).names(here) >= {"levels", "capacity_needed"}
    assert not Page(signed_in.get(here).text, here=here).names(here) & {"name", "step"}
    assert edit(signed_in, training, name="Schooling", step="3", capacity_needed="1").status_code == 302
    training.refresh_from_db()
    assert (str(training), training.step, training.capacity_needed) == ("Training", None, 1)


def test_a_taken_name_is_told_when_changing_too(signed_in: Client, own: Function) -> None:
    response = edit(signed_in, own, name="Training", step="")
    here = url(own.program, "function_edit", own.pk)
    assert (response.status_code, "is in the matrix already" in sentences(response, "name", here)[0]) == (422, True)


def test_what_somebody_else_changed_is_shown(signed_in: Client, own: Function, lead: User) -> None:
    seen = facts_of(own, functions.FACTS)
    functions.change(own, wanted={"capacity_needed": 3}, seen=seen, by=lead)
    data = {name: "" if value is None else value for name, value in seen.items()}
    data |= {"seen": json.dumps(seen), "nonce": secrets.token_hex(16), "capacity_needed": "0"}
    response = signed_in.post(url(own.program, "function_edit", own.pk), data)
    assert (response.status_code, "Somebody changed this meanwhile" in response.text) == (409, True)
    own.refresh_from_db()
    assert own.capacity_needed == 3


def test_one_goes_out_and_comes_back(signed_in: Client, own: Function) -> None:
    for wanted, is_there in (("drop", False), ("drop", False), ("take_back", True), ("take_back", True)):
        response = signed_in.post(url(own.program, "function_drop", own.pk), {"wanted": wanted})
        own.refresh_from_db()
        assert (response.status_code, own.dropped_at is None) == (302, is_there)
    assert signed_in.post(url(own.program, "function_drop", own.pk), {"wanted": "burn"}).status_code == 400


@pytest.mark.parametrize(
    ("who", "status"),
    [("viewer", 403), ("facilitator", 403), ("admin", 403), ("donor", 403), ("stranger", 404), ("other_lead", 404)],
)
def test_nobody_else_may(
    client_for: ClientFor, own: Function, request: pytest.FixtureRequest, who: str, status: int
) -> None:
    other = client_for(request.getfixturevalue(who))
    told = [
        other.get(url(own.program, "function_add")),
        other.post(url(own.program, "function_add"), said()),
        edit(other, own, name="Mine"),
        other.post(url(own.program, "function_drop", own.pk), {"wanted": "drop"}),
    ]
    assert [response.status_code for response in told] == [status] * 4
    own.refresh_from_db()
    assert (own.name, own.dropped_at) == ("Repair of pumps", None)


def test_functions_of_another_program_are_not_here(
    signed_in: Client, own: Function, other_program: Program, other_lead: User
) -> None:
    add_partner(other_program, "Elsewhere")
    foreign = function_of(other_program)
    for page in ("function_edit", "function_drop"):
        assert signed_in.post(url(own.program, page, foreign.pk), {"wanted": "drop"}).status_code == 404


def test_an_archived_program_is_read_only(signed_in: Client, own: Function, lead: User) -> None:
    describing.archive(own.program, by=lead)
    assert signed_in.post(url(own.program, "function_drop", own.pk), {"wanted": "drop"}).status_code == 403
    assert 'value="drop"' not in signed_in.get(url(own.program)).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    signed_in: Client, program: Program, lead: User, count: int, django_assert_num_queries: Callable
) -> None:
    for number in range(count):
        form = {"name": f"Work {number}", "step": 7, "levels": ["area"], "capacity_needed": 2}
        functions.add(program, form, by=lead)
    address = url(program)
    with django_assert_num_queries(4):  # the person, the program, the steps, the functions
        assert signed_in.get(address).status_code == 200
