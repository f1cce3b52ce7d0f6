"""Rounds beside each other: aligned by key, versions marked, other scales left out."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.compare_pages import ComparePage
from assessments.domain import comparing, result_keeping, rounds
from assessments.domain.comparing import Comparison
from assessments.models import Assessment, Instrument
from assessments.tests.result_cases import scored_round, settle_each
from assessments.tests.round_cases import make_round, small_instrument
from programs.models import Program

pytestmark = pytest.mark.django_db
CHANGED = {
    'text = "There is a plan"': 'text = "There is a plan that people follow"',
    'key = "budget"': 'key = "money-lasts"',
}
FIVE_LEVELS = {'value = 3\nlabel = "Fully"': 'value = 3\nlabel = "Nearly"\n\n[[scale]]\nvalue = 4\nlabel = "Fully"'}


def close_with(program: Program, values: dict[str, int], *, instrument: Instrument, title: str) -> Assessment:
    """A closed round at these values; items that are not named were left open."""
    found = make_round(program, state="rating", instrument=instrument, title=title)
    rater = found.raters.first()
    rater.ratings.filter(item__position=1).update(value=1)
    rounds.reveal(found, by=found.facilitator)
    settle_each(found, values)
    rounds.close(found, by=found.facilitator)
    result_keeping.keep([found.pk])
    found.refresh_from_db()
    return found


@pytest.fixture
def two_versions(program: Program) -> Comparison:
    """One round with each version: a question changed, one is new, one gone."""
    first = small_instrument()
    close_with(program, {"vision": 1, "plan": 1, "budget": 3, "delay": 0}, instrument=first, title="Spring")
    second = small_instrument(version=2, changed=CHANGED)
    close_with(program, {"vision": 2, "plan": 3, "money-lasts": 0}, instrument=second, title="Autumn")
    return comparing.read(program)


def items_of(comparison: Comparison) -> dict[str, list[tuple[float | None, str]]]:
    return {
        item.key: [(cell.value, cell.mark) for cell in item.cells]
        for dimension in comparison.dimensions
        for item in dimension.items
    }


def test_rounds_stand_from_the_oldest_to_the_newest(two_versions: Comparison) -> None:
    assert [each.assessment.title for each in two_versions.rounds] == ["Spring", "Autumn"]
    leading, doing = two_versions.dimensions
    # leading: (1 + 2 × 1) ÷ 3 of 3, then (2 + 2 × 3) ÷ 3 of 3; doing: 3 and 0 turned round to 3, then 0 alone
    assert [round(share, 3) for share in leading.shares] == [0.333, 0.889]
    assert doing.shares == [1, 0]


def test_items_are_aligned_by_key_and_versions_marked(two_versions: Comparison) -> None:
    assert items_of(two_versions) == {
        "vision": [(1, ""), (2, "")],
        "plan": [(1, ""), (3, "changed")],
        "budget": [(3, ""), (None, "gone")],
        "delay": [(0, ""), (None, "")],
        "money-lasts": [(None, ""), (0, "new")],
    }
    plan = next(item for item in two_versions.dimensions[0].items if item.key == "plan")
    assert plan.text == "There is a plan that people follow"


def test_left_open_and_not_asked_look_different(two_versions: Comparison) -> None:
    rows = {row.item.key: row for dimension in ComparePage(two_versions).dimensions for row in dimension.items}
    assert [cell.value for cell in rows["delay"].cells] == ["0", "–"]  # left open
    assert [(cell.value, cell.mark) for cell in rows["budget"].cells] == [("3", ""), ("", "gone")]


def test_another_scale_is_not_compared(program: Program) -> None:
    values = {"vision": 1, "plan": 1, "budget": 3, "delay": 0}
    close_with(program, values, instrument=small_instrument(), title="Spring")
    longer = small_instrument(version=2, changed=FIVE_LEVELS | {"\n3 = ": "\n4 = "})
    close_with(program, values, instrument=longer, title="Autumn")
    found = comparing.read(program)
    assert [each.assessment.title for each in found.other_scale] == ["Spring"]
    assert found.dimensions[0].shares == [None, 0.25]
    assert items_of(found)["vision"] == [(None, ""), (1, "changed")]  # its anchors moved


def test_only_closed_rounds_of_this_program_count(program: Program, other_program: Program) -> None:
    first = scored_round(program, title="Closed")
    scored_round(program, state="discussing", instrument=first.instrument)
    scored_round(other_program, instrument=first.instrument)
    assert [each.assessment.pk for each in comparing.read(program).rounds] == [first.pk]


def test_other_closed_rounds_of_the_instrument_count_in_any_version(program: Program, other_program: Program) -> None:
    first = scored_round(program)
    scored_round(other_program, instrument=first.instrument)
    assert not comparing.has_others(first)
    scored_round(program, instrument=small_instrument(version=2), title="Newer")
    assert comparing.has_others(first)


def test_one_instrument_at_a_time(program: Program) -> None:
    small = scored_round(program, title="Small")
    other = small_instrument(changed={'key = "small-round"': 'key = "other-round"', "A small": "Another"})
    last = scored_round(program, instrument=other, title="Other")
    by_default, chosen, unknown = (comparing.read(program, which) for which in (None, small.instrument_id, 10**9))
    found = [each.rounds[0].assessment.pk for each in (by_default, chosen, unknown)]
    assert found == [last.pk, small.pk, last.pk]
    assert [one.title for one in by_default.choices] == ["A small instrument", "Another instrument"]


# The page


@pytest.fixture
def browser(viewer: User, client_for: Callable[..., Client]) -> Client:
    return client_for(viewer)


def page_of(browser: Client, program: Program, query: str = "") -> str:
    answer = browser.get(reverse("assessments:compare", args=[program.pk]) + query)
    assert answer.status_code == 200
    return answer.text


def test_without_a_closed_round_the_page_says_what_will_be_there(browser: Client, program: Program) -> None:
    scored_round(program, state="discussing")
    assert "Nothing to compare yet" in page_of(browser, program)


def test_a_line_needs_two_rounds(browser: Client, program: Program) -> None:
    first = scored_round(program)
    page = page_of(browser, program)
    assert ("one closed round of this instrument" in page, "over-rounds" in page) == (True, False)
    scored_round(program, instrument=first.instrument, title="Second round")
    page = page_of(browser, program)
    assert ("one closed round of this instrument" in page, page.count("over-rounds-line")) == (False, 2)
    assert 'aria-label="Leading: 67\u00a0% in “First round”, 67\u00a0% in “Second round”"' in page


@pytest.mark.parametrize("query", ["?of=x", "?of=-1", f"?of={'9' * 40}", "?of=٣", "?of="])
def test_an_instrument_there_is_not_gives_the_latest(browser: Client, program: Program, query: str) -> None:
    scored_round(program)
    assert "A small instrument" in page_of(browser, program, query)


def test_the_queries_do_not_grow(browser: Client, program: Program) -> None:
    found = scored_round(program)
    counts = []
    for number in range(3):
        page_of(browser, program)
        with CaptureQueriesContext(connection) as asked:
            page_of(browser, program)
        counts.append(len([each for each in asked if "django_session" not in each["sql"]]))
        scored_round(program, instrument=found.instrument, title=f"Round {number}")
    assert counts == [counts[0]] * 3
    assert counts[0] <= 5
