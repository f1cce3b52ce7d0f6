"""What is typed at a gate: a submission, a decision with its conditions, and a few words that explain one act."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from programs.domain.gates import LONGEST_PROMISE, Decision, NewCondition, Outcome
from programs.forms.fields import DayField, LineField, LinesField, NonceField, ParagraphField
from programs.forms.parts import OptionalForm, PageForm
from programs.models import StepPlan

PROMISE = timedelta(days=14)
EMPTY_CONDITIONS = 3
MOST_CONDITIONS = 20
MOST_SIGNERS = 20


# A choice stands with what it does.
OUTCOMES = [
    (Outcome.GO, gettext_lazy("Go: the step has passed.")),
    (Outcome.CONDITIONS, gettext_lazy("Go with conditions: it has passed, and what you list must follow.")),
    (Outcome.HOLD, gettext_lazy("Hold: not now. The team can work on it, and you look again on a day you name.")),
    (Outcome.RETURNED, gettext_lazy("Return: this or an earlier step opens again, with what must change.")),
]


class PersonField(forms.ModelChoiceField):
    """Somebody by name."""

    def label_from_instance(self, obj: User) -> str:
        return obj.name


class SubmitForm(PageForm):
    """Who decides, and until when the team may expect it."""

    reviewer = PersonField(
        queryset=User.objects.none(),
        label=gettext_lazy("Who decides?"),
        empty_label=gettext_lazy("Choose a reviewer"),
        error_messages={
            "required": gettext_lazy("Choose who decides."),
            "invalid_choice": gettext_lazy("Choose one of the people who may decide."),
        },
    )
    promised_on = DayField(
        label=gettext_lazy("Decision promised for"),
        help_text=gettext_lazy("The day you agreed on with the reviewer; two weeks are usual."),
    )
    message = ParagraphField(
        limit=1_000,
        required=False,
        label=gettext_lazy("Message to the reviewer"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What should they look at first? Where are you unsure?"),
    )
    nonce = NonceField()

    def __init__(self, *args: Any, reviewers: Any, **options: Any) -> None:
        today, people = timezone.localdate(), list(reviewers)
        super().__init__(*args, initial={"promised_on": today + PROMISE}, **options)
        self.has_reviewers = bool(people)
        self.fields["reviewer"].queryset = reviewers
        self.fields["promised_on"].earliest = today
        self.fields["promised_on"].latest = today + LONGEST_PROMISE
        if len(people) == 1:
            self.fields["reviewer"].empty_label = None


class DecisionForm(PageForm):
    """The outcome with its reasons, and what belongs to one outcome alone."""

    outcome = forms.ChoiceField(
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        label=gettext_lazy("What do you decide?"),
        error_messages={"required": gettext_lazy("Choose one of the four decisions.")},
    )
    look_again_on = DayField(required=False, label=gettext_lazy("When will you look again?"))
    return_to = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        label=gettext_lazy("Return to which step?"),
        help_text=gettext_lazy("It opens again. Later steps keep their decisions and are marked “look again”."),
    )
    waiver = ParagraphField(
        limit=1_000,
        required=False,
        label=gettext_lazy("Why may it pass before steps 1 to 6?"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Not all of them have passed. What you write stays with the decision."),
    )
    reasons = ParagraphField(
        limit=4_000,
        label=gettext_lazy("Reasons"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What convinced you, and what must change? The team reads this; donors do not."),
        error_messages={"required": gettext_lazy("Give the reasons: the team must be able to act on them.")},
    )
    signers = LinesField(
        limit=160,
        most=MOST_SIGNERS,
        label=gettext_lazy("Who signs?"),
        help_text=gettext_lazy("One person a line: name, role."),
    )
    decided_on = DayField(
        label=gettext_lazy("Date of the decision"),
        help_text=gettext_lazy("The day of the meeting, if it is not today."),
    )
    review = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    nonce = NonceField()

    def __init__(
        self,
        *args: Any,
        plan: StepPlan,
        plans: Iterable[StepPlan],
        asks_waiver: bool,
        submitted_on: date | None,
        initial: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        today = timezone.localdate()
        super().__init__(*args, initial={"decided_on": today} | dict(initial or {}), **options)
        upto = [other for other in plans if other.step.number <= plan.step.number]
        steps = [(other.step.number, f"{other.step.number} {other.step.title}") for other in reversed(upto)]
        self.fields["return_to"].choices = [("", _("Choose a step")), *steps]
        self.fields["look_again_on"].earliest = today
        self.fields["decided_on"].earliest = submitted_on or today
        self.fields["decided_on"].latest = today
        if not asks_waiver:
            del self.fields["waiver"]

    @property
    def wants_conditions(self) -> bool:
        return self["outcome"].value() == Outcome.CONDITIONS

    def decision(self, conditions: Sequence[NewCondition]) -> Decision:
        """What was decided; what was typed for other outcomes than the chosen one is left out."""
        said, outcome = self.cleaned_data, self.cleaned_data["outcome"]
        passes = outcome in (Outcome.GO, Outcome.CONDITIONS)
        return Decision(
            outcome=outcome,
            reasons=said["reasons"],
            signers=said["signers"],
            conditions=conditions if outcome == Outcome.CONDITIONS else (),
            return_to=said["return_to"] if outcome == Outcome.RETURNED else None,
            look_again_on=said["look_again_on"] if outcome == Outcome.HOLD else None,
            waiver=said.get("waiver", "") if passes else "",
        )


class ConditionForm(OptionalForm):
    """One condition: what, by whom, until when. An empty row is no condition."""

    text = LineField(limit=400, required=False, label=gettext_lazy("What must be done?"))
    owner = forms.ChoiceField(
        required=False,
        label=gettext_lazy("By whom?"),
        error_messages={"invalid_choice": gettext_lazy("Choose somebody of this program’s team.")},
    )
    due_on = DayField(required=False, label=gettext_lazy("Until when?"))

    def __init__(self, *args: Any, people: Mapping[str, User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = people
        self.fields["owner"].choices = [("", _("Choose a person")), *((pk, one.name) for pk, one in people.items())]
        self.fields["due_on"].earliest = timezone.localdate()

    def needed(self, said: dict[str, Any]) -> dict[str, str]:
        return {
            "text": _("Write what must be done, or clear this row."),
            "owner": _("Choose who of the team looks after this condition."),
            "due_on": _("Every condition needs a date."),
        }

    @property
    def condition(self) -> NewCondition | None:
        """What was written, of a valid row; None for an empty one."""
        said = self.cleaned_data
        return NewCondition(said["text"], said["due_on"], self.people[said["owner"]]) if said.get("text") else None


_ConditionFormSet = forms.formset_factory(
    ConditionForm, extra=EMPTY_CONDITIONS, max_num=MOST_CONDITIONS, absolute_max=MOST_CONDITIONS
)


def condition_formset(
    data: Mapping[str, Any] | None, *, team: Iterable[User], initial: list[dict[str, str]] | None = None
) -> BaseFormSet:
    """Rows for conditions: what was sent or, before that, what was typed so far and three empty ones."""
    people = {str(person.pk): person for person in team}  # read once for all rows
    return _ConditionFormSet(data, initial=initial, prefix="conditions", form_kwargs={"people": people})


def conditions_of(formset: BaseFormSet) -> list[NewCondition]:
    """The rows that were filled in, of a valid formset."""
    return [form.condition for form in formset if form.condition]


def typed_conditions(data: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows somebody typed so far, whatever is in them."""
    names = ("text", "owner", "due_on")
    rows = [{name: data.get(f"conditions-{row}-{name}", "") for name in names} for row in range(MOST_CONDITIONS)]
    return [row for row in rows if any(row.values())]


class NoteForm(PageForm):
    """A few words that explain one act."""

    note = LineField(limit=500)

    def __init__(self, *args: Any, label: str, needed: str = "", **options: Any) -> None:
        """`needed` is the sentence for those who wrote nothing; without one nothing need be written."""
        super().__init__(*args, **options)
        field = self.fields["note"]
        field.label, field.required = label, bool(needed)
        field.widget = forms.Textarea(attrs={"rows": 2})
        if needed:
            field.error_messages["required"] = needed
