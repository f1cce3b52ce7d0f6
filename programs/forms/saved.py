"""Forms whose fields go through the saving path one by one, and the choice between two versions of one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.filling import Row, Wish, savable
from journal.saving import Result, parse_version
from programs.forms.fields import DayInput, new_nonce
from programs.models import Answer, ItemAnswer, Membership, StepPlan


class SavedForm(forms.Form):
    """Shows the fields of a row as they stand, or as they were posted. The saving path checks the values."""

    shown_fields: tuple[str, ...]

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        row: Row,
        team: Iterable[Membership] = (),
        refused: Mapping[str, list[str]] | None = None,
    ) -> None:
        fields = savable(row)
        standing = {name: field.store(getattr(row, field.attribute)) for name, field in fields.items()}
        typed = {name: data[name] for name in fields if name in data} if data else {}
        super().__init__(standing | typed)
        self.row, self.refused, self.nonce = row, refused or {}, new_nonce()
        if "owner" in self.fields:
            nobody = ("", _("Nobody yet"))
            self.fields["owner"].choices = [nobody, *((member.user_id, member.user.name) for member in team)]
        for name in fields:
            self.fields[name].widget.attrs["data-version"] = self.bases[f"base_{name}"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*self.shown_fields)

    def full_clean(self) -> None:
        """The refusals of the saving path, beside the fields they are about."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}
        for name, messages in self.refused.items():
            self.add_error(name, messages)

    @property
    def bases(self) -> dict[str, int]:
        """The version of each field this form shows."""
        return {f"base_{name}": self.row.versions.get(name, [0])[0] for name in savable(self.row)}


class ItemForm(SavedForm):
    """One item. The page draws the answer and its reason itself."""

    shown_fields = ("note", "owner", "due_on")

    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"), choices=Answer.choices, widget=forms.RadioSelect, required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it does not apply"),
        required=False,
        help_text=gettext_lazy("Only needed if you chose “Not applicable”."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("What you did, what is left, who to ask. Only your team and your reviewers read it."),
    )
    owner = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    due_on = forms.CharField(label=gettext_lazy("Due"), required=False, widget=DayInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # The radios are the kit's own: a summary of mistakes leads to the first of them.
        self.fields["answer"].widget.attrs["id"] = f"answer-{self.row.pk}-{Answer.NOT_STARTED}"

    @property
    def answer_refused(self) -> str:
        """What was wrong with the answer, to be said at the radios."""
        return " ".join(self["answer"].errors)

    @property
    def chosen(self) -> str:
        """The answer to show as chosen; what was posted and is no answer cannot be shown."""
        value = self["answer"].value()
        return value if value in Answer.values else self.row.answer


class PlanForm(SavedForm):
    """Who looks after a step, and until when it shall be submitted."""

    shown_fields = ("owner", "target_on")

    owner = forms.ChoiceField(label=gettext_lazy("Owner of this step"), required=False)
    target_on = forms.CharField(label=gettext_lazy("Target date"), required=False, widget=DayInput)


# The form of each kind of row; an app above adds its own.
FORMS: dict[type[Row], type[SavedForm]] = {ItemAnswer: ItemForm, StepPlan: PlanForm}


@dataclass(frozen=True, slots=True)
class Clash:
    """A field two people changed: what I typed, what stands there now, and the choice between them."""

    name: str
    label: str
    typed: str
    mine: str
    theirs: dict[str, Any]
    at: datetime | None  # nothing was ever written there, whatever the form says it saw
    base: int
    seen: int
    choice: forms.BoundField


class ConflictForm(forms.Form):
    """For each field two people changed: which value shall stand. There is no default."""

    def __init__(self, data: QueryDict, *, row: Row, conflicts: list[Result]) -> None:
        super().__init__(data if "clashing" in data else None)
        self.conflicts, self.row, self.typed = conflicts, row, data
        for conflict in conflicts:
            self.fields[f"keep_{conflict.field}"] = forms.ChoiceField(
                label=_("Which shall stand?"),
                choices=[("mine", _("Keep mine")), ("theirs", _("Take theirs"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose which of the two shall stand.")},
            )

    @property
    def clashes(self) -> list[Clash]:
        return [self._clash(conflict) for conflict in self.conflicts]

    def _clash(self, conflict: Result) -> Clash:
        name, theirs = conflict.field, conflict.theirs or {}
        field, typed = savable(self.row)[name], self.typed[name]
        return Clash(
            name=name,
            label=str(FORMS[type(self.row)].base_fields[name].label),
            typed=typed,
            mine=field.display(field.clean(typed, self.row), self.row),
            theirs=theirs,
            at=datetime.fromisoformat(theirs["at"]) if theirs["at"] else None,
            base=parse_version(self.typed[f"base_{name}"]),
            seen=conflict.version,
            choice=self[f"keep_{name}"],
        )


def wishes_of(data: Mapping[str, str], row: Row) -> list[Wish]:
    """The fields a form posted, each with the version it was built on.

    Raises ValidationError when a version is not a number.
    """
    named = [name for name in savable(row) if name in data and f"base_{name}" in data]
    wanted = [name for name in named if data.get(f"keep_{name}") != "theirs"]
    return [Wish(name, data[name], parse_version(data[_version_key(name, data)])) for name in wanted]


def _version_key(name: str, data: Mapping[str, str]) -> str:
    """Who keeps theirs over another's has seen the other's: it is that version they build on."""
    kept = data.get(f"keep_{name}") == "mine" and f"seen_{name}" in data
    return f"seen_{name}" if kept else f"base_{name}"


def nonce_of(data: QueryDict) -> str:
    """The nonce of the posted form. Raises ValidationError when there is none."""
    nonce = data.get("nonce", "")
    if not (16 <= len(nonce) <= 64 and nonce.isascii() and nonce.isalnum()):
        raise ValidationError(_("The page sent a change without a key. Send it once more."))
    return nonce
