"""The pages of the matrix: to read, to change by a plain form, and one cell."""

import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from journal.models import Change, Mutation
from partners.domain import functions, matrix
from partners.models import FocalPerson, Partner, Responsibility
from partners.tests.role_cases import add_partner, cell, function_of, give, sign
from programs.domain import describing
from programs.models import Program
from programs.tests.saving_cases import save
from scaleup.tests.read_pages import Page

ClientFor = Callable[[User | None], Client]
TODAY = timezone.localdate()
FIELDS = ("letter", "held_by", "since_on", "until_on")  # of one cell


@pytest.fixture
def partner(program: Program) -> Partner:
    return add_partner(program)


def url(program: Program, page: str = "matrix") -> str:
    return reverse(f"partners:{page}", args=[program.pk])


def cell_url(role: Responsibility) -> str:
    return reverse("partners:responsibility", args=[role.partner.program_id, role.pk])


def form_at(signed_in: Client, address: str) -> dict[str, str]:
    """What the form of a page sends when nothing was touched."""
    page = Page(signed_in.get(address).text, here=address)
    fields = {name: controls[0] for name, controls in page.controls.items() if page.of(name, address)}
    return {name: shown_in(control) for name, control in fields.items() if name != "csrfmiddlewaretoken"}


def shown_in(control: Any) -> str:
    if control.kind == "select" and control.value is None:
        return str(control.offers[0])
    return str(control.value or "")


def name_of(role: Responsibility) -> str:
    return f"letter-{role.pk}"


def letters(*roles: Responsibility) -> list[str]:
    return [Responsibility.objects.get(pk=role.pk).letter for role in roles]


def post(signed_in: Client, program: Program, said: dict[str, str], query: str = "") -> HttpResponse:
    return signed_in.post(url(program, "matrix_edit") + query, said)


def text_of(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


# To read


def test_a_letter_stands_there_in_words_and_leads_to_its_cell(
    client_for: ClientFor, viewer: User, partner: Partner
) -> None:
    role = give(partner, "A", until_on=TODAY + timedelta(days=9))
    response = client_for(viewer).get(url(partner.program))
    assert f'href="{cell_url(role)}"' in response.text
    assert "Accountable: Training, Health office" in text_of(response)
    assert text_of(response).count("until ") == 2  # in the table and in the list for small screens
    assert ("<select" in response.text, url(partner.program, "matrix_edit") in response.text) == (False, False)


def test_the_four_letters_are_always_explained(client_for: ClientFor, editor: User, partner: Partner) -> None:
    for page in ("matrix", "matrix_edit"):
        told = text_of(client_for(editor).get(url(partner.program, page)))
        for words in ("answers for it", "does it", "is asked before", "is told after"):
            assert words in told


def test_without_partners_it_says_where_to_begin(
    signed_in: Client, client_for: ClientFor, viewer: User, program: Program
) -> None:
    add = reverse("partners:partner_add", args=[program.pk])
    for page in ("matrix", "matrix_edit"):
        response = signed_in.get(url(program, page))
        assert ("No partner to share the work with yet" in response.text, add in response.text) == (True, True)
    assert add not in client_for(viewer).get(url(program)).text


def test_editing_has_a_page_of_its_own(
    signed_in: Client, client_for: ClientFor, viewer: User, partner: Partner
) -> None:
    there = url(partner.program, "matrix_edit")
    response = signed_in.get(url(partner.program) + "?edit=1&step=7&partner=3&other=x")
    assert (response.status_code, response["Location"]) == (302, f"{there}?step=7&partner=3")
    assert signed_in.get(url(partner.program) + "?edit=1")["Location"] == there
    assert client_for(viewer).get(url(partner.program) + "?edit=1").status_code == 200
    assert client_for(viewer).get(there).status_code == 403


@pytest.mark.parametrize("step", ["x", "", "-1", "٣", "9" * 40, "1e9", "' OR 1=1", "99"])
def test_nonsense_in_the_address_shows_everything(signed_in: Client, partner: Partner, step: str) -> None:
    for page in ("matrix", "matrix_edit"):
        response = signed_in.get(url(partner.program, page), {"step": step, "partner": step})
        found = response.context["matrix"]
        assert (response.status_code, found.step, found.partner, len(found.rows)) == (200, None, None, 10)


def test_who_left_is_named_below(signed_in: Client, partner: Partner) -> None:
    Partner.objects.filter(pk=partner.pk).update(until_on=TODAY - timedelta(days=1))
    response = signed_in.get(url(partner.program))
    assert reverse("partners:partner", args=[partner.program_id, partner.pk]) in response.text


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("page", "questions"), [("matrix", 7), ("matrix_edit", 0)])
def test_pages_ask_the_same_number_of_questions(
    signed_in: Client, program: Program, page: str, count: int, questions: int, django_assert_num_queries: Callable
) -> None:
    for number in range(count):
        one = add_partner(program, f"Partner {number}")
        give(one, "A", held_by=FocalPerson.objects.create(partner=one, name="Ana Sok"))
        said = {"name": f"Work {number}", "step": 7, "levels": ["district"], "capacity_needed": 2}
        functions.add(program, said, by=program.created_by)
    with django_assert_num_queries(6 + questions):  # the person, the program, the four of the matrix; the complaints
        assert signed_in.get(url(program, page)).status_code == 200


# To change


def test_every_cell_is_a_choice_with_a_name(signed_in: Client, partner: Partner) -> None:
    role = give(partner, "C")
    fields = form_at(signed_in, url(partner.program, "matrix_edit"))
    assert (len(fields), fields[name_of(role)], fields["bases"]) == (12, "C", "")
    response = signed_in.get(url(partner.program, "matrix_edit"))
    assert 'aria-label="Training: Health office"' in response.text


def test_the_plain_form_saves_what_was_changed(signed_in: Client, partner: Partner, editor: User) -> None:
    mine = [cell(partner, key) for key in ("training", "supply", "advocacy")]
    give(partner, "I", "advocacy")
    said = form_at(signed_in, url(partner.program, "matrix_edit")) | {name_of(mine[0]): "A", name_of(mine[1]): "R"}
    response = post(signed_in, partner.program, said, "?step=3")
    assert (response.status_code, response["Location"]) == (302, url(partner.program, "matrix_edit") + "?step=3")
    assert letters(*mine) == ["A", "R", "I"]
    assert set(Change.objects.filter(kind="responsibility").values_list("object_id", "new", "actor")) == {
        (mine[0].pk, "A", editor.pk),
        (mine[1].pk, "R", editor.pk),
    }
    assert "Saved." in signed_in.get(response["Location"]).text


def test_sent_twice_it_is_done_once(signed_in: Client, partner: Partner) -> None:
    said = form_at(signed_in, url(partner.program, "matrix_edit")) | {name_of(cell(partner)): "A"}
    for _ in range(2):
        assert post(signed_in, partner.program, said).status_code == 302
    assert Change.objects.filter(kind="responsibility").count() == 1
    assert Mutation.objects.count() == 1


def test_nothing_changed_is_said(signed_in: Client, partner: Partner) -> None:
    response = post(signed_in, partner.program, form_at(signed_in, url(partner.program, "matrix_edit")))
    assert "Nothing was changed." in signed_in.get(response["Location"]).text


def test_what_others_changed_meanwhile_stays_where_nothing_was_typed(
    signed_in: Client, client_for: ClientFor, lead: User, partner: Partner
) -> None:
    theirs, mine = cell(partner), cell(partner, "supply")
    said = form_at(signed_in, url(partner.program, "matrix_edit")) | {name_of(mine): "R"}
    save(client_for(lead), theirs, "letter", "A", kind="responsibility")
    assert post(signed_in, partner.program, said).status_code == 302
    assert letters(theirs, mine) == ["A", "R"]


@pytest.fixture
def clash(signed_in: Client, client_for: ClientFor, lead: User, partner: Partner) -> HttpResponse:
    """Two cells were changed by the lead and, in a form opened before, by the editor; a third by the editor alone."""
    said = form_at(signed_in, url(partner.program, "matrix_edit"))
    for key in ("training", "supply"):
        save(client_for(lead), cell(partner, key), "letter", "A", kind="responsibility")
        said[name_of(cell(partner, key))] = "C"
    return post(signed_in, partner.program, said | {name_of(cell(partner, "advocacy")): "I"})


def chosen(response: HttpResponse, program: Program, *keep: str) -> dict[str, Any]:
    """What the page with both versions sends after a choice in each."""
    page = Page(response.text, here="")
    here = url(program, "matrix_edit")
    said: dict[str, Any] = {name: one[0].value or "" for name, one in page.controls.items() if page.of(name, here)}
    said["clashing"] = [control.value for control in page.controls["clashing"]]
    return said | {f"keep_{name}": choice for name, choice in zip(said["clashing"], keep, strict=True) if choice}


def test_both_versions_are_shown_and_the_rest_is_saved(clash: HttpResponse, partner: Partner, lead: User) -> None:
    assert clash.status_code == 409
    assert letters(*(cell(partner, key) for key in ("training", "supply", "advocacy"))) == ["A", "A", "I"]
    told = text_of(clash)
    assert "Training: Health office" in told
    assert "Supply: Health office" in told
    assert (told.count("Consulted: is asked before"), told.count("Accountable: answers for it")) == (2, 2)
    assert lead.name in told


def test_each_choice_counts(clash: HttpResponse, signed_in: Client, partner: Partner) -> None:
    response = post(signed_in, partner.program, chosen(clash, partner.program, "mine", "theirs"))
    assert response.status_code == 302
    assert letters(cell(partner), cell(partner, "supply")) == ["C", "A"]
    assert not Mutation.objects.filter(outcome="conflict", settled_at=None).exists()


def test_without_a_choice_it_is_asked_again(clash: HttpResponse, signed_in: Client, partner: Partner) -> None:
    again = post(signed_in, partner.program, chosen(clash, partner.program, "mine", ""))
    assert (again.status_code, again.text.count("Choose which of the two shall stand.")) == (409, 2)
    assert letters(cell(partner), cell(partner, "supply")) == ["C", "A"]


def test_a_third_version_is_asked_about_too(
    clash: HttpResponse, signed_in: Client, client_for: ClientFor, lead: User, partner: Partner
) -> None:
    save(client_for(lead), cell(partner), "letter", "I", kind="responsibility", base=1)
    again = post(signed_in, partner.program, chosen(clash, partner.program, "mine", "theirs"))
    assert (again.status_code, "Informed: is told after" in again.text) == (409, True)
    assert letters(cell(partner)) == ["I"]


def test_a_letter_there_is_not_is_told_at_its_cell(signed_in: Client, partner: Partner) -> None:
    wrong, right = cell(partner), cell(partner, "supply")
    said = form_at(signed_in, url(partner.program, "matrix_edit")) | {name_of(wrong): "Q", name_of(right): "R"}
    response = post(signed_in, partner.program, said)
    page = Page(response.text, here=url(partner.program, "matrix_edit"))
    words = "Training: Health office: Choose one of the letters R, A, C or I, or nothing."
    assert (response.status_code, page.summary) == (422, [(f"cell-{wrong.pk}", words)])
    assert letters(wrong, right) == ["", "R"]


@pytest.mark.parametrize("nonce", [None, "", "short", "x" * 65, "not a nonce at all!"])
def test_a_form_without_its_key_is_refused(signed_in: Client, partner: Partner, nonce: str | None) -> None:
    said = form_at(signed_in, url(partner.program, "matrix_edit")) | {name_of(cell(partner)): "A", "nonce": nonce}
    response = post(signed_in, partner.program, {name: value for name, value in said.items() if value is not None})
    assert (response.status_code, "without a key" in response.text, letters(cell(partner))) == (422, True, [""])


def test_what_was_chosen_in_a_form_that_is_refused_is_still_there(
    signed_in: Client, client_for: ClientFor, lead: User, partner: Partner
) -> None:
    mine, theirs = cell(partner), cell(partner, "supply")
    said = form_at(signed_in, url(partner.program, "matrix_edit")) | {name_of(mine): "A", "nonce": ""}
    save(client_for(lead), theirs, "letter", "R", kind="responsibility")
    response = post(signed_in, partner.program, said)
    controls = Page(response.text, here=url(partner.program, "matrix_edit")).controls
    assert [controls[name_of(role)][0].value for role in (mine, theirs)] == ["A", "R"]
    assert response.text.count("data-unsaved") == 1
    assert controls["bases"][0].value == f"{theirs.pk}:1"


@pytest.mark.parametrize("damage", [{"bases": "x"}, {"bases": "7:x"}, {"base": "x"}, {"seen": "-1"}])
def test_a_form_with_damaged_versions_is_refused(
    clash: HttpResponse, signed_in: Client, partner: Partner, damage: dict[str, str]
) -> None:
    said = chosen(clash, partner.program, "mine", "mine")
    name = name_of(cell(partner))
    said |= {field if field == "bases" else f"{field}_{name}": value for field, value in damage.items()}
    response = post(signed_in, partner.program, said)
    assert (response.status_code, "a version that is not a number" in response.text) == (422, True)
    assert letters(cell(partner)) == ["A"]


def test_a_function_taken_out_meanwhile_is_told(signed_in: Client, partner: Partner, lead: User) -> None:
    gone, there = cell(partner), cell(partner, "supply")
    said = form_at(signed_in, url(partner.program, "matrix_edit")) | {name_of(gone): "A", name_of(there): "R"}
    functions.drop(function_of(partner.program), by=lead)
    response = post(signed_in, partner.program, said)
    words = "Training: Health office: This function is not part of the scale-up any more."
    assert (response.status_code, words in response.text) == (422, True)
    assert letters(gone, there) == ["", "R"]


def test_cells_of_another_program_cannot_be_reached(
    signed_in: Client, partner: Partner, other_program: Program
) -> None:
    foreign = cell(add_partner(other_program, "Elsewhere"))
    said = form_at(signed_in, url(partner.program, "matrix_edit"))
    told = [post(signed_in, partner.program, said | {f"letter-{pk}": "A"}) for pk in (foreign.pk, 999_999_999)]
    assert {response.status_code for response in told} == {422}
    assert letters(foreign) == [""]
    assert "Elsewhere" not in told[0].text


@pytest.mark.parametrize(
    ("who", "status"), [("viewer", 403), ("facilitator", 403), ("admin", 403), ("donor", 403), ("stranger", 404)]
)
def test_who_may_not_changes_nothing(
    client_for: ClientFor, partner: Partner, request: pytest.FixtureRequest, who: str, status: int
) -> None:
    other = client_for(request.getfixturevalue(who))
    said = {"nonce": secrets.token_hex(16), name_of(cell(partner)): "A"}
    assert post(other, partner.program, said).status_code == status
    assert letters(cell(partner)) == [""]


def test_an_archived_program_is_read_only(signed_in: Client, partner: Partner, lead: User) -> None:
    said = form_at(signed_in, url(partner.program, "matrix_edit")) | {name_of(cell(partner)): "A"}
    describing.archive(partner.program, by=lead)
    assert post(signed_in, partner.program, said).status_code == 403
    assert (letters(cell(partner)), signed_in.get(url(partner.program)).status_code) == ([""], 200)


def test_a_partner_alone_comes_back_to_itself(signed_in: Client, partner: Partner) -> None:
    other = cell(add_partner(partner.program, "Amani Trust"))
    here = url(partner.program, "matrix_edit") + f"?partner={partner.pk}"
    said = form_at(signed_in, here)
    assert name_of(other) not in said
    response = signed_in.post(here, said | {name_of(cell(partner)): "A"})
    assert (response["Location"], letters(cell(partner))) == (here, ["A"])


def test_a_matrix_too_large_for_one_form_is_changed_in_parts(
    signed_in: Client, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrix, "MOST_AT_ONCE", 15)
    add_partner(partner.program, "Amani Trust")
    response = signed_in.get(url(partner.program, "matrix_edit"))
    assert ("too large" in response.text, "<select" in response.text) == (True, False)
    assert f"?partner={partner.pk}" in response.text
    assert "<select" in signed_in.get(url(partner.program, "matrix_edit"), {"partner": partner.pk}).text


# One cell


def test_one_cell_takes_all_of_it(signed_in: Client, partner: Partner) -> None:
    ana, role = FocalPerson.objects.create(partner=partner, name="Ana Sok"), cell(partner)
    said = form_at(signed_in, cell_url(role))
    assert set(said) == {"nonce", *(f"{before}{name}" for before in ("", "base_") for name in FIELDS)}
    since, until = TODAY, TODAY + timedelta(days=30)
    wanted = {"letter": "A", "held_by": str(ana.pk), "since_on": since.isoformat(), "until_on": until.isoformat()}
    response = signed_in.post(cell_url(role), said | wanted)
    assert (response.status_code, response["Location"]) == (302, cell_url(role))
    role.refresh_from_db()
    assert (role.letter, role.held_by, role.since_on, role.until_on) == ("A", ana, since, until)
    page = text_of(signed_in.get(cell_url(role)))
    assert ("changed who holds the role" in page, page.count("Ana Sok")) == (True, 2)


def test_one_cell_shows_what_was_agreed(signed_in: Client, partner: Partner) -> None:
    role, agreed = give(partner, "A"), sign(partner)
    response = signed_in.get(cell_url(role))
    assert reverse("partners:agreement", args=[partner.program_id, agreed.pk]) in response.text
    assert reverse("partners:capacity_of", args=[partner.program_id, partner.pk, role.function_id]) in response.text


def test_what_is_wrong_with_one_cell_is_told_and_kept(signed_in: Client, partner: Partner) -> None:
    role = cell(partner)
    wrong = {"letter": "R", "until_on": "soon", "held_by": "999"}
    response = signed_in.post(cell_url(role), form_at(signed_in, cell_url(role)) | wrong)
    page = Page(response.text, here=cell_url(role))
    assert (response.status_code, page.controls["until_on"][0].value) == (422, "soon")
    assert {target for target, _words in page.summary} == {"id_until_on", "id_held_by"}
    assert letters(role) == ["R"]


def test_two_people_at_one_cell(signed_in: Client, client_for: ClientFor, lead: User, partner: Partner) -> None:
    role = cell(partner)
    said = form_at(signed_in, cell_url(role)) | {"letter": "I"}
    save(client_for(lead), role, "letter", "A", kind="responsibility")
    response = signed_in.post(cell_url(role), said)
    assert (response.status_code, "Accountable: answers for it" in response.text) == (409, True)
    seen = {"clashing": "letter", "seen_letter": "1", "keep_letter": "mine"}
    assert signed_in.post(cell_url(role), said | seen | {"nonce": secrets.token_hex(16)}).status_code == 302
    assert letters(role) == ["I"]


def test_readers_see_one_cell_without_a_form(client_for: ClientFor, viewer: User, partner: Partner) -> None:
    role = give(partner, "A", held_by=FocalPerson.objects.create(partner=partner, name="Ana Sok"))
    response = client_for(viewer).get(cell_url(role))
    assert ("<form method" in response.text.split("<main")[1], "Ana Sok" in response.text) == (False, True)
    assert "Accountable: answers for it" in response.text


def test_a_cell_of_a_function_taken_out_is_only_read(signed_in: Client, partner: Partner, lead: User) -> None:
    role = give(partner, "A")
    said = form_at(signed_in, cell_url(role)) | {"letter": "R"}
    functions.drop(function_of(partner.program), by=lead)
    response = signed_in.post(cell_url(role), said)
    assert (response.status_code, "This function is not part of the scale-up any more." in response.text) == (422, True)
    assert ("<form" in signed_in.get(cell_url(role)).text.split("<main")[1], letters(role)) == (False, ["A"])


@pytest.mark.parametrize("who", ["other_lead", "stranger", "donor"])
def test_cells_are_not_for_everybody(
    client_for: ClientFor, partner: Partner, request: pytest.FixtureRequest, who: str
) -> None:
    status = 403 if who == "donor" else 404
    assert client_for(request.getfixturevalue(who)).get(cell_url(cell(partner))).status_code == status


@pytest.mark.parametrize("count", [1, 3])
def test_one_cell_asks_the_same_number_of_questions(
    signed_in: Client, partner: Partner, count: int, django_assert_num_queries: Callable
) -> None:
    role = cell(partner)
    for number in range(count):
        ana = FocalPerson.objects.create(partner=partner, name=f"Person {number}")
        save(signed_in, role, "held_by", str(ana.pk), kind="responsibility", base=number)
        sign(partner)
    # The person, the program, the cell, people, agreements, the newest check, its history with names and the way there.
    address = cell_url(role)
    with django_assert_num_queries(9):
        assert signed_in.get(address).status_code == 200
