"""Writing mails: an invitation, or a letter about somebody's own account, in the reader's language."""

from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.domain import invitations
from accounts.models import Invitation, Letter, User
from scaleup import doorbell

RESET_IS_AWAITED = timedelta(days=1)
NEWS_IS_WORTH = timedelta(days=14)


def post(email: str, kind: Letter.Kind) -> None:
    """Has a letter sent to an address about its account, if there is one. One that waits is not doubled."""
    wait = RESET_IS_AWAITED if kind == Letter.Kind.PASSWORD_RESET else NEWS_IS_WORTH
    fresh = {"expires_at": timezone.now() + wait, "mail_not_before": None, "mail_wanted": True}
    Letter.objects.update_or_create(email=email.lower(), kind=kind, mailed_at=None, defaults=fresh)
    doorbell.ring(invitations.SEND)


def write(row: Invitation | Letter) -> EmailMultiAlternatives | None:
    """The mail a row wants; None when there is nothing left to say."""
    return _invitation(row) if isinstance(row, Invitation) else _letter(row)


def _invitation(row: Invitation) -> EmailMultiAlternatives | None:
    reader = User.objects.filter(email__iexact=row.email).first() or row.invited_by
    with translation.override(reader.language if reader else settings.LANGUAGE_CODE):
        try:
            offer = invitations.offer_of(row)
        except invitations.Dead:
            return None
        words = {
            "invitation": row,
            "offer": offer,
            "role": invitations.role_of(row),
            "link": _absolute(invitations.path_of(row)),
        }
        number = f"invitation-{row.pk}-{int(row.expires_at.timestamp())}"
        return _mail("invitation", to=row.email, words=words, number=number)


def _letter(row: Letter) -> EmailMultiAlternatives | None:
    reader = User.objects.filter(email__iexact=row.email, is_active=True, is_demo=False).first()
    if reader is None:
        return None
    name, path = "account_changed", reverse("account_reset_password")
    if row.kind == Letter.Kind.PASSWORD_RESET:
        name, path = "password_reset", _reset_path(reader)
    with translation.override(reader.language), timezone.override(reader.zone):
        words = {"user": reader, "letter": row, "link": _absolute(path)}
        return _mail(name, to=reader.email, words=words, number=f"letter-{row.pk}")


def _mail(name: str, *, to: str, words: dict[str, Any], number: str) -> EmailMultiAlternatives:
    """Three small templates make one mail. Its number is the same on every try, so a doubled mail is known."""
    subject = " ".join(render_to_string(f"accounts/mail/{name}_subject.txt", words).split())
    text = render_to_string(f"accounts/mail/{name}.txt", words)
    headers = {
        "Message-ID": f"<{number}@{urlsplit(settings.PUBLIC_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    mail = EmailMultiAlternatives(subject, text, to=[to], headers=headers)
    mail.attach_alternative(render_to_string(f"accounts/mail/{name}.html", words), "text/html")
    return mail


def _absolute(path: str) -> str:
    return urljoin(settings.PUBLIC_URL, path)


def _reset_path(user: User) -> str:
    values = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=values)
