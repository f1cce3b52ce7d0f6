"""What the demonstration holds: eight believable programs, the same on every machine, loaded once."""

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.db.models import F
from django.utils import timezone

from accounts.domain import demo as entrances
from accounts.models import User
from assessments.models import (
    Assessment,
    Consensus,
    Instrument,
    Rater,
    Rating,
    RatingChange,
    RoundAction,
    RoundResult,
    Statement,
)
from dashboards.demo import clock, load
from dashboards.models import Visit
from journal.models import Change
from programs.domain import phrases
from programs.models import Attention, ItemAnswer, Listing, Program, ProgramSummary, StepPlan

# When links of raters and of invited people end, and when everybody has been awake since a pause of the sweeps.
AHEAD = {"link_expires_at", "expires_at", "made_up_at"}


def tells_eight_different_stories() -> None:
    assert Program.objects.count() == 8
    found = set(Listing.objects.filter(is_home=True).values_list("attention", flat=True))
    assert found == {
        Attention.WAITING,
        Attention.RETURNED,
        Attention.STUCK,
        Attention.MOVING,
        Attention.GRADUATED,
        Attention.HOLD,
    }
    assert not Program.objects.filter(inputs_seq__gt=F("summarised_seq")).exists()
    assert ProgramSummary.objects.filter(view="live", passed_count=11).count() == 1
    assert set(StepPlan.objects.values_list("state", flat=True)) >= {
        "go",
        "conditions",
        "hold",
        "returned",
        "submitted",
    }

    _rounds_are_in_every_state_but_the_first()
    _ratings_lie_between_opening_and_reveal()
    _nothing_happens_after_now()
    _what_is_frozen_is_frozen_again()

    # loaded once
    before = Change.objects.count(), RatingChange.objects.count()
    assert load.load(say=lambda line: None) is False
    assert (Change.objects.count(), RatingChange.objects.count()) == before

    # every version counts its lines of history
    for answer in ItemAnswer.objects.exclude(versions={}):
        for field, (version, *_) in answer.versions.items():
            lines = Change.objects.about("answer", answer.pk).filter(field=field, verb="changed")
            assert lines.count() == version, (answer.pk, field)

    # every line of history has its words
    told = set(Change.objects.exclude(program_id=None).exclude(verb="changed").values_list("kind", "verb"))
    assert told - phrases.VERBS.keys() == set()

    # somebody who was here before reads what moved
    seen = Visit.objects.get(user__email="donor@demo.example")
    assert seen.figures["programs"] == 5

    # four entrances, and nobody else signs in
    assert entrances.open_entrances() == ["team", "facilitator", "donor", "admin"]
    assert not any(user.has_usable_password() for user in User.objects.filter(is_demo=True))


def _rounds_are_in_every_state_but_the_first() -> None:
    found = Assessment.objects.order_by("program__name", "pk").values_list("program__name", "instrument__key", "state")
    assert list(found) == [
        ("Early reading clubs", "scale-up-readiness", "rating"),
        ("Newborn visits, Amani", "scale-up-readiness", "closed"),
        ("Newborn visits, Amani", "scale-up-readiness", "closed"),
        ("Newborn visits, Amani", "normalisation", "rating"),
        ("Peer educators for diabetes", "scale-up-readiness", "discussing"),
        ("Village seed clubs", "sustainability", "closed"),
    ]
    results = RoundResult.objects.values_list("assessment__state", "basis")
    assert sorted(results) == [*[("closed", "agreed")] * 3, *[("closed", "raters")] * 3, ("discussing", "raters")]
    _the_second_round_tells_what_became_of_the_first()
    _some_are_still_rating()


def _the_second_round_tells_what_became_of_the_first() -> None:
    second = Assessment.objects.exclude(previous=None).get()
    was, now = (RoundResult.objects.get(assessment=one, basis="agreed").share for one in (second.previous, second))
    assert 0 < was < now < 2 / 3
    by_key = {row.item.key: row.value for row in Consensus.objects.filter(assessment=second).select_related("item")}
    fell = [
        row.item.number
        for row in Consensus.objects.filter(assessment=second.previous).select_related("item")
        if by_key[row.item.key] is not None and by_key[row.item.key] < row.value
    ]
    assert fell == ["9.3"]
    left = Consensus.objects.filter(assessment=second, state="left")
    assert list(left.values_list("item__number", flat=True)) == ["6.4"]
    said = Statement.objects.filter(kind="dissent", consensus__assessment=second)
    assert list(said.values_list("consensus__item__number", "value")) == [("3.2", 0)]
    today = timezone.localdate()
    actions = RoundAction.objects.filter(assessment=second)
    told = {"done" if one.done_at else "late" if one.due_on < today else "open" for one in actions}
    assert told == {"done", "late", "open"}


def _some_are_still_rating() -> None:
    assessment = Assessment.objects.get(state="rating", program__name="Early reading clubs")
    assert assessment.due_on > timezone.localdate()
    rated = models.Q(ratings__value__isnull=False) | models.Q(ratings__is_unable=True)
    rows = Rater.objects.filter(assessment=assessment).annotate(count=models.Count("ratings", filter=rated))
    found = [(one.count, bool(one.finished_at), one.has_living_link, one.is_on_paper) for one in rows.order_by("pk")]
    assert found == [
        (40, True, False, False),
        (16, False, True, False),
        (0, False, True, False),
        (8, False, True, False),
        (4, False, False, True),
    ]
    lindiwe = User.objects.get(email="team@demo.example")
    mine = Rater.objects.get(assessment__state="rating", user=lindiwe)
    assert mine.assessment.instrument.key == "normalisation"
    assert mine.ratings.filter(value=None, is_unable=False).exists()


def _ratings_lie_between_opening_and_reveal() -> None:
    """As their log tells it, which the database stamps with its own clock."""
    for rating in Rating.objects.exclude(versions={}).select_related("rater__assessment"):
        held = rating.rater.assessment
        lines = RatingChange.objects.about("rating", rating.pk)
        assert lines.count() == sum(version for version, *_ in rating.versions.values())
        for line in lines:
            assert held.created_at < held.opened_at < line.at < (held.revealed_at or timezone.now())
    for result in RoundResult.objects.select_related("assessment"):
        held = result.assessment
        assert result.computed_at == (held.revealed_at if result.basis == "raters" else held.closed_at)


def _nothing_happens_after_now() -> None:
    """But for what is meant to lie ahead."""
    now, checked = timezone.now(), 0
    for app in clock.APPS:
        for model in apps.get_app_config(app).get_models():
            for column in model._meta.concrete_fields:
                if isinstance(column, models.DateTimeField) and column.name not in AHEAD:
                    assert not model._base_manager.filter(**{f"{column.name}__gt": now}).exists(), column
                    checked += 1
    assert checked > 40


def _what_is_frozen_is_frozen_again() -> None:
    for model in (Change, RatingChange, RoundResult, Instrument):
        stamp = next(one.name for one in model._meta.concrete_fields if isinstance(one, models.DateTimeField))
        assert model._base_manager.exists()
        with pytest.raises(DatabaseError, match=r"append-only|frozen"), transaction.atomic():
            model._base_manager.update(**{stamp: timezone.now()})
