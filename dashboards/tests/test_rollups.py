"""Sums of portfolios: right, found when out of date, added up once a minute, checked at night."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Portfolio
from dashboards.domain import rollups
from dashboards.domain.figures import Figures
from dashboards.models import PortfolioRollup
from programs.models import Condition, GateReview, Listing, Program

FRESH = "n00" * 6 + "|" + "n00" * 5
PAST_BEFORE = "g99g97c88g77g66g55|p21" + "n00" * 4
RETURNED = "g99r42" + "n00" * 4 + "|" + "n00" * 5


@pytest.fixture
def three(program: Program, make_listed: Callable[..., Program], summarise: Callable[..., Program]) -> list[Program]:
    """The portfolio's own program and two more: one past the first six steps, one returned and stuck."""
    summarise(program, path=FRESH, step_scores=[0.0] * 10 + [None], done=0, evidenced=0, verified=0, applicable=80)
    past = make_listed(
        "Past",
        path=PAST_BEFORE,
        step_scores=[1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.2, 0.0, 0.0, 0.0, None],
        done=40,
        evidenced=30,
        verified=20,
        applicable=82,
        band="nearly",
        current_step=7,
        reached=10_000,
    )
    back = make_listed(
        "Back",
        fields={"country": "KE", "sector": "education", "ambition_count": None},
        path=RETURNED,
        step_scores=[0.95] + [0.1] * 10,
        done=8,
        evidenced=4,
        verified=0,
        applicable=81,
        attention=3,
        reached=700,
    )
    return [program, past, back]


def figures(portfolio: Portfolio, view: str = "live") -> Figures:
    return Figures.from_data(PortfolioRollup.objects.get(portfolio=portfolio, view=view).figures)


def test_sums_add_up_what_the_summaries_say(
    three: list[Program], portfolio: Portfolio, rolled_up: Callable[[], None]
) -> None:
    rolled_up()
    found = figures(portfolio)
    assert (found.programs, found.done, found.evidenced, found.verified, found.applicable) == (3, 48, 34, 20, 243)
    assert found.countries == {"KH": 2, "KE": 1}
    assert found.sectors == {"health": 2, "education": 1}
    assert found.bands == {"not_yet": 2, "nearly": 1}
    assert found.attention == {"5": 2, "3": 1}
    assert (found.past_before, found.past_before_with_conditions, found.graduated) == (1, 1, 0)
    assert (found.waiting, found.returned, found.on_hold, found.stuck) == (0, 1, 0, 1)
    assert found.coverage.share == pytest.approx(34 / 48)
    assert found.proven == (20, 48)


def test_decisions_are_counted_and_open_reviews_are_not(
    three: list[Program], portfolio: Portfolio, rolled_up: Callable[[], None], set_state: Callable
) -> None:
    today = timezone.localdate()
    for program, outcome in zip(three, ("go", "returned", ""), strict=True):
        said = {"outcome": outcome, "reasons": "Because", "decided_on": today, "decided_at": timezone.now()}
        GateReview.objects.create(plan=set_state(program, 1, outcome or "submitted"), **(said if outcome else {}))
    rolled_up()
    decided = tuple(GateReview.objects.exclude(outcome="").order_by("pk").values_list("pk", flat=True))
    for view in ("live", "settled"):
        assert (figures(portfolio, view).decided, figures(portfolio, view).newest_decided) == (2, decided)


def test_reach_is_added_only_where_it_is_counted_against_an_ambition(
    three: list[Program], portfolio: Portfolio, rolled_up: Callable[[], None]
) -> None:
    rolled_up()
    found = figures(portfolio)
    assert (found.reached, found.planned, found.counted) == (10_000, 40_000, 1)


def test_steps_keep_sum_and_number_apart_and_leave_out_what_does_not_apply(
    three: list[Program], portfolio: Portfolio, rolled_up: Callable[[], None]
) -> None:
    rolled_up()
    steps = figures(portfolio).steps
    assert [step.number for step in steps] == list(range(1, 12))
    first, last = steps[0], steps[-1]
    assert (first.title, first.score_sum, first.scored, first.passed, first.programs) == ("Vision", 1.95, 3, 2, 3)
    assert (last.score_sum, last.scored, last.passed) == (0.1, 1, 0)
    assert steps[2].passed == 1
    assert steps[2].mean == pytest.approx((0.8 + 0.1) / 3)


def test_settled_sums_come_from_settled_summaries(
    program: Program, summarise: Callable[..., Program], portfolio: Portfolio, rolled_up: Callable[[], None]
) -> None:
    summarise(program, view="live", done=9)
    summarise(program, view="settled", done=4)
    rolled_up()
    assert (figures(portfolio, "live").done, figures(portfolio, "settled").done) == (9, 4)


def test_archived_and_not_agreed_programs_do_not_count(
    three: list[Program], portfolio: Portfolio, rolled_up: Callable[[], None]
) -> None:
    Program.objects.filter(pk=three[1].pk).update(archived_at=timezone.now())
    Listing.objects.filter(program=three[2]).update(agreed_at=None)
    rolled_up()
    assert figures(portfolio).programs == 1


def test_an_empty_portfolio_has_figures_that_are_all_nothing(portfolio: Portfolio, program: Program) -> None:
    Listing.objects.all().delete()
    rollups.sweep()
    assert figures(portfolio) == Figures()


def test_open_conditions_are_those_in_force_and_not_confirmed(
    program: Program, set_state: Callable, portfolio: Portfolio, rolled_up: Callable[[], None]
) -> None:
    today = timezone.localdate()
    plan = set_state(program, 1, "conditions")
    review = GateReview.objects.create(plan=plan, outcome="conditions", reasons="Yes, but", decided_on=today)
    Condition.objects.create(review=review, text="Cost it", due_on=today)
    met = Condition.objects.create(review=review, text="Map it", due_on=today, met_at=timezone.now())
    Condition.objects.filter(pk=met.pk).update(confirmed_at=timezone.now())
    rolled_up()
    assert figures(portfolio).open_conditions == 1


def test_a_sweep_finds_what_changed_and_leaves_the_rest(
    program: Program, other_program: Program, portfolio: Portfolio, other_portfolio: Portfolio, summarise: Callable
) -> None:
    assert rollups.sweep() == 2
    later = timezone.now() + timedelta(minutes=10)
    PortfolioRollup.objects.update(refreshed_at=later)
    assert rollups.sweep(now=later + timedelta(minutes=1)) == 0
    summarise(program, done=5)
    Listing.objects.filter(program=program).update(refreshed_at=later + timedelta(seconds=5))
    assert rollups.sweep(now=later + timedelta(minutes=1)) == 1
    assert figures(portfolio).done == 5


def test_a_program_that_left_is_noticed_without_any_mark(
    three: list[Program], portfolio: Portfolio, rolled_up: Callable[[], None]
) -> None:
    rolled_up()
    later = timezone.now() + timedelta(minutes=10)
    PortfolioRollup.objects.update(refreshed_at=later)
    Listing.objects.filter(program=three[1]).delete()
    rollups.sweep(now=later + timedelta(minutes=1))
    assert figures(portfolio).programs == 2


def test_a_portfolio_rests_between_two_refreshes(
    program: Program, portfolio: Portfolio, summarise: Callable[..., Program]
) -> None:
    rollups.sweep()
    summarise(program, done=7)
    assert rollups.sweep(now=timezone.now() + timedelta(seconds=30)) == 0
    assert figures(portfolio).done == 0
    assert rollups.sweep(now=timezone.now() + timedelta(seconds=60)) == 1
    assert figures(portfolio).done == 7


def test_the_nightly_check_finds_and_mends_a_wrong_sum(
    three: list[Program], portfolio: Portfolio, rolled_up: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    rolled_up()
    assert rollups.verify() == 0
    wrong = PortfolioRollup.objects.get(portfolio=portfolio, view="live")
    PortfolioRollup.objects.filter(pk=wrong.pk).update(figures=wrong.figures | {"done": 999})
    assert rollups.verify() == 1
    assert "were wrong" in caplog.text
    assert list(PortfolioRollup.objects.filter(is_dirty=True)) == [wrong]
