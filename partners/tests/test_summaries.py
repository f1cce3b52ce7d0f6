"""What the worker counts of partner roles: from the facts of one moment, when something changed or a day went by."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Organisation, Portfolio, User
from conftest import make_program
from journal import saving
from partners import tasks
from partners.domain import accepting, complaints, counting, summaries
from partners.models import Agreement, Function, Partner, Partnership, Responsibility, RoleSummary
from partners.tests.role_cases import add_partner, cell, function_of, give, sign
from programs.domain import describing, listing
from programs.models import Guide, Listing, Program
from scaleup import doorbell, sweeping

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
FAR = date(TODAY.year + 9, 12, 31)


def counted(program: Program) -> RoleSummary:
    return RoleSummary.objects.get(program=program)


def figures(program: Program, *names: str) -> tuple[object, ...]:
    found = counted(program)
    return tuple(getattr(found, name) for name in names)


def save(role: Responsibility, letter: str, *, by: User) -> None:
    """As a cell of the matrix is saved."""
    wanted = saving.Proposal("k" * 32, "responsibility", role.pk, "letter", letter, 0)
    saving.save(wanted, actor=saving.Actor(by, "session"))


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What was rung for."""
    rings: list[tuple[object, ...]] = []
    monkeypatch.setattr(doorbell, "ring", lambda *said: rings.append(said))
    return rings


# From a saved letter to the summary


def test_a_saved_letter_leads_to_a_summary(program: Program, lead: User, rung: list) -> None:
    partner = add_partner(program)
    tasks.count_roles(program.pk)
    assert figures(program, "partners", "functions", "covered", "complaints", "serious", "hints") == (
        1,
        10,
        0,
        10,
        10,
        1,
    )
    rung.clear()
    save(cell(partner), "A", by=lead)
    assert rung == [("partners.tasks.count_roles", program.pk)]
    assert summaries.out_of_date(9) == [program.pk]
    task, *ids = rung[0]
    assert task == tasks.count_roles.name
    tasks.count_roles(*ids)
    assert figures(program, "covered", "agreed", "complaints", "hints") == (1, 0, 10, 2)
    assert summaries.out_of_date(9) == []


def test_a_task_with_nothing_to_do_writes_nothing(
    program: Program, django_assert_num_queries: Callable[[int], AbstractContextManager]
) -> None:
    add_partner(program)
    tasks.count_roles(program.pk)
    with django_assert_num_queries(2):
        tasks.count_roles(program.pk)


def test_what_the_bell_missed_the_sweep_finds(program: Program, other_program: Program, rung: list) -> None:
    for one in (program, other_program):
        add_partner(one, f"Partner of {one.pk}")
    tasks.sweep_roles()
    assert [figures(one, "partners", "counted_on") for one in (program, other_program)] == [(1, TODAY)] * 2


def test_the_longest_waiting_first_and_no_more_than_asked(program: Program, other_program: Program) -> None:
    for one, hours in ((program, 1), (other_program, 2)):
        add_partner(one, f"Partner of {one.pk}")
        Partnership.objects.filter(pk=one.pk).update(changed_at=timezone.now() - timedelta(hours=hours))
    assert summaries.out_of_date(9) == [other_program.pk, program.pk]
    assert summaries.out_of_date(1) == [other_program.pk]


def test_a_program_that_nobody_named_a_partner_in_has_none(program: Program) -> None:
    assert summaries.refresh([program.pk]) == 0
    assert not RoleSummary.objects.exists()


# What days alone change


def test_every_day_each_is_counted_anew(program: Program) -> None:
    partner = add_partner(program)
    give(partner)
    sign(partner, ends=TODAY)
    tasks.sweep_roles()
    assert figures(program, "agreed", "next_end_on") == (1, TODAY)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert summaries.out_of_date(9) == []
        tasks.sweep_roles()
        assert figures(program, "agreed", "next_end_on", "counted_on") == (0, None, TODAY + timedelta(days=1))
        assert summaries.of_an_earlier_day(9) == []


def test_an_acceptance_that_ends_is_counted_again(program: Program, lead: User) -> None:
    add_partner(program)
    subject, until = f"function:{function_of(program).pk}", TODAY + timedelta(days=3)
    accepting.accept(program, "none-accountable", subject, reason="Soon.", until_on=until, by=lead)
    tasks.sweep_roles()
    assert figures(program, "complaints", "accepted") == (9, 1)
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        tasks.sweep_roles()
        assert figures(program, "complaints", "accepted") == (10, 0)


def test_the_oldest_first_and_closed_programs_wait(program: Program, other_program: Program, lead: User) -> None:
    for one, days in ((program, 1), (other_program, 2)):
        add_partner(one, f"Partner of {one.pk}")
        summaries.refresh([one.pk], today=TODAY - timedelta(days=days))
    assert summaries.of_an_earlier_day(9) == [other_program.pk, program.pk]
    assert summaries.of_an_earlier_day(1) == [other_program.pk]
    describing.archive(program, by=lead)
    assert summaries.of_an_earlier_day(9) == [other_program.pk]


# Only what is newer is written


def test_the_counter_is_read_before_the_facts(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """What changes in between leaves the summary out of date."""
    partner = add_partner(program)
    real = complaints.of_programs

    def slow(*asked: object) -> object:
        found = real(*asked)
        give(partner)
        counting.mark_stale(program.pk)
        return found

    monkeypatch.setattr(complaints, "of_programs", slow)
    summaries.refresh([program.pk])
    assert (figures(program, "covered"), summaries.out_of_date(9)) == ((0,), [program.pk])
    monkeypatch.undo()
    summaries.refresh([program.pk])
    assert (figures(program, "covered"), summaries.out_of_date(9)) == ((1,), [])


def test_an_older_reading_never_overwrites_a_newer_summary(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody counts the newer facts while the older ones are being counted."""
    partner = add_partner(program)
    real = complaints.of_programs

    def overtaken(*asked: object) -> object:
        found = real(*asked)
        monkeypatch.undo()
        give(partner)
        counting.mark_stale(program.pk)
        summaries.refresh([program.pk])
        return found

    monkeypatch.setattr(complaints, "of_programs", overtaken)
    assert summaries.refresh([program.pk]) == 0
    assert (figures(program, "covered"), summaries.out_of_date(9)) == ((1,), [])


@pytest.mark.parametrize(("day", "seq", "is_written"), [(0, 0, True), (-1, 0, False), (1, 0, True), (-1, 1, True)])
def test_of_the_same_facts_the_later_day_counts(program: Program, day: int, seq: int, is_written: bool) -> None:
    add_partner(program)
    summaries.refresh([program.pk])
    if seq:
        counting.mark_stale(program.pk)
    on = TODAY + timedelta(days=day)
    assert summaries.refresh([program.pk], today=on) == is_written
    assert figures(program, "counted_on") == (on if is_written else TODAY,)


def test_what_was_counted_never_goes_back(program: Program) -> None:
    add_partner(program)
    summaries.refresh([program.pk])
    Partnership.objects.filter(pk=program.pk).update(counted_seq=99)
    summaries.refresh([program.pk])
    assert Partnership.objects.get(pk=program.pk).counted_seq == 99


def test_a_program_that_cannot_be_counted_holds_up_no_other(
    program: Program, other_program: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for one in (program, other_program):
        add_partner(one, f"Partner of {one.pk}")
    real = complaints.of_programs

    def broken(ids: dict, today: date) -> object:
        if other_program.pk in ids:
            raise ValueError("broken on purpose")
        return real(ids, today)

    monkeypatch.setattr(complaints, "of_programs", broken)
    with caplog.at_level(logging.ERROR, logger=sweeping.__name__):
        tasks.sweep_roles()
    assert list(RoleSummary.objects.values_list("program", flat=True)) == [program.pk]
    assert f"summaries of partner roles: {other_program.pk} cannot be computed" in caplog.text


# What is counted


def test_what_is_covered_and_agreed(program: Program) -> None:
    one, other = add_partner(program), add_partner(program, "River trust")
    gone = add_partner(program, "Hill college")
    Partner.objects.filter(pk=gone.pk).update(until_on=TODAY - timedelta(days=1))
    for key in ("training", "supply", "advocacy"):
        give(one, key=key)
    give(other, key="advocacy")
    give(gone, key="supervision")
    give(other, "R", key="monitoring")
    sign(one, keys=("training", "advocacy"), ends=FAR)
    summaries.refresh([program.pk])
    # Training and supply have one each; advocacy has two, and nothing is signed on supply.
    assert figures(program, "partners", "functions", "covered", "agreed") == (2, 10, 2, 1)


def test_an_agreement_that_is_yet_to_begin_is_not_in_force(program: Program) -> None:
    partner = add_partner(program)
    give(partner)
    made = sign(partner, ends=FAR)
    Agreement.objects.filter(pk=made.pk).update(starts_on=TODAY + timedelta(days=1))
    summaries.refresh([program.pk])
    assert figures(program, "covered", "agreed", "next_end_on") == (1, 0, None)


def test_accepting_covers_nothing(program: Program, lead: User) -> None:
    partner = add_partner(program)
    give(partner)
    for one in complaints.read(program, TODAY).told:
        said = {"reason": "For now.", "until_on": TODAY + timedelta(days=9)}
        accepting.accept(program, one.complaint.code, one.complaint.subject, **said, by=lead)
    summaries.refresh([program.pk])
    assert figures(program, "covered", "agreed", "complaints", "accepted", "hints") == (1, 0, 0, 12, 0)


def test_the_next_end_is_that_of_an_agreement_in_force(program: Program) -> None:
    partner = add_partner(program)
    for days in (-1, 30, 9, None):
        sign(partner, ends=None if days is None else TODAY + timedelta(days=days))
    summaries.refresh([program.pk])
    assert figures(program, "next_end_on") == (TODAY + timedelta(days=9),)


def test_hints_are_counted_apart(program: Program) -> None:
    partner = add_partner(program)
    give(partner)
    keys = [one.key for one in function_of(program).program.functions.exclude(key="training")]
    program.functions.filter(key__in=keys).update(dropped_at=timezone.now())
    sign(partner, ends=FAR)
    summaries.refresh([program.pk])
    assert figures(program, "functions", "complaints", "hints") == (1, 0, 2)


# The portfolio's columns follow


def listed(program: Program) -> tuple[object, ...]:
    return Listing.objects.values_list("has_partners", "has_complaints", "agreement_ends_on").get(program=program)


def test_the_listing_repeats_what_its_table_sorts_by(program: Program) -> None:
    partner = add_partner(program)
    sign(partner, ends=FAR)
    assert listed(program) == (False, False, None)
    summaries.refresh([program.pk])
    assert listed(program) == (True, True, FAR)
    Function.objects.filter(program=program).delete()
    Agreement.objects.all().delete()
    Partner.objects.filter(pk=partner.pk).delete()
    counting.mark_stale(program.pk)
    summaries.refresh([program.pk])
    assert listed(program) == (False, False, None)


def test_a_program_that_is_listed_later_is_counted_for_its_new_listing(
    program: Program, other_portfolio: Portfolio, lead: User, rung: list
) -> None:
    add_partner(program)
    summaries.refresh([program.pk])
    rung.clear()
    new = listing.ask(program, other_portfolio, by=lead)
    assert ("partners.tasks.count_roles", program.pk) in rung
    assert summaries.out_of_date(9) == [program.pk]
    tasks.count_roles(program.pk)
    new.refresh_from_db()
    assert (new.has_partners, new.has_complaints) == (True, True)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    count: int,
    organisation: Organisation,
    lead: User,
    guide: Guide,
    django_assert_num_queries: Callable[[int], AbstractContextManager],
) -> None:
    programs = [make_program(organisation, lead, guide, name=f"Program {number}") for number in range(count)]
    for program in programs:
        for number in range(count):
            give(add_partner(program, f"{program.name} partner {number}"))
    # One counter, seven of the complaints, a savepoint and its end, the rows of before, writing, listings, settling.
    with django_assert_num_queries(15):
        assert summaries.refresh([one.pk for one in programs]) == count
