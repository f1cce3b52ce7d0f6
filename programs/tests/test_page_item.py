"""An item on its own page: the plain form goes the same way as every autosave, and loses nothing."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from journal.models import Change, Mutation
from programs.models import ItemAnswer, Program, StepPlan, StepState
from programs.tests.saving_cases import at_once, form_of, item_of, item_url, save

ClientFor = Callable[[User | None], Client]
ORIGIN = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def row(program: Program) -> ItemAnswer:
    return item_of(program)


@pytest.fixture
def browser(client_for: ClientFor, editor: User) -> Client:
    return client_for(editor)


def changes(row: ItemAnswer) -> list[tuple[str, object]]:
    rows = Change.objects.filter(kind="answer", object_id=row.pk).order_by("id")
    return list(rows.values_list("field", "new"))


def test_plain_form_saves_only_what_was_changed(browser: Client, row: ItemAnswer, lead: User) -> None:
    form = form_of(row, answer="done", note="All agreed.\r\nSigned.", owner=str(lead.pk), due_on="2027-03-31")
    response = browser.post(item_url(row), form)
    assert (response.status_code, response["Location"]) == (302, item_url(row))
    assert changes(row) == [
        ("answer", "done"),
        ("note", "All agreed.\nSigned."),
        ("owner", lead.pk),
        ("due_on", "2027-03-31"),
    ]


def test_same_form_twice_takes_effect_once(browser: Client, row: ItemAnswer) -> None:
    form = form_of(row, answer="done")
    browser.post(item_url(row), form)
    assert browser.post(item_url(row), form).status_code == 302
    assert changes(row) == [("answer", "done")]


def test_the_same_form_from_somebody_else_is_theirs(
    browser: Client, row: ItemAnswer, client_for: ClientFor, lead: User
) -> None:
    """On a shared computer: one signs out, the next signs in, goes back and sends the page once more."""
    form = form_of(row, note="Seen by two people.")
    browser.post(item_url(row), form)
    assert client_for(lead).post(item_url(row), form).status_code == 302
    assert changes(row) == [("note", "Seen by two people.")]


def test_back_edit_submit_applies(browser: Client, row: ItemAnswer) -> None:
    form = form_of(row, note="First")
    for note in ("First", "Second", "First"):
        browser.post(item_url(row), form | {"note": note})
    assert changes(row) == [("note", "First"), ("note", "Second"), ("note", "First")]
    assert ItemAnswer.objects.get(pk=row.pk).note == "First"


@pytest.mark.django_db(transaction=True)
def test_double_click_takes_effect_once(guide, row: ItemAnswer, client_for: ClientFor, editor: User) -> None:
    form, cookies = form_of(row, note="Clicked twice"), client_for(editor).cookies

    def post() -> int:
        twin = Client()
        twin.cookies = cookies
        return twin.post(item_url(row), form).status_code

    assert at_once(5, post) == [302] * 5
    assert changes(row) == [("note", "Clicked twice")]


def test_field_i_did_not_touch_is_never_set_back(
    browser: Client, row: ItemAnswer, client_for: ClientFor, lead: User
) -> None:
    form = form_of(row, note="Mine")
    save(client_for(lead), row, "answer", "done")
    assert browser.post(item_url(row), form).status_code == 302
    row.refresh_from_db()
    assert (row.answer, row.note) == ("done", "Mine")


@pytest.fixture
def clash(browser: Client, row: ItemAnswer, client_for: ClientFor, lead: User):
    """Both changed the note; the answer of the same form did not clash."""
    form = form_of(row, note="Mine", answer="under_way")
    save(client_for(lead), row, "note", "Theirs")
    return browser.post(item_url(row), form)


def choice(response, **fields: str) -> dict[str, str]:
    """What the page of two versions posts."""
    shown = response.context["form"].clashes[0]
    sent = {"nonce": response.context["nonce"], "clashing": "note", "note": shown.typed}
    return sent | {"base_note": shown.base, "seen_note": shown.seen} | fields


def test_conflict_shows_both_and_keeps_the_rest(clash, row: ItemAnswer, lead: User) -> None:
    assert clash.status_code == 409
    page = clash.content.decode()
    assert all(words in page for words in ("Mine", "Theirs", lead.name))
    assert changes(row) == [("note", "Theirs"), ("answer", "under_way")]


def test_keeping_mine(browser: Client, clash, row: ItemAnswer) -> None:
    assert browser.post(item_url(row), choice(clash, keep_note="mine")).status_code == 302
    assert changes(row)[-1] == ("note", "Mine")
    assert list(Mutation.objects.filter(outcome="conflict", settled_at=None)) == []


def test_taking_theirs(browser: Client, clash, row: ItemAnswer) -> None:
    assert browser.post(item_url(row), choice(clash, keep_note="theirs")).status_code == 302
    assert changes(row)[-1] == ("answer", "under_way")
    assert list(Mutation.objects.filter(outcome="conflict", settled_at=None)) == []


def test_no_choice_asks_again(browser: Client, clash, row: ItemAnswer) -> None:
    response = browser.post(item_url(row), choice(clash))
    assert response.status_code == 409
    assert "Choose which of the two shall stand." in response.content.decode()
    assert ItemAnswer.objects.get(pk=row.pk).note == "Theirs"


def test_third_version_between_two_choices(
    browser: Client, clash, row: ItemAnswer, client_for: ClientFor, lead: User
) -> None:
    save(client_for(lead), row, "note", "Theirs, again", base=1)
    assert browser.post(item_url(row), choice(clash, keep_note="mine")).status_code == 409
    assert ItemAnswer.objects.get(pk=row.pk).note == "Theirs, again"


def test_wrong_value_stays_in_the_form(browser: Client, row: ItemAnswer) -> None:
    note = "word " * 40_000
    response = browser.post(item_url(row), form_of(row, note=note, due_on="2027-13-01", answer="done"))
    page = response.content.decode()
    assert response.status_code == 422
    assert note.strip() in page
    assert "at most 10,000 fit" in page
    assert "Enter a date as year-month-day" in page
    assert "There is a problem" in page
    assert changes(row) == [("answer", "done")]  # what was right is saved


def test_frozen_step_refuses_in_words(browser: Client, row: ItemAnswer) -> None:
    StepPlan.objects.filter(pk=row.plan_id).update(state=StepState.SUBMITTED)
    response = browser.post(item_url(row), form_of(row, answer="done"))
    assert response.status_code == 422
    assert "its answers are frozen" in response.content.decode()


@pytest.mark.parametrize("broken", [{"nonce": ""}, {"nonce": "short"}, {"nonce": "x" * 65}, {"base_note": "one"}])
def test_broken_form_saves_nothing_and_keeps_the_text(browser: Client, row: ItemAnswer, broken: dict[str, str]) -> None:
    response = browser.post(item_url(row), form_of(row, note="Typed with care") | broken)
    assert (response.status_code, changes(row)) == (422, [])
    assert "Typed with care" in response.content.decode()


def test_extra_fields_are_ignored(browser: Client, row: ItemAnswer, facilitator: User) -> None:
    before = ItemAnswer.objects.filter(pk=row.pk).values().get()
    extra = dict.fromkeys(before, "1") | {"verified_by": facilitator.pk, "base_verified_by": 0}
    browser.post(item_url(row), form_of(row, note="Mine") | {k: v for k, v in extra.items() if k not in form_of(row)})
    after = ItemAnswer.objects.filter(pk=row.pk).values().get()
    assert {name for name in after if after[name] != before[name]} == {"note", "versions", "changed_at"}


def test_buttons_lead_on(browser: Client, row: ItemAnswer, program: Program) -> None:
    response = browser.post(item_url(row), form_of(row, answer="done") | {"then": "next"})
    assert response["Location"] == item_url(item_of(program, "4.2"))
    response = browser.post(item_url(row), form_of(row, note="x") | {"then": "step"})
    assert response["Location"] == f"{reverse('programs:step', args=[program.pk, 4])}#{row.item.key}"


def test_signed_out_post_keeps_what_was_typed(client: Client, row: ItemAnswer, editor: User) -> None:
    form = form_of(row, note="Typed after the session ended <b>")
    response = client.post(item_url(row), form)
    page = response.content.decode()
    assert response.status_code == 401
    assert "Typed after the session ended &lt;b&gt;" in page
    assert changes(row) == []
    client.force_login(editor)
    again = dict(response.context["typed"])
    assert client.post(response.context["address"], again).status_code == 302
    assert changes(row) == [("note", "Typed after the session ended <b>")]


def test_old_page_after_a_sign_in_keeps_what_was_typed(row: ItemAnswer, editor: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(editor)
    form = form_of(row, note="Typed before the sign-in") | {"csrfmiddlewaretoken": "x" * 64}
    response = browser.post(item_url(row), form, **ORIGIN)
    assert response.status_code == 403
    assert "Typed before the sign-in" in response.content.decode()
    fresh = {"csrfmiddlewaretoken": str(response.context["csrf_token"])}
    again = dict(response.context["typed"]) | fresh
    assert browser.post(item_url(row), again, **ORIGIN).status_code == 302
    assert changes(row) == [("note", "Typed before the sign-in")]


def test_what_another_site_posts_is_not_offered_back(row: ItemAnswer, editor: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(editor)
    form = form_of(row, note="Evil words")
    for headers in ({"HTTP_ORIGIN": "http://evil.example"}, {}):
        response = browser.post(item_url(row), form, **headers)
        assert response.status_code == 403
        assert "Evil words" not in response.content.decode()


def test_viewer_reads_and_cannot_write(client_for: ClientFor, viewer: User, row: ItemAnswer) -> None:
    reader = client_for(viewer)
    page = reader.get(item_url(row)).content.decode()
    assert ("<auto-save" in page, "<textarea" in page) == (False, False)
    assert reader.post(item_url(row), form_of(row, answer="done")).status_code == 403
    assert changes(row) == []


def test_item_of_another_step_or_program_is_not_here(
    browser: Client, row: ItemAnswer, program: Program, other_program: Program
) -> None:
    wrong = [
        reverse("programs:item", args=[program.pk, 5, row.item.key]),
        reverse("programs:item", args=[program.pk, 4, "no-such-item"]),
        reverse("programs:item", args=[other_program.pk, 4, row.item.key]),
    ]
    assert [browser.get(url).status_code for url in wrong] == [404, 404, 404]


def test_history_of_an_item_folds_edits_of_a_note(browser: Client, row: ItemAnswer) -> None:
    for version, note in enumerate(("First", "First, second", "First, second, third")):
        save(browser, row, "note", note, base=version)
    lines = browser.get(item_url(row)).context["history"].lines
    assert [(line.what, line.old, line.new, line.count) for line in lines] == [
        ("edited the note", "nothing", "First, second, third", 3)
    ]
