"""What is typed to live with a complaint of the matrix for a time."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.domain import accepting
from partners.models import AcceptedComplaint
from programs.forms.fields import DayField, NonceField, ParagraphField
from programs.forms.parts import PageForm

LONGEST_REASON = 500


class AcceptForm(PageForm):
    """Why one can live with it, and until when; what was said before stands in it."""

    reason = ParagraphField(
        limit=LONGEST_REASON,
        label=gettext_lazy("Why can you live with it for now?"),
        help_text=gettext_lazy("For example: the ministry signs in March; until then the letter of May is enough."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say in a few words why you can live with it.")},
    )
    until_on = DayField(
        label=gettext_lazy("Until when?"),
        error_messages={"required": gettext_lazy("Choose the last day on which it is accepted.")},
    )
    nonce = NonceField()

    def __init__(self, *args: Any, acceptance: AcceptedComplaint | None, **options: Any) -> None:
        today = timezone.localdate()
        if acceptance is not None:
            again = acceptance.until_on if acceptance.until_on >= accepting.earliest(today) else None
            options["initial"] = {"reason": acceptance.reason, "until_on": again}
        super().__init__(*args, **options)
        until = self.fields["until_on"]
        until.earliest, until.latest = accepting.earliest(today), accepting.latest(today)
        day = {"day": date_format(until.latest)}
        until.help_text = _("The last day, at most a year ahead: %(day)s. After it the matrix complains again.") % day
