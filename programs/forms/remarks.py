"""A remark or a reply."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from programs.forms.fields import NonceField, ParagraphField


class RemarkForm(forms.Form):
    """What somebody asks or says about a step or item."""

    text = ParagraphField(
        limit=4_000,
        label=_("Remark"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The team and its reviewers read it; donors never do."),
    )
    nonce = NonceField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper()
        self.helper.form_tag = False


class ReplyForm(forms.Form):
    """A reply in a thread."""

    text = ParagraphField(limit=4_000, label=_("Reply"), widget=forms.Textarea(attrs={"rows": 2}))
    nonce = NonceField()
