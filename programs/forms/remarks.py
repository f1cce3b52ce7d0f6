"""A remark or a reply."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programs.forms.fields import NonceField, ParagraphField


class RemarkForm(forms.Form):
    """What somebody asks or says about a step or item. With `people`, some of them can be chosen to be told."""

    text = ParagraphField(
        limit=4_000,
        label=_("Remark"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The team and its reviewers read it; donors never do. Write @ and a name to tell somebody."),
    )
    tell = forms.TypedMultipleChoiceField(
        label=_("Tell"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They find it in their inbox."),
        error_messages={"invalid_choice": _("Choose among the people shown.")},
    )
    nonce = NonceField()

    def __init__(self, *args: Any, people: Iterable[User] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["tell"].choices = [(person.pk, person.name) for person in people]
        if not self.fields["tell"].choices:
            del self.fields["tell"]
        self.helper = FormHelper()
        self.helper.form_tag = False


class ReplyForm(forms.Form):
    """A reply in a thread."""

    text = ParagraphField(limit=4_000, label=_("Reply"), widget=forms.Textarea(attrs={"rows": 2}))
    nonce = NonceField()
