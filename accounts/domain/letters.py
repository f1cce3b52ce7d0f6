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

from accounts.domain import address_links, invitations
from accounts.models import Invitation, Letter, User
from scaleup import doorbell

LINK_IS_AWAITED = timedelta(days=1)
NEWS_IS_WORTH = timedelta(days=14)
WITH_A_LINK = {Letter.Kind.PASSWORD_RESET, Letter.Kind.EMAIL_CONFIRM}


def post(email: str, kind: Letter.Kind, *, person: User | None = None) -> None:
    """Has a letter sent to an address about its account, or that of `person`. One that waits is not doubled."""
    wait = LINK_IS_AWAITED if kind in WITH_A_LINK else NEWS_IS_WORTH
    untried = {"mail_attempts": 0, "mail_faults": 0, "mail_error": "", "mail_not_before": None}
    fresh = {"expires_at": timezone.now() + wait, "mail_wanted": True} | untried
    Letter.objects.update_or_create(email=email.lower(), kind=kind, person=person, mailed_at=None, defaults=fresh)
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
    if row.kind == Letter.Kind.EMAIL_CONFIRM:
        return _confirmation(row)
    reader = row.person or _owner(row.email)
    if reader is None:
        return None
    if row.kind == Letter.Kind.PASSWORD_RESET:
        return _to(reader, "password_reset", row, path=_reset_path(reader))
    if row.kind == Letter.Kind.EMAIL_ASKED:  # the account may have its new address by now
        return _to(reader, "email_asked", row, path=reverse("account_reset_password"), to=row.email)
    return _to(reader, "account_changed", row, path=reverse("account_reset_password"))


def _confirmation(row: Letter) -> EmailMultiAlternatives | None:
    """The link that confirms an address; or, if the address has an account already, a word to its owner."""
    asker = row.person
    if asker is None or not asker.is_active or asker.email_wanted != row.email:
        return None
    if User.objects.filter(email__iexact=row.email).exists():
        owner = _owner(row.email)
        return _to(owner, "email_taken", row, path=reverse("account_reset_password")) if owner else None
    return _to(asker, "email_confirm", row, path=address_links.path_to(asker), to=row.email)


def _owner(email: str) -> User | None:
    """Who has an account with this address."""
    return User.objects.filter(email__iexact=email, is_active=True, is_demo=False).first()


def _to(reader: User, name: str, row: Letter, *, path: str, to: str = "") -> EmailMultiAlternatives:
    """To the address on file unless told: one typed a little differently may be somebody else's."""
    with translation.override(reader.language), timezone.override(reader.zone):
        words = {"user": reader, "letter": row, "link": _absolute(path)}
        return _mail(name, to=to or reader.email, words=words, number=f"letter-{row.pk}")


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
