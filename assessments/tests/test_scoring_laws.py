"""Laws that hold for every program, tried on programs that hypothesis makes up."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from assessments.tests.scoring_cases import (
    GOOD,
    NON_ANSWERS,
    TODAY,
    assessments,
    changed,
    days,
    filled_programs,
    item,
    places,
    programs,
    reference_phase,
    reference_step,
    ripe_assessments,
    ripe_programs,
    scored,
)

BANDS = ("not_yet", "nearly", "ready")
LADDER = (
    {"answer": "not_started"},
    {"answer": "under_way"},
    {"answer": "done", "is_verified": False},
    {"answer": "done", "is_verified": True},
)


def all_scores(result):
    return [each.score for each in (*result.steps, *result.phases)]


def never_raised(before, after):
    """No score went up. Where there was none, there was nothing to raise."""
    return all(
        old is None or (new is not None and new <= old)
        for old, new in zip(all_scores(before), all_scores(after), strict=True)
    )


@given(programs)
def test_scores_agree_with_the_reference_in_fractions(steps):
    result = scored(*steps)
    expected = [
        *(reference_step(each) for each in steps),
        *(reference_phase(steps, phase) for phase in ("before", "during")),
    ]

    for got, exact in zip(all_scores(result), expected, strict=True):
        assert (got is None) == (exact is None)
        assert got is None or abs(Fraction(got) - exact) < Fraction(1, 10**12)


@given(programs, assessments, days)
def test_every_score_and_share_lies_between_0_and_1(steps, assessment, today):
    result = scored(*steps, assessment=assessment, today=today)
    shares = [
        ratio.share
        for tally in (result.tally, *(each.tally for each in result.steps))
        for ratio in (tally.coverage, tally.proven, tally.path_said, tally.path_proven)
    ]

    assert all(0 <= each <= 1 for each in (*all_scores(result), *shares) if each is not None)


@given(programs)
def test_every_item_is_counted_once(steps):
    tally = scored(*steps).tally

    assert tally.items == len(places(steps)) == (
        tally.done
        + tally.under_way
        + tally.not_started
        + tally.dont_know
        + tally.later
        + tally.unsettled
        + tally.not_applicable
    )  # fmt: skip


@given(programs, assessments, st.randoms(use_true_random=False))
def test_order_of_steps_and_items_does_not_matter(steps, assessment, random):
    shuffled = [
        replace(each, items=tuple(random.sample(each.items, len(each.items))))
        for each in random.sample(steps, len(steps))
    ]

    assert scored(*shuffled, assessment=assessment) == scored(*steps, assessment=assessment)


@given(filled_programs, st.integers(2, 1000))
def test_scaling_all_weights_changes_no_score(steps, factor):
    heavier = [
        replace(
            each,
            items=tuple(replace(item, weight=item.weight * factor) for item in each.items),
        )
        for each in steps
    ]

    assert all_scores(scored(*heavier)) == all_scores(scored(*steps))


@given(filled_programs, st.data())
def test_an_item_left_unanswered_never_raises_a_score(steps, data):
    place = data.draw(st.sampled_from(places(steps)))
    answer = data.draw(st.sampled_from(NON_ANSWERS))

    assert never_raised(scored(*steps), scored(*changed(steps, place, answer=answer)))


@given(filled_programs, st.data())
def test_a_new_unanswered_item_never_raises_a_score(steps, data):
    at = data.draw(st.integers(0, len(steps) - 1))
    new = item("1.99", data.draw(st.sampled_from(NON_ANSWERS)), weight=data.draw(st.integers(1, 5)))
    longer = [*steps]
    longer[at] = replace(steps[at], items=(*steps[at].items, new))

    assert never_raised(scored(*steps), scored(*longer))


@given(filled_programs, st.data())
def test_raising_a_level_never_lowers_a_score(steps, data):
    place = data.draw(st.sampled_from(places(steps)))
    low, high = sorted(data.draw(st.lists(st.integers(0, 3), min_size=2, max_size=2)))
    lower, higher = (scored(*changed(steps, place, **LADDER[level])) for level in (low, high))

    assert never_raised(higher, lower)


@given(filled_programs, st.data())
def test_not_applicable_without_a_reason_never_raises_a_score(steps, data):
    place = data.draw(st.sampled_from(places(steps)))
    excused = changed(steps, place, answer="not_applicable", has_reason=False)

    assert never_raised(scored(*steps), scored(*excused))


@given(filled_programs, st.data())
def test_a_critical_item_is_not_excused_by_a_reason_alone(steps, data):
    place = data.draw(st.sampled_from(places(steps)))
    steps = changed(steps, place, is_critical=True)
    excused = changed(steps, place, answer="not_applicable", has_reason=True, is_accepted=False)

    assert never_raised(scored(*steps), scored(*excused))


@given(filled_programs, st.data())
def test_honest_non_answers_score_as_not_started_and_are_counted_apart(steps, data):
    place = data.draw(st.sampled_from(places(steps)))
    plain, unknown, later = (scored(*changed(steps, place, answer=answer)) for answer in NON_ANSWERS)

    assert all_scores(plain) == all_scores(unknown) == all_scores(later)
    assert plain.band == unknown.band == later.band
    assert (unknown.tally.dont_know, unknown.tally.not_started) == (
        plain.tally.dont_know + 1,
        plain.tally.not_started - 1,
    )
    assert (later.tally.later, later.tally.not_started) == (
        plain.tally.later + 1,
        plain.tally.not_started - 1,
    )


@given(filled_programs)
def test_weakest_step_is_open_in_force_and_nobody_scores_less(steps):
    result = scored(*steps)
    rivals = [
        each
        for each in result.steps
        if each.phase == result.phase_in_force and not each.is_passed and each.score is not None
    ]

    if result.weakest_step is None:
        assert rivals == []
    else:
        lowest = min(each.score for each in rivals)
        assert result.weakest_step == next(each for each in rivals if each.score == lowest)


@given(ripe_programs, ripe_assessments)
def test_ready_meets_every_condition_of_nearly(steps, assessment):
    result = scored(*steps, assessment=assessment)

    if result.band == "ready":
        assert all(each.is_met for each in result.conditions)
    if result.band == "nearly":
        assert all(each.is_met for each in result.conditions if each.band == "nearly")


@given(ripe_programs, ripe_assessments)
def test_a_condition_names_what_is_open_only_while_it_is_not_met(steps, assessment):
    for each in scored(*steps, assessment=assessment).conditions:
        assert not (each.is_met and each.still_open)
        if each.code in {"steps_passed", "no_open_critical"}:
            assert each.is_met or each.still_open


@pytest.mark.parametrize("band", BANDS)
def test_the_programs_made_up_here_reach_every_band(band):
    cases = st.tuples(ripe_programs, ripe_assessments)
    fast = settings(max_examples=5000, database=None, phases=[Phase.generate])

    steps, assessment = find(cases, lambda case: scored(*case[0], assessment=case[1]).band == band, settings=fast)

    assert scored(*steps, assessment=assessment).band == band


def band_rank(steps, assessment, today=TODAY):
    return BANDS.index(scored(*steps, assessment=assessment, today=today).band)


@given(ripe_programs, ripe_assessments, st.data())
def test_passing_a_step_never_lowers_the_band(steps, assessment, data):
    at = data.draw(st.integers(0, len(steps) - 1))
    further = [*steps]
    further[at] = replace(steps[at], is_passed=True)

    assert band_rank(steps, assessment) <= band_rank(further, assessment)


@given(ripe_programs, ripe_assessments, st.data())
def test_proving_an_item_never_lowers_the_band(steps, assessment, data):
    """Evidence, a verification, an accepted reason, or done together with its evidence."""
    place = data.draw(st.sampled_from(places(steps)))
    facts = data.draw(
        st.sampled_from(
            [
                {"has_evidence": True},
                {"is_verified": True},
                {"has_reason": True},
                {"is_accepted": True},
                {"answer": "done", "has_evidence": True},
            ]
        )
    )

    assert band_rank(steps, assessment) <= band_rank(changed(steps, place, **facts), assessment)


@given(ripe_programs, ripe_assessments, days, st.data())
def test_a_better_assessment_never_lowers_the_band(steps, assessment, today, data):
    better = replace(
        assessment,
        closed_on=data.draw(st.dates(min_value=assessment.closed_on)),
        share=data.draw(st.floats(assessment.share, 1)),
        open_item_count=data.draw(st.integers(0, assessment.open_item_count)),
    )

    none, some, more = (band_rank(steps, each, today) for each in (None, assessment, better))

    assert none <= some <= more


@given(ripe_programs, days, days)
def test_time_alone_never_raises_the_band(steps, one_day, another):
    earlier, later = sorted([one_day, another])

    assert band_rank(steps, GOOD, later) <= band_rank(steps, GOOD, earlier)
