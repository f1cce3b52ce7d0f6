"""The signed paper of an agreement, version by version: the newest counts, all stay."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from journal import once
from journal.record import record
from partners.models import Agreement, AgreementFile
from programs.domain import file_store
from programs.domain.file_store import Stored
from programs.domain.uploads import Checked
from programs.models import Program
from programs.standing import Can, require

KIND = "agreement"


class NotSigned(Exception):
    """A draft has no signed paper; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What somebody hands in: a file that was checked, and what is new in it."""

    file: UploadedFile
    checked: Checked
    note: str = ""


def find(program: Program, agreement_file_id: int) -> AgreementFile | None:
    """One version of the paper of one of a program’s agreements."""
    files = AgreementFile.objects.select_related("agreement")
    return files.filter(pk=agreement_file_id, agreement__program=program).first()


def add(agreement: Agreement, paper: Paper, *, by: User, key: str = "") -> AgreementFile:
    """A newer version; the same key again gives the one added under it. Raises NotSigned or PermissionDenied."""
    with stored(agreement, paper) as kept, transaction.atomic():
        if done := once.earlier(key, by=by):
            return AgreementFile.objects.get(pk=done.details["file"])
        held = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
        require(by, held.program_id, Can.WRITE)
        if held.state == Agreement.State.DRAFT:
            raise NotSigned(_("This is a draft. Say that it is signed, and add the signed paper there."))
        return attach(held, paper, kept, by=by, key=key)


def stored(agreement: Agreement, paper: Paper | None) -> AbstractContextManager[Stored]:
    """The paper in the store until `attach` takes it. Open the transaction inside."""
    file, checked = (paper.file, paper.checked) if paper else (None, None)
    return file_store.stored(file, checked, folder=f"agreements/{agreement.program_id}")


def attach(held: Agreement, paper: Paper, kept: Stored, *, by: User, key: str = "") -> AgreementFile:
    """Writes the newest version, in the caller’s transaction, which holds the agreement."""
    last = held.files.aggregate(last=Max("version"))["last"] or 0
    made = AgreementFile.objects.create(
        agreement=held,
        version=last + 1,
        file=kept.take(),
        file_name=paper.checked.name,
        media_type=paper.checked.media_type,
        size=paper.checked.size,
        note=paper.note,
        added_by=by,
    )
    new = {"title": held.title, "file": made.pk, "version": made.version}
    record("paper_added", KIND, held.pk, by=by, program_id=held.program_id, new=new, key=key)
    return made
