"""A test mail to oneself: whether mails of ScaleUp arrive, and if not, what the mail server said."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.invitations import SEND
from accounts.models import User
from reminders.models import Delivery
from scaleup import doorbell

MOST_AN_HOUR = 5
HOUR = timedelta(hours=1)
IS_WORTH = timedelta(days=1)


class TooMany(Exception):
    """Enough of them for this hour."""

    def __str__(self) -> str:
        return _("That was enough test mails for one hour. See below what became of them, or try again later.")


@transaction.atomic
def ask(user: User) -> Delivery:
    """Has one sent; one that waits is not doubled. Raises TooMany. Two requests at once come one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    now = timezone.now()
    if waiting := Delivery.objects.unsent().filter(user=user, kind=Delivery.Kind.TEST).first():
        return waiting
    if Delivery.objects.filter(user=user, kind=Delivery.Kind.TEST, made_at__gt=now - HOUR).count() >= MOST_AN_HOUR:
        raise TooMany
    delivery = Delivery.objects.create(user=user, kind=Delivery.Kind.TEST, made_at=now, expires_at=now + IS_WORTH)
    doorbell.ring(SEND)
    return delivery


def newest_of(user: User) -> Delivery | None:
    """The last one that was asked for."""
    return Delivery.objects.filter(user=user, kind=Delivery.Kind.TEST).order_by("-pk").first()
