"""Readiness follows the answers: with a real worker at once, with a halted one later, with none not at all."""

import re
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from accounts.models import User
from assessments.domain import summaries
from programs.models import ItemAnswer, Program, ProgramSummary
from scaleup import doorbell
from scaleup.tests.browser.visitors import Visitors, expect_saved, step_address
from scaleup.tests.browser.worker import Worker, silence_bell

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 60  # seconds; a worker starts in two or three, but the machine may have other things to do
BETWEEN_LOOKS = 5_000  # milliseconds, see <live-part>
BEHIND = "Readiness is being computed …"
CURRENT = "Readiness: not yet"


@pytest.fixture
def rows(row: ItemAnswer) -> list[ItemAnswer]:
    """The items of the first step; nothing but what a test does rings from now on."""
    silence_bell()
    return list(row.plan.answers.select_related("item", "plan__step").order_by("item__position"))


@pytest.fixture
def page(visitors: Visitors, lead: User, program: Program, rows: list[ItemAnswer]) -> "Page":
    """The step, on a page that is never loaded again; its time can be moved."""
    summaries.refresh([program.pk])
    page = visitors.open(lead, "about:blank")
    page.clock.install()
    page.goto(step_address(rows[0]))
    page.evaluate("window.isFirst = true")
    expect_readiness(page, done=0, news=CURRENT)
    return page


def answer_done(page: "Page", row: ItemAnswer) -> None:
    page.locator(f"#{row.item.key}").get_by_label("Done").check()
    expect_saved(page)
    row.refresh_from_db()
    assert row.answer == "done"


def expect_readiness(page: "Page", *, done: int, news: str) -> None:
    """The block says whether its figures are those of now; until then the old ones stay."""
    expect(page.locator("live-part")).to_contain_text(re.compile(rf"{news}\s+{done} of \d+ items done"))


def expect_another_look(page: "Page") -> None:
    """As long as it is behind the page asks again and again."""
    with page.expect_response("**/readiness/live/"):
        page.clock.run_for(BETWEEN_LOOKS)


def follow_worker(page: "Page", program: Program) -> None:
    """Waits until the worker is done, and for the page's next look if it still needs one."""
    until = time.monotonic() + PATIENCE
    while not summaries.is_current(program.pk):
        assert time.monotonic() < until, "the worker did not come"
        time.sleep(0.05)
    page.clock.run_for(BETWEEN_LOOKS)


def before_phase(program: Program) -> float:
    return ProgramSummary.objects.get(program=program, view=ProgramSummary.View.LIVE).before


def test_readiness_follows_the_answers(
    page: "Page", visitors: Visitors, program: Program, rows: list[ItemAnswer], lead: User
) -> None:
    plain = visitors.open(lead, step_address(rows[0]), java_script_enabled=False)
    scores = [before_phase(program)]
    with Worker.running() as worker:
        answer_done(page, rows[0])
        follow_worker(page, program)
        expect_readiness(page, done=1, news=CURRENT)
        scores.append(before_phase(program))

        worker.halt()
        answer_done(page, rows[1])
        expect_readiness(page, done=1, news=BEHIND)
        expect_another_look(page)
        expect_readiness(page, done=1, news=BEHIND)
        plain.reload()
        expect_readiness(plain, done=1, news=BEHIND)
        assert before_phase(program) == scores[-1]

        worker.go_on()
        assert doorbell.ring_now("assessments.tasks.sweep_summaries")  # as beat does every minute
        follow_worker(page, program)
        expect_readiness(page, done=2, news=CURRENT)
        scores.append(before_phase(program))
    plain.reload()
    expect_readiness(plain, done=2, news=CURRENT)
    assert scores[0] < scores[1] < scores[2]
    assert page.evaluate("window.isFirst")


def test_without_a_worker_nothing_follows_until_one_comes(
    page: "Page", program: Program, rows: list[ItemAnswer]
) -> None:
    score = before_phase(program)
    answer_done(page, rows[0])
    for _ in range(3):
        expect_another_look(page)
        expect_readiness(page, done=0, news=BEHIND)
    assert before_phase(program) == score

    with Worker.running():
        follow_worker(page, program)
    expect_readiness(page, done=1, news=CURRENT)
    assert before_phase(program) > score
    assert page.evaluate("window.isFirst")
