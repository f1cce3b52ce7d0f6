"""Living with a complaint of the matrix for a time: with a reason, until a day, on the page all the while."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal import once
from journal.record import record
from partners.domain import complaints
from partners.domain.counting import mark_stale
from partners.models import AcceptedComplaint, Partnership
from programs.models import Program
from programs.standing import Can, require

KIND = "complaint"
LONGEST = timedelta(days=365)


class NotThere(Exception):
    """The matrix does not complain about this any more; the message says so."""


class Refused(Exception):
    """Not until that day; the message says until when."""


def earliest(today: date) -> date:
    return today + timedelta(days=1)


def latest(today: date) -> date:
    return today + LONGEST


@transaction.atomic
def accept(
    program: Program, code: str, subject: str, *, reason: str, until_on: date, by: User, key: str = ""
) -> AcceptedComplaint:
    """Accepts a complaint, in the place of an earlier acceptance. The same key again changes nothing.

    Raises NotThere, Refused for a day that is too near or too far, or PermissionDenied.
    """
    require(by, program.pk, Can.WRITE)
    if done := once.earlier(key, by=by):
        return AcceptedComplaint.objects.get(pk=done.object_id)
    today = timezone.localdate()
    if not earliest(today) <= until_on <= latest(today):
        raise Refused(_("Choose a day from tomorrow on, at most a year ahead."))
    _hold(program)
    if complaints.read(program, today).find(code, subject) is None:
        raise NotThere(_("The matrix does not complain about this any more."))
    _standing(program, code, subject).update(ended_at=timezone.now())
    made = AcceptedComplaint.objects.create(
        program=program, code=code, subject=subject, reason=reason, until_on=until_on, accepted_by=by
    )
    new = {"code": code, "subject": subject, "reason": reason, "as_of": until_on.isoformat()}
    record("complaint_accepted", KIND, made.pk, by=by, program_id=program.pk, new=new, key=key)
    mark_stale(program.pk)
    return made


@transaction.atomic
def end(program: Program, code: str, subject: str, *, by: User) -> bool:
    """Lets the matrix complain again. False: nobody had accepted it, or somebody ended it before.

    Raises PermissionDenied.
    """
    require(by, program.pk, Can.WRITE)
    _hold(program)
    held = _standing(program, code, subject).first()
    if held is None:
        return False
    held.ended_at = timezone.now()
    held.save(update_fields=["ended_at"])
    new = {"code": code, "subject": subject}
    record("complaint_accepted_no_more", KIND, held.pk, by=by, program_id=program.pk, new=new)
    mark_stale(program.pk)
    return True


def _hold(program: Program) -> None:
    """Acceptances of one program change one after the other."""
    Partnership.objects.select_for_update(no_key=True).filter(program=program).first()


def _standing(program: Program, code: str, subject: str) -> QuerySet[AcceptedComplaint]:
    return AcceptedComplaint.objects.filter(program=program, code=code, subject=subject, ended_at=None)
