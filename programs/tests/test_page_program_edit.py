"""Changing facts and ambition, archiving, and naming a reviewer."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Affiliation, User
from journal.models import Change
from programs.domain.describing import facts_of
from programs.models import Program

ClientFor = Callable[[User | None], Client]


@pytest.fixture
def browser(client_for: ClientFor, lead: User) -> Client:
    return client_for(lead)


def url(program: Program, name: str = "program_edit") -> str:
    return reverse(f"programs:{name}", args=[program.pk])


def form_of(program: Program, **fields: object) -> dict[str, object]:
    facts = facts_of(program)
    return facts | {"seen": json.dumps(facts), "stage": "save", "nonce": "a" * 32} | fields


def now(program: Program) -> Program:
    return Program.objects.get(pk=program.pk)


def test_changed_fact_is_saved_with_its_history(browser: Client, program: Program, lead: User) -> None:
    assert browser.post(url(program), form_of(program, ambition_place="ten districts")).status_code == 302
    assert now(program).ambition_place == "ten districts"
    changes = Change.objects.filter(kind="program", verb="changed").values_list("field", "old", "new", "actor")
    assert list(changes) == [("ambition_place", "nine districts", "ten districts", lead.pk)]


def test_nothing_changed_is_no_change(browser: Client, program: Program) -> None:
    seq = now(program).inputs_seq
    browser.post(url(program), form_of(program))
    assert (Change.objects.filter(verb="changed").count(), now(program).inputs_seq) == (0, seq)


def test_two_people_change_different_facts(browser: Client, program: Program) -> None:
    form = form_of(program, ambition_place="ten districts")
    Program.objects.filter(pk=program.pk).update(about="Changed by another lead")
    browser.post(url(program), form)
    assert (now(program).ambition_place, now(program).about) == ("ten districts", "Changed by another lead")


def test_two_people_change_the_same_fact(browser: Client, program: Program) -> None:
    form = form_of(program, ambition_place="ten districts")
    Program.objects.filter(pk=program.pk).update(ambition_place="eight districts")
    response = browser.post(url(program), form)
    page = response.content.decode()
    assert (response.status_code, now(program).ambition_place) == (409, "eight districts")
    assert ("eight districts" in page, "ten districts" in page) == (True, True)
    again = {field.html_name: field.value() for field in response.context["form"]} | {"stage": "save"}
    assert browser.post(url(program), again).status_code == 302
    assert now(program).ambition_place == "ten districts"


def test_check_page_shows_the_new_sentence(browser: Client, program: Program) -> None:
    response = browser.post(url(program), form_of(program, ambition_place="ten districts", stage="check"))
    assert "40,000 newborns in ten districts" in response.context["sentence"]
    assert now(program).ambition_place == "nine districts"


@pytest.mark.parametrize("seen", ["", "not json", "[]", '{"name": 7}'])
def test_broken_memory_of_the_form_overwrites_nothing_silently(browser: Client, program: Program, seen: str) -> None:
    response = browser.post(url(program), form_of(program, ambition_place="ten districts", seen=seen))
    assert (response.status_code, now(program).ambition_place) == (409, "nine districts")


@pytest.mark.parametrize(
    ("who", "status"),
    [("lead", 302), ("admin", 302), ("editor", 403), ("viewer", 403), ("facilitator", 403), ("donor", 403),
     ("other_lead", 404), ("stranger", 404)],
)  # fmt: skip
def test_only_lead_and_admin_change_facts(
    request: pytest.FixtureRequest, client_for: ClientFor, program: Program, who: str, status: int
) -> None:
    somebody = client_for(request.getfixturevalue(who))
    assert somebody.post(url(program), form_of(program, about="New")).status_code == status


def test_archive_and_restore(browser: Client, program: Program) -> None:
    page = url(program, "archive")
    for _ in range(2):  # a double click archives once, and does not open it again
        browser.post(page, {"wanted": "archive"})
        assert now(program).is_archived is True
    assert browser.post(url(program), form_of(program)).status_code == 403
    assert browser.get(url(program, "program")).status_code == 200
    browser.post(page, {"wanted": "restore"})
    assert now(program).is_archived is False
    told = Change.objects.filter(verb__in=["archived", "restored"]).order_by("pk")
    assert list(told.values_list("verb", flat=True)) == ["archived", "restored"]


def test_looking_at_the_archive_page_changes_nothing(browser: Client, program: Program) -> None:
    browser.get(url(program, "archive"))
    assert now(program).is_archived is False


def test_admin_names_a_reviewer(client_for: ClientFor, admin: User, program: Program, stranger: User) -> None:
    Affiliation.objects.create(organisation=program.organisation, user=stranger)
    client_for(admin).post(url(program, "reviewer"), {"reviewer": stranger.pk})
    assert now(program).reviewer == stranger
    client_for(admin).post(url(program, "reviewer"), {"reviewer": ""})
    assert now(program).reviewer is None


@pytest.mark.parametrize("who", ["lead", "editor", "stranger", "other_lead"])
def test_members_and_outsiders_cannot_be_named(
    request: pytest.FixtureRequest, client_for: ClientFor, admin: User, program: Program, who: str
) -> None:
    person = request.getfixturevalue(who)
    client_for(admin).post(url(program, "reviewer"), {"reviewer": person.pk})
    assert now(program).reviewer is None


def test_lead_names_no_reviewer(browser: Client, program: Program, admin: User) -> None:
    assert browser.post(url(program, "reviewer"), {"reviewer": admin.pk}).status_code == 403
