"""The gallery of the ui kit at /ui/: every component in every state, for eyes and for tests. Never in production."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

PATHS = {
    "A program in the middle": ("g99g97c88p52n10n00|n00n00n00n00n00", 4),
    "Nothing done yet": ("n00n00n00n00n00n00|n00n00n00n00n00", 1),
    "Submitted, later work begun": ("g99g99g98g96s98n31|p40n10n00n00n00", 5),
    "Returned, with a decision to look at again": ("g99G85g93r64n20n00|n00n00n00n00n00", 4),
    "On hold": ("g99g99h63n00n00n00|n00n00n00n00n00", 3),
    "Everything passed": ("g99g99c99g98g97g99|g99g98C86g99g97", None),
}
TITLES = (
    *("Vision", "Effectiveness", "Potential", "Refine", "Consensus", "Policies"),
    *("Partners", "Funding", "Capacity", "Monitoring", "Institutions"),
)
STEP_STATES = ("not_started", "in_progress", "submitted", "go", "conditions", "hold", "returned")
ANSWERS = ("not_started", "under_way", "done", "not_applicable", "dont_know", "later")
BARS = (("Vision", 88, 61, 86), ("Effectiveness", 74, 52, 70), ("Policies", 44, 12, 45), ("Institutions", 22, 0, 20))


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label="Name of the program", help_text="As your ministry would write it.")
    about = forms.CharField(label="What it does", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    sector = forms.ChoiceField(label="Sector", choices=[("", "Choose a sector"), ("health", "Health")])
    people = forms.IntegerField(label="How many people?", required=False)
    due_on = forms.DateField(label="By when?", widget=forms.DateInput(attrs={"type": "date"}))
    direction = forms.ChoiceField(
        label="In which direction?",
        choices=[("up", "Scaling up: into policies and budgets"), ("out", "Scaling out: to new places")],
        widget=forms.RadioSelect,
        help_text="Most programs do both, one after the other.",
    )
    languages = forms.MultipleChoiceField(
        label="Languages", choices=[("en", "English"), ("fr", "French")], required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    photo = forms.FileField(label="Photo of the site", required=False)
    agreed = forms.BooleanField(label="The ministry has agreed")

    def clean(self) -> dict[str, Any]:
        if self.data.get("name") == "wrong":
            raise forms.ValidationError("The name and the place do not fit together.")
        return super().clean() or {}


class PartnerForm(forms.Form):
    """One form of a set."""

    partner = forms.CharField(label="Partner")


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    """`?dir=rtl` shows everything from right to left."""
    with translation.override("ar" if request.GET.get("dir") == "rtl" else "en"):
        return render(request, "ui/gallery.html", _samples())


gallery.door = "open"  # type: ignore[attr-defined]


def _samples() -> dict[str, Any]:
    now = timezone.now()
    wrong = {"name": "wrong", "people": "many", "due_on": "2027-02-31", "direction": "down"}
    return {
        "paths": [(words, *path) for words, path in PATHS.items()],
        "titles": TITLES,
        "urls": [f"#step-{number}" for number in range(1, len(TITLES) + 1)],
        "step_states": STEP_STATES,
        "answers": ANSWERS,
        "bars": BARS,
        "line": [12, 18, None, 25, 31, 46],
        "missing_few": ["4.5", "4.6"],
        "missing_many": [f"4.{number}" for number in range(1, 10)],
        "moments": [now, now - timedelta(days=1), now - timedelta(days=5), now - timedelta(days=40)],
        "days": [timezone.localdate() + timedelta(days=days) for days in (-2, 0, 3, 40)],
        "fresh_form": SampleForm(auto_id="fresh_%s"),
        "wrong_form": SampleForm(wrong, auto_id="wrong_%s"),
        "formset": forms.formset_factory(PartnerForm, extra=2)(auto_id="set_%s"),
    }
