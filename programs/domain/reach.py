"""Recording how many are reached: a dated figure, counted by the program itself."""

from datetime import date

from django.db import transaction

from accounts.models import User
from journal import once
from journal.record import record
from programs.domain.freshness import mark_stale
from programs.models import Program, ReachFigure


@transaction.atomic
def record_figure(
    program: Program, *, count: int, as_of: date, how_counted: str, by: User, key: str = ""
) -> ReachFigure:
    """Adds a figure. One of the same day counts instead of the earlier one, which stays in the list."""
    if done := once.earlier(key, by=by):
        return ReachFigure.objects.get(pk=done.object_id)
    figure = ReachFigure.objects.create(
        program=program, count=count, as_of=as_of, how_counted=how_counted, recorded_by=by
    )
    new = {"count": count, "as_of": as_of.isoformat()}
    record("recorded", "reach", figure.pk, by=by, program_id=program.pk, new=new, key=key)
    mark_stale(program.pk)
    return figure


def figures(program: Program) -> list[ReachFigure]:
    """All figures, the newest first; the first one is the one that counts."""
    return list(program.reach_figures.select_related("recorded_by"))


def newest(program: Program) -> ReachFigure | None:
    return program.reach_figures.first()
