"""Reading rounds: the list of a program, one round with how far each rater has come, and who may do what in it."""

from collections.abc import Callable
from typing import Any

from accounts.models import User
from assessments.domain import raters, round_reading
from assessments.models import Assessment, Instrument
from assessments.tests.round_cases import add_rater, make_round, rate, small_instrument
from programs.models import Program


def test_the_list_counts_raters_and_who_is_done(program: Program) -> None:
    found = make_round(program)
    rater = found.raters.first()
    raters.finish(rater)
    raters.remove(add_rater(found, ("Sam Oum", "team")), by=found.facilitator)
    [row] = round_reading.of_program(program)
    assert (row.raters, row.finished, row.result) == (2, 1, "–")


def test_the_page_counts_answers_and_knows_none(program: Program) -> None:
    found = make_round(program)
    first = found.raters.first()
    rate(first, "vision", 3)
    rate(first, "budget", "unable")
    page = round_reading.read(found)
    assert [(row.rater.name, row.answered, row.asked) for row in page.raters] == [("Ana Sok", 2, 4), ("Ly Chan", 0, 4)]
    assert page.merged_groups == ["ministry", "team"]


def test_parts_that_nobody_rates_are_named(program: Program) -> None:
    found = make_round(program, state="setup", raters=[])
    add_rater(found, ("Ana Sok", "team"), parts=["doing"])
    page = round_reading.read(found)
    missing = [need.text for need in page.needs if not need.is_met]
    assert missing == [
        "Add a second rater: one alone has nobody to differ from",
        "Give every dimension to somebody: nobody rates Leading",
        "Make a link for 1 rater",
    ]
    assert (page.may_open, page.raters[0].asked, page.raters[0].parts) == (True, 2, ["Doing"])


def test_leads_and_home_facilitators_may_run_a_round(
    program: Program, lead: User, facilitator: User, editor: User, viewer: User
) -> None:
    assert set(round_reading.who_may_run(program)) == {lead, facilitator}
    assert set(round_reading.who_may_rate(program)) == {lead, facilitator, editor, viewer}


def test_without_a_home_the_named_reviewer_may(program: Program, lead: User, facilitator: User, admin: User) -> None:
    program.listings.update(is_home=False)
    Program.objects.filter(pk=program.pk).update(reviewer=admin)
    program.refresh_from_db()
    assert set(round_reading.who_may_run(program)) == {lead, admin}


def test_whoever_is_offered_is_also_allowed(program: Program, facilitator: User) -> None:
    """The two say the same: who is offered to run a round, and who the rule lets."""
    for person in round_reading.who_may_run(program):
        assert make_round(program, by=person, state="setup").facilitator == person


def test_people_who_are_busy_in_the_round_are_not_offered(
    program: Program, lead: User, facilitator: User, editor: User, viewer: User
) -> None:
    found = make_round(program, by=lead, keyer=facilitator, raters=[editor], state="setup")
    assert list(round_reading.who_may_be_asked(found)) == [viewer]
    mine = found.raters.get()
    assert set(round_reading.who_may_be_asked(found, besides=mine)) == {editor, viewer}


def test_the_newest_version_of_an_instrument_is_its_own_organisations(program: Program) -> None:
    old = small_instrument()
    newer = small_instrument(version=2)
    assert [round_reading.newest_version(one) for one in (old, newer)] == [newer, newer]
    assert set(round_reading.instruments_for(program)) == set(Instrument.objects.filter(state="published"))


def test_the_list_asks_one_query(program: Program, django_assert_num_queries: Callable[[int], Any]) -> None:
    for count in (1, 3):
        while Assessment.objects.count() < count:
            make_round(program)
        with django_assert_num_queries(1):
            assert len(round_reading.of_program(program)) == count


def test_the_page_asks_the_same_for_few_and_for_many(
    program: Program, django_assert_num_queries: Callable[[int], Any]
) -> None:
    found = make_round(program, raters=[("Ana Sok", "team")])
    for count in (1, 3):
        while found.raters.count() < count:
            add_rater(found, (f"Person {count}", "partner"))
        with django_assert_num_queries(2):
            page = round_reading.read(found)
            assert (len(page.raters), len(page.needs)) == (count, 5)
