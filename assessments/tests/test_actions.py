"""Actions: what the team does about an item, by whom, by when; told in the history, done once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.domain import actions
from assessments.domain.actions import NewAction
from assessments.domain.rounds import Refused
from assessments.models import Assessment, RoundAction
from assessments.tests.result_cases import scored_round
from assessments.tests.round_cases import item, make_round, small_instrument
from journal.models import Change
from programs.domain import teams
from programs.models import Program

pytestmark = pytest.mark.django_db
NEXT_MONTH = timedelta(days=30)


@pytest.fixture
def closed(program: Program) -> Assessment:
    return scored_round(program)


def wanted(owner: User, **fields: Any) -> NewAction:
    usual = {"text": "Write the plan down.", "due_on": timezone.localdate() + NEXT_MONTH}
    return NewAction(owner=owner, **usual | fields)


def add(found: Assessment, owner: User, *, by: User, key: str = "", about: str = "plan") -> RoundAction:
    return actions.add(found, item(found, about), wanted(owner), by=by, key=key)


def verbs() -> list[tuple[str, Any]]:
    rows = Change.objects.filter(kind="round", verb__startswith="action_").order_by("pk")
    return [(change.verb, change.new["text"]) for change in rows]


def test_an_action_can_be_added_after_the_closing(closed: Assessment, lead: User, editor: User) -> None:
    made = add(closed, editor, by=lead)
    assert (made.item.key, made.owner, made.created_by, made.done_at) == ("plan", editor, lead, None)
    assert verbs() == [("action_added", "Write the plan down.")]


def test_the_same_form_twice_gives_one_action(closed: Assessment, lead: User, editor: User) -> None:
    first, second = (add(closed, editor, by=lead, key="k" * 64) for _ in range(2))
    assert (first.pk, RoundAction.objects.count(), len(verbs())) == (second.pk, 1, 1)


def test_home_facilitators_may_add_one_too(closed: Assessment, facilitator: User, editor: User) -> None:
    assert add(closed, editor, by=facilitator).created_by == facilitator


@pytest.mark.parametrize("state", ["setup", "rating"])
def test_before_the_reveal_there_is_nothing_to_act_on(program: Program, lead: User, state: str) -> None:
    with pytest.raises(Refused, match="not revealed"):
        add(make_round(program, state=state), lead, by=lead)


def test_the_owner_is_somebody_of_the_team_who_may_write(
    closed: Assessment, lead: User, viewer: User, stranger: User, facilitator: User
) -> None:
    for owner in (viewer, stranger, facilitator):
        with pytest.raises(Refused, match="team"):
            add(closed, owner, by=lead)
    assert list(teams.owners(closed.program)) == [lead]


def test_an_item_of_another_instrument_is_refused(closed: Assessment, lead: User) -> None:
    other = small_instrument(version=2)
    with pytest.raises(Refused, match="not part"):
        actions.add(closed, other.items.first(), wanted(lead), by=lead)


def test_who_only_reads_adds_and_finishes_nothing(closed: Assessment, lead: User, viewer: User, donor: User) -> None:
    made = add(closed, lead, by=lead)
    for who in (viewer, donor):
        with pytest.raises(PermissionDenied):
            add(closed, lead, by=who)
        with pytest.raises(PermissionDenied):
            actions.finish(made, note="", by=who)
    assert len(verbs()) == 1


def test_in_an_archived_program_nothing_is_added(closed: Assessment, lead: User) -> None:
    Program.objects.filter(pk=closed.program_id).update(archived_at=timezone.now())
    with pytest.raises(PermissionDenied, match="archived"):
        add(closed, lead, by=lead)


def test_done_is_said_once(closed: Assessment, lead: User, editor: User) -> None:
    made = add(closed, lead, by=lead)
    actions.finish(made, note="Signed in June.", by=editor)
    made.refresh_from_db()
    first = made.done_at
    actions.finish(made, note="Again.", by=lead)
    made.refresh_from_db()
    assert (made.done_at, made.done_note) == (first, "Signed in June.")
    assert [verb for verb, _ in verbs()] == ["action_added", "action_done"]


def test_open_ones_come_first_and_by_date(closed: Assessment, lead: User) -> None:
    today = timezone.localdate()
    late, soon, done = (
        actions.add(closed, item(closed, key), wanted(lead, due_on=today + timedelta(days=days)), by=lead)
        for key, days in (("plan", 9), ("budget", 5), ("vision", 1))
    )
    actions.finish(done, note="", by=lead)
    assert [each.pk for each in actions.of_round(closed)] == [soon.pk, late.pk, done.pk]


# The pages


def page_of(found: Assessment, key: str = "plan") -> str:
    return reverse("assessments:action_add", args=[found.program_id, found.pk, key])


def test_the_form_begins_with_what_one_would_see_at_the_next_level(
    closed: Assessment, lead: User, client_for: Callable[..., Client]
) -> None:
    browser = client_for(lead)
    assert ">\nA plan with dates</textarea>" in browser.get(page_of(closed)).text  # at 2, with words for 3
    page = browser.get(page_of(closed, "delay")).text  # high is bad: from 2 by way of 1 to 0
    assert "Next: 1, on the way to 0" in page
    assert ">\nNever</textarea>" in page


def test_added_on_the_page_it_stands_at_its_item(
    closed: Assessment, lead: User, editor: User, client_for: Callable[..., Client]
) -> None:
    said = {"text": "Write it down.", "owner": editor.pk, "due_on": timezone.localdate() + NEXT_MONTH, "nonce": "ab"}
    browser = client_for(lead)
    answer = browser.post(page_of(closed) + "?at=weak", said)
    results = reverse("assessments:results", args=[closed.program_id, closed.pk])
    assert (answer.status_code, answer["Location"]) == (302, f"{results}#weak-plan")
    assert browser.post(page_of(closed) + "?at=//evil", said)["Location"] == f"{results}#item-plan"
    assert RoundAction.objects.count() == 1
    page = browser.get(results).text
    assert "Write it down." in page
    assert editor.name in page


def test_a_mistake_is_told_and_what_was_typed_stays(
    closed: Assessment, lead: User, viewer: User, client_for: Callable[..., Client]
) -> None:
    said = {"text": "Write it down.", "owner": viewer.pk, "due_on": timezone.localdate() - NEXT_MONTH}
    answer = client_for(lead).post(page_of(closed), said)
    assert answer.status_code == 422
    assert "Choose somebody of this program’s team." in answer.text
    assert "Write it down." in answer.text
    assert RoundAction.objects.count() == 0


def test_done_on_the_page(closed: Assessment, lead: User, client_for: Callable[..., Client]) -> None:
    made = add(closed, lead, by=lead)
    url = reverse("assessments:action_done", args=[closed.program_id, closed.pk, made.pk])
    browser = client_for(lead)
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"note": "Signed."}).status_code == 302
    made.refresh_from_db()
    assert made.done_note == "Signed."


def test_an_action_of_another_round_is_not_there(
    closed: Assessment, lead: User, program: Program, client_for: Callable[..., Client]
) -> None:
    other = scored_round(program, instrument=closed.instrument, title="Second")
    made = add(other, lead, by=lead)
    url = reverse("assessments:action_done", args=[closed.program_id, closed.pk, made.pk])
    assert client_for(lead).get(url).status_code == 404


def test_before_the_reveal_the_page_is_not_there(
    program: Program, lead: User, client_for: Callable[..., Client]
) -> None:
    assert client_for(lead).get(page_of(make_round(program))).status_code == 404


def test_they_stand_on_the_page_of_the_round_too(
    closed: Assessment, lead: User, client_for: Callable[..., Client]
) -> None:
    url, browser = reverse("assessments:round", args=[closed.program_id, closed.pk]), client_for(lead)
    assert "Write the plan down." not in browser.get(url).text
    add(closed, lead, by=lead)
    assert "Write the plan down." in browser.get(url).text
