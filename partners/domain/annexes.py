"""Annexes “who does what”: asked for, and asked for again. The worker writes them (`annex_writing`)."""

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal import once
from journal.record import record
from partners.domain import annex_content, annex_gathering
from partners.domain.agreement_files import KIND
from partners.domain.agreements import Gone, Refused
from partners.models import Agreement, Annex
from programs.standing import Can, require
from scaleup import doorbell

WRITE = "partners.tasks.write_annex"


@transaction.atomic
def ask(agreement: Agreement, *, by: User, key: str = "") -> Annex:
    """Has an annex written of what stands in the matrix now. The same key again gives the same one.

    Raises Refused while there is nothing to write about, or PermissionDenied.
    """
    program = require(by, agreement.program_id, Can.WRITE)
    gone = Gone(_("Somebody deleted this draft meanwhile."))
    if made := once.made_before(Annex, key, by=by, gone=gone, detail="annex"):
        return made
    held = Agreement.objects.select_for_update(no_key=True).filter(pk=agreement.pk).first()
    if held is None:
        raise gone
    held.program = program
    last = held.annexes.aggregate(last=Max("number"))["last"] or 0
    content = annex_gathering.gather(held, number=last + 1, today=timezone.localdate())
    if not content.parties or not content.functions:
        raise Refused(_("Say first who the parties are, and which functions the agreement covers."))
    made = Annex.objects.create(
        agreement=held, number=content.number, content=annex_content.as_json(content), asked_by=by
    )
    _record("annex_asked", made, by=by, key=key)
    doorbell.ring(WRITE, made.pk)
    return made


@transaction.atomic
def ask_again(annex: Annex, *, by: User) -> None:
    """Has the worker try once more what could not be written; what is there or under way stays as it is.

    Raises PermissionDenied.
    """
    require(by, annex.agreement.program_id, Can.WRITE)
    lacking = Annex.objects.filter(Q(state=Annex.State.FAILED) | Q(state=Annex.State.READY, pdf=""), pk=annex.pk)
    if lacking.update(state=Annex.State.WAITING, attempts=0, why=""):
        _record("annex_asked_again", annex, by=by)
        doorbell.ring(WRITE, annex.pk)


def _record(verb: str, annex: Annex, *, by: User, key: str = "") -> None:
    agreement = annex.agreement
    said = {"annex": annex.pk, "number": annex.number, "title": agreement.title}
    record(verb, KIND, agreement.pk, by=by, program_id=agreement.program_id, new=said, key=key)
