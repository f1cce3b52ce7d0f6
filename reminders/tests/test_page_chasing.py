"""How a program chases what is late, as its team sees it; and what facilitators see of their portfolio."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from journal.models import Change
from programs.models import Listing, Program
from reminders.domain import chasing, snoozing
from reminders.models import ChasingPlan, Snooze
from reminders.tests.due_cases import item_of
from reminders.tests.test_page_inbox import tell
from scaleup.tests.scenes import in_days

pytestmark = pytest.mark.django_db
Clients = Callable[[User | None], Client]
PLAN = {"lead_after": "7", "facilitator_after": "14", "silent_after": "37"}


@pytest.fixture(autouse=True)
def asks_after_silence(program: Program) -> None:
    program.silent_after = 37
    program.save(update_fields=["silent_after"])


def put_off(program: Program, user: User, number: str, *, days: int = 3, **fields: Any) -> Snooze:
    """Somebody put off an item that is theirs."""
    item = item_of(program, number, owner=user, due_on=in_days(-1))
    thing = snoozing.find(user, "item_due", item.pk, today=in_days(0))
    made = snoozing.put_off(thing, until_on=in_days(days), reason=f"Why {number} waits", today=in_days(0), by=user)
    Snooze.objects.filter(pk=made.pk).update(**fields)
    return made


def reasons(response: HttpResponse) -> list[str]:
    return re.findall(r"“Why (\d+\.\d+) waits”", response.text)


def change(browser: Client, program: Program, seen: dict[str, Any], **wanted: str) -> HttpResponse:
    return browser.post(
        f"/programs/{program.pk}/reminders/", PLAN | wanted | {"seen": json.dumps(seen), "nonce": "n" * 32}
    )


def test_everybody_of_the_team_reads_why_something_waits(
    program: Program, editor: User, viewer: User, client_for: Clients
) -> None:
    put_off(program, editor, "1.2", days=5)
    put_off(program, editor, "1.1")
    put_off(program, editor, "1.3", days=9, ended_at="2026-01-01T00:00Z")
    page = client_for(viewer).get(f"/programs/{program.pk}/reminders/")
    assert (reasons(page), f"put off by {editor.name} until" in page.text) == (["1.1", "1.2"], True)
    assert '<form method="post" class="stack' not in page.text  # only those who manage the program change the plan


def test_the_plan_stands_in_a_sentence(program: Program, viewer: User, client_for: Clients) -> None:
    page = client_for(viewer).get(f"/programs/{program.pk}/reminders/")
    assert (
        "Who owes something hears of it first. If it stays undone, the leads hear of it after a week. "
        "If it stays undone, the facilitators of the home portfolio hear of it after two weeks. "
        "After 37 days without any change the leads are asked how it goes."
    ) in page.text


def test_a_lead_changes_it_and_the_history_says_so(program: Program, lead: User, client_for: Clients) -> None:
    response = change(client_for(lead), program, chasing.seen(program), lead_after="", silent_after="60")
    assert response.status_code == 302
    program.refresh_from_db()
    plan = ChasingPlan.objects.get()
    assert (plan.lead_after, plan.facilitator_after, program.silent_after) == (None, 14, 60)
    logged = Change.objects.filter(field__in=PLAN).order_by("pk").values_list("kind", "field", "old", "new")
    assert list(logged) == [("chasing", "lead_after", 7, None), ("program", "silent_after", 37, 60)]
    history = client_for(lead).get(f"/programs/{program.pk}/history/").text
    assert "changed when leads hear of what is late" in history


def test_what_somebody_changed_meanwhile_is_not_overwritten(program: Program, lead: User, client_for: Clients) -> None:
    seen = chasing.seen(program)
    change(client_for(lead), program, seen, lead_after="3")
    response = change(client_for(lead), program, seen, lead_after="30", silent_after="60")
    program.refresh_from_db()
    assert (response.status_code, ChasingPlan.objects.get().lead_after, program.silent_after) == (409, 3, 37)


@pytest.mark.parametrize("who", ["editor", "viewer", "facilitator"])
def test_nobody_else_changes_it(
    who: str, program: Program, request: pytest.FixtureRequest, client_for: Clients
) -> None:
    browser = client_for(request.getfixturevalue(who))
    assert change(browser, program, chasing.seen(program), lead_after="3").status_code == 403
    assert ChasingPlan.objects.count() == 0


def test_a_pause_stands_in_the_history(program: Program, editor: User, client_for: Clients) -> None:
    snoozing.end(put_off(program, editor, "1.1"), by=editor)
    history = client_for(editor).get(f"/programs/{program.pk}/history/").text
    assert "put off what is to be done: “Why 1.1 waits”" in history
    assert "took up again what was put off: “Why 1.1 waits”" in history


def test_facilitators_read_what_waits_in_programs_at_home_with_them(
    program: Program, portfolio: Any, editor: User, facilitator: User, client_for: Clients
) -> None:
    put_off(program, editor, "1.1")
    browser = client_for(facilitator)
    assert reasons(browser.get(f"/portfolios/{portfolio.pk}/reminders/")) == ["1.1"]
    Listing.objects.filter(program=program).update(is_home=False)
    assert reasons(browser.get(f"/portfolios/{portfolio.pk}/reminders/")) == []


def test_the_portfolio_pages_by_key(
    program: Program, portfolio: Any, editor: User, facilitator: User, client_for: Clients,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for number in ("1.1", "1.2", "1.3"):
        put_off(program, editor, number)
    monkeypatch.setattr(chasing, "PAGE_SIZE", 2)
    browser = client_for(facilitator)
    first = browser.get(f"/portfolios/{portfolio.pk}/reminders/")
    after = re.search(r'href="(\?after=[^"]+)"', first.text)[1]
    second = browser.get(f"/portfolios/{portfolio.pk}/reminders/{after}")
    assert [reasons(first), reasons(second)] == [["1.1", "1.2"], ["1.3"]]


def test_what_is_late_stands_there_once_with_everybody_who_heard(
    program: Program, portfolio: Any, editor: User, lead: User, facilitator: User, client_for: Clients
) -> None:
    item_of(program, "1.1", owner=editor, due_on=in_days(-14))
    for reader, days in ((lead, 7), (lead, 14), (facilitator, 14)):
        tell(reader, reason="escalated", occurrence=days, owner=editor)
    for user, path in (
        (lead, f"/programs/{program.pk}/reminders/"),
        (facilitator, f"/portfolios/{portfolio.pk}/reminders/?show=late"),
    ):
        page = client_for(user).get(path).text
        assert page.count(f"told to {facilitator.name}, {lead.name}") == 1
        assert (f"of {editor.name}" in page, "14 days late" in page) == (True, True)
    item_of(program, "1.1", answer="done")
    page = client_for(lead).get(f"/programs/{program.pk}/reminders/").text
    assert (page.count(">done</span>"), "14 days late" in page) == (1, False)


@pytest.mark.parametrize("show", ["", "late"])
@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_portfolio_do_not_grow(
    count: int, show: str, program: Program, portfolio: Any, editor: User, facilitator: User, client_for: Clients,
    django_assert_num_queries: Callable[..., Any],
) -> None:  # fmt: skip
    for number in ("1.1", "1.2", "1.3")[:count]:
        put_off(program, editor, number)
    tell(facilitator, reason="escalated", occurrence=7, owner=editor)
    browser = client_for(facilitator)
    with django_assert_num_queries({"": 3, "late": 7}[show]):
        page = browser.get(f"/portfolios/{portfolio.pk}/reminders/?show={show}")
    assert len(reasons(page)) == count


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_program_do_not_grow(
    count: int, program: Program, editor: User, lead: User, client_for: Clients,
    django_assert_num_queries: Callable[..., Any],
) -> None:  # fmt: skip
    for number in ("1.1", "1.2", "1.3")[:count]:
        put_off(program, editor, number)
    tell(lead, reason="escalated", occurrence=7, owner=editor)
    browser = client_for(lead)
    with django_assert_num_queries(10):
        page = browser.get(f"/programs/{program.pk}/reminders/")
    assert len(reasons(page)) == 2 * count
