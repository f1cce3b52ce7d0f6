"""Ratings under haste: a save that meets the reveal is in or refused, never half. Fifty at once: test_round_load."""

import secrets
import threading
import time
from collections.abc import Callable

import pytest
from django.db import transaction

from assessments.domain import discussion_order, raters, rounds
from assessments.domain.rating import RatingKind
from assessments.models import Assessment, Consensus, Instrument, Rater, Rating, RatingChange
from assessments.tests.round_cases import ITEMS, actor_of, give_link, make_round, rate, rating, small_instrument
from journal import saving
from journal.models import Mutation, Outcome
from journal.saving import Proposal, Refused, Result
from journal.tests.haste import at_once
from programs.models import Guide, Program

pytestmark = pytest.mark.django_db(transaction=True)
SIX = [(f"Rater {number}", "team") for number in range(6)]
REVEALS = 8
SMALL_WAIT = 0.3


@pytest.fixture(autouse=True)
def content(guide: Guide, instrument: Instrument) -> None:
    """What emptied tables need again."""


def saves(rater: Rater, key: str, value: str) -> Callable[[], Result]:
    row, actor = rating(rater, key), actor_of(rater)
    proposal = Proposal(secrets.token_hex(16), "rating", row.pk, "answer", value, row.version("answer"))
    return lambda: saving.save(proposal, actor=actor)


def after(event: threading.Event, act: Callable[[], Result]) -> Callable[[], Result]:
    def wait_and_act() -> Result:
        event.wait(20)
        return act()

    return wait_and_act


def test_a_save_that_meets_the_reveal_is_in_or_refused(program: Program) -> None:
    instrument = small_instrument()
    for _ in range(REVEALS):
        meet_the_reveal(make_round(program, instrument=instrument, raters=SIX))


def meet_the_reveal(found: Assessment) -> None:
    """One save before the reveal begins, one after it is done, and all others just when it begins."""
    people = list(found.raters.order_by("pk"))
    rate(people[0], "vision", 1)
    first, *others, last = [saves(rater, key, "3") for rater in people for key in ITEMS[1:]]
    revealed_counts: list[int] = []
    is_saved, is_revealing, is_revealed = threading.Event(), threading.Event(), threading.Event()

    def reveal() -> None:
        is_saved.wait(20)
        is_revealing.set()
        with transaction.atomic():
            rounds.reveal(found, by=found.facilitator)
            revealed_counts.append(Rating.objects.filter(rater__in=people, value=3).count())
            time.sleep(SMALL_WAIT / 6)  # while others try to save
        is_revealed.set()

    def early() -> Result:
        result = first()
        is_saved.set()
        return result

    acts = [early, *(after(is_revealing, act) for act in others), after(is_revealed, last)]
    *results, revealed = at_once(*acts, reveal)

    assert revealed is None
    applied = [one for one in results if isinstance(one, Result)]
    refused = [one for one in results if isinstance(one, Refused)]
    assert len(applied) + len(refused) == len(acts)
    assert (isinstance(results[0], Result), isinstance(results[-1], Refused)) == (True, True)
    assert revealed_counts == [len(applied)]  # what was revealed is all there ever is
    of_others = Rating.objects.filter(rater__in=people).exclude(item__key="vision")
    numbers = list(of_others.values_list("pk", flat=True))
    assert of_others.filter(value=3).count() == len(applied)
    assert of_others.filter(value=None, versions={}).count() == len(refused)
    assert RatingChange.objects.filter(new="3", object_id__in=numbers).count() == len(applied)
    assert Mutation.objects.filter(kind="rating", object_id__in=numbers).count() == len(applied)
    order = list(Consensus.objects.filter(assessment=found).order_by("place").values_list("item", flat=True))
    assert order == discussion_order.most_disputed_first(found)


def test_the_reveal_waits_for_a_save_that_began_before_it(program: Program) -> None:
    found = make_round(program)
    ana, ly = found.raters.order_by("pk")
    give_link(ana), give_link(ly)
    order: list[str] = []
    is_saved = threading.Event()

    def save_slowly() -> None:
        with transaction.atomic():
            saves(ana, "vision", "2")()
            is_saved.set()
            time.sleep(SMALL_WAIT)
            order.append("saved")

    def reveal() -> None:
        is_saved.wait(10)
        rounds.reveal(found, by=found.facilitator)
        order.append("revealed")

    late = saves(ly, "vision", "0")

    def save_late() -> Result:
        is_saved.wait(10)
        time.sleep(SMALL_WAIT / 2)  # the reveal waits in front of it
        return late()

    *_, last = at_once(save_slowly, reveal, save_late)

    assert order == ["saved", "revealed"]
    assert rating(ana, "vision").value == 2
    if isinstance(last, Refused):  # it came after the reveal
        assert rating(ly, "vision").value is None
    else:  # it came along with the first
        assert rating(ly, "vision").value == 0


def test_a_reveal_that_saves_keep_waiting_says_so(program: Program) -> None:
    found = make_round(program, raters=SIX)
    rate(found.raters.first(), "vision", 1)
    is_held, is_told = threading.Event(), threading.Event()

    def keep_saving() -> None:
        with transaction.atomic():
            RatingKind().open(rating(found.raters.last(), "plan").pk, actor=actor_of(found.raters.last()))
            is_held.set()
            is_told.wait(20)

    def reveal() -> None:
        is_held.wait(20)
        try:
            rounds.reveal(found, by=found.facilitator)
        finally:
            is_told.set()

    give_link(found.raters.last())
    _saved, refused = at_once(keep_saving, reveal)
    assert isinstance(refused, rounds.Refused)
    assert str(refused) == "Many people are saving at this moment. Wait a few seconds, then try again."
    found.refresh_from_db()
    assert (found.state, found.consensuses.count()) == ("rating", 0)


def test_one_rating_sent_ten_times_at_once_is_there_once(program: Program) -> None:
    found = make_round(program)
    ana = found.raters.earliest("pk")
    row, actor = rating(ana, "vision"), actor_of(ana)
    proposal = Proposal(secrets.token_hex(16), "rating", row.pk, "answer", "2", 0)

    results = at_once(*[lambda: saving.save(proposal, actor=actor)] * 10)

    assert [one.outcome for one in results if isinstance(one, Result)] == [Outcome.APPLIED] * 10
    assert (RatingChange.objects.count(), rating(ana, "vision").version("answer")) == (1, 1)


def test_a_rater_who_saves_and_finishes_at_once_waits_for_nobody_for_ever(program: Program) -> None:
    found = make_round(program)
    ana = found.raters.earliest("pk")
    give_link(ana)
    for _ in range(20):
        acts = [saves(ana, key, str(secrets.choice("0123"))) for key in ITEMS]
        signals = [lambda: raters.finish(ana), lambda: raters.allow_name(ana, is_allowed=True)]
        results = at_once(*acts, *signals)
        assert [one for one in results if isinstance(one, Exception)] == []
