"""When a program tells others what is late."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.forms.facts import SeenForm
from programs.forms.parts import PageForm
from reminders.domain import chasing
from reminders.models import ChasingPlan

NEVER = ("", _("never"))


class AfterField(forms.TypedChoiceField):
    """After how many days; never, if it is left empty."""

    def __init__(self, **options: Any) -> None:
        choices = [*ChasingPlan.Days.choices, NEVER]
        super().__init__(choices=choices, coerce=int, empty_value=None, required=False, **options)


class ChasingForm(PageForm, SeenForm):
    """After how many days others hear of it, and how long a program may be silent."""

    shown_facts = chasing.FACTS

    lead_after = AfterField(
        label=_("Tell the leads what others of the team have not done"),
        help_text=_("Days are counted from the day it was due, or from when somebody began to wait."),
    )
    facilitator_after = AfterField(label=_("Tell the facilitators of the home portfolio"))
    silent_after = forms.TypedChoiceField(
        label=_("Ask the leads how it goes when nothing changes"),
        choices=[(14, _("after two weeks")), (30, _("after a month")), (37, _("after five weeks")),
                 (60, _("after two months")), (90, _("after three months")), NEVER],
        coerce=int,
        empty_value=None,
        required=False,
    )  # fmt: skip
