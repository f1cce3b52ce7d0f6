"""Changing one's own e-mail address: asked for, confirmed by a link at the new one, then in force.

Whether an address is taken is found out when the mail is written, and told to nobody but its owner.
"""

from django.db import IntegrityError, transaction

from accounts.domain import address_links, letters
from accounts.models import Letter, User


class Dead(Exception):
    """The link opens nothing: it was used, is too old, or something else was asked for since."""


class Taken(Exception):
    """Somebody made an account with the address since the link was sent."""


@transaction.atomic
def ask(user: User, *, email: str) -> None:
    """Sends a link to the new address, and news of it to the old one. Nothing else changes yet."""
    user.email_wanted = email
    user.save(update_fields=["email_wanted"])
    letters.post(user.email, Letter.Kind.EMAIL_ASKED, person=user)
    letters.post(email, Letter.Kind.EMAIL_CONFIRM, person=user)


def keep(user: User) -> None:
    """The wish is withdrawn; links sent for it open nothing."""
    user.email_wanted = ""
    user.save(update_fields=["email_wanted"])


@transaction.atomic
def confirm(person_id: int, token: str) -> User:
    """Puts the new address in force. Raises Dead or Taken."""
    User.objects.select_for_update().filter(pk=person_id).first()  # two clicks at once: the second finds it used
    user = address_links.owner_of(person_id, token)
    if user is None:
        raise Dead
    user.email, user.email_wanted = user.email_wanted, ""
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "email_wanted"])
    except IntegrityError as error:
        raise Taken from error
    return user
