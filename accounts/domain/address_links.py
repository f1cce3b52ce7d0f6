"""The link that confirms a new e-mail address: made when its mail is written, kept in no table."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse

from accounts.models import User


class Tokens(PasswordResetTokenGenerator):
    """Dead after a day, a new password, another wish, or once the address is changed."""

    key_salt = "accounts.address_links"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return "|".join(map(str, [user.pk, user.password, user.email, user.email_wanted, timestamp]))


tokens = Tokens()


def path_to(user: User) -> str:
    """Where the address the person wants is confirmed."""
    return reverse("accounts:email_confirm", args=[user.pk, tokens.make_token(user)])


def owner_of(person_id: int, token: str) -> User | None:
    """Whose address the link changes; None when it opens nothing (any more)."""
    user = User.objects.filter(pk=person_id, is_active=True).exclude(email_wanted="").first()
    return user if tokens.check_token(user, token) else None
