"""A reviewer's word on one item: verified, agreed not to apply, or asked for again. It lapses with what it rests on."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal.models import Change
from journal.record import record
from programs.domain.freshness import mark_stale
from programs.models import Answer, Evidence, ItemAnswer, Program, StepPlan
from programs.standing import Can, require

NOTHING_VERIFIED: dict[str, Any] = {"verified_by": None, "verified_at": None, "verified_evidence": []}


class NotVerifiable(Exception):
    """There is nothing to verify; the message says what is missing."""


@transaction.atomic
def verify(answer: ItemAnswer, *, by: User) -> ItemAnswer:
    """Says that the evidence proves a done item, or agrees that a critical item does not apply.

    Raises PermissionDenied, and NotVerifiable when it is not done, has no evidence that counts today,
    or does not apply without a reason.
    """
    held = _hold_for_review(answer, by=by)
    verb, rests_on = _what_it_rests_on(held)
    if held.verified_by == by and held.verified_evidence == rests_on:
        return held  # a double click
    held.verified_by, held.verified_at, held.verified_evidence = by, timezone.now(), rests_on
    held.returned_note, held.returned_at = "", None
    held.save(update_fields=[*NOTHING_VERIFIED, "returned_note", "returned_at"])
    record(verb, "answer", held.pk, by=by, program_id=held.plan.program_id, new={"evidence": rests_on})
    mark_stale(held.plan.program_id)
    return held


@transaction.atomic
def unverify(answer: ItemAnswer, *, by: User) -> ItemAnswer:
    """Takes the reviewer's word back; nothing happens when there is none. Raises PermissionDenied."""
    held = _hold_for_review(answer, by=by)
    if held.verified_at is not None:
        lapse(held, why=_("the reviewer took it back"), by=by)
        mark_stale(held.plan.program_id)
    return held


@transaction.atomic
def return_item(answer: ItemAnswer, *, note: str, by: User) -> ItemAnswer:
    """Keeps what the reviewer asks for on this item; an empty note takes the wish back.

    What is asked for again is no longer verified. Raises PermissionDenied.
    """
    held = _hold_for_review(answer, by=by)
    if held.returned_note == note:
        return held
    old, held.returned_note, held.returned_at = held.returned_note, note, timezone.now() if note else None
    held.save(update_fields=["returned_note", "returned_at"])
    program_id = held.plan.program_id
    verb = "asked" if note else "asked_no_more"
    record(verb, "answer", held.pk, by=by, program_id=program_id, old={"said": old}, new={"said": note or old})
    if note and held.verified_at is not None:
        lapse(held, why=_("the reviewer asked for a change"), by=by)
    mark_stale(program_id)
    return held


def lapse(answer: ItemAnswer, *, why: str, by: User | None = None) -> None:
    """The reviewer's word no longer stands: the item is what the team says, no more.

    The caller holds the item and marks the program stale.
    """
    for name, value in NOTHING_VERIFIED.items():
        setattr(answer, name, value)
    answer.save(update_fields=list(NOTHING_VERIFIED))
    record("lapsed", "answer", answer.pk, by=by, program_id=answer.plan.program_id, new={"why": why})


@transaction.atomic
def lapse_expired(today: date) -> set[int]:
    """Lapses every verification that rests on evidence expired before today; returns the programs it touched.

    Nobody did anything, so the programs' last activity stays as it was.
    """
    plans = resting_on_expired(today).order_by("plan").values_list("plan", flat=True).distinct()
    # Steps first and in one order, as everybody locks them; then read again what is still so.
    list(StepPlan.objects.select_for_update(no_key=True).filter(pk__in=list(plans)).order_by("pk").values_list("pk"))
    lapsed = dict(resting_on_expired(today).values_list("pk", "plan__program"))
    ItemAnswer.objects.filter(pk__in=lapsed).update(**NOTHING_VERIFIED)
    why = _("evidence it rested on has expired")
    Change.objects.bulk_create(
        Change(verb="lapsed", kind="answer", object_id=pk, program_id=program_id, new={"why": why})
        for pk, program_id in lapsed.items()
    )
    programs = set(lapsed.values())
    Program.objects.filter(pk__in=programs).update(inputs_seq=F("inputs_seq") + 1)
    return programs


def resting_on_expired(today: date) -> QuerySet[ItemAnswer]:
    """Verified items of which a piece of evidence they rest on has expired before today."""
    expired = Evidence.objects.current().filter(
        expires_on__lt=today,
        answer__verified_at__isnull=False,
        answer__verified_evidence__contains=[F("pk")],
    )
    return ItemAnswer.objects.filter(pk__in=expired.values("answer"))


def hold(answer_id: int) -> ItemAnswer:
    """The item with its step, locked in the order everybody locks them: the step first."""
    rows = ItemAnswer.objects.select_for_update(of=("plan", "self"), no_key=True)
    return rows.select_related("plan", "item").get(pk=answer_id)


def _hold_for_review(answer: ItemAnswer, *, by: User) -> ItemAnswer:
    held = hold(answer.pk)
    require(by, held.plan.program_id, Can.VERIFY)
    return held


def _what_it_rests_on(answer: ItemAnswer) -> tuple[str, list[int]]:
    """The verb and the evidence of a reviewer's yes. Raises NotVerifiable."""
    if answer.answer == Answer.NOT_APPLICABLE:
        _check_exemption(answer)
        return "accepted", []
    if answer.answer != Answer.DONE:
        raise NotVerifiable(_("Only an item the team says is done can be verified."))
    counting = Evidence.objects.unexpired(timezone.localdate()).filter(answer=answer)
    rests_on = list(counting.order_by("pk").values_list("pk", flat=True))
    if not rests_on:
        raise NotVerifiable(_("There is no evidence that counts today. Ask the team for some first."))
    return "verified", rests_on


def _check_exemption(answer: ItemAnswer) -> None:
    if not answer.item.is_critical:
        raise NotVerifiable(_("Only on a critical item does “not applicable” need your yes."))
    if not answer.reason:
        raise NotVerifiable(_("The team has not said why this does not apply. Ask for the reason first."))
