"""Planning one step, who looks after it and until when: the `plan` kind of the saving path."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied

from journal.saving import Actor, Field, Kind, NotFound, Opened
from programs.domain.answering import Scope, clean_due, clean_member, show_date, show_owner, store_date
from programs.domain.freshness import mark_stale
from programs.models import Program, StepPlan
from programs.standing import Can, program_for, refusal


class PlanKind(Kind):
    """How the saving path reads, checks and writes the owner and the target date of a step."""

    model = StepPlan
    fields: Mapping[str, Field] = {
        "owner": Field("owner_id", lambda raw, row: clean_member(raw, program_id=row.program_id), display=show_owner),
        "target_on": Field("target_on", clean_due, store=store_date, display=show_date),
    }

    def open(self, object_id: int, *, actor: Actor) -> Opened:
        row = StepPlan.objects.select_for_update(no_key=True).filter(pk=object_id).first()
        if row is None:
            raise NotFound
        try:
            scope = Scope(*program_for(actor.person, row.program_id))
        except Program.DoesNotExist:
            raise NotFound from None
        if Can.READ not in scope.standing.can:
            raise NotFound
        return Opened(row, scope.program.pk, scope)

    def check(self, opened: Opened, field: str, value: Any) -> None:
        """A plan may be changed in every state of its step: it is nobody's claim."""
        if Can.WRITE not in opened.scope.standing.can:
            raise PermissionDenied(refusal(opened.scope.program))

    def write(self, opened: Opened, field: str, value: Any) -> None:
        row, column = opened.row, self.fields[field].attribute
        setattr(row, column, value)
        StepPlan.objects.filter(pk=row.pk).update(**{column: value, "versions": row.versions})
        mark_stale(row.program_id)
