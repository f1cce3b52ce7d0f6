"""Starting a program: its row, its lead, and a plan for every step of its guide."""

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Organisation, User
from journal import once
from journal.record import record
from programs.models import Guide, GuideStep, Membership, Program, ProgramSummary, StepPlan
from programs.path import PathStep, encode
from scaleup import doorbell

SUMMARISE = "assessments.tasks.summarise"
# The database joins plans and items itself: a program starts in a third of the time.
BLANK_ANSWERS = """
INSERT INTO programs_itemanswer
    (plan_id, item_id, answer, reason, note, versions, verified_evidence, returned_note, is_new)
SELECT plan.id, item.id, 'not_started', '', '', '{}', '{}', '', false
FROM programs_stepplan plan
JOIN programs_guideitem item USING (step_id)
WHERE plan.program_id = %s
ORDER BY plan.id, item.position
"""


@transaction.atomic
def start(organisation: Organisation, *, guide: Guide, by: User, key: str = "", **fields: Any) -> Program:
    """Makes a program with everything its pages rest on; `by` becomes its lead.

    The same key again gives the program that was started under it.
    """
    if started := once.earlier(key, by=by):
        return Program.objects.get(pk=started.object_id)
    program = Program.objects.create(organisation=organisation, guide=guide, created_by=by, **fields)
    Membership.objects.create(program=program, user=by, role=Membership.Role.LEAD)
    lay_out(program)
    new = {"name": program.name}
    record("started", "program", program.pk, by=by, program_id=program.pk, new=new, key=key)
    doorbell.ring(SUMMARISE, program.pk)
    return program


def lay_out(program: Program) -> None:
    """A step plan for every step and an answer row for every item, so that saving is always an update."""
    steps = list(program.guide.steps.all())
    today = timezone.localdate()
    StepPlan.objects.bulk_create(
        StepPlan(program=program, step=step, current_since=today if step.number == 1 else None) for step in steps
    )
    with connection.cursor() as cursor:
        cursor.execute(BLANK_ANSWERS, [program.pk])
    ProgramSummary.objects.bulk_create(
        ProgramSummary(program=program, view=view, path=empty_path(steps), current_step=1, current_since=today)
        for view in ProgramSummary.View.values
    )


def empty_path(steps: list[GuideStep]) -> str:
    """The path string of a program on its first day (see `programs.path`)."""
    return encode(PathStep(step.phase, "not_started", 0, 0) for step in steps)
