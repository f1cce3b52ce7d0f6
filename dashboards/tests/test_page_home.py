"""Home: where a team stands, what somebody owes, what changed; and the way to everybody else's page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Affiliation, Portfolio, User, Watcher
from assessments.domain import raters
from assessments.tests.round_cases import make_round
from dashboards.models import Visit
from journal.record import record
from programs.models import Condition, GateReview, ItemAnswer, Membership, Program

Read = Callable[[User], str]


@pytest.fixture
def read(client_for: Callable[..., Client]) -> Read:
    """Somebody's home as they read it."""

    def get(user: User) -> str:
        response = client_for(user).get("/home/")
        assert response.status_code == 200
        return response.content.decode()

    return get


@pytest.fixture
def was_here(read: Read) -> Callable[[User], None]:
    """Somebody was at home two days ago."""

    def visit(user: User) -> None:
        read(user)
        long_ago = timezone.now() - timedelta(days=2)
        Visit.objects.filter(user=user).update(started_at=long_ago, last_seen_at=long_ago)

    return visit


def test_a_team_sees_where_it_is(
    read: Read, lead: User, program: Program, summarise: Callable, set_state: Callable
) -> None:
    summarise(program, current_step=4, path="g99g97c88p52n10n00|n00n00n00n00n00")
    set_state(program, 4, "in_progress", target_on=timezone.localdate() + timedelta(days=18))
    page = read(lead)
    assert "You are at step 4 of 11" in page
    assert "40,000 newborns in nine districts are visited within two days of birth" in page
    assert "18 days left" in page
    assert f'href="/programs/{program.pk}/steps/4/"' in page


def test_a_submitted_step_counts_no_days(read: Read, lead: User, program: Program, set_state: Callable) -> None:
    set_state(program, 1, "submitted", target_on=timezone.localdate() - timedelta(days=3))
    page = read(lead)
    assert "It waits for the reviewer" in page
    assert "days late" not in page


def test_a_program_at_the_end_says_so(read: Read, lead: User, program: Program, summarise: Callable) -> None:
    summarise(program, current_step=0, path="g99" * 6 + "|" + "g99" * 5)
    assert "All steps have passed" in read(lead)


def test_what_i_owe_stands_there_and_nobody_elses(read: Read, lead: User, editor: User, program: Program) -> None:
    row = ItemAnswer.objects.select_related("item").get(plan__program=program, item__number="1.2")
    ItemAnswer.objects.filter(pk=row.pk).update(owner=editor, due_on=timezone.localdate() - timedelta(days=2))
    mine = read(editor)
    assert row.item.text in mine
    assert "2 days late" in mine
    assert f'href="/programs/{program.pk}/steps/1/items/{row.item.key}/"' in mine
    assert "Nothing is due." in read(lead)


def test_the_first_visit_promises_news(read: Read, lead: User, program: Program) -> None:
    assert "From your next visit on" in read(lead)


def test_news_tell_what_others_did_decisions_first(
    read: Read,
    was_here: Callable,
    lead: User,
    editor: User,
    facilitator: User,
    program: Program,
    set_state: Callable,
    summarise: Callable,
) -> None:
    was_here(lead)
    answers = list(ItemAnswer.objects.filter(plan__program=program)[:3])
    for answer in answers:
        record("changed", "answer", answer.pk, by=editor, program_id=program.pk, field="answer", new="done")
        record("changed", "answer", answer.pk, by=lead, program_id=program.pk, field="note", new="mine")
    record("changed", "answer", answers[0].pk, by=editor, program_id=program.pk, field="answer", new="later")
    record("verified", "answer", answers[0].pk, by=facilitator, program_id=program.pk)
    today, now = timezone.localdate(), timezone.now()
    plan = set_state(program, 1, "conditions")
    review = GateReview.objects.create(
        plan=plan, outcome="conditions", reasons="Because", decided_on=today, decided_at=now
    )
    Condition.objects.create(review=review, text="Cost it", due_on=today, met_at=now)
    summarise(program, before=0.46)
    page = read(lead)
    assert "3 answers changed" in page
    assert "1 item verified" in page
    assert "note" not in page[page.index("Since you were here") :]
    assert "moved 0 → 46" in page
    assert (
        page.index("Step 1 decided:") < page.index("moved 0") < page.index("1 item verified") < page.index("3 answers")
    )
    assert "1 condition" in page


def test_no_news_is_said(read: Read, was_here: Callable, lead: User, program: Program) -> None:
    was_here(lead)
    assert "Nobody else changed anything." in read(lead)


def test_somebody_with_several_programs_sees_cards(
    read: Read, lead: User, program: Program, make_listed: Callable
) -> None:
    second = make_listed("Second program")
    Membership.objects.get_or_create(program=second, user=lead, defaults={"role": "lead"})
    row = ItemAnswer.objects.filter(plan__program=second).select_related("item").first()
    ItemAnswer.objects.filter(pk=row.pk).update(owner=lead, due_on=timezone.localdate())
    page = read(lead)
    assert "1 thing waits for you" in page
    assert "you owe 1 thing" in page
    assert page.index("own program") < page.index(f'id="program-{second.pk}"')
    assert page.count("<article") == 2


def test_an_archived_program_is_no_home(client_for: Callable[..., Client], editor: User, program: Program) -> None:
    Program.objects.filter(pk=program.pk).update(archived_at=timezone.now())
    page = client_for(editor).get("/home/").content.decode()
    assert "You are on no program yet" in page


def test_somebody_without_anything_is_told_how_to_begin(read: Read, stranger: User) -> None:
    page = read(stranger)
    assert "You are on no program yet" in page
    assert 'href="/programs/new/"' in page


@pytest.mark.parametrize("role", ["facilitator", "donor", "admin"])
def test_who_has_one_page_is_led_there(
    request: pytest.FixtureRequest, tenant: Any, client_for: Callable[..., Client], role: str
) -> None:
    if role == "admin":
        Membership.objects.filter(user=tenant.admin).delete()
    pages = {
        "facilitator": f"/portfolios/{tenant.portfolio.pk}/",
        "donor": f"/portfolios/{tenant.portfolio.pk}/donor/",
        "admin": f"/organisations/{tenant.organisation.pk}/",
    }
    response = client_for(request.getfixturevalue(role)).get("/home/")
    assert (response.status_code, response["Location"]) == (302, pages[role])


def test_who_has_several_pages_chooses(
    read: Read, donor: User, portfolio: Portfolio, other_portfolio: Portfolio
) -> None:
    Watcher.objects.create(portfolio=other_portfolio, user=donor, role=Watcher.Role.FACILITATOR)
    page = read(donor)
    assert "Where do you want to go?" in page
    assert f'href="/portfolios/{portfolio.pk}/donor/"' in page
    assert f'href="/portfolios/{other_portfolio.pk}/"' in page


def test_a_member_who_also_facilitates_finds_both(
    read: Read, lead: User, program: Program, other_portfolio: Portfolio, organisation: Any
) -> None:
    Watcher.objects.create(portfolio=other_portfolio, user=lead, role=Watcher.Role.FACILITATOR)
    Affiliation.objects.filter(user=lead).update(is_admin=True)
    page = read(lead)
    assert "What you also look after" in page
    assert f'href="/portfolios/{other_portfolio.pk}/"' in page
    assert f'href="/organisations/{organisation.pk}/"' in page


def test_who_is_on_no_team_reads_what_a_round_asks_of_them(
    read: Read, client_for: Callable[..., Client], facilitator: User, stranger: User, program: Program
) -> None:
    """Their only page says nothing of it, so they are not led there."""
    found = make_round(program, by=facilitator, raters=[stranger])
    assert client_for(facilitator).get("/home/").status_code == 302
    assert f'href="/rating/{found.raters.get().pk}/"' in read(stranger)
    for rater in found.raters.all():
        raters.finish(rater)
    page = read(facilitator)
    assert "1 thing waits for you" in page
    assert f'href="/programs/{program.pk}/rounds/{found.pk}/"' in page


def test_query_count_does_not_grow(
    client_for: Callable[..., Client],
    was_here: Callable,
    make_user: Callable[..., User],
    make_listed: Callable,
    facilitator: User,
    set_state: Callable,
    assert_queries: Callable,
) -> None:
    user = make_user("busy")
    client = client_for(user)
    for number in range(3):
        program = make_listed(f"Program {number}")
        Membership.objects.create(program=program, user=user, role="editor")
        was_here(user)
        row = ItemAnswer.objects.filter(plan__program=program).first()
        ItemAnswer.objects.filter(pk=row.pk).update(owner=user, due_on=timezone.localdate())
        record("verified", "answer", row.pk, by=facilitator, program_id=program.pk)
        plan = set_state(program, 2, "go")
        today, now = timezone.localdate(), timezone.now()
        GateReview.objects.create(plan=plan, outcome="go", reasons="Good", decided_on=today, decided_at=now)
        make_round(program, by=facilitator, raters=[user])
        with assert_queries(8):
            client.get("/home/")


def test_home_asks_to_sign_in(client_for: Callable[..., Client]) -> None:
    assert client_for(None).get("/home/").status_code == 302
