"""Agreements between partners: written down, changed, signed and ended. Only a draft is ever deleted."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from journal import facts, once
from journal.record import record
from partners.domain import agreement_files
from partners.domain.agreement_files import KIND, Paper
from partners.domain.counting import mark_stale
from partners.models import Agreement, Function, Partner
from programs.domain import file_store
from programs.models import Program
from programs.standing import Can, require

COPIED = ("title", "kind", "notice_days", "decision_rights", "dispute_path", "exit_terms")
RELATIONS = ("parties", "functions")
FACTS = (*COPIED, *RELATIONS, "starts_on", "ends_on")
FACTS_OF_SIGNED = (*FACTS, "signed_on")


class Refused(Exception):
    """This cannot be done with the agreement as it stands; the message says why and what to do."""


class Gone(Refused):
    """Somebody deleted the draft meanwhile."""


def find(program: Program, agreement_id: int) -> Agreement | None:
    """One agreement of a program."""
    found = Agreement.objects.filter(program=program, pk=agreement_id).first()
    if found is not None:
        found.program = program
    return found


def functions_offered(program: Program, *, agreement: Agreement | None = None) -> QuerySet[Function]:
    """What an agreement can cover: functions of the scale-up, and what it covers though it was dropped since."""
    of_program = Function.objects.filter(program=program)
    covered = Function.objects.filter(agreements=agreement) if agreement else Function.objects.none()
    return of_program.filter(Q(dropped_at=None) | Q(pk__in=covered.values("pk")))


def names_of_facts(agreement: Agreement) -> tuple[str, ...]:
    """What can be changed of it: of a signed one also the day it was signed."""
    return FACTS if agreement.state == Agreement.State.DRAFT else FACTS_OF_SIGNED


def next_of(agreement: Agreement) -> dict[str, Any]:
    """What the agreement after this one begins with: the same, from the day after its end on."""
    functions = agreement.functions.filter(dropped_at=None)
    return {name: getattr(agreement, name) for name in COPIED} | {
        "parties": list(agreement.parties.values_list("pk", flat=True)),
        "functions": list(functions.values_list("pk", flat=True)),
        "starts_on": agreement.ends_on and agreement.ends_on + timedelta(days=1),
    }


@transaction.atomic
def add(
    program: Program, said: Mapping[str, Any], *, by: User, key: str = "", renews: Agreement | None = None
) -> Agreement:
    """Writes an agreement down as a draft: `said` are `FACTS`, `renews` the one it is to follow.

    The same key again gives the same agreement. Raises Refused or PermissionDenied.
    """
    require(by, program.pk, Can.WRITE)
    gone = Gone(_("You sent this form before, and the draft was deleted since. Open the form anew."))
    if made := once.made_before(Agreement, key, by=by, gone=gone):
        return made
    parties = hold_partners(program.pk, said["parties"])
    _refuse_backwards(said["starts_on"], said["ends_on"])
    plain = {name: value for name, value in said.items() if name not in RELATIONS}
    made = Agreement.objects.create(program=program, created_by=by, **plain)
    made.parties.set(parties)
    made.functions.set(said["functions"])
    verb, before = ("agreement_renewed", {"before": renews.title}) if renews else ("agreement_added", {})
    record(verb, KIND, made.pk, by=by, program_id=program.pk, new={"title": made.title} | before, key=key)
    mark_stale(program.pk)
    return made


@transaction.atomic
def change(agreement: Agreement, *, wanted: Mapping[str, Any], seen: Mapping[str, Any], by: User) -> None:
    """Changes what is agreed, also of a signed one: its history tells what it was.

    Raises Refused, ChangedMeanwhile (see `journal.facts`) or PermissionDenied.
    """
    held = _hold(agreement, by=by)
    hold_partners(held.program_id, wanted["parties"])
    dates = {name: _afterwards(held, name, wanted=wanted, seen=seen) for name in ("starts_on", "ends_on")}
    _refuse_backwards(**dates)
    if held.state != Agreement.State.DRAFT and None in dates.values():
        raise Refused(_("A signed agreement keeps the day it starts and the day it ends."))
    names = names_of_facts(held)
    if facts.change(held, names, wanted=wanted, seen=seen, kind=KIND, program_id=held.program_id, by=by):
        mark_stale(held.program_id)


def sign(agreement: Agreement, *, signed_on: date, paper: Paper | None = None, by: User, key: str = "") -> None:
    """Everybody signed it on a day, and this is the paper, if it is at hand. The same key again changes nothing.

    Raises Refused for a draft that lacks something, and once it is signed; or PermissionDenied.
    """
    with agreement_files.stored(agreement, paper) as kept, transaction.atomic():
        if once.earlier(key, by=by):
            return
        held = _hold(agreement, by=by)
        if lacks := why_unsigned(held):
            raise Refused(lacks)
        held.state, held.signed_on = Agreement.State.SIGNED, signed_on
        held.save(update_fields=["state", "signed_on"])
        _log("agreement_signed", held, by=by, key=key, as_of=signed_on.isoformat())
        if paper:
            agreement_files.attach(held, paper, kept, by=by)
        mark_stale(held.program_id)


def why_unsigned(agreement: Agreement) -> str:
    """Why it cannot be signed as it stands; empty if it can."""
    if agreement.signed_on is not None:
        return _("This agreement was signed on %(day)s.") % {"day": date_format(agreement.signed_on)}
    if not agreement.parties.exists():
        return _("Nobody is named who agrees. Enter the parties first.")
    if agreement.starts_on is None or agreement.ends_on is None:
        return _("Enter the day it starts and the day it ends first: without an end nobody is asked to renew it.")
    return ""


@transaction.atomic
def end(agreement: Agreement, *, ended_on: date, why: str, by: User) -> None:
    """It holds no more, from a day on. Saying the same again changes nothing. Raises Refused or PermissionDenied."""
    held = _hold(agreement, by=by)
    if (held.state, held.ended_on, held.ended_why) == (Agreement.State.ENDED, ended_on, why):
        return
    if refusal := why_not_ended(held):
        raise Refused(refusal)
    if held.signed_on and ended_on < held.signed_on:
        raise Refused(_("It was signed on %(day)s and cannot end before.") % {"day": date_format(held.signed_on)})
    held.state, held.ended_on, held.ended_why = Agreement.State.ENDED, ended_on, why
    held.save(update_fields=["state", "ended_on", "ended_why"])
    _log("agreement_ended", held, by=by, as_of=ended_on.isoformat(), why=why)
    mark_stale(held.program_id)


def why_not_ended(agreement: Agreement) -> str:
    """Why it cannot be ended; empty if it can."""
    if agreement.ended_on is not None:
        return _("This agreement was ended as of %(day)s.") % {"day": date_format(agreement.ended_on)}
    if agreement.state == Agreement.State.DRAFT:
        return _("This is a draft: only a signed agreement can be ended.")
    return ""


@transaction.atomic
def delete(agreement: Agreement, *, by: User) -> None:
    """Takes a draft away that was written by mistake, with its annexes; the history keeps that it was there.

    Done already, it changes nothing. Raises Refused once it was signed, or PermissionDenied.
    """
    require(by, agreement.program_id, Can.WRITE)
    held = Agreement.objects.select_for_update().filter(pk=agreement.pk).first()
    if held is None:
        return
    if refusal := why_not_deleted(held):
        raise Refused(refusal)
    annexes = list(held.annexes.select_for_update())  # or a worker could finish one whose files nobody then knows of
    file_store.let_go(file.name for annex in annexes for file in (annex.docx, annex.pdf) if file)
    _log("agreement_deleted", held, by=by, annexes=[annex.pk for annex in annexes])
    held.delete()
    mark_stale(agreement.program_id)


def why_not_deleted(agreement: Agreement) -> str:
    """Why it cannot be deleted; empty if it can."""
    if agreement.signed_on is not None:
        return _("This agreement was signed on %(day)s and stays in the register. If it holds no more, end it.") % {
            "day": date_format(agreement.signed_on)
        }
    return ""


def hold_partners(program_id: int, chosen: Iterable[Partner]) -> list[Partner]:
    """Partners of a program, which nobody can remove until the end of the transaction.

    Raises Refused when there are none, or one was removed meanwhile.
    """
    wanted = {partner.pk for partner in chosen}
    rows = Partner.objects.select_for_update(no_key=True).filter(program=program_id, pk__in=wanted)
    held = list(rows.order_by("pk"))
    if not wanted:
        raise Refused(_("Choose at least one partner."))
    if len(held) < len(wanted):
        raise Refused(_("One of the partners was removed meanwhile. Choose again."))
    return held


def _hold(agreement: Agreement, *, by: User) -> Agreement:
    require(by, agreement.program_id, Can.WRITE)
    held = Agreement.objects.select_for_update(no_key=True).filter(pk=agreement.pk).first()
    if held is None:
        raise Gone(_("Somebody deleted this draft meanwhile. Send the form again to keep what you typed."))
    return held


def _afterwards(held: Agreement, name: str, *, wanted: Mapping[str, Any], seen: Mapping[str, Any]) -> Any:
    """What will stand in a fact: what was typed, or what somebody else wrote there if nothing was."""
    return wanted[name] if facts.as_json(wanted[name]) != seen.get(name) else getattr(held, name)


def _refuse_backwards(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise Refused(_("It starts on %(day)s and cannot end before.") % {"day": date_format(starts_on)})


def _log(verb: str, held: Agreement, *, by: User, key: str = "", **about: Any) -> None:
    record(verb, KIND, held.pk, by=by, program_id=held.program_id, new={"title": held.title} | about, key=key)
