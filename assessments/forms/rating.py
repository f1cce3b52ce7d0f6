"""The questions of one dimension as one form, and the choice between two versions of what one rater said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.domain.rating_reading import Question
from assessments.domain.rating_taking import Posted, name_in_form
from assessments.models import UNABLE, Rating
from journal.filling import Wish, savable
from journal.saving import Result, parse_version
from programs.forms.fields import new_nonce
from programs.forms.saved import Clash, nonce_of, wishes_of

LABELS: dict[str, Promise] = {
    "answer": gettext_lazy("Rating"),
    "reason": gettext_lazy("Why?"),
    "comment": gettext_lazy("Comment"),
    "evidence": gettext_lazy("What could be shown for it"),
}
KEEP = "keep_"  # before the name of a field of which two versions were seen
BEFORE = ("", "base_", "seen_", KEEP)
Refused = Mapping[str, Sequence[str]]  # messages by the name of a field in the form, such as "comment-plan"


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field of one question, with the value to show: what was typed, or else what is saved."""

    bound: forms.BoundField
    version: int
    saved: str

    @property
    def name(self) -> str:
        return self.bound.html_name

    @property
    def value(self) -> str:
        return str(self.bound.value() or "")

    @property
    def error(self) -> str:
        return " ".join(self.bound.errors)

    @property
    def is_unsaved(self) -> bool:
        """It was typed and sent back."""
        return self.value.replace("\r\n", "\n") != self.saved


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """One question with its four fields."""

    question: Question
    answer: ShownField
    reason: ShownField
    comment: ShownField
    evidence: ShownField

    @property
    def has_more(self) -> bool:
        """A comment or evidence is there: they are not folded away."""
        return bool(self.comment.value or self.evidence.value or self.comment.error or self.evidence.error)


class RatingsForm(forms.Form):
    """Shows answers as they stand or as they were posted. The saving path checks the values."""

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        questions: Sequence[Question],
        refused: Refused | None = None,
    ) -> None:
        self.asked, self.refused, self.nonce = questions, refused or {}, new_nonce()
        self.saved = {
            name_in_form(field, question.rating): str(getattr(question.rating, field))
            for question in questions
            for field in LABELS
        }
        typed = {name: data[name] for name in self.saved if name in data} if data else {}
        super().__init__(self.saved | typed | self._answers_that_cannot_be_shown(typed))
        for question in questions:
            self._add(question)

    def full_clean(self) -> None:
        """The refusals of the saving path, beside the fields they are about."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}
        for name, messages in self.refused.items():
            self.add_error(name if name in self.fields else None, list(messages))

    @property
    def questions(self) -> Iterator[ShownQuestion]:
        for question in self.asked:
            yield ShownQuestion(question, **{field: self._shown(field, question.rating) for field in LABELS})

    def _answers_that_cannot_be_shown(self, typed: Mapping[str, str]) -> dict[str, str]:
        """Instead of what is no level, what is saved: nothing chosen would look like an answer taken back."""
        names = {name_in_form("answer", question.rating): question for question in self.asked}
        return {
            name: self.saved[name]
            for name, question in names.items()
            if name in typed and typed[name] not in {UNABLE, *(str(level.value) for level in question.levels)}
        }

    def _add(self, question: Question) -> None:
        """A summary of mistakes leads to the first level, or to the line itself."""
        for field, label in LABELS.items():
            name = name_in_form(field, question.rating)
            first = f"__{question.levels[0].value}" if field == "answer" else ""
            words = f"{question.item.number} {label}"
            self.fields[name] = forms.CharField(label=words, widget=forms.TextInput(attrs={"id": f"{name}{first}"}))

    def _shown(self, field: str, rating: Rating) -> ShownField:
        name = name_in_form(field, rating)
        return ShownField(self[name], rating.version(field), self.saved[name])


class NameForm(forms.Form):
    """May the rater's name stand beside their ratings? The page draws it itself."""

    may = forms.ChoiceField(choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))])


class TwoVersionsForm(forms.Form):
    """For each field a rater changed in two places: which value shall stand. There is no default."""

    def __init__(self, data: QueryDict, *, conflicts: Sequence[tuple[Rating, Result]]) -> None:
        super().__init__(data if "clashing" in data else None)
        self.conflicts, self.typed = conflicts, data
        for rating, conflict in conflicts:
            self.fields[f"{KEEP}{name_in_form(conflict.field, rating)}"] = forms.ChoiceField(
                label=_("Which shall stand?"),
                choices=[("mine", _("Keep this one")), ("theirs", _("Take the other one"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose which of the two shall stand.")},
            )

    @property
    def clashes(self) -> list[Clash]:
        return [self._clash(rating, conflict) for rating, conflict in self.conflicts]

    def _clash(self, rating: Rating, conflict: Result) -> Clash:
        field, name = savable(rating)[conflict.field], name_in_form(conflict.field, rating)
        theirs, typed = conflict.theirs or {}, self.typed[name]
        return Clash(
            name=name,
            label=f"{rating.item.number} {LABELS[conflict.field]}",
            typed=typed,
            mine=field.display(field.clean(typed, rating), rating),
            theirs=theirs,
            at=datetime.fromisoformat(theirs["at"]) if theirs["at"] else None,
            base=parse_version(self.typed[f"base_{name}"]),
            seen=conflict.version,
            choice=self[f"{KEEP}{name}"],
        )


def posted_ratings(data: QueryDict, ratings: Sequence[Rating]) -> Posted:
    """What the form of a dimension says; one that lost its key or a version is refused as a whole."""
    posted = {rating.pk: _posted_for(data, rating) for rating in ratings}
    try:
        wishes = {rating.pk: _wishes_for(posted[rating.pk], rating) for rating in ratings}
        nonce = nonce_of(data)
    except ValidationError as error:
        return Posted("", {}, {}, refused={"__all__": list(error.messages)})
    chosen = {
        pk: [name.removeprefix(KEEP) for name in fields if name.startswith(KEEP)] for pk, fields in posted.items()
    }
    return Posted(nonce, wishes, chosen)


def _posted_for(data: QueryDict, rating: Rating) -> dict[str, str]:
    """What the form says of one rating, by the names of its fields."""
    names = {f"{before}{field}": f"{before}{name_in_form(field, rating)}" for before in BEFORE for field in LABELS}
    return {name: data[posted] for name, posted in names.items() if posted in data}


def _wishes_for(posted: Mapping[str, str], rating: Rating) -> list[Wish]:
    """A field that is as it was asks for nothing. Raises ValidationError when a version is not a number."""
    return [wish for wish in wishes_of(posted, rating) if not _is_as_it_was(wish, rating)]


def _is_as_it_was(wish: Wish, rating: Rating) -> bool:
    return wish.base == rating.version(wish.field) and wish.value == str(getattr(rating, wish.field))
