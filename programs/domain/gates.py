"""Gates: a step is submitted, then decided or withdrawn; a decided step may be looked at again."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User, Watcher
from journal import once
from journal.record import record
from programs.domain import decisions, passing
from programs.domain.decisions import PASSING, Decision, Incomplete, NewCondition, Outcome, Past
from programs.domain.freshness import mark_stale
from programs.domain.passing import Steps
from programs.models import Condition, GateReview, Listing, Membership, Program, StepPlan, StepState
from programs.standing import Can

__all__ = ["Decision", "Incomplete", "NewCondition", "Outcome", "Past"]  # the words its callers speak in

LONGEST_PROMISE = timedelta(days=366)


class NotAllowedNow(Exception):
    """The step is not in a state that allows this; the message says which and what to do."""


@transaction.atomic
def submit(
    plan: StepPlan, *, reviewer: User, promised_on: date, message: str = "", by: User, key: str = ""
) -> GateReview:
    """Hands a step in for a decision; its answers are frozen until then. Open items do not forbid it.

    Raises PermissionDenied, NotAllowedNow when the step is not open, and Incomplete for a reviewer
    who may not decide or a day too far away. The same key again gives the same submission.
    """
    if done := _done(key, by=by):
        return done
    steps = passing.hold(plan.program_id, by=by, needs=Can.SUBMIT)
    held = steps.own(plan)
    _refuse_unless_open(held)
    _check_promise(steps.program, reviewer, promised_on)
    review = GateReview.objects.create(
        plan=held,
        submitted_by=by,
        submitted_at=timezone.now(),
        message=message,
        reviewer=reviewer,
        promised_on=promised_on,
        settled=passing.settle(held),
    )
    passing.change(held, state=StepState.SUBMITTED, look_again_on=None)
    new = {"review": review.pk, "reviewer": reviewer.name, "promised_on": promised_on.isoformat()}
    _record("submitted", held, by=by, new=new, key=key)
    return review


@transaction.atomic
def withdraw(review: GateReview, *, by: User) -> GateReview:
    """The lead takes a submission back; the step is open again.

    Raises PermissionDenied, and NotAllowedNow when it was decided or withdrawn meanwhile.
    """
    steps = passing.hold(review.plan.program_id, by=by, needs=Can.WITHDRAW)
    waiting = _still_waiting(review)
    waiting.withdrawn_at = timezone.now()
    waiting.save(update_fields=["withdrawn_at"])
    held = steps.own(review.plan)
    passing.change(held, state=StepState.IN_PROGRESS)
    _record("withdrawn", held, by=by, new={"review": waiting.pk})
    return waiting


@transaction.atomic
def decide(
    review: GateReview, decision: Decision, *, decided_on: date | None = None, by: User, key: str = ""
) -> GateReview:
    """Decides on a submitted step. Of several people deciding at once exactly one does.

    Raises PermissionDenied, NotAllowedNow when it was decided or withdrawn meanwhile, and Incomplete
    when something of the outcome is missing. The same key again gives the same decision.
    """
    if done := _done(key, by=by):
        return done
    steps = passing.hold(review.plan.program_id, by=by, needs=Can.DECIDE)
    held, waiting = steps.own(review.plan), _still_waiting(review)
    decided_on = decided_on or timezone.localdate()
    decisions.check_day(decided_on, earliest=timezone.localdate(waiting.submitted_at))
    decisions.check(decision, held, steps)
    _write(waiting, decision, held, steps, decided_on=decided_on, by=by)
    passing.mark_current(steps, on=decided_on)
    _record("decided", held, by=by, new=_news(waiting, decision), key=key)
    return waiting


@transaction.atomic
def record_past(plan: StepPlan, decision: Decision, *, decided_on: date, by: User, key: str = "") -> GateReview:
    """Enters a decision that was made before the program came here, with its real date.

    Only go or go with conditions, and only on a step that is open; its conditions may all be met long
    since. Raises as `decide` does.
    """
    if done := _done(key, by=by):
        return done
    steps = passing.hold(plan.program_id, by=by, needs=Can.DECIDE)
    held = steps.own(plan)
    _refuse_unless_open(held)
    if not decision.passes:
        raise Incomplete("outcome", _("Only a step that passed can be recorded later."))
    decisions.check_day(decided_on)
    decisions.check(decision, held, steps, is_past=True)
    review = GateReview(plan=held, is_recorded_later=True)
    _write(review, decision, held, steps, decided_on=decided_on, by=by)
    passing.mark_current(steps, on=_last_pass(steps.program))
    _record("recorded", held, by=by, new=_news(review, decision), key=key)
    return review


@transaction.atomic
def record_several_past(past: Iterable[Past], *, by: User, key: str = "") -> list[GateReview]:
    """Enters several past decisions at once, in the order of their steps: all of them or none."""
    ordered = sorted(past, key=lambda one: one.plan.step.number)
    return [
        record_past(plan, decision, decided_on=day, by=by, key=once.form_key(key, plan.pk) if key else "")
        for plan, decision, day in ordered
    ]


@transaction.atomic
def clear_look(plan: StepPlan, *, reasons: str, by: User) -> StepPlan:
    """The reviewer looked again at a decided step and keeps its decision, for its items as they are now.

    Raises PermissionDenied, and NotAllowedNow when nothing asks for a look.
    """
    held = passing.hold(plan.program_id, by=by, needs=Can.DECIDE).own(plan)
    if not held.look_again:
        raise NotAllowedNow(_("Nothing asks to look at this decision again."))
    why = held.look_again
    passing.settle(held)
    passing.change(held, look_again={})
    _record("looked_again", held, by=by, new={"why": why, "reasons": reasons})
    return held


@transaction.atomic
def reopen(plan: StepPlan, *, reasons: str, by: User) -> GateReview:
    """The reviewer returns a step that had passed, without waiting for a submission.

    Its decision stays in the history; later decided steps ask for a look. Raises PermissionDenied,
    and NotAllowedNow when the step has not passed.
    """
    steps = passing.hold(plan.program_id, by=by, needs=Can.DECIDE)
    held = steps.own(plan)
    if not held.is_passed:
        raise NotAllowedNow(_("Only a step that has passed can be reopened."))
    decision, today = Decision(Outcome.RETURNED, reasons, return_to=held.step.number), timezone.localdate()
    decisions.check(decision, held, steps)
    review = GateReview(plan=held)
    _write(review, decision, held, steps, decided_on=today, by=by)
    passing.mark_current(steps, on=today)
    _record("reopened", held, by=by, new=_news(review, decision))
    return review


def reviewers_of(program: Program) -> QuerySet[User]:
    """Who may decide: the home portfolio's facilitators or, without a home, the named reviewer; never a member."""
    home = Listing.objects.agreed().filter(program=program, is_home=True)
    facilitators = Watcher.objects.filter(portfolio__in=home.values("portfolio"), role=Watcher.Role.FACILITATOR)
    named = Q(pk=program.reviewer_id) & ~Exists(home)
    people = User.objects.filter(Q(pk__in=facilitators.values("user")) | named, is_active=True)
    return people.exclude(pk__in=Membership.objects.filter(program=program).values("user")).order_by("name", "pk")


def submission_of(plan: StepPlan, number: int) -> GateReview | None:
    """One submission of this step by its number, whatever became of it."""
    return GateReview.objects.select_related("plan").filter(pk=number, plan=plan, submitted_at__isnull=False).first()


def open_review(plan: StepPlan) -> GateReview | None:
    """The submission of this step that waits for a decision."""
    waiting = GateReview.objects.filter(plan=plan, outcome="", withdrawn_at=None)
    return waiting.select_related("plan", "reviewer", "submitted_by").first()


def _done(key: str, *, by: User) -> GateReview | None:
    """What this person's form did already, if it is sent again."""
    change = once.earlier(key, by=by)
    return GateReview.objects.get(pk=change.new["review"]) if change and change.new else None


def _refuse_unless_open(plan: StepPlan) -> None:
    if plan.state == StepState.SUBMITTED:
        raise NotAllowedNow(_("This step already waits for a decision."))
    if not plan.is_open:
        raise NotAllowedNow(_("This step has passed. To work on it again, ask the reviewer to reopen it."))


def _check_promise(program: Program, reviewer: User, promised_on: date) -> None:
    if not reviewers_of(program).filter(pk=reviewer.pk).exists():
        raise Incomplete("reviewer", _("Choose somebody who may decide on this program."))
    today = timezone.localdate()
    if not today <= promised_on <= today + LONGEST_PROMISE:
        raise Incomplete("promised_on", _("Choose a day between today and a year from now."))


def _still_waiting(review: GateReview) -> GateReview:
    """The review as it is now, under its step's lock."""
    now = GateReview.objects.select_related("decided_by").get(pk=review.pk)
    if now.outcome:
        said = {"name": now.decided_by, "outcome": now.get_outcome_display()}
        raise NotAllowedNow(_("%(name)s decided this already: %(outcome)s.") % said)
    if now.withdrawn_at is not None:
        raise NotAllowedNow(_("This submission was withdrawn meanwhile; there is nothing to decide."))
    return now


def _write(review: GateReview, decision: Decision, plan: StepPlan, steps: Steps, *, decided_on: date, by: User) -> None:
    """Writes the decision with its conditions, and moves the steps it touches."""
    target = steps.numbered(decision.return_to) if decision.outcome == Outcome.RETURNED else None
    review.outcome, review.reasons = decision.outcome, decision.reasons
    review.signers, review.waiver = list(decision.signers), decision.waiver
    review.look_again_on, review.returned_to = decision.look_again_on, target
    review.decided_on, review.decided_at, review.decided_by = decided_on, timezone.now(), by
    review.settled = passing.settle(plan)
    review.save()
    Condition.objects.bulk_create(
        Condition(review=review, text=new.text, due_on=new.due_on, owner=new.owner) for new in decision.conditions
    )
    if target is not None:
        passing.send_back(steps, plan, to=target)
    elif decision.passes:
        passing.let_pass(plan, decision.outcome, is_recorded_later=review.is_recorded_later)
    else:
        passing.change(plan, state=StepState.HOLD, look_again_on=decision.look_again_on)


def _last_pass(program: Program) -> date:
    """The day of the program's latest pass: since then it is at the step after."""
    passes = GateReview.objects.filter(plan__program=program, outcome__in=PASSING)
    return passes.aggregate(last=Max("decided_on"))["last"]


def _news(review: GateReview, decision: Decision) -> dict[str, Any]:
    return {
        "review": review.pk,
        "outcome": review.outcome,
        "decided_on": str(review.decided_on),
        "returned_to": decision.return_to if review.returned_to_id else None,
        "conditions": len(decision.conditions),
    }


def _record(verb: str, plan: StepPlan, *, by: User, new: dict[str, Any], key: str = "") -> None:
    record(verb, "plan", plan.pk, by=by, program_id=plan.program_id, new={"step": plan.step.number} | new, key=key)
    mark_stale(plan.program_id)
