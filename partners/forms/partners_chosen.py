"""Choosing several partners or functions of one program."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Function, Partner


class _SeveralField(forms.ModelMultipleChoiceField):
    """Boxes to tick; the form says among which. What is not among them is answered alike, whatever it is."""

    widget = forms.CheckboxSelectMultiple
    wrong = gettext_lazy("Choose among those shown.")

    def __init__(self, **options: Any) -> None:
        messages = dict.fromkeys(("invalid_choice", "invalid_pk_value", "invalid_list"), self.wrong)
        messages |= options.pop("error_messages", {})
        super().__init__(queryset=None, error_messages=messages, **options)


class PartnersField(_SeveralField):
    """Partners of the program, also those who left."""

    wrong = gettext_lazy("Choose among the partners of this program.")

    def label_from_instance(self, obj: Partner) -> str:
        left = obj.has_left(timezone.localdate())
        return _("%(name)s (left)") % {"name": obj} if left else str(obj)


class FunctionsField(_SeveralField):
    """Functions of the program, also those taken out of the matrix, if the form offers them."""

    wrong = gettext_lazy("Choose among the functions of this program.")

    def label_from_instance(self, obj: Function) -> str:
        if obj.dropped_at is not None:
            return _("%(name)s (taken out of the matrix)") % {"name": obj}
        return _("%(name)s (step %(step)s)") % {"name": obj, "step": obj.step} if obj.step else str(obj)
