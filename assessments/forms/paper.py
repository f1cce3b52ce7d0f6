"""A whole paper sheet as one form: a small box and a comment for each item."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from assessments.domain.paper import as_typed, keys_of
from assessments.domain.rating_reading import RatedPart
from assessments.domain.rating_taking import name_in_form
from assessments.forms.rating import LABELS, Refused, ShownField
from assessments.models import InstrumentDimension, Rating
from programs.forms.fields import new_nonce

FIELDS = ("answer", "comment")


@dataclass(frozen=True, slots=True)
class ShownBox:
    """One item with its box, its comment, and what may be typed in the box."""

    rating: Rating
    answer: ShownField
    comment: ShownField
    keys: str

    @property
    def has_comment(self) -> bool:
        return bool(self.comment.value or self.comment.error)


@dataclass(frozen=True, slots=True)
class ShownPart:
    dimension: InstrumentDimension
    boxes: Sequence[ShownBox]


class KeyingForm(forms.Form):
    """Shows a sheet as it stands or as it was typed. The saving path checks the values."""

    def __init__(
        self, data: Mapping[str, str] | None = None, *, parts: Sequence[RatedPart], refused: Refused | None = None
    ) -> None:
        self.asked, self.refused, self.nonce = parts, refused or {}, new_nonce()
        ratings = [rating for part in parts for rating in part.ratings]
        self.saved = {name_in_form(field, rating): _saved(rating, field) for rating in ratings for field in FIELDS}
        typed = {name: data[name] for name in self.saved if name in data} if data else {}
        super().__init__(self.saved | typed)
        for rating in ratings:
            self._add(rating)

    def full_clean(self) -> None:
        """The refusals of the saving path, beside the fields they are about."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}
        for name, messages in self.refused.items():
            self.add_error(name if name in self.fields else None, list(messages))

    @property
    def parts(self) -> Iterator[ShownPart]:
        for part in self.asked:
            yield ShownPart(part.dimension, [self._box(rating) for rating in part.ratings])

    def _add(self, rating: Rating) -> None:
        for field in FIELDS:
            name = name_in_form(field, rating)
            words = f"{rating.item.number} {LABELS[field]}"
            self.fields[name] = forms.CharField(label=words, widget=forms.TextInput(attrs={"id": name}))

    def _box(self, rating: Rating) -> ShownBox:
        answer, comment = (self._shown(field, rating) for field in FIELDS)
        return ShownBox(rating, answer, comment, " ".join(keys_of(rating)))

    def _shown(self, field: str, rating: Rating) -> ShownField:
        name = name_in_form(field, rating)
        return ShownField(self[name], rating.version(field), self.saved[name])


def _saved(rating: Rating, field: str) -> str:
    value = str(getattr(rating, field))
    return as_typed(value) if field == "answer" else value
