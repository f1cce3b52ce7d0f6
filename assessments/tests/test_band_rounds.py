"""Closed rounds and the band: which one counts, from when, for how long, and that the past stays as it was."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments import tasks
from assessments.domain import closed_rounds, instruments, reading, rounds, summaries
from assessments.domain.bands import months_after
from assessments.domain.expiry import LOOK_BACK
from assessments.domain.rules import built_in
from assessments.models import Assessment, Consensus, Instrument, ReadinessSnapshot, Subject
from assessments.tests.round_cases import CLOSED, DISCUSSING, TEXT, make_round, rate, settle
from conftest import make_program
from programs.models import Evidence, ItemAnswer, Program, ProgramSummary, StepPlan, StepState

RULES = built_in()


@pytest.fixture
def ripe(program: Program) -> Program:
    """All is there for the band “ready” but a round."""
    return ripen(program)


def ripen(program: Program) -> Program:
    answers = ItemAnswer.objects.filter(plan__program=program, plan__step__phase="before")
    answers.update(answer="done")
    StepPlan.objects.filter(program=program, step__phase="before").update(state=StepState.GO)
    by, today = program.created_by, timezone.localdate()
    Evidence.objects.bulk_create(
        Evidence(answer=answer, kind="note", title="minutes", dated_on=today, text="…", added_by=by)
        for answer in answers
    )
    for plan in StepPlan.objects.filter(program=program, step__phase="before"):
        items = ItemAnswer.objects.filter(plan=plan).select_related("item")
        plan.settled = {one.item.key: ["done", False, True] for one in items}
        plan.save(update_fields=["settled"])
    return program


def close_round(program: Program, instrument: Instrument, *, value: int = 2, title: str = "First round", **how: object):
    """A round that one person rated, closed and with its results, as the worker leaves it."""
    made = make_round(program, instrument=instrument, raters=[("Ana Sok", "team")], title=title)
    rate(made.raters.get(), instrument.items.first().key, value)
    rounds.reveal(made, by=made.facilitator)
    settle(made, value=value, **how)
    rounds.close(made, by=made.facilitator)
    tasks.score_round(made.pk)
    made.refresh_from_db()
    return made


def bands(program: Program) -> dict[str, str]:
    summaries.refresh([program.pk])
    return dict(ProgramSummary.objects.filter(program=program).values_list("view", "band"))


def unmet(program: Program) -> list[str]:
    return [one.code for one in reading.now(program).score.conditions if not one.is_met]


def counted(program: Program) -> int | None:
    found = closed_rounds.latest([program.pk], rules=RULES).get(program.pk)
    return found.round_id if found else None


def test_closing_a_round_makes_a_ripe_program_ready(ripe: Program, instrument: Instrument) -> None:
    assert bands(ripe)["live"] == "nearly"
    assert unmet(ripe) == ["assessment_recent", "assessment_share", "assessment_complete"]

    made = close_round(ripe, instrument)
    assert summaries.out_of_date(10) == [ripe.pk]
    tasks.sweep_summaries()

    assert dict(ProgramSummary.objects.filter(program=ripe).values_list("view", "band")) == {
        "live": "ready",
        "settled": "ready",
    }
    assert unmet(ripe) == []
    snapshot = ReadinessSnapshot.objects.get(program=ripe, review=None)
    assert (snapshot.band, snapshot.rules_version) == ("ready", 2)
    assert snapshot.assessment == {
        "round": made.pk,
        "closed_on": timezone.localdate().isoformat(),
        "share": pytest.approx(2 / 3),
        "open_item_count": 0,
    }


def test_a_round_in_discussion_or_without_its_result_does_not_count(ripe: Program, instrument: Instrument) -> None:
    made = make_round(ripe, instrument=instrument, state=DISCUSSING, values=[{"shared-picture": 3}])
    tasks.score_round(made.pk)
    assert counted(ripe) is None
    settle(made, value=3)
    rounds.close(made, by=made.facilitator)
    assert counted(ripe) is None
    tasks.score_round(made.pk)
    assert counted(ripe) == made.pk


def test_only_rounds_of_the_instrument_that_the_rules_name_count(ripe: Program, admin: User, instrument) -> None:
    of_own_making = make_round(ripe, state=CLOSED)
    text = TEXT.replace('key = "small-round"', 'key = "scale-up-readiness"')
    draft = instruments.import_draft(ripe.organisation, text, name="small.toml", by=admin)
    same_key = instruments.publish(draft, fingerprint=draft.fingerprint, by=admin)
    disguised = make_round(ripe, instrument=same_key, state=CLOSED)
    for made in (of_own_making, disguised):
        tasks.score_round(made.pk)

    assert counted(ripe) is None
    assert bands(ripe)["live"] == "nearly"
    assert closed_rounds.latest([ripe.pk], rules=built_in(1))[ripe.pk].round_id == disguised.pk


@pytest.mark.parametrize(
    ("how", "still_unmet"),
    [
        ({"value": 1}, ["assessment_share"]),
        ({"value": 3, "left": ["shared-picture"]}, ["assessment_complete"]),
        ({"value": 2, "left": ["shared-picture"]}, ["assessment_complete"]),
    ],
)
def test_a_low_round_or_one_with_an_item_left_open_is_not_enough(ripe, instrument, how, still_unmet) -> None:
    close_round(ripe, instrument, **how)
    assert unmet(ripe) == still_unmet
    assert bands(ripe)["live"] == "nearly"


def test_a_round_that_agreed_on_nothing_has_no_share_and_breaks_nothing(ripe: Program, instrument: Instrument) -> None:
    close_round(ripe, instrument, left=list(instrument.items.values_list("key", flat=True)))
    assert unmet(ripe) == ["assessment_share", "assessment_complete"]
    assert bands(ripe)["live"] == "nearly"
    snapshot = ReadinessSnapshot.objects.get(program=ripe, review=None)
    assert (snapshot.assessment["share"], snapshot.assessment["open_item_count"]) == (None, 40)


def test_a_round_on_a_part_of_the_program_does_not_count(ripe: Program, instrument: Instrument) -> None:
    whole = close_round(ripe, instrument)
    part = close_round(ripe, instrument, title="The northern districts")
    assert counted(ripe) == part.pk
    subject = Subject.objects.create(program=ripe, name="north")
    Consensus.objects.filter(assessment=part).update(subject=subject)
    assert counted(ripe) == whole.pk


def test_the_latest_round_counts_and_the_past_stays_as_it_was(ripe, instrument, lead, client_for) -> None:
    today = timezone.localdate()
    with time_machine.travel(timezone.now() - timedelta(days=40)):
        first = close_round(ripe, instrument, title="Spring round")
        summaries.refresh([ripe.pk])
    [old] = ReadinessSnapshot.objects.filter(program=ripe).values()
    second = close_round(ripe, instrument, value=1, title="Autumn round")
    assert (counted(ripe), bands(ripe)["live"]) == (second.pk, "nearly")

    assert ReadinessSnapshot.objects.filter(pk=old["id"]).values().get() == old
    past = reading.on(ripe, today - timedelta(days=30))
    assert (past.score.band, past.round.round_id, past.round.title) == ("ready", first.pk, "Spring round")
    assert past.round.result.closed_on == today - timedelta(days=40)
    [new] = ReadinessSnapshot.objects.filter(program=ripe, taken_on=today)
    assert new.fingerprint != old["fingerprint"]

    url, browser = reverse("assessments:readiness", args=[ripe.pk]), client_for(lead)
    then = browser.get(url, {"on": (today - timedelta(days=30)).isoformat()})
    assert (then.context["page"].band, ways(then)) == ("Ready", [(first.pk, "Spring round"), *others(first)])
    now = browser.get(url)
    assert (now.context["page"].band, ways(now)) == ("Nearly ready", [(second.pk, "Autumn round"), *others(second)])
    assert "Autumn round" in now.content.decode()


def ways(page) -> list[tuple[int, str]]:
    """The ways to a round that the conditions show: which round, in which words."""
    lines = [line for _band, lines in page.context["page"].conditions for line in lines]
    return [(line.round.round_id, line.round.text) for line in lines if line.round]


def others(counted: Assessment) -> list[tuple[int, str]]:
    return [(counted.pk, "See how it came about"), (counted.pk, "See its items")]


def test_without_a_round_no_line_names_one(ripe: Program, lead: User, client_for) -> None:
    page = client_for(lead).get(reverse("assessments:readiness", args=[ripe.pk]))
    assert ways(page) == []
    assert "No round of “Scale-up readiness” has been closed yet." in page.content.decode()


def test_the_round_is_part_of_the_fingerprint(ripe: Program, instrument: Instrument) -> None:
    summaries.refresh([ripe.pk])
    before = ReadinessSnapshot.objects.get(program=ripe).fingerprint
    close_round(ripe, instrument)
    summaries.refresh([ripe.pk])
    with_round = ReadinessSnapshot.objects.get(program=ripe).fingerprint
    summaries.refresh([ripe.pk])
    assert before != with_round
    assert ReadinessSnapshot.objects.get(program=ripe).fingerprint == with_round


def test_a_round_counts_for_twelve_months_to_the_day(ripe: Program, instrument: Instrument) -> None:
    close_round(ripe, instrument)
    assert bands(ripe)["live"] == "ready"
    last_day = months_after(timezone.localdate(), 12)

    with at_noon(last_day):
        assert too_old() == []
        tasks.sweep_expiry()
        assert live_band(ripe) == "ready"
    with at_noon(last_day + timedelta(days=1)):
        assert too_old() == [ripe.pk]
        tasks.sweep_expiry()
        assert live_band(ripe) == "nearly"
        assert too_old() == []
        assert unmet(ripe) == ["assessment_recent"]


def test_days_on_which_the_sweep_did_not_run_are_made_up_for(ripe: Program, instrument: Instrument) -> None:
    close_round(ripe, instrument)
    summaries.refresh([ripe.pk])
    last_day = months_after(timezone.localdate(), 12)
    with at_noon(last_day + LOOK_BACK):
        assert too_old() == [ripe.pk]


def test_a_round_closed_on_a_leap_day_counts_until_the_last_of_february(ripe: Program, instrument: Instrument) -> None:
    with at_noon(date(2028, 2, 29)):
        close_round(ripe, instrument)
        summaries.refresh([ripe.pk])
    with at_noon(date(2029, 2, 28)):
        assert (too_old(), unmet(ripe)) == ([], [])
    with at_noon(date(2029, 3, 1)):
        assert (too_old(), unmet(ripe)) == ([ripe.pk], ["assessment_recent"])


def at_noon(day: date):
    return time_machine.travel(timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 12)), tick=False)


def too_old() -> list[int]:
    return list(closed_rounds.newly_too_old(timezone.localdate(), rules=RULES, look_back=LOOK_BACK))


def live_band(program: Program) -> str:
    return ProgramSummary.objects.get(program=program, view="live").band


def test_the_day_of_closing_is_the_same_for_everybody(ripe: Program, instrument: Instrument) -> None:
    made = close_round(ripe, instrument)
    Assessment.objects.filter(pk=made.pk).update(closed_at="2026-06-01T23:30:00Z")
    days = set()
    for zone in ("Pacific/Kiritimati", "UTC", "Pacific/Pago_Pago"):
        with timezone.override(zone):
            days.add(closed_rounds.latest([ripe.pk], rules=RULES)[ripe.pk].result.closed_on)
    assert days == {date(2026, 6, 1)}


@pytest.mark.parametrize("count", [1, 3])
def test_many_programs_with_rounds_take_as_many_questions_as_one(
    organisation, lead, guide, instrument, count: int, django_assert_num_queries
) -> None:
    programs = [ripen(make_program(organisation, lead, guide, name=f"Program {n}")) for n in range(count)]
    ids = [one.pk for one in programs]
    for one in programs:
        close_round(one, instrument)
        close_round(one, instrument, value=3)
    summaries.refresh(ids)
    with django_assert_num_queries(1):
        assert len(closed_rounds.latest(ids, rules=RULES)) == count
    with django_assert_num_queries(1):
        assert too_old() == []
    with django_assert_num_queries(11):
        assert summaries.refresh(ids) == count
    assert [live_band(one) for one in programs] == ["ready"] * count


def test_each_program_has_its_own_round(ripe: Program, other_program: Program, instrument: Instrument) -> None:
    made = close_round(other_program, instrument)
    found = closed_rounds.latest([ripe.pk, other_program.pk], rules=RULES)
    assert {program: one.round_id for program, one in found.items()} == {other_program.pk: made.pk}
    assert bands(ripe)["live"] == "nearly"
