"""Forms about the functions of a scale-up."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from partners.domain import functions
from partners.domain.capacity_anchors import VALUES
from partners.forms.partners import LevelsField
from partners.models import CAPACITY_NEEDED
from programs.forms.facts import SeenForm
from programs.forms.fields import LineField
from programs.forms.parts import PageForm


class BuiltInFunctionForm(PageForm, SeenForm):
    """What can be said of a function that every scale-up has."""

    shown_facts: tuple[str, ...] = functions.FACTS_OF_BUILT_IN

    levels = LevelsField(
        label=_("Needed at"),
        help_text=_("Where somebody must do it. The matrix complains when nobody does it at one of these levels."),
    )
    capacity_needed = forms.TypedChoiceField(
        coerce=int,
        initial=CAPACITY_NEEDED,
        widget=forms.RadioSelect,
        choices=lambda: [
            (value, format_html("<b>{} {}</b><br><small>{}</small>", value, *words))
            for value, words in enumerate(zip(VALUES, functions.NEEDED, strict=True))
        ],
        label=_("Capacity the role needs"),
        help_text=_("Of whoever answers for it. A capacity check below this makes the matrix complain."),
    )


class FunctionForm(BuiltInFunctionForm):
    """A function of the program's own."""

    shown_facts = functions.FACTS

    name = LineField(
        limit=120, label=_("Name of the function"), help_text=_("Work, not a person: for example “Repair of pumps”.")
    )
    step = forms.TypedChoiceField(
        coerce=int,
        empty_value=None,
        required=False,
        label=_("For"),
        help_text=_("Most functions go on through the whole scale-up."),
    )
    field_order = ["name", "step", "levels", "capacity_needed"]

    def __init__(self, *args: Any, steps: Mapping[int, str], **options: Any) -> None:
        super().__init__(*args, **options)
        numbered = [
            (number, _("Step %(number)s: %(title)s") % {"number": number, "title": title})
            for number, title in steps.items()
        ]
        self.fields["step"].choices = [("", _("the whole scale-up")), *numbered]
