"""What is typed about coordination bodies."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from partners.domain.bodies import FACTS
from partners.forms.partners_chosen import PartnersField
from partners.models import CoordinationBody, Level, Partner
from programs.forms.facts import SeenForm
from programs.forms.fields import DayField, LineField


class BodyForm(SeenForm):
    """Where partners meet, how often, who, and when next."""

    shown_facts = FACTS

    name = LineField(limit=160, label=_("Name"), help_text=_("For example: district steering group of Amani."))
    level = forms.ChoiceField(
        label=_("Level"),
        choices=[("", _("Choose a level")), *Level.choices],
        error_messages={"required": _("Choose at which level it meets.")},
    )
    rhythm = forms.ChoiceField(
        label=_("How often does it meet?"), choices=CoordinationBody.Rhythm.choices, widget=forms.RadioSelect
    )
    members = PartnersField(
        label=_("Members"), error_messages={"required": _("Choose at least one partner who comes.")}
    )
    next_meeting_on = DayField(required=False, label=_("Next meeting"))

    def __init__(self, *args: Any, partners: QuerySet[Partner], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["members"].queryset = partners
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
