"""The link in a mail that stops mails of its kinds: for who holds it, signed in or not, for good.

Its token names the person and the kinds and is signed, so that nobody can make one. It opens nothing else.
"""

from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import User
from reminders.domain import wishes
from reminders.domain.wishes import Kind

SALT = "reminders.stop"
WORTH_READING = 2000  # characters; no token of ours is longer


@dataclass(frozen=True, slots=True)
class Stop:
    """What a link can stop, and whether it is stopped already."""

    user: User
    kinds: list[Kind]
    is_stopped: bool


def path_to_stop(user_id: int, kinds: list[str]) -> str:
    """The address; the same for the same person and kinds, on every try of a mail."""
    token = Signer(salt=SALT).sign_object([user_id, sorted(kinds)])
    return reverse("reminders:stop", args=[token])


def read(token: str) -> Stop | None:
    """What the token stands for; None for one that is not ours, or whose person or kinds are gone."""
    try:
        user_id, keys = Signer(salt=SALT).unsign_object(token[:WORTH_READING])
    except (BadSignature, ValueError):
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    known = wishes.kinds()
    kinds = [known[key] for key in keys if key in known]
    if user is None or not kinds:
        return None
    chosen = wishes.of(user)
    return Stop(user, kinds, is_stopped=not any(chosen.get(one.kind, wishes.DEFAULT).by_mail for one in kinds))


def stop(found: Stop, *, again: bool = False) -> None:
    """Mails of these kinds come no more; `again`: they come again after all."""
    wishes.choose_mail(found.user, [one.kind for one in found.kinds], is_wanted=again)
