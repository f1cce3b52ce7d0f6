"""What follows from an item of a round: what is to be done, by whom, by when."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.domain.actions import LONGEST_TEXT, NewAction
from programs.forms.fields import DayField, LineField, NonceField
from programs.forms.gates import PersonField
from programs.forms.parts import PageForm

LONGEST_TIME = timedelta(days=3 * 366)


class ActionForm(PageForm):
    """One action; what one would see at the next level stands there to begin with."""

    text = LineField(
        limit=LONGEST_TEXT,
        label=_("What is to be done?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("To begin with, this is what one would see at the next level. Say what you will do to get there."),
        error_messages={"required": _("Write what is to be done.")},
    )
    owner = PersonField(
        queryset=User.objects.none(),
        label=_("Who of the team does it?"),
        empty_label=_("Choose a person"),
        error_messages={
            "required": _("Choose who of the team does it."),
            "invalid_choice": _("Choose somebody of this program’s team."),
        },
    )
    due_on = DayField(
        label=_("By when?"),
        help_text=_("It stands in that person’s list of what is due."),
        error_messages={"required": _("Every action needs a date.")},
    )
    nonce = NonceField()

    def __init__(self, *args: Any, owners: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        today = timezone.localdate()
        self.fields["owner"].queryset = owners
        if not self.initial.get("text"):
            self.fields["text"].help_text = ""
        self.fields["due_on"].earliest = today
        self.fields["due_on"].latest = today + LONGEST_TIME

    @property
    def action(self) -> NewAction:
        said = self.cleaned_data
        return NewAction(said["text"], said["owner"], said["due_on"])
