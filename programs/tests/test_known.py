"""What the product knows beside an item, and how it becomes evidence: one click, and the person decides."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from programs.domain import known
from programs.domain.known import Known, Proof
from programs.models import Evidence, ItemAnswer, Program

ITEM, OTHER = "signed-agreements", "partner-list"
pytestmark = pytest.mark.django_db


class Facts:
    """A source whose facts a test sets."""

    def __init__(self) -> None:
        self.text, self.proves, self.asked = "Three agreements are in force.", True, 0

    def __call__(self, program: Program, today: date) -> Iterator[Known]:
        self.asked += 1
        proof = Proof("Agreements", self.text, today + timedelta(days=30)) if self.proves else None
        yield Known(ITEM, "in-force", self.text, "Agreements", "/somewhere/", proof)


@pytest.fixture
def facts(monkeypatch: pytest.MonkeyPatch) -> Facts:
    source = Facts()
    monkeypatch.setattr(known, "SOURCES", {source: frozenset({ITEM})})
    return source


@pytest.fixture
def row(program: Program) -> ItemAnswer:
    return ItemAnswer.objects.select_related("item", "plan__step").get(plan__program=program, item__key=ITEM)


def step(program: Program) -> str:
    return reverse("programs:step", args=[program.pk, 7])


def use(program: Program, code: str = "in-force") -> str:
    return reverse("programs:evidence_known", args=[program.pk, ITEM, code])


@pytest.mark.parametrize("who", ["editor", "viewer", "facilitator"])
def test_what_is_known_stands_beside_its_item(
    request: pytest.FixtureRequest, client_for: Callable[..., Client], program: Program, facts: Facts, who: str
) -> None:
    browser = client_for(request.getfixturevalue(who))
    item = reverse("programs:item", args=[program.pk, 7, ITEM])
    for page in (browser.get(step(program)).text, browser.get(item).text):
        assert ("Three agreements are in force." in page, 'href="/somewhere/"' in page) == (True, True)
        assert ("Use as evidence" in page) == (who == "editor")


def test_steps_it_does_not_speak_of_ask_nothing(
    client_for: Callable[..., Client], editor: User, program: Program, facts: Facts
) -> None:
    client_for(editor).get(reverse("programs:step", args=[program.pk, 4]))
    assert facts.asked == 0


def test_one_click_makes_it_evidence_and_changes_no_answer(
    client_for: Callable[..., Client], editor: User, program: Program, facts: Facts, row: ItemAnswer
) -> None:
    browser = client_for(editor)
    for _ in range(2):
        assert browser.post(use(program)).status_code == 302
    today = timezone.localdate()
    found = Evidence.objects.values_list("kind", "title", "text", "dated_on", "expires_on", "added_by")
    assert list(found) == [("note", "Agreements", facts.text, today, today + timedelta(days=30), editor.pk)]
    row.refresh_from_db()
    assert row.answer == "not_started"
    page = browser.get(step(program)).text
    assert ("Use as evidence" in page, "is evidence already" in page) == (False, True)


def test_when_it_changed_a_newer_version_replaces_the_note(
    client_for: Callable[..., Client], editor: User, program: Program, facts: Facts
) -> None:
    browser = client_for(editor)
    browser.post(use(program))
    facts.text = "Four agreements are in force."
    assert "Use as evidence" in browser.get(step(program)).text
    browser.post(use(program))
    found = Evidence.objects.order_by("version").values_list("version", "text", "is_current")
    assert list(found) == [(1, "Three agreements are in force.", False), (2, "Four agreements are in force.", True)]


def test_what_proves_nothing_is_offered_to_nobody(
    client_for: Callable[..., Client], editor: User, program: Program, facts: Facts
) -> None:
    facts.proves = False
    browser = client_for(editor)
    assert "Use as evidence" not in browser.get(step(program)).text
    answer = browser.post(use(program), follow=True)
    assert ("This changed meanwhile" in answer.text, Evidence.objects.count()) == (True, 0)


@pytest.mark.parametrize(
    ("who", "status"), [("viewer", 403), ("facilitator", 403), ("donor", 403), ("other_lead", 404), ("stranger", 404)]
)
def test_only_who_may_write_can_use_it(
    request: pytest.FixtureRequest, client_for: Callable[..., Client], program: Program, facts: Facts, who: str,
    status: int,
) -> None:  # fmt: skip
    assert client_for(request.getfixturevalue(who)).post(use(program)).status_code == status
    assert Evidence.objects.count() == 0


def test_a_code_nobody_knows(client_for: Callable[..., Client], editor: User, program: Program, facts: Facts) -> None:
    assert client_for(editor).post(use(program, "other")).status_code == 302
    assert Evidence.objects.count() == 0


@pytest.mark.parametrize("notes", [1, 3])
def test_it_costs_one_query_however_many_notes(
    client_for: Callable[..., Client], editor: User, program: Program, facts: Facts, notes: int,
    django_assert_num_queries: Callable,
) -> None:  # fmt: skip
    browser = client_for(editor)
    for number in range(notes):
        facts.text = f"{number} agreements"
        browser.post(use(program))
    browser.get(step(program))
    with django_assert_num_queries(9):
        browser.get(step(program))
