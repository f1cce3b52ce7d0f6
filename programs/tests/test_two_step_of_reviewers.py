"""Who is named to decide about a program needs two-step sign-in, as facilitators do."""

from datetime import timedelta

from django.utils import timezone
from pytest_django import Settings

from accounts.domain import two_step
from accounts.models import Affiliation, User
from programs.domain import describing
from programs.models import Program


def test_it_is_asked_of_a_reviewer_and_no_longer_afterwards(
    program: Program, admin: User, stranger: User, settings: Settings
) -> None:
    settings.REQUIRE_TWO_STEP = True
    Affiliation.objects.create(organisation=program.organisation, user=stranger)
    assert not two_step.is_asked_of(stranger)
    describing.name_reviewer(program, reviewer=stranger, by=admin)
    stranger.refresh_from_db()
    assert two_step.is_asked_of(stranger)
    assert stranger.two_step_due_on == timezone.localdate() + timedelta(days=14)
    describing.name_reviewer(program, reviewer=None, by=admin)
    stranger.refresh_from_db()
    assert not two_step.is_asked_of(stranger)
    assert stranger.two_step_due_on is None
