"""A file that comes with a form: what is said about it, and what was found in it."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.domain import uploads
from programs.domain.uploads import Checked


class UploadField(forms.FileField):
    """One file of the kinds that may be kept. The form looks into it by `look_into`."""

    default_error_messages = {"required": gettext_lazy("Choose a file.")}

    def __init__(self, **options: Any) -> None:
        widget = forms.FileInput(attrs={"accept": ",".join(uploads.KINDS)})
        super().__init__(**{"label": gettext_lazy("File"), "widget": widget} | options)


def hint() -> str:
    """Which files can be added, and how large they may be."""
    return _("PDF, photo, office document, CSV or text, up to %(limit)s.") % {
        "limit": filesizeformat(settings.EVIDENCE_FILE_LIMIT)
    }


def look_into(form: forms.Form, name: str = "file", *, request: HttpRequest, can_link: bool = False) -> Checked | None:
    """What was found in the file of a field; what is wrong with it becomes an error there. Call it from `clean`.

    `can_link`: the form takes a link in place of the file.
    """
    if name in getattr(request, "too_large", ()):
        form.errors.pop(name, None)
        form.add_error(name, uploads.too_large(can_link=can_link))
    elif file := form.cleaned_data.get(name):
        try:
            return uploads.check(file, can_link=can_link)
        except ValidationError as error:
            form.add_error(name, error)
    return None
