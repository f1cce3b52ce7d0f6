"""What is agreed about a round before it begins."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from assessments.domain import round_reading
from assessments.domain.rounds import Setting
from assessments.models import Assessment, Instrument
from programs.forms.fields import DayField, LineField, NonceField
from programs.forms.gates import PersonField
from programs.forms.parts import PageForm

USUAL_TIME = timedelta(days=14)
LONGEST_TIME = timedelta(days=366)


class InstrumentField(forms.ModelChoiceField):
    """An instrument, with what it is good for and not, at the choice."""

    widget = forms.RadioSelect

    def label_from_instance(self, obj: Instrument) -> SafeString:
        about = [
            _("About %(minutes)s minutes a rater.") % {"minutes": obj.minutes},
            _("Good for: %(what)s") % {"what": obj.good_for},
            _("Not for: %(what)s") % {"what": obj.not_for},
        ]
        if round_reading.counts_for_readiness(obj):
            about[0] += " " + _("The band “ready” asks for a closed round of this one.")
        lines = format_html_join("", "<br><small>{}</small>", ((line,) for line in about))
        return format_html("<b>{}</b>{}", obj.title, lines)


class SettingForm(PageForm):
    """Until when, who runs it, and who sees what."""

    title = LineField(limit=120, label=gettext_lazy("Name of the round"))
    due_on = DayField(
        required=False,
        label=gettext_lazy("Rate until"),
        help_text=gettext_lazy("Raters see this day. Nothing happens by itself then: somebody reveals the ratings."),
    )
    facilitator = PersonField(
        queryset=User.objects.none(),
        label=gettext_lazy("Who runs the round?"),
        empty_label=gettext_lazy("Choose a person"),
        help_text=gettext_lazy(
            "This person leads the talk and never rates. Until the reveal they see no rating either."
        ),
        error_messages={"required": gettext_lazy("Choose who runs the round.")},
    )
    keyer = PersonField(
        queryset=User.objects.none(),
        required=False,
        label=gettext_lazy("Who types in paper sheets?"),
        empty_label=gettext_lazy("Nobody: nobody rates on paper"),
        help_text=gettext_lazy(
            "This person sees what stands on the sheets, does not rate, and is named to all raters."
        ),
    )
    names = forms.ChoiceField(
        choices=Assessment.Names.choices,
        widget=forms.RadioSelect,
        initial=Assessment.Names.AGREED,
        label=gettext_lazy("Names beside ratings, after the reveal"),
        help_text=gettext_lazy("Once the round is open this can only become “never”: raters were told."),
    )
    is_for_donors = forms.BooleanField(
        required=False,
        initial=True,
        label=gettext_lazy("Donors read the result of each dimension once the round is closed"),
        help_text=gettext_lazy("They never see ratings, names or comments."),
    )
    target = forms.IntegerField(
        min_value=1,
        max_value=100,
        initial=67,
        label=gettext_lazy("Target for each dimension, in percent of the range"),
        help_text=gettext_lazy("67 means two thirds, as much as the band “ready” asks for."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), gettext_lazy("Enter a whole number from 1 to 100.")
        ),
    )

    def __init__(self, *args: Any, runners: QuerySet[User], people: QuerySet[User], **options: Any) -> None:
        today = timezone.localdate()
        super().__init__(*args, **options)
        self.fields["facilitator"].queryset = runners
        self.fields["keyer"].queryset = people
        self.fields["due_on"].optional_words = _("needed before people can rate")
        known = self.initial.get("due_on")
        self.fields["due_on"].earliest = min(today, known) if known else today
        self.fields["due_on"].latest = today + LONGEST_TIME

    @property
    def setting(self) -> Setting:
        """What was typed. Two thirds stay two thirds, though the page shows 67."""
        said = {name: self.cleaned_data[name] for name in Setting.__dataclass_fields__}
        share = next(
            (known for known in (self.initial.get("share"), 2 / 3) if known and shown(known) == said["target"]), None
        )
        return Setting(**said | {"target": share or said["target"] / 100})


class RepeatForm(SettingForm):
    """A round after an earlier one, made once however often the form is sent."""

    nonce = NonceField()

    def __init__(self, *args: Any, initial: dict[str, Any], **options: Any) -> None:
        usual = {"due_on": timezone.localdate() + USUAL_TIME}
        super().__init__(*args, initial=usual | initial, **options)


class RoundForm(RepeatForm):
    """A new round: also with which instrument."""

    instrument = InstrumentField(
        queryset=Instrument.objects.none(),
        empty_label=None,
        label=gettext_lazy("What do you rate with?"),
        error_messages={"required": gettext_lazy("Choose an instrument.")},
    )
    field_order = ["instrument"]

    def __init__(self, *args: Any, instruments: QuerySet[Instrument], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["instrument"].queryset = instruments


def initial_of(assessment: Assessment) -> dict[str, Any]:
    """What the form shows of a round there is."""
    same = ("title", "due_on", "facilitator", "keyer", "names", "is_for_donors")
    share = assessment.target
    return {name: getattr(assessment, name) for name in same} | {"target": shown(share), "share": share}


def shown(share: float) -> int:
    """A share of the range in whole percent."""
    return round(100 * share)
