"""Inviting people by a personal link: for every kind of thing somebody can be made part of.

The app that owns a kind registers a `Grant`. Everything else (the link, the mail, the page, the
single use, the history) is the same for all kinds and lives here.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Invitation, User
from journal.record import record
from scaleup import doorbell

VALID_FOR = timedelta(days=14)
MOST_AN_HOUR = 60
BETWEEN_MAILS = timedelta(minutes=10)
SALT = "accounts.invitation"
SEND = "accounts.tasks.send_pending_mail"


@dataclass(frozen=True, slots=True)
class Role:
    """A role one can be invited to: its name, and what it lets a person do, in one sentence."""

    name: str | Promise
    meaning: str | Promise


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation makes somebody part of, in words for the mail and the pages."""

    thing: str | Promise  # "Organisation", "Program" …
    name: str
    url: str  # where to go after accepting
    people_url: str  # where those who may invite see who belongs
    program_id: int | None = None  # whose history it also belongs to


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invitation nobody accepted yet, as those who may invite see it; `path` is the personal link."""

    invitation: Invitation
    role: Role
    path: str


class Grant(Protocol):
    """How invitations of one kind are described and granted, by the app that owns the kind."""

    @property
    def roles(self) -> Mapping[str, Role]:
        """The roles one can be invited to, lowest first or as the page should show them."""

    def describe(self, object_id: int) -> Offer | None:
        """The thing in words, or None when it is gone or closed: its invitations are dead then."""

    def is_visible_to(self, user: User, object_id: int) -> bool:
        """Whether the person may know of the thing; if not, its pages are not found."""

    def may_invite(self, user: User, object_id: int) -> bool:
        """Whether the person may invite to it, and see and withdraw its invitations."""

    def has(self, email: str, object_id: int, role: str) -> bool:
        """Whether the person with this address has the role already."""

    def grant(self, user: User, object_id: int, role: str, *, by: User | None) -> None:
        """Gives the role, in the caller's transaction. Called again it changes nothing."""


class Refused(Exception):
    """The invitation cannot be made; the message says why and what to do."""


class Dead(Exception):
    """The link is right, but no longer opens anything: `reason` is used, revoked, expired or gone."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotYours(Exception):
    """The invitation is for another person than the one who is signed in."""


class HasAccount(Exception):
    """There is an account for this address: sign in instead of making one."""


grants: dict[str, Grant] = {}


def register(kind: str, grant: Grant) -> None:
    """Makes a kind of thing one can be invited to. Called by the app that owns it, when it is ready."""
    grants[kind] = grant


@transaction.atomic
def invite(
    kind: str, object_id: int, *, email: str, role: str, by: User | None, name: str = "", by_mail: bool = True
) -> Invitation:
    """Invites an address to a thing; inviting again changes the role and renews the time.

    Who got the mail minutes ago gets no second one. `by` is None when the server itself invites.
    Raises Refused with a sentence.
    """
    email = email.strip().lower()
    _check(kind, object_id, email=email, role=role, by=by)
    waiting = Invitation.objects.about(kind, object_id).waiting().filter(email__iexact=email)
    invitation = waiting.select_for_update().first() or Invitation(kind=kind, object_id=object_id, email=email)
    invitation.name, invitation.role, invitation.invited_by = name, role, by
    _renew(invitation, by_mail=by_mail)
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError as error:
        raise Refused(_("Somebody invited this person at this moment. Look at the list again.")) from error
    _record("invited", invitation, by=by)
    return invitation


@transaction.atomic
def resend(invitation: Invitation, *, by: User) -> Invitation:
    """Sends the mail again and lets the same link work for another while. Raises Dead or Refused."""
    held = _hold(invitation)
    if _was_just_mailed(held):
        raise Refused(_("A mail went out minutes ago. Wait a little before you send another."))
    _renew(held, by_mail=True)
    held.save()
    _record("invited", held, by=by)
    return held


@transaction.atomic
def revoke(invitation: Invitation, *, by: User) -> None:
    """Ends an invitation; its link opens nothing from now on. Raises Dead if there is nothing to end."""
    held = _hold(invitation)
    held.revoked_at = timezone.now()
    held.save(update_fields=["revoked_at"])
    _record("revoked", held, by=by)


@transaction.atomic
def accept(invitation: Invitation, *, by: User) -> Offer:
    """Makes a person with an account part of the thing. Raises Dead or NotYours.

    A second click of the same person finds it accepted and is as good as the first.
    """
    held = _lock(invitation)
    if held.email.lower() != by.email.lower():
        raise NotYours
    if held.accepted_by_id == by.pk:
        return offer_of(held)
    _check_alive(held)
    return _accept(held, by=by)


@transaction.atomic
def accept_as_newcomer(invitation: Invitation, *, name: str, password: str) -> tuple[User, Offer]:
    """Makes an account for the invited address and accepts. Raises Dead or HasAccount.

    The link went to the address, so whoever holds it is taken for its owner.
    """
    held = _lock(invitation)
    _check_alive(held)
    language = held.invited_by.language if held.invited_by else settings.LANGUAGE_CODE
    try:
        with transaction.atomic():
            user = User.objects.create_user(held.email, password, name=name, language=language)
    except IntegrityError as error:
        raise HasAccount from error
    return user, _accept(held, by=user)


def find(pk: int, token: str) -> Invitation | None:
    """The invitation behind a link, whatever has become of it; None when the link is not ours."""
    invitation = Invitation.objects.select_related("invited_by").filter(pk=pk).first()
    # A wrong number costs the same comparison as a wrong token.
    nonce = invitation.nonce if invitation else ""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    matches = [constant_time_compare(token, _token(nonce, key)) for key in keys]
    return invitation if invitation and any(matches) else None


def path_of(invitation: Invitation) -> str:
    """The path of the personal link. Only the invited person and who invites may see it."""
    return reverse("accounts:invitation", args=[invitation.pk, _token(invitation.nonce, settings.SECRET_KEY)])


def offer_of(invitation: Invitation) -> Offer:
    """What the invitation is to, in words. Raises Dead when the thing is gone."""
    grant = grants.get(invitation.kind)
    offer = grant.describe(invitation.object_id) if grant and invitation.role in grant.roles else None
    if offer is None:
        raise Dead("gone")
    return offer


def role_of(invitation: Invitation) -> Role:
    """The role in words, of an invitation that has an offer."""
    return grants[invitation.kind].roles[invitation.role]


def open_offer(invitation: Invitation) -> Offer:
    """What a living invitation is to. Raises Dead with the reason otherwise."""
    _check_alive(invitation)
    return offer_of(invitation)


def waiting(kind: str, object_id: int) -> list[Waiting]:
    """Invitations to a thing that are neither accepted nor withdrawn, newest first."""
    found = Invitation.objects.about(kind, object_id).waiting().select_related("invited_by")
    roles = grants[kind].roles
    return [Waiting(row, roles[row.role], path_of(row)) for row in found.order_by("-pk") if row.role in roles]


def has_account(invitation: Invitation) -> bool:
    """Whether the invited address signs in already."""
    return User.objects.filter(email__iexact=invitation.email).exists()


def revoke_all_by(user: User, kind: str, object_ids: list[int], *, by: User) -> None:
    """Ends what somebody invited to while they still could; for those who lose the right to invite."""
    theirs = Invitation.objects.about(kind, *object_ids).waiting().filter(invited_by=user)
    for invitation in theirs.select_for_update(of=("self",)):
        revoke(invitation, by=by)


def _check(kind: str, object_id: int, *, email: str, role: str, by: User | None) -> None:
    grant = grants[kind]
    if role not in grant.roles:
        raise Refused(_("Choose one of the roles."))
    if grant.has(email, object_id, role):
        raise Refused(_("%(email)s has this role already.") % {"email": email})
    hour_ago = timezone.now() - timedelta(hours=1)
    if by and Invitation.objects.filter(invited_by=by, created_at__gt=hour_ago).count() >= MOST_AN_HOUR:
        raise Refused(_("You invited many people within an hour. Wait a little, then go on."))


def _was_just_mailed(invitation: Invitation) -> bool:
    return invitation.mailed_at is not None and timezone.now() - invitation.mailed_at < BETWEEN_MAILS


def _renew(invitation: Invitation, *, by_mail: bool) -> None:
    invitation.expires_at = timezone.now() + VALID_FOR
    if _was_just_mailed(invitation):
        return
    invitation.mail_wanted, invitation.mailed_at = by_mail, None
    invitation.mail_attempts, invitation.mail_error, invitation.mail_not_before = 0, "", None
    invitation.mail_faults = 0
    doorbell.ring(SEND)


def _lock(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("invited_by")
    return rows.get(pk=invitation.pk)


def _hold(invitation: Invitation) -> Invitation:
    """The row locked, still neither accepted nor withdrawn. An expired one may be held to renew it."""
    held = _lock(invitation)
    _check_alive(held, even_expired=True)
    return held


def _check_alive(invitation: Invitation, *, even_expired: bool = False) -> None:
    if invitation.accepted_at:
        raise Dead("used")
    if invitation.revoked_at:
        raise Dead("revoked")
    if invitation.is_expired and not even_expired:
        raise Dead("expired")


def _accept(held: Invitation, *, by: User) -> Offer:
    offer = offer_of(held)
    grants[held.kind].grant(by, held.object_id, held.role, by=held.invited_by)
    held.accepted_at, held.accepted_by = timezone.now(), by
    held.save(update_fields=["accepted_at", "accepted_by"])
    _record("accepted", held, by=by)
    return offer


def _record(verb: str, invitation: Invitation, *, by: User | None) -> None:
    details: dict[str, Any] = {"email": invitation.email, "role": invitation.role}
    offer = grants[invitation.kind].describe(invitation.object_id)
    program_id = offer.program_id if offer else None
    record(verb, invitation.kind, invitation.object_id, by=by, program_id=program_id, new=details)


def _token(nonce: str, key: str) -> str:
    digest = salted_hmac(SALT, nonce, secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
