"""What is typed to put something off."""

from datetime import date, timedelta
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.domain.owed import Owed
from programs.forms.fields import DayField, LineField, NonceField
from programs.forms.parts import PageForm
from reminders.domain import snoozing

LONGEST_REASON = 300
QUICK = {"tomorrow": (1, gettext_lazy("Tomorrow")), "week": (7, gettext_lazy("In a week"))}
A_DAY = "day"


class SnoozeForm(PageForm):
    """Until when, and why. What is due soon offers no day after it is due."""

    when = forms.ChoiceField(
        label=gettext_lazy("Remind me again"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose when you want to be reminded again.")},
    )
    until_on = DayField(label=gettext_lazy("The day, if you chose one"), required=False)
    reason = LineField(
        limit=LONGEST_REASON,
        label=gettext_lazy("Why does it wait?"),
        help_text=gettext_lazy(
            "The team and the facilitators of the program read this. For example: the ministry answers next week."
        ),
        error_messages={"required": gettext_lazy("Say in a few words why it waits.")},
    )
    nonce = NonceField()

    def __init__(self, *args: Any, thing: Owed, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = timezone.localdate()
        latest = snoozing.latest(thing, today=self.today)
        day = self.fields["until_on"]
        day.earliest, day.latest = self.today + timedelta(days=1), latest
        day.help_text = _("At the latest on %(day)s.") % {"day": date_format(latest)}
        days = [(name, words) for name, (days, words) in QUICK.items() if self._day(days) <= latest]
        self.fields["when"].choices = [*days, (A_DAY, _("On a day"))]
        self.helper.layout = Layout("when", "until_on", "reason", "nonce")

    def clean(self) -> dict[str, Any]:
        """`until_on` is the day that was chosen, however it was."""
        said = super().clean() or {}
        when = said.get("when")
        if when in QUICK:
            self.errors.pop("until_on", None)
            said["until_on"] = self._day(QUICK[when][0])
        elif when == A_DAY and not said.get("until_on") and "until_on" not in self.errors:
            self.add_error("until_on", _("Enter the day on which you want to be reminded again."))
        return said

    def _day(self, days: int) -> date:
        return self.today + timedelta(days=days)
