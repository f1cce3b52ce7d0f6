"""Telling people of a remark: by “@” and a name, or from a list; only those who may read it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from programs.domain import remarks
from programs.domain.mentions import named_in
from programs.models import ItemAnswer, Program, Remark
from programs.tests.saving_cases import item_of, item_url

ClientFor = Callable[[User | None], Client]


@dataclass
class Somebody:
    pk: int
    name: str


ANA, ANA_MARIA, JOSE = Somebody(1, "Ana Lim"), Somebody(2, "Ana Maria Lim"), Somebody(3, "José Núñez")
SOK, OTHER_SOK = Somebody(4, "Sok Dara"), Somebody(5, "Sok Dara")
PEOPLE = [ANA, ANA_MARIA, JOSE, SOK, OTHER_SOK]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("@Ana Lim, could you look?", {1}),
        ("Could you look, @ana   LIM?", {1}),
        ("@Ana Maria Lim and @José Núñez: thank you", {2, 3}),
        ("@Jose\u0301 Nu\u0301n\u0303ez", {3}),  # the same letters, composed otherwise
        ("@José please", {3}),
        ("(@José)", {3}),
        ("@Ana please", set()),  # two have that first name
        ("@Sok Dara", {4, 5}),  # two of one name
        ("@Joséphine, and jose@José.org", set()),
        ("Ana Lim, José", set()),
        ("@", set()),
        ("@.* (?!x)", set()),
    ],
)
def test_who_is_named(text: str, told: set[int]) -> None:
    assert named_in(text, PEOPLE) == told


def test_nobody_to_name_and_names_of_signs() -> None:
    assert named_in("@Ana", []) == set()
    assert named_in("@A+ (B)", [Somebody(7, "A+ (B)"), Somebody(8, "")]) == {7}


@pytest.fixture
def row(program: Program) -> ItemAnswer:
    return item_of(program)


def post(browser: Client, row: ItemAnswer, text: str, **fields: object) -> int:
    url = reverse("programs:item_remark", args=[row.plan.program_id, row.item.key])
    return browser.post(url, {"text": text, "nonce": "a" * 32} | fields).status_code


def test_named_and_chosen_are_kept_by_number(
    client_for: ClientFor, row: ItemAnswer, lead: User, editor: User, viewer: User, facilitator: User
) -> None:
    assert post(client_for(editor), row, f"@{facilitator.name}, as agreed", tell=[lead.pk, viewer.pk]) == 302
    assert Remark.objects.get().mentioned == sorted([lead.pk, viewer.pk, facilitator.pk])


def test_nobody_tells_themselves_or_whom_the_program_is_closed_to(
    client_for: ClientFor, row: ItemAnswer, editor: User, donor: User, stranger: User, other_facilitator: User
) -> None:
    names = " ".join(f"@{one.name}" for one in (editor, donor, stranger, other_facilitator))
    assert post(client_for(editor), row, names) == 302
    assert Remark.objects.get().mentioned == []


@pytest.mark.parametrize("who", ["donor", "stranger", "editor", "nobody"])
def test_who_is_not_on_the_list_cannot_be_chosen(
    request: pytest.FixtureRequest, client_for: ClientFor, row: ItemAnswer, editor: User, who: str
) -> None:
    chosen = "x" if who == "nobody" else request.getfixturevalue(who).pk
    assert post(client_for(editor), row, "Look", tell=[chosen]) == 422
    assert not Remark.objects.exists()


def test_list_holds_the_team_and_who_decides_but_oneself(
    client_for: ClientFor, row: ItemAnswer, lead: User, editor: User, viewer: User, facilitator: User, donor: User
) -> None:
    url = reverse("programs:item_remark", args=[row.plan.program_id, row.item.key])
    form = client_for(editor).get(url).context["form"]
    assert [name for _pk, name in form.fields["tell"].choices] == sorted([lead.name, viewer.name, facilitator.name])


def test_thread_says_by_name_who_was_told(client_for: ClientFor, row: ItemAnswer, lead: User, editor: User) -> None:
    remarks.write(row.plan, text="Look", by=editor, answer=row, tell=[lead.pk])
    page = client_for(editor).get(item_url(row)).content.decode()
    assert f"Told of it: {lead.name}" in page


@pytest.mark.parametrize("count", [1, 3])
def test_names_cost_one_question(
    count: int, row: ItemAnswer, lead: User, editor: User, django_assert_num_queries
) -> None:
    for _ in range(count):
        remarks.write(row.plan, text="Look", by=editor, answer=row, tell=[lead.pk])
    with django_assert_num_queries(2):
        found = remarks.threads(row.plan, answer=row)
    assert [thread.first.told for thread in found] == [[lead.name]] * count
