"""The step and item pages in a real browser: saved by themselves, and just as well without scripts."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from journal.models import Change
from programs.models import ItemAnswer, Program
from programs.tests.saving_cases import item_of, item_url, save

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ClientFor = Callable[[User | None], Client]


@pytest.fixture
def row(guide: Any, program: Program) -> ItemAnswer:
    return item_of(program)


@pytest.fixture
def open_page(
    browser: "Browser", live_server: Any, client_for: ClientFor, editor: User
) -> Iterator[Callable[..., "Page"]]:
    """Opens an address as the editor, with or without scripts."""
    contexts = []

    def page(address: str, **options: Any) -> "Page":
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        cookie = client_for(editor).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        opened = context.new_page()
        opened.goto(address)
        return opened

    yield page
    for context in contexts:
        context.close()


def step_url(row: ItemAnswer) -> str:
    return f"/programs/{row.plan.program_id}/steps/{row.plan.step.number}/"


def test_choice_on_the_step_page_saves_itself(open_page: Callable[..., "Page"], row: ItemAnswer) -> None:
    page = open_page(step_url(row))
    item = page.locator(f"#{row.item.key}")
    item.get_by_label("Done").check()
    page.locator("save-status", has_text=re.compile("Saved at")).wait_for()
    assert ItemAnswer.objects.get(pk=row.pk).answer == "done"
    assert item.get_by_role("button", name="Save").is_visible() is False


def test_reason_is_asked_for_when_it_does_not_apply(open_page: Callable[..., "Page"], row: ItemAnswer) -> None:
    page = open_page(step_url(row))
    item = page.locator(f"#{row.item.key}")
    reason = item.get_by_label("Why does it not apply?")
    assert reason.is_visible() is False
    with page.expect_response("**/save/"):
        item.get_by_label("Not applicable").check()
    with page.expect_response("**/save/"):
        reason.fill("There was no pilot.")
        reason.blur()
    page.reload()
    assert reason.input_value() == "There was no pilot."


def test_two_browsers_see_both_versions(
    open_page: Callable[..., "Page"], row: ItemAnswer, client_for: ClientFor, lead: User
) -> None:
    page = open_page(item_url(row))
    save(client_for(lead), row, "note", "Theirs")
    page.get_by_label("Note").fill("Mine")
    page.get_by_label("Note").blur()
    page.get_by_role("button", name="Keep mine").click()
    page.locator("save-status", has_text=re.compile("Saved at")).wait_for()
    assert list(Change.objects.filter(field="note").order_by("pk").values_list("new", flat=True)) == ["Theirs", "Mine"]


def test_whole_item_without_scripts(open_page: Callable[..., "Page"], row: ItemAnswer, editor: User) -> None:
    page = open_page(item_url(row), java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.get_by_label("Done").check()
    page.get_by_label("Note").fill("Signed by all.")
    page.get_by_label("Owner").select_option(str(editor.pk))
    page.get_by_label("Due").fill("2027-03-31")
    page.get_by_role("button", name="Save", exact=True).click()
    assert page.get_by_text("Saved.").is_visible()
    saved = ItemAnswer.objects.get(pk=row.pk)
    assert (saved.answer, saved.note, saved.owner, str(saved.due_on)) == (
        "done",
        "Signed by all.",
        editor,
        "2027-03-31",
    )


def test_choice_on_the_step_page_without_scripts(open_page: Callable[..., "Page"], row: ItemAnswer) -> None:
    page = open_page(step_url(row), java_script_enabled=False)
    item = page.locator(f"#{row.item.key}")
    item.get_by_label("Under way").check()
    item.get_by_role("button", name="Save").click()
    assert page.url.endswith(f"{step_url(row)}#{row.item.key}")
    assert ItemAnswer.objects.get(pk=row.pk).answer == "under_way"
