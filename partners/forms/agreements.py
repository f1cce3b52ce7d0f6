"""What is typed about agreements: what is agreed, that it is signed, its paper, and why it ended."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.domain.agreement_files import Paper
from partners.domain.agreements import FACTS, FACTS_OF_SIGNED
from partners.forms.partners_chosen import FunctionsField, PartnersField
from partners.models import Agreement, Function, Partner
from programs.forms import uploads
from programs.forms.facts import SeenForm
from programs.forms.fields import DayField, LineField, NonceField, ParagraphField
from programs.forms.parts import PageForm
from programs.forms.uploads import UploadField

LONGEST_TEXT = 4_000
MOST_NOTICE = 730


class AgreementForm(SeenForm):
    """Between whom, on what, from when until when, and what is agreed."""

    title = LineField(
        limit=160,
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("As it stands on the paper, or so that everybody knows which one is meant."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        choices=Agreement.Kind.choices,
        widget=forms.RadioSelect,
        initial=Agreement.Kind.MOU,
    )
    parties = PartnersField(
        label=gettext_lazy("Parties"),
        help_text=gettext_lazy("The partners who agree with each other."),
        error_messages={"required": gettext_lazy("Choose at least one partner who agrees.")},
    )
    functions = FunctionsField(
        required=False,
        label=gettext_lazy("Functions it covers"),
        help_text=gettext_lazy("What the parties promise to do. Whoever answers for one of these is then covered."),
    )
    starts_on = DayField(required=False, label=gettext_lazy("First day"))
    ends_on = DayField(required=False, label=gettext_lazy("Last day"))
    notice_days = forms.IntegerField(
        min_value=0,
        max_value=MOST_NOTICE,
        initial=90,
        label=gettext_lazy("Days before the end to talk about renewal"),
        help_text=gettext_lazy(
            "From that day on it stands in the list of what the leads have to do. 0: it never does."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            gettext_lazy("Enter a whole number of days from 0 to 730."),
        ),
    )
    decision_rights = ParagraphField(
        limit=LONGEST_TEXT,
        required=False,
        label=gettext_lazy("Who decides what"),
        help_text=gettext_lazy("For example: the district decides on sites, the ministry on the curriculum."),
    )
    dispute_path = ParagraphField(
        limit=LONGEST_TEXT,
        required=False,
        label=gettext_lazy("How a dispute is settled"),
        help_text=gettext_lazy("Who talks to whom first, and who decides if they do not agree."),
    )
    exit_terms = ParagraphField(
        limit=LONGEST_TEXT,
        required=False,
        label=gettext_lazy("How a party can leave"),
        help_text=gettext_lazy("How long before, in what way, and what is handed over."),
    )
    signed_on = DayField(label=gettext_lazy("Signed on"))

    def __init__(
        self,
        *args: Any,
        partners: QuerySet[Partner],
        functions: QuerySet[Function],
        is_signed: bool = False,
        **options: Any,
    ) -> None:
        """Of a signed agreement the dates must stay, and the day it was signed can be put right.

        A form that was opened while it was a draft does not ask for that day yet: it comes back with it.
        """
        super().__init__(*args, **options)
        self.was_draft = is_signed and self.is_bound and self.add_prefix("signed_on") not in self.data
        if self.was_draft:
            self.data = self.data.copy()
            self.data[self.add_prefix("signed_on")] = self.initial.get("signed_on", "")
        self.fields["parties"].queryset = partners
        self.fields["functions"].queryset = functions
        self.shown_facts = FACTS_OF_SIGNED if is_signed else FACTS
        for name in ("starts_on", "ends_on"):
            self.fields[name].required = is_signed
            self.fields[name].optional_words = _("needed before it can be signed")
        self.fields["signed_on"].latest = timezone.localdate()
        if not is_signed:
            del self.fields["signed_on"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = self._layout(is_signed=is_signed)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("It cannot end before it starts."))
        if self.was_draft:
            meanwhile = _("Somebody said meanwhile that it was signed on this day. Save again if what you typed holds.")
            self.add_error("signed_on", meanwhile)
        return cleaned

    def _layout(self, *, is_signed: bool) -> Layout:
        days = ("starts_on", "ends_on", *(("signed_on",) if is_signed else ()), "notice_days")
        return Layout(
            Fieldset(_("Between whom, and on what"), "title", "kind", "parties", "functions"),
            Fieldset(_("From when until when"), *days),
            Fieldset(_("What is agreed"), "decision_rights", "dispute_path", "exit_terms"),
            "seen",
            "nonce",
        )


class PaperForm(PageForm):
    """The signed paper, or a newer version of it."""

    file = UploadField(label=gettext_lazy("Signed paper"))
    note = LineField(
        limit=200,
        required=False,
        label=gettext_lazy("What is new in it"),
        help_text=gettext_lazy("For example: signed by all parties, or the amendment of May."),
    )
    nonce = NonceField()

    def __init__(self, *args: Any, request: HttpRequest, **options: Any) -> None:
        super().__init__(*args, **options)
        self.request = request
        self.fields["file"].help_text = uploads.hint()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["checked"] = uploads.look_into(self, request=self.request)
        return cleaned

    @property
    def paper(self) -> Paper | None:
        """What was handed in, if anything."""
        said = self.cleaned_data
        return Paper(said["file"], said["checked"], said["note"]) if said.get("checked") else None

    @property
    def said(self) -> list[Any]:
        """What was typed, so that another answer makes another key."""
        checked = self.cleaned_data.get("checked")
        return [self.cleaned_data["note"], *([checked.name, checked.size] if checked else [])]


class SignForm(PaperForm):
    """The day it was signed; the paper can come along, or later."""

    signed_on = DayField(
        label=gettext_lazy("Signed on"),
        help_text=gettext_lazy("The day on which the last party signed."),
        error_messages={"required": gettext_lazy("Enter the day it was signed.")},
    )
    field_order = ["signed_on"]

    def __init__(self, *args: Any, initial: Mapping[str, Any] | None = None, **options: Any) -> None:
        today = timezone.localdate()
        super().__init__(*args, initial={"signed_on": today} | dict(initial or {}), **options)
        self.fields["signed_on"].latest = today
        self.fields["file"].required = False
        self.fields["file"].optional_words = _("you can add it later")


class EndForm(PageForm):
    """When an agreement ended before its time, and why."""

    ended_on = DayField(
        label=gettext_lazy("Ended on"),
        help_text=gettext_lazy("If it is to end on a later day, change its last day instead."),
        error_messages={"required": gettext_lazy("Enter the day it ended.")},
    )
    ended_why = LineField(
        limit=500,
        label=gettext_lazy("Why?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example: the ministry took the work over."),
        error_messages={"required": gettext_lazy("Say why it ended: those who come later will ask.")},
    )

    def __init__(self, *args: Any, signed_on: date | None, **options: Any) -> None:
        today = timezone.localdate()
        super().__init__(*args, initial={"ended_on": today}, **options)
        self.fields["ended_on"].earliest = signed_on or today
        self.fields["ended_on"].latest = today
