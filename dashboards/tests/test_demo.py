"""Loading the demonstration; what it holds is in `demo_cases`."""

from datetime import timedelta

import pytest
from django.conf import settings as live_settings
from django.utils import timezone

from accounts.models import User
from assessments.models import (
    Instrument,
)
from assessments.tests.round_cases import small_instrument
from dashboards.demo import clock, load


def test_what_no_story_makes_keeps_its_time(db) -> None:
    """A published instrument is frozen: nobody dates it back, even if it came in the same transaction."""
    made = small_instrument()
    with clock.at(timezone.now() - timedelta(days=100)):
        pass
    assert Instrument.objects.get(pk=made.pk).created_at == made.created_at


def test_it_refuses_in_production(guide, settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(load.RefusedInProduction):
        load.load(say=lambda line: None)
    assert live_settings.PRODUCTION
    assert not User.objects.exists()
