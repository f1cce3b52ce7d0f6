"""What the page of one step shows: its items, what is missing, and how it stands to the steps around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from programs.models import GateReview, ItemAnswer, Program, ProgramSummary, StepPlan, StepState


@dataclass(frozen=True, slots=True)
class StepReading:
    """One step of a program with its items. `plans` are all steps in order."""

    plan: StepPlan
    plans: Sequence[StepPlan]
    answers: Sequence[ItemAnswer]
    left_out: Sequence[ItemAnswer]  # of an older version, kept for reading
    turn: GateReview | None  # the newest turn through a gate that says where the step stands

    @property
    def done_count(self) -> int:
        return len(self.answers) - len(self.missing)

    @property
    def missing(self) -> list[ItemAnswer]:
        return [answer for answer in self.answers if not answer.is_settled]

    @property
    def missing_numbers(self) -> list[str]:
        return [str(answer.shown_number) for answer in self.missing]

    @property
    def next_open(self) -> ItemAnswer | None:
        """The item to go on with: a returned one first, then the first that is missing."""
        returned = (answer for answer in self.missing if answer.returned_note)
        return next(returned, None) or next(iter(self.missing), None)

    @property
    def earlier_open(self) -> list[StepPlan]:
        """Steps before this one that have not passed."""
        number = self.plan.step.number
        return [plan for plan in self.plans if plan.step.number < number and not plan.is_passed]

    @property
    def earlier_numbers(self) -> str:
        return ", ".join(str(plan.step.number) for plan in self.earlier_open)

    @property
    def closed_words(self) -> str:
        return closed_words(self.plan)

    @property
    def before(self) -> StepPlan | None:
        return self._beside(-1)

    @property
    def after(self) -> StepPlan | None:
        return self._beside(1)

    def _beside(self, distance: int) -> StepPlan | None:
        wanted = self.plan.step.number + distance
        return next((plan for plan in self.plans if plan.step.number == wanted), None)


def closed_words(plan: StepPlan) -> str:
    """Why no answer of the step can be changed now; empty when some can."""
    if plan.state == StepState.SUBMITTED:
        return _("Frozen: the step waits for a decision. The lead can withdraw it.")
    return ""


def verified_words(answer: ItemAnswer) -> str:
    """Who verified an item and when; empty when nobody has."""
    if not answer.is_verified or answer.verified_by is None:
        return ""
    words = {
        "name": answer.verified_by.name,
        "day": date_format(timezone.localtime(answer.verified_at), "SHORT_DATE_FORMAT"),
    }
    return _("Verified by %(name)s, %(day)s") % words


def plans_of(program: Program) -> list[StepPlan]:
    """All steps of a program in order."""
    return list(_plans(program).defer("settled", "step__why", "step__lessons"))


def read(program: Program, number: int, *, today: date) -> StepReading | None:
    """The step with this number and its items; None when the guide has no such step."""
    plans = list(_plans(program).defer("settled"))
    plan = next((plan for plan in plans if plan.step.number == number), None)
    if plan is None:
        return None
    found = ItemAnswer.objects.filter(plan=plan).with_counts(today).select_related("item", "owner", "verified_by")
    rows = list(found.in_order())
    for row in rows:
        row.plan = plan
        row.verified_words = verified_words(row)
    return StepReading(
        plan=plan,
        plans=plans,
        answers=[row for row in rows if row.is_standing],
        left_out=[row for row in rows if not row.is_standing],
        turn=_newest_turn(plan),
    )


def _newest_turn(plan: StepPlan) -> GateReview | None:
    """The one that waits, else the latest decision; a later step's counts too, if it returned the program here."""
    turns = GateReview.objects.filter(Q(plan=plan) | Q(returned_to=plan), withdrawn_at=None)
    return turns.select_related("reviewer").order_by(F("decided_at").desc(nulls_first=True), "-pk").first()


def _plans(program: Program) -> QuerySet[StepPlan]:
    return StepPlan.objects.filter(program=program).select_related("step", "owner").order_by("step__number")


def find_step(program: Program, number: int) -> StepPlan | None:
    """One step of a program by its number."""
    return _plans(program).filter(step__number=number).first()


def summary_of(program: Program) -> ProgramSummary:
    """What the worker last wrote for the program's team."""
    return program.summaries.get(view=ProgramSummary.View.LIVE)


def find_item(program: Program, key: str) -> ItemAnswer | None:
    """One item of a program by its key, which stands once in a guide."""
    rows = ItemAnswer.objects.select_related("item", "plan__step", "owner", "verified_by")
    return rows.filter(plan__program=program, item__key=key).first()


def beside(answer: ItemAnswer, answers: Sequence[ItemAnswer]) -> tuple[ItemAnswer | None, ItemAnswer | None]:
    """The items before and after one, in the order of its step."""
    place = next(index for index, one in enumerate(answers) if one.pk == answer.pk)
    return (answers[place - 1] if place else None), (answers[place + 1] if place + 1 < len(answers) else None)
