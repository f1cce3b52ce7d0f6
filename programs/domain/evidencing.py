"""Adding, replacing and withdrawing evidence: nothing is overwritten, every version stays."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from journal import once
from journal.record import record
from programs.domain import file_store, verifying
from programs.domain.file_store import Stored
from programs.domain.freshness import mark_stale
from programs.domain.uploads import Checked
from programs.models import Evidence, ItemAnswer, Program


class Superseded(Exception):
    """This version was replaced or withdrawn by somebody else meanwhile."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What somebody hands in as evidence: a file that was checked, a link or a dated note."""

    kind: str
    title: str
    dated_on: date
    expires_on: date | None = None
    url: str = ""
    text: str = ""
    file: UploadedFile | None = None
    checked: Checked | None = None


def add(answer: ItemAnswer, piece: Piece, *, by: User, key: str = "") -> Evidence:
    """Adds a piece of evidence to an item; the same key again gives the piece added under it."""
    with _stored(piece, answer) as stored, transaction.atomic():
        if done := once.earlier(key, by=by):
            return Evidence.objects.get(pk=done.details["evidence"])
        held = verifying.hold(answer.pk)
        evidence = _create(held, piece, stored, by=by)
        _record("evidence_added", evidence, held, by=by, key=key)
        mark_stale(held.plan.program_id)
        return evidence


def replace(evidence: Evidence, piece: Piece, *, by: User, key: str = "") -> Evidence:
    """Adds a newer version of a piece; a verification that rested on the older one lapses.

    Raises Superseded when it is no longer the current version.
    """
    with _stored(piece, evidence.answer) as stored, transaction.atomic():
        if done := once.earlier(key, by=by):
            return Evidence.objects.get(pk=done.details["evidence"])
        held = verifying.hold(evidence.answer_id)
        _retire(evidence)
        newer = _create(held, piece, stored, by=by, replaces=evidence, version=evidence.version + 1)
        _lapse(held, evidence, why=_("its evidence “%(title)s” was replaced"))
        _record("evidence_replaced", newer, held, by=by, key=key)
        mark_stale(held.plan.program_id)
        return newer


@transaction.atomic
def withdraw(evidence: Evidence, *, by: User) -> None:
    """Takes a piece back: it no longer counts, but stays in the list of versions.

    Raises Superseded when it is no longer the current version.
    """
    held = verifying.hold(evidence.answer_id)
    _retire(evidence)
    _lapse(held, evidence, why=_("its evidence “%(title)s” was withdrawn"))
    _record("evidence_withdrawn", evidence, held, by=by)
    mark_stale(held.plan.program_id)


@dataclass(frozen=True, slots=True)
class Versions:
    """One piece of evidence: its newest version, and the older ones, newest first."""

    newest: Evidence
    older: list[Evidence]


def find(program: Program, evidence_id: int) -> Evidence | None:
    """One version of a piece of evidence of the program."""
    rows = Evidence.objects.select_related("answer__item", "answer__plan__step", "added_by")
    return rows.filter(pk=evidence_id, answer__plan__program=program).first()


def pieces(answer: ItemAnswer) -> list[Versions]:
    """All evidence of an item by piece: current ones first, withdrawn ones last."""
    rows = {one.pk: one for one in Evidence.objects.filter(answer=answer).select_related("added_by").order_by("-pk")}
    replaced = {one.replaces_id for one in rows.values()}
    newest = [one for one in rows.values() if one.pk not in replaced]
    found = [Versions(one, list(_older(one, rows))) for one in newest]
    return sorted(found, key=lambda piece: not piece.newest.is_current)


def _older(evidence: Evidence, rows: dict[int, Evidence]) -> Iterator[Evidence]:
    while evidence.replaces_id is not None:
        evidence = rows[evidence.replaces_id]
        yield evidence


def _retire(evidence: Evidence) -> None:
    if not Evidence.objects.filter(pk=evidence.pk, is_current=True).update(is_current=False):
        raise Superseded(_("Somebody replaced or withdrew this piece meanwhile. Look at the newest version."))


def _lapse(answer: ItemAnswer, evidence: Evidence, *, why: str) -> None:
    if evidence.pk in answer.verified_evidence and answer.verified_at is not None:
        verifying.lapse(answer, why=why % {"title": evidence.title})


def _stored(piece: Piece, answer: ItemAnswer) -> AbstractContextManager[Stored]:
    return file_store.stored(piece.file, piece.checked, folder=f"evidence/{answer.plan.program_id}")


def _create(answer: ItemAnswer, piece: Piece, stored: Stored, *, by: User, **fields: Any) -> Evidence:
    path = stored.take()
    if piece.checked is not None:
        checked = piece.checked
        fields |= {"file": path, "file_name": checked.name}
        fields |= {"media_type": checked.media_type, "size": checked.size}
    return Evidence.objects.create(
        answer=answer,
        kind=piece.kind,
        title=piece.title,
        dated_on=piece.dated_on,
        expires_on=piece.expires_on,
        url=piece.url,
        text=piece.text,
        added_by=by,
        **fields,
    )


def _record(verb: str, evidence: Evidence, answer: ItemAnswer, *, by: User, key: str = "") -> None:
    new = {"evidence": evidence.pk, "title": evidence.title, "version": evidence.version}
    record(verb, "answer", answer.pk, by=by, program_id=answer.plan.program_id, new=new, key=key)
