"""The scripts and the real saving path meet: what the page calls saved stands once in the tables."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.template.loader import render_to_string
from playwright.sync_api import expect

from accounts.models import User
from journal.models import Change, Mutation, Outcome
from programs.models import ItemAnswer, Program, StepState
from scaleup.tests.browser.script_page import FORM, PAGE, PATIENCE, expect_state, type_note

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCRIPTS = "".join(
    f'<script type="module" src="/static/js/{name}.js"></script>' for name in ("auto-save", "save-status")
)


@pytest.fixture
def answer(program: Program) -> ItemAnswer:
    return ItemAnswer.objects.filter(plan__program=program).order_by("pk")[0]


@pytest.fixture
def open_for(browser: "Browser", live_server: Any, client_for: Callable[..., Any], answer: ItemAnswer) -> Any:
    """Opens a small page on one item in a browser of its own, signed in as somebody."""
    contexts: list[BrowserContext] = []

    def open_page(user: User) -> "Page":
        context = browser.new_context(base_url=live_server.url)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        sign_in(context, client_for(user), live_server.url)
        html = tiny_page(user, answer)  # not in the route: Playwright calls it where no connection is at hand
        context.route("**/tiny/", lambda route: route.fulfill(content_type="text/html", body=html))
        page = context.new_page()
        page.goto("/tiny/")
        return page

    yield open_page
    for context in contexts:
        context.close()


def sign_in(context: "BrowserContext", client: Any, url: str) -> None:
    """The session of a test client becomes the browser's; the CSRF token changes, as at every sign-in."""
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.clear_cookies()
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


def sign_out(context: "BrowserContext") -> None:
    key = next(one["value"] for one in context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME)
    Session.objects.filter(pk=key).delete()
    caches[settings.SESSION_CACHE_ALIAS].clear()


def tiny_page(user: User, answer: ItemAnswer) -> str:
    answer.refresh_from_db()
    version = answer.versions.get("note", [0])[0]
    form = FORM.format(user=user.pk, token="", note=answer.note, version=version)
    form = form.replace('object="123"', f'object="{answer.pk}"').replace("2027-03-31", "")
    body = "<save-status></save-status>" + form
    return PAGE.format(title="Step 1", body=body, words=render_to_string("ui/words.html"), scripts=SCRIPTS)


def changes() -> list[tuple[str, Any]]:
    return [(change.field, change.new) for change in Change.objects.filter(kind="answer").order_by("id")]


def test_saved_once_although_the_answer_was_lost(lead: User, answer: ItemAnswer, open_for: Any) -> None:
    page, posts = open_for(lead), []

    def lose_the_first(route: "Route") -> None:
        posts.append(route.request.post_data_json)
        response = route.fetch()
        if len(posts) == 1:
            route.abort()
        else:
            route.fulfill(response=response)

    page.route("**/save/", lose_the_first)
    type_note(page, "Three visits\nand a report")
    expect_state(page, "saved")

    answer.refresh_from_db()
    assert answer.note == "Three visits\nand a report"
    assert answer.versions["note"][0] == 1
    assert changes() == [("note", "Three visits\nand a report")]
    assert len({post["key"] for post in posts}) == 1
    expect(page.locator("#note")).to_have_attribute("data-version", "1")


def test_two_people_one_field(lead: User, editor: User, answer: ItemAnswer, open_for: Any) -> None:
    first, second = open_for(lead), open_for(editor)
    type_note(first, "the lead’s words")
    expect_state(first, "saved")
    type_note(second, "the editor’s words")
    panel = second.locator("#note + .conflict")

    expect(panel).to_contain_text(f"{lead.name} changed this first.")
    assert panel.locator("dd").all_text_contents() == ["the editor’s words", "the lead’s words"]
    panel.get_by_role("button", name="Keep mine").click()
    expect_state(second, "saved")
    answer.refresh_from_db()
    assert answer.note == "the editor’s words"
    assert changes() == [("note", "the lead’s words"), ("note", "the editor’s words")]
    assert Mutation.objects.get(outcome=Outcome.CONFLICT).settled_at is not None


def test_a_session_that_ends_in_mid_answer(
    lead: User, answer: ItemAnswer, open_for: Any, client_for: Callable[..., Any], live_server: Any
) -> None:
    page = open_for(lead)
    page.check("#way")
    expect_state(page, "saved")
    sign_out(page.context)
    type_note(page, "typed after the session ended")
    expect(page.locator("save-status")).to_contain_text("you are signed out")
    answer.refresh_from_db()
    assert answer.note == ""

    sign_in(page.context, client_for(lead), live_server.url)
    page.reload()
    expect(page.locator("#note")).to_have_value("typed after the session ended")
    expect_state(page, "saved")
    assert changes() == [("answer", "under_way"), ("note", "typed after the session ended")]


def test_somebody_else_signs_in_meanwhile(
    lead: User, editor: User, answer: ItemAnswer, open_for: Any, client_for: Callable[..., Any], live_server: Any
) -> None:
    page = open_for(lead)
    page.check("#way")
    expect_state(page, "saved")
    session, token = client_for(editor), page.context.cookies()
    sign_in(page.context, session, live_server.url)
    page.context.add_cookies([cookie for cookie in token if cookie["name"] == settings.CSRF_COOKIE_NAME])
    with page.expect_response("**/save/") as response:
        type_note(page, "the lead’s words")

    assert response.value.status == HTTPStatus.UNAUTHORIZED
    expect(page.locator("save-status")).to_contain_text("somebody else is signed in here now")
    assert changes() == [("answer", "under_way")]


def test_a_step_submitted_meanwhile(lead: User, answer: ItemAnswer, open_for: Any) -> None:
    page = open_for(lead)
    answer.plan.state = StepState.SUBMITTED
    answer.plan.save()
    page.check("#done")

    expect(page.locator("fieldset + .field-error")).to_contain_text("its answers are frozen")
    type_note(page, "A note is still welcome.")
    expect(page.locator("#note")).to_have_attribute("data-version", "1")
    assert changes() == [("note", "A note is still welcome.")]
