"""What is wrong with a form, as the error summary lists it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    ClearableFileInput,
    Field,
    RadioSelect,
    Select,
)
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence, and the id of the control where it can be mended ("" if there is none)."""

    text: str
    target: str = ""


def problems_of(form: BaseForm | BaseFormSet) -> list[Problem]:
    """Everything wrong with a form or a formset, in the order of the page."""
    if isinstance(form, BaseFormSet):
        own = [Problem(str(error)) for error in form.non_form_errors()] if form.is_bound else []
        return own + [problem for part in form for problem in problems_of(part)]
    return list(_problems(form)) if form.errors else []


def has_many_controls(field: BoundField) -> bool:
    """Whether a field is a group that needs a legend, and not one control with a label."""
    return field.use_fieldset and not isinstance(field.field.widget, ClearableFileInput)


def is_worth_marking(field: BoundField) -> bool:
    """Whether to say that a field is optional: yes, unless nothing in its form is required."""
    return not field.field.required and any(other.required for other in field.form.fields.values())


def errors_of(field: BoundField) -> list[str]:
    """What is wrong with one field. "This field is required" names the field instead: it is read apart from it."""
    return [_what_to_fill_in(field) if _is_bare(error) else error.messages[0] for error in field.errors.as_data()]


def _is_bare(error: ValidationError) -> bool:
    return error.code == "required" and error.message == Field.default_error_messages["required"]


def _what_to_fill_in(field: BoundField) -> str:
    match field.field.widget:
        case CheckboxSelectMultiple() | RadioSelect() | Select():
            words = _("Choose: %(label)s")
        case CheckboxInput():
            words = _("Tick: %(label)s")
        case _anything_else:
            words = _("Fill in: %(label)s")
    return words % {"label": field.label or field.name}


def _problems(form: BaseForm) -> Iterator[Problem]:
    for error in form.non_field_errors():
        yield Problem(str(error))
    for field in form:
        for error in errors_of(field):
            if field.is_hidden:
                yield Problem(_("%(name)s: %(error)s") % {"name": field.label or field.name, "error": error})
            else:
                yield Problem(error, _target(field))


def _target(field: BoundField) -> str:
    if own := field.field.widget.attrs.get("id"):
        return own
    if isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id
