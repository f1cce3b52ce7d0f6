"""What the first page of a program shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from programs.ambition import Reach, reach_of
from programs.domain import history, listing, reach, steps, teams
from programs.domain.history import Line
from programs.models import GateReview, ItemAnswer, Listing, Membership, Program, ProgramSummary, StepPlan

RECENT = 8
DECISIONS = 5


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step the program stands at, and the item to go on with (None: all are settled)."""

    plan: StepPlan
    done_count: int
    total: int
    item: ItemAnswer | None


@dataclass(frozen=True, slots=True)
class Overview:
    summary: ProgramSummary
    plans: Sequence[StepPlan]
    reach: Reach | None
    next_step: NextStep | None  # None: every step has passed
    team: Sequence[Membership]
    listings: Sequence[Listing]
    decisions: Sequence[GateReview]
    recent: Sequence[Line]

    @property
    def short_titles(self) -> list[str]:
        return [plan.step.short_title for plan in self.plans]

    @property
    def step_urls(self) -> list[str]:
        return [reverse("programs:step", args=[plan.program_id, plan.step.number]) for plan in self.plans]


def read(program: Program) -> Overview:
    """Everything at once, in a number of queries that does not grow."""
    plans = steps.plans_of(program)
    return Overview(
        summary=program.summaries.get(view=ProgramSummary.View.LIVE),
        plans=plans,
        reach=reach_of(program, reach.newest(program)),
        next_step=_next_step(plans),
        team=teams.members(program),
        listings=listing.of_program(program),
        decisions=_decisions(program),
        recent=history.of_program(program, limit=RECENT).lines,
    )


def _next_step(plans: Sequence[StepPlan]) -> NextStep | None:
    plan = next((plan for plan in plans if not plan.is_passed), None)
    if plan is None:
        return None
    answers = list(ItemAnswer.objects.filter(plan=plan).standing().select_related("item", "plan").in_order())
    open_ones = [answer for answer in answers if not answer.is_settled]
    returned = [answer for answer in open_ones if answer.returned_note]
    item = next(iter(returned or open_ones), None)
    return NextStep(plan, len(answers) - len(open_ones), len(answers), item)


def _decisions(program: Program) -> list[GateReview]:
    decided = GateReview.objects.filter(plan__program=program).exclude(outcome="")
    return list(decided.select_related("plan__step").order_by("-decided_on", "-pk")[:DECISIONS])
