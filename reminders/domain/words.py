"""How the history says what was put off, and how a program changed its plan of chasing."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.domain.history import Place
from programs.domain.owed import RULES
from reminders.domain import chasing, noticing, snoozing
from reminders.models import ChasingPlan, Snooze

VERBS: dict[tuple[str, str], Promise] = {
    (snoozing.KIND, "put_off"): _("put off what is to be done: “%(reason)s”"),
    (snoozing.KIND, "taken_up"): _("took up again what was put off: “%(reason)s”"),
}
FIELDS: dict[tuple[str, str], Promise] = {
    (chasing.KIND, "lead_after"): _("changed when leads hear of what is late"),
    (chasing.KIND, "facilitator_after"): _("changed when facilitators hear of what is late"),
    ("program", "silent_after"): _("changed after how many days of silence the leads are asked"),
}
DAYS: Mapping[Any, Any] = dict(ChasingPlan.Days.choices)
VALUES = {(chasing.KIND, "lead_after"): DAYS, (chasing.KIND, "facilitator_after"): DAYS}


def snooze_places(pks: Collection[int]) -> dict[int, Place]:
    """What each pause is about, and where that is done."""
    things = {one.pk: noticing.owed_of(one) for one in Snooze.objects.filter(pk__in=pks, kind__in=list(RULES))}
    return {pk: (one.text, one.url) for pk, one in things.items()}


PLACES = {snoozing.KIND: snooze_places}
