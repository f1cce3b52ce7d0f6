"""What people owe on programs: items, steps, conditions, replies and decisions."""

from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programs.domain.owed import SOON, Owed, Rule, columns
from programs.models import (
    OPEN_STATES,
    Answer,
    Condition,
    GateReview,
    ItemAnswer,
    Membership,
    Remark,
    StepPlan,
    StepState,
)

WAITING_OR_PASSED = (StepState.SUBMITTED, StepState.GO, StepState.CONDITIONS)


def of_team(rows: QuerySet[Any], *, owner: str, plan: str = "plan__", **given: Any) -> QuerySet[Any]:
    """Rows that the team of a running program owes: the owner, or every lead when no member owns it."""
    program = f"{plan}program"
    member = f"{program}__memberships"
    owner_is_member = Exists(Membership.objects.filter(program=OuterRef(program), user=OuterRef(owner)))
    theirs = Q(**{f"{member}__user": F(owner)}) | Q(~owner_is_member, **{f"{member}__role": Membership.Role.LEAD})
    return columns(
        rows.filter(theirs, **{f"{program}__archived_at": None}),
        who=f"{member}__user",
        program_id=F(program),
        program_name=F(f"{program}__name"),
        step=F(f"{plan}step__number"),
        subject_id=F("pk"),
        **given,
    )


def items_returned(today: date) -> QuerySet[Any]:
    """Items a reviewer asked to change."""
    asked = _open_items().exclude(returned_note="")
    return of_team(asked, owner="owner", **_item(), detail=F("returned_note"), due_on=F("due_on"))


def items_due(today: date) -> QuerySet[Any]:
    """Items with a due date that are not settled; those that were returned are owed already."""
    settled = Q(answer=Answer.DONE) | Q(answer=Answer.NOT_APPLICABLE) & ~Q(reason="")
    due = _open_items().filter(~settled, returned_note="", due_on__isnull=False)
    return of_team(due, owner="owner", **_item(), due_on=F("due_on"))


def steps_returned(today: date) -> QuerySet[Any]:
    """Steps that a decision sent back."""
    return _steps(StepPlan.objects.filter(state=StepState.RETURNED), due_on=F("target_on"))


def steps_late(today: date) -> QuerySet[Any]:
    """Steps whose target date has passed; a returned one is owed already."""
    late = StepPlan.objects.filter(target_on__lt=today).exclude(state__in=(*WAITING_OR_PASSED, StepState.RETURNED))
    return _steps(late, due_on=F("target_on"))


def steps_to_look_at(today: date) -> QuerySet[Any]:
    """Steps on hold whose day to look again is near."""
    near = StepPlan.objects.filter(state=StepState.HOLD, look_again_on__lte=today + SOON)
    return _steps(near, due_on=F("look_again_on"))


def conditions_due(today: date) -> QuerySet[Any]:
    """Conditions of a decision in force that nobody says are met."""
    newer = GateReview.objects.filter(plan=OuterRef("review__plan"), pk__gt=OuterRef("review")).exclude(outcome="")
    unmet = Condition.objects.filter(~Exists(newer), met_at=None, review__plan__state=StepState.CONDITIONS)
    return of_team(unmet, owner="owner", plan="review__plan__", subject=F("text"), due_on=F("due_on"))


def remarks_waiting(today: date) -> QuerySet[Any]:
    """Open threads in which somebody from outside the team had the last word."""
    in_thread = Q(pk=OuterRef("pk")) | Q(thread=OuterRef("pk"))
    last = Remark.objects.filter(in_thread).order_by("-pk")
    team = Membership.objects.filter(program=OuterRef("plan__program"), user=OuterRef("last_author"))
    waiting = (
        Remark.objects.filter(thread=None, resolved_at=None)
        .annotate(last_author=Subquery(last.values("author")[:1]))
        .filter(~Exists(team))
    )
    return of_team(
        waiting,
        owner="answer__owner",
        item_key=Coalesce("answer__item__key", Value("")),
        subject=Case(When(answer=None, then=F("plan__step__title")), default=_item_name("answer__item__")),
        detail=Subquery(last.values("text")[:1]),
        since=Subquery(last.values("written_at")[:1]),
    )


def reviews_promised(today: date) -> QuerySet[Any]:
    """Submitted steps that wait for their reviewer."""
    waiting = GateReview.objects.filter(outcome="", withdrawn_at=None, reviewer__isnull=False)
    return columns(
        waiting.filter(plan__program__archived_at=None),
        who="reviewer",
        program_id=F("plan__program"),
        program_name=F("plan__program__name"),
        step=F("plan__step__number"),
        subject_id=F("pk"),
        subject=F("plan__step__title"),
        due_on=F("promised_on"),
        since=F("submitted_at"),
    )


def at_item(owed: Owed) -> str:
    return reverse("programs:item", args=[owed.program_id, owed.step, owed.item_key])


def at_step(owed: Owed) -> str:
    return reverse("programs:step", args=[owed.program_id, owed.step])


def at_item_or_step(owed: Owed) -> str:
    return at_item(owed) if owed.item_key else at_step(owed)


def at_conditions(owed: Owed) -> str:
    return reverse("programs:conditions", args=[owed.program_id])


def at_review(owed: Owed) -> str:
    return reverse("programs:review", args=[owed.program_id, owed.step])


RULES = (
    Rule("item_returned", items_returned, "%(subject)s", at_item, word=_("returned")),
    Rule("item_due", items_due, "%(subject)s", at_item),
    Rule("step_returned", steps_returned, _("Step %(step)s came back: %(subject)s"), at_step, word=_("returned")),
    Rule("step_late", steps_late, _("Step %(step)s is past its target date: %(subject)s"), at_step),
    Rule("step_look_again", steps_to_look_at, _("Look again at step %(step)s: %(subject)s"), at_step),
    Rule("condition_due", conditions_due, _("Condition: %(subject)s"), at_conditions),
    Rule("remark_waiting", remarks_waiting, _("Answer the remark on %(subject)s"), at_item_or_step, word=_("asked")),
    Rule(
        "review_promised", reviews_promised, _("Decide on step %(step)s: %(subject)s"), at_review, word=_("to decide")
    ),
)


def _open_items() -> QuerySet[Any]:
    return ItemAnswer.objects.standing().filter(plan__state__in=OPEN_STATES)


def _item() -> dict[str, Any]:
    return {"item_key": F("item__key"), "subject": _item_name("item__")}


def _item_name(item: str) -> Concat:
    return Concat(f"{item}number", Value(" "), f"{item}text", output_field=CharField())


def _steps(plans: QuerySet[Any], **given: Any) -> QuerySet[Any]:
    return of_team(plans, owner="owner", plan="", subject=F("step__title"), **given)
