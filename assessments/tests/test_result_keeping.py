"""Results of rounds: computed after the reveal and after the closing, once each, and never again."""

import json
from dataclasses import asdict

import pytest
from django.db import DatabaseError, transaction

from assessments import tasks
from assessments.domain import result_keeping, rounds, summaries
from assessments.domain.result_keeping import keep, lacking, results_for
from assessments.domain.round_results import RoundScore
from assessments.models import Assessment, Consensus, Rater, RoundResult
from assessments.tests.round_cases import CLOSED, DISCUSSING, RATING, make_round, rate, rate_all, settle
from conftest import make_program
from programs.models import Program
from scaleup import doorbell

# Medians: vision 1, plan 2 (twice the weight), budget 3, delay 3, which is bad and counts 0.
# Leading (1 + 2 × 2) ÷ 3 = 5/3, doing (3 + 0) ÷ 2 = 3/2; overall 19/12 of 3.
ANA = {"vision": 0, "plan": 1, "budget": 3, "delay": 3}
LY = {"vision": 2, "plan": 3, "budget": 3, "delay": "unable"}
SHARE = 19 / 36


@pytest.fixture
def revealed(program: Program) -> Assessment:
    return make_round(program, state=DISCUSSING, values=[ANA, LY])


def close(assessment: Assessment, **how: object) -> None:
    """As the room does it: everything is settled, then it is closed."""
    settle(assessment, **how)
    rounds.close(assessment, by=assessment.facilitator)


def kept(assessment: Assessment) -> dict[str, RoundResult]:
    return {result.basis: result for result in RoundResult.objects.filter(assessment=assessment)}


def is_stale(program: Program) -> bool:
    return program.pk in summaries.out_of_date(100)


def test_after_the_reveal_the_medians_of_the_raters_count(program: Program, revealed: Assessment) -> None:
    summaries.refresh([program.pk])
    tasks.score_round(revealed.pk)

    [result] = RoundResult.objects.all()
    assert (result.assessment, result.basis, result.open_count) == (revealed, "raters", 4)
    assert result.share == pytest.approx(SHARE, abs=1e-12)
    assert (result.rules_version, result.instrument_version) == (1, 1)
    score = RoundScore.from_data(result.data)
    assert json.loads(json.dumps(asdict(score))) == result.data
    assert [(item.key, item.counted, item.unable) for item in score.items] == [
        ("vision", 1, 0),
        ("plan", 2, 0),
        ("budget", 3, 0),
        ("delay", 3, 1),
    ]
    assert not is_stale(program)


def test_after_the_closing_the_agreed_values_count_and_the_program_is_out_of_date(program, revealed) -> None:
    summaries.refresh([program.pk])
    keep([revealed.pk])
    [before] = RoundResult.objects.all()
    close(revealed, value=2, left=["budget"])
    tasks.score_round(revealed.pk)

    results = kept(revealed)
    assert set(results) == {"raters", "agreed"}
    assert results["raters"].computed_at == before.computed_at
    agreed = RoundScore.from_data(results["agreed"].data)
    # Leading 2; doing only delay, where 2 is bad and counts 1; overall 3/2 of 3.
    assert (results["agreed"].share, results["agreed"].open_count) == (0.5, 1)
    assert [item.counted for item in agreed.items] == [2, 2, None, 2]
    assert is_stale(program)


def test_the_figures_of_the_reveal_are_the_same_however_late_they_are_computed(revealed: Assessment) -> None:
    [in_time] = results_for([revealed.pk])
    close(revealed, value=0)
    keep([revealed.pk])

    late = kept(revealed)["raters"]
    assert (late.fingerprint, late.share, late.open_count) == (in_time.fingerprint, in_time.share, in_time.open_count)
    assert late.data == json.loads(json.dumps(in_time.data))


def test_nothing_is_computed_before_the_reveal(program: Program) -> None:
    rating = make_round(program, state=RATING, values=[ANA, LY])

    assert (lacking(10), keep([rating.pk]), RoundResult.objects.count()) == ([], 0, 0)


def test_who_was_taken_off_counts_nowhere(program: Program, revealed: Assessment) -> None:
    Rater.objects.filter(assessment=revealed, name="Ana Sok").update(removed_at="2026-01-01T00:00Z")
    [result] = results_for([revealed.pk])

    score = RoundScore.from_data(result.data)
    assert (score.raters, [item.counted for item in score.items]) == (1, [2, 3, 3, None])


def test_evidence_that_a_rater_names_covers_the_item(program: Program) -> None:
    made = make_round(program, state=RATING, raters=[("Ana Sok", "team")])
    ana = made.raters.get()
    rate_all(ana, {"vision": 2, "plan": 2})
    rate(ana, "budget", 1, evidence="https://example.org/budget")
    rounds.reveal(made, by=made.facilitator)
    [result] = results_for([made.pk])

    score = RoundScore.from_data(result.data)
    assert score.coverage == (1, 3)
    assert [item.key for item in score.items if item.has_evidence] == ["budget"]


def test_doing_it_again_changes_nothing(program: Program, revealed: Assessment, django_assert_num_queries) -> None:
    close(revealed)
    assert keep([revealed.pk]) == 2
    before = list(RoundResult.objects.order_by("pk").values())
    program.refresh_from_db()

    with django_assert_num_queries(1):
        assert results_for([revealed.pk]) == []
    tasks.score_round(revealed.pk)
    tasks.sweep_rounds()

    assert list(RoundResult.objects.order_by("pk").values()) == before
    assert Program.objects.get(pk=program.pk).inputs_seq == program.inputs_seq


def test_of_two_at_the_same_moment_the_first_is_kept(revealed: Assessment, monkeypatch) -> None:
    second = results_for([revealed.pk])
    second[0].share = 0.0
    keep([revealed.pk])
    monkeypatch.setattr(result_keeping, "results_for", lambda ids: second)
    keep([revealed.pk])

    [result] = RoundResult.objects.all()
    assert result.share == pytest.approx(SHARE, abs=1e-12)


def test_what_the_bell_missed_the_sweep_finds(program: Program, monkeypatch) -> None:
    monkeypatch.setattr(doorbell, "ring", lambda *ids: None)
    revealed = make_round(program, state=DISCUSSING)
    closed = make_round(program, state=CLOSED)
    make_round(program, state=RATING)
    assert lacking(10) == [revealed.pk, closed.pk]
    assert lacking(1) == [revealed.pk]

    tasks.sweep_rounds()
    assert (set(kept(revealed)), set(kept(closed)), lacking(10)) == ({"raters"}, {"raters", "agreed"}, [])
    assert is_stale(program)


def test_a_round_that_cannot_be_scored_holds_up_no_other(program: Program, revealed, monkeypatch) -> None:
    other = make_round(program, state=DISCUSSING)
    real = result_keeping.score_round

    def score_round(rated):
        if None in rated.ratings["delay"].values():
            raise ValueError("broken on purpose")
        return real(rated)

    monkeypatch.setattr(result_keeping, "score_round", score_round)
    tasks.sweep_rounds()
    assert (lacking(10), set(kept(other))) == ([revealed.pk], {"raters"})


@pytest.mark.parametrize("count", [1, 3])
def test_many_rounds_take_as_many_questions_as_one(
    program: Program, lead, guide, count: int, django_assert_num_queries
) -> None:
    programs = [make_program(program.organisation, lead, guide, name=f"Program {n}") for n in range(count)]
    made = [make_round(one, state=CLOSED) for one in programs]
    with django_assert_num_queries(1):
        assert len(lacking(10)) == count
    with django_assert_num_queries(7):
        assert len(results_for([one.pk for one in made])) == 2 * count


def test_many_at_once_are_the_same_as_one_by_one(program: Program, revealed: Assessment) -> None:
    closed = make_round(program, state=CLOSED, values=[LY, ANA])
    both = {(one.assessment_id, one.basis): one.data for one in results_for([closed.pk, revealed.pk])}
    singly = {(one.assessment_id, one.basis): one.data for pk in (revealed.pk, closed.pk) for one in results_for([pk])}

    assert both == singly
    assert len(both) == 3


@pytest.mark.parametrize("change", [{"share": 1.0}, {"data": {}}, {"open_count": 0}])
def test_a_result_is_frozen(revealed: Assessment, change: dict) -> None:
    keep([revealed.pk])
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        RoundResult.objects.update(**change)
    assert kept(revealed)["raters"].share == pytest.approx(SHARE, abs=1e-12)


def test_what_is_said_after_the_closing_changes_no_figure(revealed: Assessment) -> None:
    close(revealed, value=3)
    keep([revealed.pk])
    Consensus.objects.filter(assessment=revealed).update(value=0)
    keep([revealed.pk])

    assert [item.counted for item in RoundScore.from_data(kept(revealed)["agreed"].data).items] == [3, 3, 3, 3]
