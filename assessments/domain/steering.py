"""What the consensus room looks at: the item on the projector and on the phones, and the time left for it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.domain import rounds
from assessments.domain.rounds import Refused
from assessments.models import Assessment, InstrumentItem

LONGEST_TIMER = 60  # minutes


@transaction.atomic
def show(assessment: Assessment, item: InstrumentItem, *, by: User) -> None:
    """Puts an item before everybody in the room; a timer that runs belongs to the item before and ends.

    Raises Refused or PermissionDenied.
    """
    held = _hold(assessment, by=by)
    if item.instrument_id != held.instrument_id:
        raise Refused(_("This item is not part of the round."))
    if held.room_item_id == item.pk:
        return
    held.room_item, held.room_until = item, None
    held.revision += 1
    held.save(update_fields=["room_item", "room_until", "revision"])


@transaction.atomic
def set_timer(assessment: Assessment, minutes: int, *, by: User) -> None:
    """Starts the timer anew, or ends it with 0. Raises Refused or PermissionDenied."""
    held = _hold(assessment, by=by)
    if not 0 <= minutes <= LONGEST_TIMER:
        raise Refused(_("A timer runs for at most %(most)s minutes.") % {"most": LONGEST_TIMER})
    held.room_until = timezone.now() + timedelta(minutes=minutes) if minutes else None
    held.revision += 1
    held.save(update_fields=["room_until", "revision"])


def _hold(assessment: Assessment, *, by: User) -> Assessment:
    held = rounds.hold(assessment, by=by)
    if held.state != Assessment.State.DISCUSSING:
        raise Refused(_("This round is not in discussion now."))
    return held
