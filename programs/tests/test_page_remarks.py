"""Remarks on steps and items."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from journal.models import Change
from programs.models import ItemAnswer, Program, Remark
from programs.tests.saving_cases import item_of, item_url

ClientFor = Callable[[User | None], Client]


@pytest.fixture
def row(program: Program) -> ItemAnswer:
    return item_of(program)


@pytest.fixture
def browser(client_for: ClientFor, facilitator: User) -> Client:
    return client_for(facilitator)


def write(browser: Client, row: ItemAnswer, text: str = "Could we see it?", **fields: object) -> object:
    url = reverse("programs:item_remark", args=[row.plan.program_id, row.item.key])
    return browser.post(url, {"text": text, "nonce": "a" * 32} | fields)


def resolve(browser: Client, remark: Remark, answer: str = "yes") -> object:
    url = reverse("programs:remark_resolve", args=[remark.plan.program_id, remark.pk])
    return browser.post(url, {"resolve": answer})


def test_remark_on_an_item(browser: Client, row: ItemAnswer, facilitator: User) -> None:
    response = write(browser, row)
    assert response["Location"] == f"{item_url(row)}#remarks"
    remark = Remark.objects.get()
    assert (remark.answer, remark.author, remark.text) == (row, facilitator, "Could we see it?")
    assert Change.objects.get(verb="remarked").object_id == row.pk


def test_remark_on_a_step(browser: Client, row: ItemAnswer) -> None:
    number = row.plan.step.number
    url = reverse("programs:step_remark", args=[row.plan.program_id, number])
    browser.post(url, {"text": "On the step", "nonce": "a" * 32})
    assert (Remark.objects.get().answer, Remark.objects.get().plan) == (None, row.plan)
    page = browser.get(reverse("programs:step", args=[row.plan.program_id, number])).content.decode()
    assert "On the step" in page


def test_reply_resolve_and_reopen(browser: Client, row: ItemAnswer, client_for: ClientFor, editor: User) -> None:
    write(browser, row)
    thread = Remark.objects.get()
    team = client_for(editor)
    write(team, row, "Yes, on Friday.", thread=thread.pk)
    resolve(team, thread)
    thread.refresh_from_db()
    assert (thread.resolved_by, thread.replies.get().text) == (editor, "Yes, on Friday.")
    resolve(team, thread, "no")
    thread.refresh_from_db()
    assert thread.resolved_at is None
    verbs = Change.objects.filter(program_id=row.plan.program_id).order_by("id").values_list("verb", flat=True)
    assert list(verbs)[-4:] == ["remarked", "replied", "resolved", "remark_reopened"]


def test_reply_opens_a_resolved_thread_again(browser: Client, row: ItemAnswer) -> None:
    write(browser, row)
    thread = Remark.objects.get()
    resolve(browser, thread)
    write(browser, row, "One more thing", thread=thread.pk)
    thread.refresh_from_db()
    assert thread.resolved_at is None


def test_double_click_writes_once_and_another_text_twice(browser: Client, row: ItemAnswer) -> None:
    write(browser, row)
    write(browser, row)
    write(browser, row, "Another text from the same page")
    assert list(Remark.objects.order_by("id").values_list("text", flat=True)) == [
        "Could we see it?",
        "Another text from the same page",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "Fill in: Remark"), ("x" * 4_001, "at most 4,000 fit"), ("a\x00b", "control character")],
)
def test_wrong_remark_keeps_what_was_typed(browser: Client, row: ItemAnswer, text: str, words: str) -> None:
    response = write(browser, row, text)
    page = response.content.decode()
    assert (response.status_code, Remark.objects.count()) == (422, 0)
    assert words in page
    assert text.replace("\x00", "\x00")[:50] in page


@pytest.mark.parametrize("thread", ["x", "-1", "٣", "9" * 30, "12345"])
def test_reply_to_nothing_is_not_found(browser: Client, row: ItemAnswer, thread: str) -> None:
    assert write(browser, row, thread=thread).status_code == 404


def test_reply_to_a_thread_elsewhere_is_not_found(
    browser: Client, row: ItemAnswer, program: Program, client_for: ClientFor, other_lead: User, other_program: Program
) -> None:
    write(browser, item_of(program, "4.2"))
    write(client_for(other_lead), item_of(other_program))
    for thread in Remark.objects.all():
        assert write(browser, row, "Reply", thread=thread.pk).status_code == 404
    foreign = Remark.objects.get(plan__program=other_program)
    url = reverse("programs:remark_resolve", args=[program.pk, foreign.pk])
    assert browser.post(url).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("editor", 302), ("viewer", 403), ("admin", 403), ("donor", 403)])
def test_who_may_remark(
    request: pytest.FixtureRequest, client_for: ClientFor, row: ItemAnswer, who: str, status: int
) -> None:
    assert write(client_for(request.getfixturevalue(who)), row).status_code == status


def test_markup_in_a_remark_is_only_text(browser: Client, row: ItemAnswer) -> None:
    write(browser, row, "<script>alert(1)</script>")
    page = browser.get(item_url(row)).content.decode()
    assert ("<script>alert" in page, "&lt;script&gt;alert" in page) == (False, True)
