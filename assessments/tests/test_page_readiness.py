"""The readiness page: weakest first, every number opens, the past stays as it was, few questions."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.domain import summaries
from assessments.models import ReadinessSnapshot
from programs.models import Evidence, ItemAnswer, Program


@pytest.fixture
def url(program: Program) -> str:
    return reverse("assessments:readiness", args=[program.pk])


def answer_all(program: Program, value: str, *, step: int) -> None:
    ItemAnswer.objects.filter(plan__program=program, plan__step__number=step).update(answer=value)


def test_a_new_program_reads_what_would_help_most(lead: User, client_for, url: str) -> None:
    page = client_for(lead).get(url).context["page"]

    assert page.band == "Not yet"
    assert page.headline == [("Before you scale up", 0)]
    assert len(page.raises) == 5
    assert [step.number for step, _ in page.weakest] == [1, 2, 3]
    assert len(page.open_critical) > 0
    assert page.chart is None


def test_every_number_opens_down_to_the_answers_it_came_from(program: Program, lead: User, client_for, url) -> None:
    answer_all(program, "done", step=1)
    page = client_for(lead).get(url).context["page"]

    first = page.phases[0]["steps"][0]
    assert first["percent"] == 67
    assert sum(item["points"] for item in first["items"]) == first["points"]
    assert {item["counted_as"] for item in first["items"]} == {"Done"}


def test_a_past_day_is_explained_as_it_was(program: Program, lead: User, client_for, url: str) -> None:
    today = timezone.localdate()
    with time_machine.travel(today - timedelta(days=40)):
        answer_all(program, "done", step=1)
        summaries.refresh([program.pk])
    answer_all(program, "not_started", step=1)
    summaries.refresh([program.pk])

    browser = client_for(lead)
    assert browser.get(url).context["page"].headline == [("Before you scale up", 0)]
    past = browser.get(url, {"on": (today - timedelta(days=30)).isoformat()}).context["page"]
    assert past.reading.day == today - timedelta(days=40)
    assert past.headline == [("Before you scale up", 11)]


@pytest.mark.parametrize("day", ["1999-01-01", "yesterday", "2026-02-30", "9" * 5000])
def test_a_day_without_figures_or_no_day_at_all_shows_today(lead: User, client_for, url: str, day: str) -> None:
    page = client_for(lead).get(url, {"on": day})
    assert page.status_code == 200
    assert page.context["page"].reading.day is None


def test_the_trend_has_a_line_a_phase_or_one_of_a_step_and_the_same_table(program, lead, client_for, url) -> None:
    today = timezone.localdate()
    for days in (21, 14, 7, 0):
        with time_machine.travel(today - timedelta(days=days)):
            summaries.refresh([program.pk])

    browser = client_for(lead)
    page = browser.get(url).context["page"]
    assert [line.name for line in page.chart.lines] == ["Before you scale up", "As you scale up"]
    assert len(page.table) == 4
    one = browser.get(url, {"step": "2"}).context["page"]
    assert [line.name[:2] for line in one.chart.lines] == ["2 "]


def test_donors_and_strangers_do_not_read_it(donor: User, stranger: User, client_for, url: str) -> None:
    assert client_for(donor).get(url).status_code == 403
    assert client_for(stranger).get(url).status_code == 404


@pytest.mark.parametrize("days", [1, 3])
def test_it_asks_the_same_number_of_questions_however_much_there_is(
    program: Program, lead: User, client_for, url: str, days: int, django_assert_num_queries
) -> None:
    today = timezone.localdate()
    for ago in range(days):
        with time_machine.travel(today - timedelta(days=ago)):
            summaries.refresh([program.pk])
    row = ItemAnswer.objects.filter(plan__program=program).first()
    for _ in range(days):
        Evidence.objects.create(answer=row, kind="note", title="x", dated_on=date(2026, 1, 1), added_by=lead)
    browser = client_for(lead)
    browser.get(url)
    with django_assert_num_queries(8):
        browser.get(url)


def test_the_live_block_is_unchanged_until_something_is_computed(program: Program, lead: User, client_for) -> None:
    url = reverse("assessments:live", args=[program.pk])
    browser = client_for(lead)
    first = browser.get(url)
    assert "being computed" in first.content.decode()
    assert "X-Live" not in first
    assert browser.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304

    summaries.refresh([program.pk])
    second = browser.get(url, headers={"If-None-Match": first["ETag"]})
    assert (second.status_code, second["X-Live"]) == (200, "done")
    assert "not yet" in second.content.decode()


def test_one_snapshot_a_day(program: Program) -> None:
    for _ in range(3):
        summaries.refresh([program.pk])
    assert ReadinessSnapshot.objects.filter(program=program).count() == 1
