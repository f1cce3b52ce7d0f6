"""The review queue: mine first, the soonest promise first, and programs that were asked to join."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Portfolio, User, Watcher
from dashboards.domain import queue
from programs.models import GateReview, Listing, Program

Browse = Callable[..., str]


@pytest.fixture
def browse(portfolio: Portfolio, facilitator: User, client_for: Callable[..., Client]) -> Browse:
    client = client_for(facilitator)

    def get(query: str = "") -> str:
        response = client.get(f"/portfolios/{portfolio.pk}/queue/{query}")
        assert response.status_code == 200
        return response.content.decode()

    return get


@pytest.fixture
def submit(set_state: Callable) -> Callable[..., GateReview]:
    """Submits a step of a program to somebody, promised for so many days from today."""

    def put(program: Program, number: int = 1, *, to: User | None, promised_in: int | None = 7) -> GateReview:
        plan = set_state(program, number, "submitted")
        return GateReview.objects.create(
            plan=plan,
            submitted_by=program.created_by,
            submitted_at=timezone.now() - timedelta(days=3),
            reviewer=to,
            promised_on=None if promised_in is None else timezone.localdate() + timedelta(days=promised_in),
        )

    return put


@pytest.fixture
def colleague(portfolio: Portfolio, make_user: Callable[..., User]) -> User:
    user = make_user("colleague")
    Watcher.objects.create(portfolio=portfolio, user=user, role=Watcher.Role.FACILITATOR)
    return user


def listed(page: str) -> list[str]:
    return re.findall(r'<a href="/programs/\d+/steps/\d+/review/">([^:<]+):', page)


def test_an_empty_queue_says_what_will_stand_here(browse: Browse, program: Program) -> None:
    page = browse()
    assert "The queue is empty" in page
    assert "No decision waits for you" in page


def test_mine_come_first_each_by_promise(
    browse: Browse, submit: Callable, make_listed: Callable, facilitator: User, colleague: User
) -> None:
    submit(make_listed("Theirs soon"), to=colleague, promised_in=1)
    submit(make_listed("Theirs unpromised"), to=None, promised_in=None)
    submit(make_listed("Mine later"), to=facilitator, promised_in=9)
    submit(make_listed("Mine late"), to=facilitator, promised_in=-2)
    page = browse()
    assert listed(page) == ["Mine late", "Mine later", "Theirs soon", "Theirs unpromised"]
    assert "2 decisions wait for you" in page
    assert "2 days late" in page
    assert page.count("waiting for 3 days") == 4
    assert "Colleague Person" in page
    assert "no reviewer yet" in page


def test_what_is_decided_withdrawn_or_at_home_elsewhere_does_not_wait(
    browse: Browse, submit: Callable, make_listed: Callable, facilitator: User
) -> None:
    decided, withdrawn = (submit(make_listed(name), to=facilitator) for name in ("Decided", "Withdrawn"))
    GateReview.objects.filter(pk=decided.pk).update(outcome="go", reasons="Good", decided_on=timezone.localdate())
    GateReview.objects.filter(pk=withdrawn.pk).update(withdrawn_at=timezone.now())
    submit(make_listed("Elsewhere", is_home=False), to=facilitator)
    archived = make_listed("Archived")
    submit(archived, to=facilitator)
    Program.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
    assert listed(browse()) == []


def test_pages_of_others(
    browse: Browse, submit: Callable, make_listed: Callable, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE_SIZE", 2)
    for number, promised in enumerate((3, 1, None, 2), start=1):
        submit(make_listed(f"Program {number}"), to=colleague, promised_in=promised)
    first = browse()
    assert listed(first) == ["Program 2", "Program 4"]
    after = re.search(r'href="(\?after=[^"]+)"', first)[1]
    assert listed(browse(after)) == ["Program 1", "Program 3"]


def test_requests_wait_for_their_leads(browse: Browse, make_listed: Callable, program: Program) -> None:
    asked = make_listed("Asked program")
    Listing.objects.filter(program=asked).update(agreed_at=None, agreed_by=None)
    page = browse()
    assert "Asked program" in page
    assert "its lead has not answered yet" in page


def test_query_count_does_not_grow(
    portfolio: Portfolio,
    facilitator: User,
    colleague: User,
    client_for: Callable[..., Client],
    submit: Callable,
    make_listed: Callable,
    assert_queries: Callable,
) -> None:
    client = client_for(facilitator)
    for number in range(3):
        submit(make_listed(f"Mine {number}"), to=facilitator)
        submit(make_listed(f"Theirs {number}"), to=colleague)
        asked = make_listed(f"Asked {number}")
        Listing.objects.filter(program=asked).update(agreed_at=None)
        with assert_queries(6):
            client.get(f"/portfolios/{portfolio.pk}/queue/")


def test_nobody_else_comes_in(
    portfolio: Portfolio, donor: User, lead: User, other_facilitator: User, client_for: Callable[..., Client]
) -> None:
    for user in (donor, lead, other_facilitator):
        assert client_for(user).get(f"/portfolios/{portfolio.pk}/queue/").status_code == 404
