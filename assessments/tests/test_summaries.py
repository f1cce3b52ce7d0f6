"""Summaries: written only when newer, found by a sweep, the same one by one or many at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from assessments import tasks
from assessments.domain import gathering, summaries
from assessments.domain import rules as rule_files
from assessments.domain.scoring import score
from assessments.models import ReadinessSnapshot
from conftest import make_program
from journal import saving
from programs.domain import gates, guides, upgrading, verifying
from programs.domain.freshness import mark_stale
from programs.guide_file import CONTENT, read_guide
from programs.models import (
    Attention,
    Evidence,
    GateReview,
    ItemAnswer,
    Listing,
    Program,
    ProgramSummary,
    StepPlan,
    StepState,
)
from scaleup import doorbell


def live(program: Program) -> ProgramSummary:
    return ProgramSummary.objects.get(program=program, view="live")


def settled(program: Program) -> ProgramSummary:
    return ProgramSummary.objects.get(program=program, view="settled")


def say(program: Program, number: str, value: str, *, by: User) -> None:
    row = ItemAnswer.objects.get(plan__program=program, item__number=number)
    key = f"{row.pk}{number.replace('.', '')}{value.replace('_', '')}".ljust(32, "k")
    base = row.versions.get("answer", [0])[0]
    saving.save(saving.Proposal(key, "answer", row.pk, "answer", value, base), actor=saving.Actor(by, "s"))


def test_an_answer_makes_the_summary_stale_and_a_task_brings_it_up_to_date(program: Program, lead: User) -> None:
    summaries.refresh([program.pk])
    say(program, "1.1", "done", by=lead)
    assert summaries.out_of_date(10) == [program.pk]

    tasks.summarise(program.pk)

    assert live(program).done == 1
    assert summaries.out_of_date(10) == []


def test_a_task_with_nothing_to_do_asks_once_and_writes_nothing(program, django_assert_num_queries) -> None:
    summaries.refresh([program.pk])
    computed_at = live(program).computed_at
    with django_assert_num_queries(1):
        tasks.summarise(program.pk)
    assert live(program).computed_at == computed_at


def test_what_the_bell_missed_the_sweep_finds(program: Program, lead: User, monkeypatch) -> None:
    monkeypatch.setattr(doorbell, "ring", lambda *ids: None)
    say(program, "1.1", "done", by=lead)
    tasks.sweep_summaries()
    assert live(program).done == 1


def test_an_older_reading_never_overwrites_a_newer_summary(program: Program, lead: User) -> None:
    today = timezone.localdate()
    older = gathering.gather([program.pk], today=today, rules=rule_files.built_in())
    say(program, "1.1", "done", by=lead)
    summaries.refresh([program.pk])
    newest = live(program)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(summaries, "gather", lambda *args, **kwargs: older)
        assert summaries.refresh([program.pk]) == 0

    assert live(program).inputs_seq == newest.inputs_seq
    assert live(program).done == 1
    assert not Program.objects.filter(inputs_seq__gt=F("summarised_seq")).exists()


def test_a_program_that_cannot_be_scored_holds_up_no_other(
    program: Program, other_program: Program, monkeypatch
) -> None:
    broken = other_program.pk
    real = summaries.gather

    def gather(ids, **options):
        if broken in list(ids):
            raise ValueError("broken on purpose")
        return real(ids, **options)

    monkeypatch.setattr(summaries, "gather", gather)
    tasks.sweep_summaries()

    assert live(program).computed_at is not None
    assert live(other_program).computed_at is None


def test_the_live_summary_is_the_score_of_what_was_gathered(program: Program, lead: User) -> None:
    for number, value in {"1.1": "done", "1.2": "under_way", "2.3": "done", "3.1": "dont_know", "7.2": "done"}.items():
        say(program, number, value, by=lead)
    summaries.refresh([program.pk])

    today = timezone.localdate()
    [facts] = gathering.gather([program.pk], today=today, rules=rule_files.built_in())
    steps = [plan.live for plan in facts.plans]
    expected = score(steps, assessment=None, today=today, rules=rule_files.built_in())
    summary = live(program)
    assert summary.step_scores == [step.score for step in expected.steps]
    assert (summary.before, summary.during) == tuple(phase.score for phase in expected.phases)
    assert (summary.done, summary.non_answers, summary.band) == (3, 1, expected.band)


def test_donors_see_a_step_as_it_was_submitted(program: Program, lead: User, facilitator: User) -> None:
    say(program, "1.1", "done", by=lead)
    summaries.refresh([program.pk])
    assert (live(program).done, settled(program).done) == (1, 0)

    plan = StepPlan.objects.select_related("step", "program").get(program=program, step__number=1)
    review = gates.submit(plan, reviewer=facilitator, promised_on=timezone.localdate(), by=lead)
    summaries.refresh([program.pk])
    assert settled(program).done == 1

    gates.withdraw(review, by=lead)
    say(program, "1.2", "done", by=lead)
    summaries.refresh([program.pk])
    assert (live(program).done, settled(program).done) == (2, 1)


def test_listings_follow_the_summary(program: Program, lead: User) -> None:
    say(program, "1.1", "done", by=lead)
    Program.objects.filter(pk=program.pk).update(name="Renamed")
    summaries.refresh([program.pk])

    listing = Listing.objects.get(program=program)
    assert (listing.name, listing.readiness, listing.band) == ("Renamed", live(program).before, "not_yet")
    assert listing.refreshed_at is not None


def test_a_program_without_a_change_for_sixty_days_is_stuck(program: Program) -> None:
    summaries.refresh([program.pk])
    assert live(program).attention == Attention.MOVING

    with time_machine.travel(timezone.now() + timedelta(days=60)):
        tasks.sweep_expiry()
    assert live(program).attention == Attention.STUCK


def test_evidence_that_expires_lowers_coverage_and_lapses_the_verification(program, lead, facilitator) -> None:
    today = timezone.localdate()
    say(program, "1.1", "done", by=lead)
    row = ItemAnswer.objects.get(plan__program=program, item__number="1.1")
    expires = today + timedelta(days=3)
    Evidence.objects.create(
        answer=row, kind="note", title="minutes", dated_on=today, expires_on=expires, text="…", added_by=lead
    )
    verifying.verify(row, by=facilitator)
    summaries.refresh([program.pk])
    assert (live(program).evidenced, live(program).verified) == (1, 1)

    with time_machine.travel(timezone.now() + timedelta(days=4)):
        tasks.sweep_expiry()
    assert (live(program).evidenced, live(program).verified) == (0, 0)


def test_a_day_keeps_one_snapshot_and_a_decision_keeps_its_own(program, lead, facilitator) -> None:
    plan = StepPlan.objects.select_related("step", "program").get(program=program, step__number=1)
    review = gates.submit(plan, reviewer=facilitator, promised_on=timezone.localdate(), by=lead)
    gates.decide(review, gates.Decision("go", "because"), by=facilitator)
    for _ in range(3):
        summaries.refresh([program.pk])

    kept = ReadinessSnapshot.objects.order_by("id").values_list("review", flat=True)
    assert sorted(kept, key=str) == sorted([None, GateReview.objects.get().pk], key=str)


def test_many_at_once_are_the_same_as_one_by_one_in_as_many_questions(
    program: Program, lead: User, guide, django_assert_num_queries
) -> None:
    others = [make_program(program.organisation, lead, guide, name=f"Program {n}") for n in range(2)]
    for number, one in zip(("1.1", "2.1", "8.1"), [program, *others], strict=True):
        say(one, number, "done", by=lead)
    summaries.refresh([program.pk])
    with django_assert_num_queries(11):
        summaries.refresh([program.pk])
    singly = live(program).step_scores
    with django_assert_num_queries(11):
        summaries.refresh([program.pk, *(one.pk for one in others)])

    assert live(program).step_scores == singly
    assert [live(one).done for one in others] == [1, 1]


def test_items_new_since_a_decision_are_not_scored_until_their_step_is_opened_and_moves(program: Program) -> None:
    file = read_guide(CONTENT / "eleven_steps.v1.toml")
    first = file.steps[0]
    extra = replace(first.items[-1], key="fresh", position=99, number="1.99", weight=5, is_critical=True)
    newer = guides.load(replace(file, version=2, steps=(replace(first, items=(*first.items, extra)), *file.steps[1:])))
    ItemAnswer.objects.filter(plan__program=program, plan__step__number=1).update(answer="done")
    StepPlan.objects.filter(program=program, step__number=1).update(state=StepState.GO)

    def figures() -> tuple:
        mark_stale(program.pk)
        summaries.refresh([program.pk])
        now = live(program)
        return now.step_scores[0], now.done, now.applicable, now.open_critical, now.before

    before = figures()
    upgrading.apply(program, newer)
    assert figures() == before
    ItemAnswer.objects.filter(plan__program=program, is_new=True).update(answer="done")
    assert figures() == before

    StepPlan.objects.filter(program=program, step__number=1).update(state=StepState.RETURNED)
    upgrading.apply(Program.objects.get(pk=program.pk), newer)
    assert figures()[1:3] == (before[1] + 1, before[2] + 1)
