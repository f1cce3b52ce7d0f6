"""A piece of evidence: a file, a link or a dated note."""

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.validators import MaxLengthValidator, RegexValidator, URLValidator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.text import BIDI_CONTROLS
from programs.domain.evidencing import Piece
from programs.forms import uploads
from programs.forms.fields import DayField, LineField, NonceField, ParagraphField
from programs.forms.uploads import UploadField
from programs.models import Evidence

NEEDS = {Evidence.Kind.FILE: "file", Evidence.Kind.LINK: "url", Evidence.Kind.NOTE: "text"}
LONGEST_TITLE = 160
HIDDEN_MARKS = rf"[\x00-\x1f\x7f-\x9f{''.join(BIDI_CONTROLS)}]"


class LinkField(forms.URLField):
    """An address on the web; no other kind can be followed without harm."""

    default_error_messages = {"invalid": gettext_lazy("Enter an address that begins with https:// or http://.")}
    default_validators = [
        RegexValidator(
            HIDDEN_MARKS,
            gettext_lazy("The address has a hidden character. Copy it once more from the browser’s address bar."),
            inverse_match=True,
        ),
        URLValidator(schemes=["http", "https"], message=default_error_messages["invalid"]),
        MaxLengthValidator(600, message=gettext_lazy("This address is too long; at most 600 characters fit.")),
    ]


class EvidenceForm(forms.Form):
    """The fields of all three kinds; only those of the chosen kind count."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What do you have?"),
        choices=Evidence.Kind.choices,
        widget=forms.RadioSelect,
        initial=Evidence.Kind.FILE,
    )
    file = UploadField()
    url = LinkField(
        label=gettext_lazy("Address"),
        assume_scheme="https",
        help_text=gettext_lazy("It begins with https:// or http://. Make sure your reviewer can open it."),
        error_messages={"required": gettext_lazy("Enter the address of the page or document.")},
    )
    text = ParagraphField(
        limit=10_000,
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("What was seen or agreed, by whom and where."),
        error_messages={"required": gettext_lazy("Write what was seen or agreed, by whom and where.")},
    )
    title = LineField(
        limit=LONGEST_TITLE,
        required=False,
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("What it shows, in a few words. Donors read it once the step is submitted."),
    )
    dated_on = DayField(label=gettext_lazy("Date of the evidence"), help_text=gettext_lazy("When it was made or seen."))
    expires_on = DayField(
        required=False,
        label=gettext_lazy("Valid until"),
        help_text=gettext_lazy("Only if it runs out, like an agreement or a yearly check."),
    )
    nonce = NonceField()

    def __init__(self, *args: Any, request: HttpRequest, **options: Any) -> None:
        super().__init__(*args, **options)
        self.request = request
        self.fields["dated_on"].latest = timezone.localdate()
        self.fields["file"].help_text = uploads.hint()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("title", "dated_on", "expires_on", "nonce")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = cleaned.get("kind")
        if kind not in NEEDS:
            return cleaned
        self._forget_other_kinds(kind)
        if kind == Evidence.Kind.FILE:
            self.cleaned_data["checked"] = uploads.look_into(self, request=self.request, can_link=True)
        if not cleaned.get("title") and "title" not in self.errors:
            cleaned["title"] = self._usual_title(kind)
        first, last = cleaned.get("dated_on"), cleaned.get("expires_on")
        if first and last and last < first:
            self.add_error("expires_on", _("It cannot run out before the date of the evidence."))
        return cleaned

    @property
    def piece(self) -> Piece:
        """What was handed in, checked."""
        cleaned = self.cleaned_data
        return Piece(
            kind=cleaned["kind"],
            title=cleaned["title"],
            dated_on=cleaned["dated_on"],
            expires_on=cleaned["expires_on"],
            url=cleaned.get("url") or "",
            text=cleaned.get("text") or "",
            file=cleaned.get("file"),
            checked=cleaned.get("checked"),
        )

    def _forget_other_kinds(self, kind: str) -> None:
        """What stands in the fields of the other kinds is neither kept nor complained about."""
        for other, name in NEEDS.items():
            if other != kind:
                self.cleaned_data[name] = None
                self.errors.pop(name, None)

    def _usual_title(self, kind: str) -> str:
        """The file's name or the link's host, for those who give no title."""
        cleaned = self.cleaned_data
        if kind == Evidence.Kind.FILE:
            checked = cleaned.get("checked")
            return PurePosixPath(checked.name).stem if checked else ""
        source = urlsplit(cleaned["url"]).hostname if cleaned.get("url") else (cleaned.get("text") or "").split("\n")[0]
        return (source or "")[:LONGEST_TITLE]
