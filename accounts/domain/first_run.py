"""The first organisation and its administrator, made once, by whoever started the server."""

import hashlib
import secrets

from django.db import transaction
from django.urls import reverse

from accounts.models import Affiliation, Organisation, SetupToken, User
from journal.record import record


class SetupClosed(Exception):
    """The token is wrong or used, or there are people already."""


def is_fresh() -> bool:
    """Nobody has an account yet."""
    return not User.objects.exists()


@transaction.atomic
def setup_token() -> str | None:
    """The path of the set-up page with a new one-time token; None once there are people.

    Earlier tokens end here: only the link printed last works. The token itself is not kept.
    """
    if not is_fresh():
        return None
    token = secrets.token_urlsafe(32)
    SetupToken.objects.all().delete()
    SetupToken.objects.create(digest=_digest(token))
    return reverse("accounts:set_up", args=[token])


def is_open(token: str) -> bool:
    """Whether the page behind this token may be shown."""
    return is_fresh() and SetupToken.objects.filter(digest=_digest(token)).exists()


@transaction.atomic
def set_up(token: str, *, organisation: str, name: str, email: str, password: str) -> User:
    """Makes the first organisation and its administrator, and ends the token.

    Raises SetupClosed when another click was faster or the token is not the one printed last.
    """
    # The row is locked, so of two clicks at once the second finds it gone.
    held = SetupToken.objects.select_for_update().filter(digest=_digest(token)).first()
    if held is None or not is_fresh():
        raise SetupClosed
    SetupToken.objects.all().delete()
    admin = User.objects.create_user(email, password, name=name)
    first = Organisation.objects.create(name=organisation)
    Affiliation.objects.create(organisation=first, user=admin, is_admin=True)
    record("founded", "organisation", first.pk, by=admin, new={"name": organisation})
    return admin


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
