"""The file of an instrument, uploaded or pasted."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.text import clean_line
from assessments.instrument_file import InstrumentFileError
from programs import toml_reading

LARGEST_FILE = 2_000_000  # bytes: the longest text, if every character of it needs four
MOST_TOLD = 50


class FileTextField(forms.Field):
    """A text as it came, but for line breaks. Whatever else is wrong is told with its line when it is read."""

    widget = forms.Textarea({"rows": 20, "spellcheck": "false", "autocomplete": "off"})

    def to_python(self, value: object) -> str:
        return plain_breaks(str(value or ""))


class InstrumentFileForm(forms.Form):
    """A file or its text, not both: nobody could tell which one counts."""

    file = forms.FileField(
        required=False,
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A text file; its name often ends in .toml."),
        widget=forms.FileInput({"accept": ".toml,.txt,text/plain"}),
    )
    text = FileTextField(required=False, label=gettext_lazy("Or its text"))
    numbered_lines: list[str] = []  # of a text with mistakes

    def clean(self) -> dict[str, Any]:
        """Leaves `text`, and `name`, by which messages call it."""
        cleaned = super().clean() or {}
        file, text = cleaned.get("file"), cleaned.get("text", "")
        cleaned["name"] = _("The text")
        if file and text.strip():
            self.add_error(
                "file", _("There is a file and a text, and only one can count. Empty the text, or send it alone.")
            )
        elif file:
            cleaned["name"] = clean_line(file.name or "")
            self._read(file, cleaned)
        elif "file" not in self.errors and not text.strip():
            self.add_error("file", _("Choose a file, or paste its text."))
            self.add_error("text", _("Paste the text of a file, or choose one."))
        return cleaned

    def refuse(self, error: Exception) -> None:
        """Tells why the text cannot be kept, every mistake with its line; the text is there to be mended."""
        text = self.cleaned_data["text"]
        self.data, self.numbered_lines = {"text": text}, text.split("\n")
        told = [str(one) for one in error.problems] if isinstance(error, InstrumentFileError) else [str(error)]
        sentences = [sentence if sentence.endswith(".") else f"{sentence}." for sentence in told]
        if len(sentences) == 1:
            self.add_error("text", sentences)
            return
        self.add_error(None, sentences[:MOST_TOLD])
        if len(sentences) > MOST_TOLD:
            self.add_error(None, _("These are the first %(told)s mistakes.") % {"told": MOST_TOLD})
        found = _("Mend the %(count)s mistakes of the list at the top of this page.")
        self.add_error("text", found % {"count": len(sentences)})

    def _read(self, file: UploadedFile, cleaned: dict[str, Any]) -> None:
        if (file.size or 0) > LARGEST_FILE:
            limit = filesizeformat(LARGEST_FILE)
            self.add_error(
                "file", _("This file is larger than %(limit)s. It is hardly an instrument.") % {"limit": limit}
            )
            return
        try:
            text = toml_reading.decoded(file.read(), name=cleaned["name"], refusal=InstrumentFileError)
        except InstrumentFileError as error:
            self.add_error("file", f"{error}.")
        else:
            cleaned["text"] = FileTextField().to_python(text)


def plain_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
