"""Who opens which page of a program; donors never see what the team works on."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from programs.domain import evidencing, reach, remarks
from programs.domain.evidencing import Piece
from programs.models import Evidence, ItemAnswer, Program, Remark
from programs.tests.saving_cases import item_of

ClientFor = Callable[[User | None], Client]
CANARY = "canary-7f3a"
READERS = ["lead", "editor", "viewer", "facilitator", "admin"]
OUTSIDERS = ["other_lead", "other_facilitator", "other_donor", "stranger"]


@pytest.fixture
def work(program: Program, lead: User) -> ItemAnswer:
    """A canary in everything a team writes."""
    row = item_of(program)
    ItemAnswer.objects.filter(pk=row.pk).update(note=CANARY, reason=CANARY, returned_note=CANARY)
    remarks.write(row.plan, text=CANARY, by=lead, answer=row)
    remarks.write(row.plan, text=CANARY, by=lead)
    evidencing.add(row, Piece("note", CANARY, reach_day(), text=CANARY), by=lead)
    reach.record_figure(program, count=7, as_of=reach_day(), how_counted=CANARY, by=lead)
    return row


def reach_day():
    from datetime import date

    return date(2026, 1, 1)


def pages(program: Program, row: ItemAnswer) -> dict[str, str]:
    """Every page that reads what a team works on."""
    step, key = row.plan.step.number, row.item.key
    own = {name: [program.pk] for name in ("team", "portfolios", "reach", "history", "checklist")}
    of_step = {name: [program.pk, step] for name in ("step", "sheet")}
    of_item = {"item": [program.pk, step, key], "item_history": [program.pk, key]}
    return {name: reverse(f"programs:{name}", args=args) for name, args in (own | of_step | of_item).items()}


@pytest.mark.parametrize("who", READERS)
def test_readers_open_everything(
    request: pytest.FixtureRequest, client_for: ClientFor, program: Program, work: ItemAnswer, who: str
) -> None:
    browser = client_for(request.getfixturevalue(who))
    opened = {name: browser.get(url).status_code for name, url in pages(program, work).items()}
    assert opened == dict.fromkeys(opened, 200)
    assert browser.get(reverse("programs:program", args=[program.pk])).status_code == 200


@pytest.mark.parametrize("who", OUTSIDERS)
def test_outsiders_find_nothing(
    request: pytest.FixtureRequest, client_for: ClientFor, program: Program, work: ItemAnswer, who: str
) -> None:
    browser = client_for(request.getfixturevalue(who))
    urls = [reverse("programs:program", args=[program.pk]), *pages(program, work).values()]
    answers = [browser.get(url) for url in urls]
    assert {answer.status_code for answer in answers} == {404}
    assert not any(program.name in answer.content.decode() for answer in answers)


def test_donor_is_refused_and_reads_no_word_of_the_team(
    client_for: ClientFor, program: Program, work: ItemAnswer, donor: User, lead: User
) -> None:
    assert CANARY in client_for(lead).get(pages(program, work)["item"]).content.decode()  # there is something to leak
    browser = client_for(donor)
    for url in pages(program, work).values():
        answer = browser.get(url)
        assert (answer.status_code, CANARY in answer.content.decode()) == (403, False)


def test_donor_is_sent_to_the_page_for_donors(client_for: ClientFor, program: Program, portfolio, donor: User) -> None:
    response = client_for(donor).get(reverse("programs:program", args=[program.pk]))
    assert response.status_code == 302
    assert response["Location"] == reverse("dashboards:donor_program", args=[portfolio.pk, program.pk])


def test_donor_writes_nothing(client_for: ClientFor, program: Program, work: ItemAnswer, donor: User) -> None:
    browser, before = client_for(donor), (Remark.objects.count(), Evidence.objects.count())
    forms = {"item_remark": [program.pk, work.item.key], "evidence_add": [program.pk, work.item.key]}
    for name, args in forms.items():
        assert browser.post(reverse(f"programs:{name}", args=args), {"text": "x"}).status_code == 403
    assert (Remark.objects.count(), Evidence.objects.count()) == before


def test_signed_out_is_asked_to_sign_in(client: Client, program: Program, work: ItemAnswer) -> None:
    for url in pages(program, work).values():
        response = client.get(url)
        assert (response.status_code, response["Location"].split("?")[1]) == (302, f"next={url}")


@pytest.mark.parametrize("who", READERS)
def test_readers_see_what_the_program_does(
    request: pytest.FixtureRequest, client_for: ClientFor, program: Program, who: str
) -> None:
    browser, url = client_for(request.getfixturevalue(who)), reverse("programs:program", args=[program.pk])
    assert CANARY not in browser.get(url).content.decode()
    Program.objects.filter(pk=program.pk).update(about=f"{CANARY} visits\nat home")
    assert f"<p>{CANARY} visits<br>at home</p>" in browser.get(url).content.decode()


@pytest.mark.parametrize("field", ["name", "about", "ambition_place"])
def test_markup_in_a_fact_is_only_text(client_for: ClientFor, program: Program, lead: User, field: str) -> None:
    Program.objects.filter(pk=program.pk).update(**{field: "<script>alert(1)</script>"})
    page = client_for(lead).get(reverse("programs:program", args=[program.pk])).content.decode()
    assert ("<script>alert" in page, "&lt;script&gt;alert" in page) == (False, True)


def test_reach_is_recorded_once_and_shown(client_for: ClientFor, program: Program, lead: User) -> None:
    browser, url = client_for(lead), reverse("programs:reach", args=[program.pk])
    form = {"count": "12 400", "as_of": "2026-09-30", "how_counted": "Registers", "nonce": "a" * 32}
    assert [browser.post(url, form).status_code for _ in range(2)] == [302, 302]
    assert program.reach_figures.count() == 1
    for page in (url, reverse("programs:program", args=[program.pk])):
        shown = browser.get(page).content.decode()
        assert ("12,400" in shown, "31 % of the ambition" in shown) == (True, True)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("count", "-1", "whole number"),
        ("count", "3000000000", "at most"),
        ("as_of", "2090-01-01", "Enter a date between"),
        ("how_counted", "", "Fill in: How was it counted?"),
        ("how_counted", "x" * 201, "at most 200 fit"),
    ],
)
def test_wrong_figure_gets_a_sentence(
    client_for: ClientFor, program: Program, lead: User, field: str, value: str, words: str
) -> None:
    form = {"count": "5", "as_of": "2026-09-30", "how_counted": "Registers", "nonce": "a" * 32} | {field: value}
    response = client_for(lead).post(reverse("programs:reach", args=[program.pk]), form)
    assert (response.status_code, program.reach_figures.count()) == (422, 0)
    assert words in response.content.decode()
