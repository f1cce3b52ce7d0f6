"""Moving a program to a newer version of its guide: answers follow their item's key, decided steps stay."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction

from accounts.models import User
from journal.record import record
from programs.domain.freshness import mark_stale
from programs.models import Answer, Guide, GuideItem, GuideStep, ItemAnswer, Program, StepPlan


@dataclass(slots=True)
class Upgrade:
    """What moving a program to `guide` does, item by item."""

    program: Program
    guide: Guide
    stays: list[ItemAnswer] = field(default_factory=list)  # decided steps keep their version
    moves: list[tuple[ItemAnswer, StepPlan, GuideItem]] = field(default_factory=list)
    new: list[tuple[StepPlan, GuideItem]] = field(default_factory=list)
    gone: list[ItemAnswer] = field(default_factory=list)  # kept for reading, no longer counted
    dropped: list[ItemAnswer] = field(default_factory=list)  # gone, and nothing was ever said of them
    steps: list[tuple[StepPlan, GuideStep]] = field(default_factory=list)

    @property
    def changes_something(self) -> bool:
        steps_move = any(plan.step_id != step.pk for plan, step in self.steps)
        return steps_move or self.program.guide_id != self.guide.pk or bool(self.new or self.dropped)


def prepare(program: Program, guide: Guide) -> Upgrade:
    """What an upgrade would do; changes nothing."""
    upgrade = Upgrade(program, guide)
    plans = {plan.step.key: plan for plan in StepPlan.objects.filter(program=program).select_related("step")}
    answers = {answer.item.key: answer for answer in _answers(program)}
    items = list(GuideItem.objects.filter(step__guide=guide).select_related("step"))
    upgrade.steps = [(plans[step.key], step) for step in guide.steps.all() if plans[step.key].is_open]
    for item in items:
        plan, answer = plans[item.step.key], answers.pop(item.key, None)
        if answer is None:
            upgrade.new.append((plan, item))
        elif answer.plan.is_open:
            upgrade.moves.append((answer, plan, item))
        else:
            upgrade.stays.append(answer)
    _part(upgrade, answers.values())
    return upgrade


@transaction.atomic
def apply(program: Program, guide: Guide, *, by: User | None = None) -> Upgrade:
    """Does what `prepare` says. Applying the same version again changes nothing."""
    list(StepPlan.objects.select_for_update(no_key=True).filter(program=program).order_by("pk"))
    upgrade = prepare(program, guide)
    for plan, step in upgrade.steps:
        StepPlan.objects.filter(pk=plan.pk).update(step=step)
    for answer, plan, item in upgrade.moves:
        ItemAnswer.objects.filter(pk=answer.pk).update(plan=plan, item=item, is_new=not plan.is_open)
    ItemAnswer.objects.bulk_create(
        ItemAnswer(plan=plan, item=item, is_new=not plan.is_open) for plan, item in upgrade.new
    )
    ItemAnswer.objects.filter(pk__in=[answer.pk for answer in upgrade.dropped]).delete()
    if upgrade.changes_something:
        Program.objects.filter(pk=program.pk).update(guide=guide)
        new = {"version": guide.version, "new": len(upgrade.new), "gone": len(upgrade.gone)}
        record("upgraded", "program", program.pk, by=by, program_id=program.pk, new=new)
        mark_stale(program.pk)
    return upgrade


def report(upgrade: Upgrade) -> Iterator[str]:
    """The upgrade in lines for the terminal."""
    kept = sorted({answer.plan.step.number for answer in upgrade.stays})
    yield f"{upgrade.program.name}: to {upgrade.guide}"
    yield f"  stays: {len(upgrade.moves)} items move with their answers"
    if kept:
        yield f"  stays as decided: steps {', '.join(map(str, kept))}"
    for plan, item in upgrade.new:
        when = " (new since the decision)" if not plan.is_open else ""
        yield f"  new: {item.number} {item.text}{when}"
    for answer in upgrade.gone:
        yield f"  gone, kept for reading: {answer.item.number} {answer.item.text}"
    for answer in upgrade.dropped:
        yield f"  gone, was empty: {answer.item.number} {answer.item.text}"


def _answers(program: Program) -> list[ItemAnswer]:
    rows = ItemAnswer.objects.filter(plan__program=program)
    return list(rows.select_related("item", "plan__step").order_by("plan__step__number", "item__position"))


def _part(upgrade: Upgrade, left: Iterable[ItemAnswer]) -> None:
    """Items the new version no longer has: of decided steps they stay, of open steps they go."""
    for answer in left:
        if not answer.plan.is_open:
            upgrade.stays.append(answer)
        elif _is_empty(answer):
            upgrade.dropped.append(answer)
        else:
            upgrade.gone.append(answer)


def _is_empty(answer: ItemAnswer) -> bool:
    """Nobody ever said anything of it."""
    untouched = answer.answer == Answer.NOT_STARTED and not answer.versions
    return untouched and not answer.evidence.exists() and not answer.remarks.exists()
