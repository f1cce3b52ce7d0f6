"""What is typed in the consensus room: what an item is settled at, and what people say of it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.domain.consensus import Said
from assessments.domain.questionnaires import Level
from assessments.models import Rater, Statement
from programs.forms.fields import NonceField, ParagraphField
from programs.forms.parts import PageForm

LONGEST = 1_000


class SettleForm(PageForm):
    """The value the room agrees on, or why the item stays open. `act` is the button that was pressed."""

    value = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        label=gettext_lazy("What does the room agree on?"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of the levels shown.")},
    )
    reason = ParagraphField(
        limit=LONGEST,
        required=False,
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Needed unless every rater gave this very value, when it fell or rose by more than one level since the "
            "last round, and whenever the item stays open."
        ),
    )
    nonce = NonceField()

    def __init__(self, *args: Any, levels: Sequence[Level], act: str = "", **options: Any) -> None:
        super().__init__(*args, auto_id="settle-%s", **options)
        self.act = act
        self.fields["value"].choices = [(level.value, f"{level.value} {level.label}") for level in levels]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.act == "agree" and said.get("value") is None and "value" not in self.errors:
            self.add_error("value", _("Choose the level the room agrees on."))
        return said


class SayForm(PageForm):
    """A few words about an item. Raters may disagree and name a value; who runs the round writes down theirs."""

    speaker = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Who says it?"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of the raters of this round.")},
    )
    kind = forms.ChoiceField(
        choices=[
            (Statement.Kind.REMARK, gettext_lazy("A remark")),
            (Statement.Kind.DISSENT, gettext_lazy("I disagree: this stays beside the agreed value, with the name.")),
        ],
        initial=Statement.Kind.REMARK,
        widget=forms.RadioSelect,
        label=gettext_lazy("What is it?"),
        error_messages={"required": gettext_lazy("Choose what it is: a remark, or that you disagree.")},
    )
    value = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        label=gettext_lazy("Which level do you see now?"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of the levels shown.")},
    )
    text = ParagraphField(
        limit=LONGEST,
        label=gettext_lazy("What is there to say?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write what there is to say.")},
    )
    nonce = NonceField()

    def __init__(
        self, *args: Any, levels: Sequence[Level], is_rater: bool, speakers: Iterable[Rater] = (), **options: Any
    ) -> None:
        """`speakers`: for whom words may be written down, by who runs the round."""
        super().__init__(*args, auto_id="say-%s", **options)
        self.raters = {str(rater.pk): rater for rater in speakers}
        chosen = [(str(level.value), f"{level.value} {level.label}") for level in levels]
        self.fields["value"].choices = [("", _("No level")), *chosen]
        names = [(key, rater.name) for key, rater in self.raters.items()]
        self.fields["speaker"].choices = [("", _("Myself")), *names]
        if not self.raters:
            del self.fields["speaker"]
        if not self.raters and not is_rater:
            del self.fields["kind"], self.fields["value"]

    @property
    def spoken_for(self) -> Rater | None:
        """The rater whose words they are, where they are not one’s own."""
        return self.raters.get(self.cleaned_data.get("speaker", ""))

    @property
    def said(self) -> Said:
        said = self.cleaned_data
        return Said(said["text"], said.get("kind") or Statement.Kind.REMARK, said.get("value"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        wants_rater = said.get("kind") == Statement.Kind.DISSENT or said.get("value") is not None
        if self.raters and wants_rater and "speaker" not in self.errors and not said.get("speaker"):
            self.add_error("speaker", _("Choose whose words these are: whoever runs the round does not rate."))
        return said
