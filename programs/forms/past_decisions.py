"""Decisions made before a program came here: one part for each step that is open."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.domain.gates import Decision, NewCondition, Outcome, Past
from programs.forms.fields import DayField, LinesField, NonceField, ParagraphField
from programs.forms.gates import MOST_CONDITIONS, MOST_SIGNERS
from programs.forms.parts import OptionalForm, PageForm
from programs.models import Phase, StepPlan

OUTCOMES = [("", gettext_lazy("Has not passed yet")), (Outcome.GO, Outcome.GO.label)]
OUTCOMES.append((Outcome.CONDITIONS, Outcome.CONDITIONS.label))


class PastStepForm(OptionalForm):
    """What was decided on one step, if anything."""

    outcome = forms.ChoiceField(
        required=False, choices=OUTCOMES, widget=forms.RadioSelect, label=gettext_lazy("What was decided?")
    )
    decided_on = DayField(required=False, label=gettext_lazy("Date of the decision"))
    reasons = ParagraphField(
        limit=4_000,
        required=False,
        label=gettext_lazy("On what grounds?"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Which meeting, which evidence. The team reads this; donors do not."),
    )
    signers = LinesField(
        limit=160,
        most=MOST_SIGNERS,
        label=gettext_lazy("Who signed?"),
        help_text=gettext_lazy("One person a line: name, role."),
    )
    conditions = LinesField(
        limit=400,
        most=MOST_CONDITIONS,
        label=gettext_lazy("Conditions that are still open"),
        help_text=gettext_lazy("One a line; none, if all are met. Donors read them."),
    )
    conditions_due_on = DayField(required=False, label=gettext_lazy("To be met until"))

    def __init__(self, *args: Any, plan: StepPlan, **options: Any) -> None:
        super().__init__(*args, prefix=f"step-{plan.step.number}", auto_id="%s", **options)
        self.plan = plan
        self.fields["decided_on"].latest = timezone.localdate()

    @property
    def is_filled(self) -> bool:
        """Something stands in it."""
        return any(self[name].value() for name in self.fields)

    def needed(self, said: dict[str, Any]) -> dict[str, str]:
        needed = {
            "outcome": _("Choose what was decided, or clear what you wrote for this step."),
            "decided_on": _("Enter the day of the decision."),
            "reasons": _("Say on what grounds it was decided."),
        }
        if said.get("conditions") and said.get("outcome") == Outcome.CONDITIONS:
            needed["conditions_due_on"] = _("Enter the day until which the open conditions must be met.")
        return needed

    def past(self, *, waiver: str) -> Past | None:
        """The decision, when one was made; the waiver belongs to steps of the second phase alone."""
        said = self.cleaned_data
        if not said["outcome"]:
            return None
        is_conditional = said["outcome"] == Outcome.CONDITIONS
        texts = said["conditions"] if is_conditional else []
        decision = Decision(
            outcome=said["outcome"],
            reasons=said["reasons"],
            signers=said["signers"],
            conditions=[NewCondition(text, said["conditions_due_on"]) for text in texts],
            waiver=waiver if self.plan.step.phase == Phase.DURING else "",
        )
        return Past(self.plan, decision, said["decided_on"])


class WaiverForm(PageForm):
    """What all past decisions of one form share."""

    waiver = ParagraphField(
        limit=1_000,
        required=False,
        label=gettext_lazy("Why did later steps pass before steps 1 to 6?"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Only needed if a step from 7 on passed while one of the first six had not."),
    )
    nonce = NonceField()


class PastDecisionsForm:
    """A part for each open step and what they share, sent together."""

    def __init__(self, data: Mapping[str, str] | None, *, plans: Sequence[StepPlan]) -> None:
        self.is_bound = data is not None
        self.shared = WaiverForm(data, auto_id="%s")
        self.parts = [PastStepForm(data, plan=plan) for plan in plans if plan.is_open or _is_sent(data, plan)]

    @property
    def forms(self) -> list[PageForm]:
        return [*self.parts, self.shared]

    @property
    def past(self) -> list[Past]:
        return list(self._past())

    def is_valid(self) -> bool:
        """Every part is, and at least one says something."""
        are_valid = [form.is_valid() for form in self.forms]
        if all(are_valid) and not self.past:
            self.shared.add_error(None, _("Choose a decision for at least one step."))
        return all(are_valid) and self.shared.is_valid()

    def _past(self) -> Iterator[Past]:
        waiver = self.shared.cleaned_data["waiver"]
        for part in self.parts:
            if past := part.past(waiver=waiver):
                yield past


def _is_sent(data: Mapping[str, str] | None, plan: StepPlan) -> bool:
    """A part that was sent stays, though its step may have been decided since: the domain says what became of it."""
    return data is not None and f"step-{plan.step.number}-outcome" in data
