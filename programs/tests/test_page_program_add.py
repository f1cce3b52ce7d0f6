"""Starting a program: fill in, check the sentence, start; a double click starts one."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation, User
from programs.models import Guide, ItemAnswer, Membership, Program, ProgramSummary, StepPlan
from programs.tests.saving_cases import at_once

ClientFor = Callable[[User | None], Client]
URL = "/programs/new/"


@pytest.fixture
def facts(organisation: Organisation, guide: Guide) -> dict[str, object]:
    return {
        "organisation": organisation.pk,
        "guide": guide.pk,
        "nonce": "a" * 32,
        "name": "School reading clubs",
        "about": "Older pupils read with younger ones.",
        "sector": "education",
        "country": "KE",
        "direction": "out",
        "ambition_whom": "pupils of grade 1 to 3",
        "ambition_count": "120,000",
        "ambition_place": "six counties",
        "ambition_change": "read a page aloud",
        "ambition_by": "2030-06-30",
        "ambition_actor": "the county education offices",
    }


@pytest.fixture
def browser(client_for: ClientFor, lead: User) -> Client:
    return client_for(lead)


def started() -> list[Program]:
    return list(Program.objects.filter(name="School reading clubs"))


def test_who_has_one_program_finds_the_way_to_the_next(browser: Client, program: Program) -> None:
    page = browser.get(reverse("programs:program", args=[program.pk])).content.decode()
    assert page.count(f'href="{URL}"') == 1


def test_the_first_administrator_finds_the_way_to_the_first_program(
    client_for: ClientFor, admin: User, organisation: Organisation
) -> None:
    page = client_for(admin).get(reverse("accounts:organisation", args=[organisation.pk])).content.decode()
    assert page.count(f'href="{URL}"') == 2  # beside the people, and in the menu of every page


def test_check_page_shows_the_sentence_and_starts_nothing(browser: Client, facts: dict[str, object]) -> None:
    response = browser.post(URL, facts | {"stage": "check"})
    assert (response.status_code, started()) == (200, [])
    assert response.context["sentence"] == (
        "By June 2030, 120,000 pupils of grade 1 to 3 in six counties read a page aloud, "
        "led by the county education offices: out to a new setting."
    )


def test_start_makes_everything(browser: Client, facts: dict[str, object], lead: User) -> None:
    response = browser.post(URL, facts | {"stage": "save"})
    (program,) = started()
    assert response["Location"] == reverse("programs:program", args=[program.pk])
    assert program.ambition_count == 120_000
    assert Membership.objects.get(program=program).role == "lead"
    assert StepPlan.objects.filter(program=program).count() == 11
    answers = ItemAnswer.objects.filter(plan__program=program).select_related("plan", "item").order_by("pk")
    assert [one.item for one in answers] == [item for step in program.guide.steps.all() for item in step.items.all()]
    assert all(_said(one) == _said(ItemAnswer()) for one in answers)
    assert all(one.item.step_id == one.plan.step_id for one in answers)
    assert sorted(ProgramSummary.objects.filter(program=program).values_list("view", flat=True)) == ["live", "settled"]
    assert browser.get(response["Location"]).status_code == 200


def test_check_page_carries_everything_to_the_start(browser: Client, facts: dict[str, object]) -> None:
    form = browser.post(URL, facts | {"stage": "check"}).context["form"]
    carried = {field.html_name: field.value() for field in form}
    assert carried == {name: str(value) for name, value in facts.items()} | {"seen": None}


def test_change_something_keeps_what_was_typed(browser: Client, facts: dict[str, object]) -> None:
    response = browser.post(URL, facts | {"stage": "change"})
    assert (response.status_code, started()) == (200, [])
    assert 'value="School reading clubs"' in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_five_clicks_start_one_program(facts: dict[str, object], client_for: ClientFor, lead: User) -> None:
    cookies = client_for(lead).cookies

    def post() -> str:
        twin = Client()
        twin.cookies = cookies
        return twin.post(URL, facts | {"stage": "save"})["Location"]

    (address,) = set(at_once(5, post))
    assert [reverse("programs:program", args=[program.pk]) for program in started()] == [address]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Fill in: Name of the program"),
        ("name", "x" * 121, "at most 120 fit"),
        ("about", "x" * 601, "at most 600 fit"),
        ("about", "a\x00b", "control character"),
        ("sector", "magic", "Select a valid choice"),
        ("country", "XX", "Select a valid choice"),
        ("ambition_count", "many", "whole number"),
        ("ambition_count", "-5", "whole number"),
        ("ambition_count", "0", "at least 1"),
        ("ambition_count", "9" * 30, "at most 2000000000"),
        ("ambition_count", "²", "whole number"),
        ("ambition_by", "2030-02-30", "year-month-day"),
        ("ambition_by", "2330-02-01", "Enter a date between"),
        ("direction", "sideways", "Select a valid choice"),
        ("guide", "999999999999999999999", "Select a valid choice"),
    ],
)
def test_mistakes_get_a_sentence_and_keep_the_rest(
    browser: Client, facts: dict[str, object], field: str, value: str, words: str
) -> None:
    response = browser.post(URL, facts | {field: value, "stage": "save"})
    page = response.content.decode()
    assert (response.status_code, started()) == (422, [])
    assert words in page
    assert "read a page aloud" in page


def test_organisation_of_others_cannot_be_chosen(browser: Client, facts: dict[str, object], other_tenant) -> None:
    response = browser.post(URL, facts | {"organisation": other_tenant.organisation.pk, "stage": "save"})
    assert (response.status_code, started()) == (422, [])
    assert other_tenant.organisation.name not in response.content.decode()


def test_without_an_organisation_the_page_says_what_to_do(client_for: ClientFor, stranger: User) -> None:
    page = client_for(stranger).get(URL).content.decode()
    assert "You belong to no organisation yet" in page
    assert '<form method="post" class' not in page


def test_names_lose_direction_marks(browser: Client, facts: dict[str, object]) -> None:
    browser.post(URL, facts | {"name": "School \u202ereading\u202c  clubs", "stage": "save"})
    assert len(started()) == 1


def test_extra_fields_set_nothing(browser: Client, facts: dict[str, object], admin: User) -> None:
    extra = {"created_by": admin.pk, "reviewer": admin.pk, "inputs_seq": 99, "archived_at": "2020-01-01", "id": 1}
    browser.post(URL, facts | extra | {"stage": "save"})
    (program,) = started()
    assert (program.reviewer, program.archived_at, program.created_by == admin) == (None, None, False)


def _said(answer: ItemAnswer) -> dict[str, object]:
    """All an answer says, but for which answer it is."""
    kept = {one.attname: getattr(answer, one.attname) for one in answer._meta.concrete_fields}
    return {name: value for name, value in kept.items() if name not in {"id", "plan_id", "item_id"}}
