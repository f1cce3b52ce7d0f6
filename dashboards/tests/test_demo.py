"""The demonstration: eight believable programs, the same on every machine, loaded once."""

import pytest
from django.conf import settings as live_settings
from django.db.models import F

from accounts.domain import demo as entrances
from accounts.models import User
from dashboards.demo import load
from dashboards.models import Visit
from journal.models import Change
from programs.domain import phrases
from programs.models import Attention, ItemAnswer, Listing, Program, ProgramSummary, StepPlan


@pytest.fixture
def loaded(guide) -> None:
    load.load(say=lambda line: None)


def test_the_demonstration_tells_eight_different_stories(loaded: None) -> None:
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

    # loaded once
    before = Change.objects.count()
    assert load.load(say=lambda line: None) is False
    assert Change.objects.count() == before

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


def test_it_refuses_in_production(guide, settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(load.RefusedInProduction):
        load.load(say=lambda line: None)
    assert live_settings.PRODUCTION
    assert not User.objects.exists()
