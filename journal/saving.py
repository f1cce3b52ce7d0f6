"""The one path by which a typed value becomes true: once, in order, and never over somebody's head.

Every field a person can save alone (autosave, a plain form, later a queue filled offline) is
addressed as (kind, id, field). The app that owns a kind registers a `Kind`; `save` does the rest
in one transaction: lock, ask what is allowed now, compare the version the value was based on,
write, and log. The same key takes effect once, whatever the network does.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.models import Change, ChangeLine, Mutation, Outcome
from journal.record import record_mutation

if TYPE_CHECKING:
    from accounts.models import User


class NotFound(Exception):
    """There is no such thing for this person."""


class Refused(Exception):
    """The value cannot be saved now; the message says why and what to do."""


class KeyReused(Refused):
    """The key was already used for something else."""


LINK = "personal_link"  # in a session: the number of what a personal link opened there


@dataclass(frozen=True, slots=True)
class Actor:
    """Who saves, in which session: a person signed in, or the holder of a personal link without an account."""

    user: "User | None"
    session: str = ""
    link: int | None = None

    @classmethod
    def of(cls, request: Any) -> "Actor":
        """Who is behind a request; the session is known by a hash, never by its key. A sign-in outweighs a link."""
        key = request.session.session_key or ""
        session = hashlib.sha256(key.encode()).hexdigest()[:12] if key else ""
        if request.user.is_authenticated:
            return cls(request.user, session)
        return cls(None, session, request.session.get(LINK))

    @property
    def is_somebody(self) -> bool:
        return self.user is not None or self.link is not None

    @property
    def person(self) -> "User":
        """Who is signed in. Raises NotFound for a link: most things are not there for it."""
        if self.user is None:
            raise NotFound
        return self.user

    @property
    def writer(self) -> int | None:
        """As `versions` of a row keep it: the person's number, or that of the link below zero."""
        return self.user.pk if self.user else -self.link if self.link else None

    @property
    def name(self) -> str:
        """As pages and their scripts know whose page this is."""
        return str(self.user.pk) if self.user else f"link-{self.link}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One wish: set `field` of the thing (kind, object_id) to `value`, seen at version `base`."""

    key: str
    kind: str
    object_id: int
    field: str
    value: str
    base: int

    @property
    def fingerprint(self) -> str:
        content = json.dumps([self.kind, self.object_id, self.field, self.value], ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Field:
    """How one field is read from text, kept as JSON and shown.

    `attribute` is its name on the row. `clean(raw, row)` raises ValidationError with a sentence;
    `store` makes the value JSON; `display(value, row)` turns it into words.
    """

    attribute: str
    clean: Callable[[str, Any], Any]
    store: Callable[[Any], Any] = lambda value: value
    display: Callable[[Any, Any], str] = lambda value, row: str(value or "")


@dataclass(frozen=True, slots=True)
class Opened:
    """A locked row with its `versions`, the program it belongs to, and what its kind needs to know of it."""

    row: Any
    program_id: int | None
    scope: Any = None


class Kind(Protocol):
    """What the owner of a kind provides. Links save only what says so; `log` is where its changes are written."""

    model: type[models.Model]
    fields: Mapping[str, Field]
    takes_links: bool = False
    log: type[ChangeLine] = Change

    def read(self, object_id: int) -> Any:
        """The row as it is now, with all that reading and showing its fields asks of it."""
        return self.model._default_manager.get(pk=object_id)

    def open(self, object_id: int, *, actor: Actor) -> Opened:
        """Locks the row, or raises NotFound."""

    def check(self, opened: Opened, field: str, value: Any) -> None:
        """Raises Refused or PermissionDenied when this change is not allowed now."""

    def write(self, opened: Opened, field: str, value: Any) -> None:
        """Writes the field and `row.versions` and marks what rests on it as out of date."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a proposal, as told to the person and kept under its key."""

    outcome: Outcome
    field: str
    version: int
    value: Any
    display: str
    at: str
    is_repeat: bool = False
    theirs: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        names = ("outcome", "field", "version", "value", "display", "at", "theirs")
        return {name: getattr(self, name) for name in names}


kinds: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    """Makes a kind of thing savable. Called by the app that owns it, when it is ready."""
    kinds[name] = kind


def save(proposal: Proposal, *, actor: Actor) -> Result:
    """Saves one proposal exactly once and says what became of it.

    Raises NotFound, PermissionDenied, Refused (with a sentence) or ValidationError (wrong value).
    A key seen before gives its first result again, also when the thing could no longer be saved.
    """
    kind = kinds.get(proposal.kind)
    if kind is None or proposal.field not in kind.fields or not (actor.user or kind.takes_links):
        raise NotFound
    try:
        with transaction.atomic():
            return _save(kind, proposal, actor=actor)
    except (IntegrityError, NotFound, PermissionDenied, Refused, ValidationError):
        earlier = _earlier(proposal, actor=actor)
        if earlier is None:
            raise
        return earlier


def _save(kind: Kind, proposal: Proposal, *, actor: Actor) -> Result:
    field = kind.fields[proposal.field]
    opened = kind.open(proposal.object_id, actor=actor)
    row, old = opened.row, getattr(opened.row, field.attribute)
    value = field.clean(proposal.value, row)
    kind.check(opened, proposal.field, value)
    version, writer, session, written_at = row.versions.get(proposal.field, [0, None, "", ""])
    if is_hidden(row, proposal.field, actor=actor):
        outcome = Outcome.APPLIED  # whatever stands there: to say "already so" or show it would tell it
    else:
        outcome = _outcome(proposal, same=value == old, version=version, own=_is_own(writer, session, actor))
    if outcome == Outcome.APPLIED:
        version, written_at = version + 1, timezone.now().isoformat(timespec="seconds")
        row.versions[proposal.field] = [version, actor.writer, actor.session, written_at]
        kind.write(opened, proposal.field, value)
    current = getattr(row, field.attribute)
    result = Result(
        outcome=outcome,
        field=proposal.field,
        version=version,
        value=field.store(current),
        display=field.display(current, row),
        at=written_at,
        theirs=_theirs(field, old, row, written_at, by=_named(writer, actor)) if outcome == Outcome.CONFLICT else None,
    )
    old, wanted = field.store(old), field.store(value)
    record_mutation(proposal, result, log=kind.log, actor=actor, program_id=opened.program_id, old=old, wanted=wanted)
    return result


def is_hidden(row: Any, field: str, *, actor: Actor) -> bool:
    """A personal link may have been copied: what was written by it in another browser is not told in this one."""
    version, _writer, session, _at = row.versions.get(field, [0, None, "", ""])
    return actor.link is not None and version > 0 and session != actor.session


def _outcome(proposal: Proposal, *, same: bool, version: int, own: bool) -> Outcome:
    if same:
        return Outcome.SAME
    if proposal.base == version or own:
        return Outcome.APPLIED
    return Outcome.CONFLICT


def _is_own(writer: int | None, session: str, actor: Actor) -> bool:
    """The current value was written by the same session: its answer was only still under way."""
    return bool(actor.session) and writer == actor.writer and session == actor.session


def _theirs(field: Field, value: Any, row: Any, at: str, *, by: str) -> dict[str, Any]:
    return {"value": field.store(value), "display": field.display(value, row), "by": by, "at": at}


def _named(writer: int | None, actor: Actor) -> str:
    """Who wrote what stands there, to somebody who wrote something else. What links wrote has no name in it."""
    if writer is not None and writer == actor.writer:
        return _("You (on another device)")
    people = get_user_model().objects.filter(pk__in=[writer] if writer else [])
    return people.values_list("name", flat=True).first() or _("someone else")


def _earlier(proposal: Proposal, *, actor: Actor) -> Result | None:
    stored = Mutation.objects.filter(key=proposal.key).first()
    if stored is None:
        return None
    if (stored.actor_id, stored.link_id) != (actor.user and actor.user.pk, actor.link):
        raise NotFound
    if stored.fingerprint != proposal.fingerprint:
        raise KeyReused(_("This change was already sent with another value. Reload the page and try again."))
    return Result(**stored.result | {"outcome": Outcome(stored.outcome)}, is_repeat=True)


def parse_version(raw: str) -> int:
    """The `base` of a posted mutation; raises ValidationError when it is not a version number."""
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9:
        raise ValidationError(_("The page sent a version that is not a number. Reload the page and try again."))
    return int(raw)
