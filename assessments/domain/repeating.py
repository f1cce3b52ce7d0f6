"""A round after an earlier one: the same people are asked again; no value is ever copied."""

from django.db import transaction

from accounts.models import User
from assessments.domain import raters, rounds
from assessments.domain.rounds import Setting
from assessments.models import Assessment, Instrument


@transaction.atomic
def start(previous: Assessment, instrument: Instrument, setting: Setting, *, by: User, key: str = "") -> Assessment:
    """A new round with the raters of the earlier one, but for who runs it now.

    The instrument is the same one, perhaps in a newer version. Raises as `rounds.set_up` does.
    """
    assessment = rounds.set_up(previous.program, instrument, setting, previous=previous, by=by, key=key)
    if not assessment.raters.exists():
        raters.ask_again(assessment, previous)
    return assessment
