"""The form over the whole matrix, the choice between two versions of its cells, and the form of one cell."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.filling import Wish, savable
from journal.saving import Result, parse_version
from partners.domain.assigning import Posted, Refusal, title_of
from partners.domain.matrix import NAMES, Cell, Matrix, Row
from partners.models import FocalPerson, Letter, Responsibility
from programs.forms.fields import DayInput, new_nonce
from programs.forms.saved import FORMS, Clash, SavedForm, nonce_of

NAME = re.compile(r"letter-([0-9]{1,18})")  # of a cell, by its number
BASE = re.compile(r"([0-9]{1,18}):([0-9]{1,9})")  # a cell and its version
KEEP = "keep_"


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell to be changed, with the letter to show: what was chosen and not saved, or else what stands there."""

    cell: Cell
    letter: str

    @property
    def is_unsaved(self) -> bool:
        return self.letter != self.cell.role.letter


class LettersForm(forms.Form):
    """The whole matrix as one form; the page draws its cells. What was refused leads to its cell."""

    def __init__(self, matrix: Matrix, data: QueryDict | None = None, *, refused: Iterable[Refusal] = ()) -> None:
        super().__init__({})
        self.matrix, self.nonce, self.refused = matrix, new_nonce(), list(refused)
        self.typed = _wishes(data) if data else {}
        for cell in self.cells:
            name = _cell(cell.role)
            self.fields[name] = forms.CharField(widget=forms.TextInput(attrs={"id": name}))

    def full_clean(self) -> None:
        """The refusals of the saving path, each with its cell where that is on the page."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}
        for refusal in self.refused:
            name = _cell(refusal.role) if refusal.role else ""
            self.add_error(name if name in self.fields else None, str(refusal))

    @property
    def cells(self) -> Iterator[Cell]:
        return (cell for row in self.matrix.rows for cell in row.cells)

    @property
    def bases(self) -> str:
        """The versions that the cells show; most were never changed, and are left out."""
        return " ".join(f"{cell.role.pk}:{cell.version}" for cell in self.cells if cell.version)

    @property
    def rows(self) -> Iterator[tuple[Row, list[ShownCell]]]:
        for row in self.matrix.rows:
            yield row, [ShownCell(cell, self._letter(cell)) for cell in row.cells]

    def _letter(self, cell: Cell) -> str:
        """What somebody else changed meanwhile is shown as it is now."""
        wish = self.typed.get(cell.role.pk)
        is_shown = wish is not None and wish.base == cell.version and wish.value in ("", *NAMES)
        return wish.value if wish and is_shown else cell.role.letter


class TwoLettersForm(forms.Form):
    """For each cell two people changed: which letter shall stand. There is no default."""

    def __init__(self, data: QueryDict, *, conflicts: Sequence[tuple[Responsibility, Result]]) -> None:
        super().__init__(data if "clashing" in data else None)
        self.typed = data
        self.conflicts = {f"letter-{role.pk}": (role, conflict) for role, conflict in conflicts}
        for name in self.conflicts:
            self.fields[f"{KEEP}{name}"] = forms.ChoiceField(
                label=_("Which shall stand?"),
                choices=[("mine", _("Keep mine")), ("theirs", _("Take theirs"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose which of the two shall stand.")},
            )

    @property
    def clashes(self) -> list[Clash]:
        return [self._clash(name, *found) for name, found in self.conflicts.items()]

    def _clash(self, name: str, role: Responsibility, conflict: Result) -> Clash:
        letter, theirs, typed = savable(role)["letter"], conflict.theirs or {}, self.typed[name]
        wish = _wishes(self.typed)[role.pk]
        return Clash(
            name=name,
            label=title_of(role),
            typed=typed,
            mine=letter.display(letter.clean(typed, role), role),
            theirs=theirs,
            at=datetime.fromisoformat(theirs["at"]) if theirs["at"] else None,
            base=wish.base if wish else conflict.version,
            seen=conflict.version,
            choice=self[f"{KEEP}{name}"],
        )


class ResponsibilityForm(SavedForm):
    """One cell: what the partner has to do, who holds the role, from when, and until when."""

    shown_fields = ("letter", "held_by", "since_on", "until_on")

    letter = forms.ChoiceField(
        label=gettext_lazy("What it has to do"),
        choices=[("", gettext_lazy("Nothing")), *Letter.choices],
        required=False,
    )
    held_by = forms.ChoiceField(
        label=gettext_lazy("In whose name"),
        required=False,
        help_text=gettext_lazy("A role that hangs on one person needs a deputy."),
    )
    since_on = forms.CharField(label=gettext_lazy("From"), required=False, widget=DayInput)
    until_on = forms.CharField(
        label=gettext_lazy("Until"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("The last day. Leave it empty while there is none."),
    )

    def __init__(self, *args: Any, people: Iterable[FocalPerson], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(one.pk, _("%(name)s (left)") % {"name": one} if one.left_on else str(one)) for one in people]
        self.fields["held_by"].choices = [("", _("Nobody by name")), *named]


FORMS[Responsibility] = ResponsibilityForm


def posted_letters(data: QueryDict) -> Posted:
    """What the form of the matrix says. Raises ValidationError when it lost its key, or a version is no number."""
    if not all(BASE.fullmatch(word) for word in data.get("bases", "").split()):
        raise ValidationError(_("The page sent a version that is not a number. Reload the page and try again."))
    for name in data:
        if name.startswith(("base_", "seen_")):
            parse_version(data[name])
    return Posted(nonce_of(data), _wishes(data))


def _wishes(data: QueryDict) -> dict[int, Wish | None]:
    found = (BASE.fullmatch(word) for word in data.get("bases", "").split())
    bases = {int(match[1]): int(match[2]) for match in found if match}
    names = {int(match[1]): name for name in data if (match := NAME.fullmatch(name))}
    return {pk: _wish(name, data, bases.get(pk, 0)) for pk, name in names.items()}


def _wish(name: str, data: Mapping[str, str], base: int) -> Wish | None:
    """Who keeps theirs over another's has seen the other's: it is that version they build on."""
    keep = data.get(f"{KEEP}{name}")
    if keep == "theirs":
        return None
    return Wish("letter", data[name], _version(data.get(f"seen_{name}" if keep == "mine" else f"base_{name}"), base))


def _version(raw: str | None, otherwise: int) -> int:
    try:
        return otherwise if raw is None else parse_version(raw)
    except ValidationError:
        return otherwise


def _cell(role: Responsibility) -> str:
    """The id of a cell in the page."""
    return f"cell-{role.pk}"
