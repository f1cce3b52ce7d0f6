"""Forms of the dashboards: the portfolio table's filters, and asking a program to join."""

from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.models import User
from dashboards.domain.figures import Figures
from dashboards.domain.table import SORTS, Wanted
from programs.models import Attention, Band, Program, Sector

SELECTS = ("step", "band", "sector", "country")
NOT_ONE = _("“%(value)s” is not one of these, so it was left out.")
Choices = list[tuple[Any, Any]]


class TableForm(forms.Form):
    """What an address asks of the table. It offers what the portfolio has; nothing is required."""

    q = forms.CharField(label=_("Find by name or place"), max_length=100, required=False)
    attention = forms.TypedChoiceField(
        label=_("Needs"), coerce=int, empty_value=None, required=False, choices=Attention.choices
    )
    step = forms.TypedChoiceField(label=_("Step"), coerce=int, empty_value=None, required=False)
    band = forms.ChoiceField(label=_("Readiness"), required=False, choices=Band.choices)
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    archived = forms.BooleanField(label=_("Archived programs instead"), required=False)
    sort = forms.ChoiceField(
        required=False, choices=[(name, name) for key in SORTS for name in (key, f"-{key}")], widget=forms.HiddenInput
    )

    def __init__(self, data: Mapping[str, Any], *, figures: Figures) -> None:
        super().__init__(data)
        for name in SELECTS:
            self.fields[name].error_messages |= {"invalid_choice": NOT_ONE, "invalid": NOT_ONE}
        self._offer("sector", _present(figures.sectors, Sector.choices))
        self._offer("country", _present(figures.countries, countries))
        self._offer("step", _steps(figures))

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked for; what cannot be is left out, and stands in `errors`."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    @property
    def wanted(self) -> Wanted:
        return Wanted(**self.asked)

    def _offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the reader and mypy
        field.choices = choices

    def selects(self) -> list[forms.BoundField]:
        return [self[name] for name in SELECTS]

    @property
    def is_narrowed(self) -> bool:
        """One of the selects is used, rightly or not."""
        return any(self.data.get(name) for name in SELECTS)


class AskForm(forms.Form):
    """Which program to ask to join a portfolio."""

    program = forms.ModelChoiceField(
        label=_("Program"),
        queryset=Program.objects.none(),
        empty_label=_("Choose a program"),
        help_text=_("Its lead is asked, and the program appears here once the lead agrees."),
        error_messages={"required": _("Choose a program."), "invalid_choice": _("Choose one of the programs shown.")},
    )

    def __init__(self, *args: Any, user: User, offered: Iterable[Program], **kwargs: Any) -> None:
        """Offers `offered`; a program that was asked a moment ago, by a double click, is no mistake."""
        super().__init__(*args, **kwargs)
        field = self.fields["program"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  for the reader and mypy
        field.queryset = Program.objects.visible_to(user).filter(archived_at=None)
        field.choices = [("", field.empty_label), *((program.pk, program.name) for program in offered)]
        self.helper = FormHelper()
        self.helper.form_tag = False


def _present(counts: Mapping[str, int], choices: Iterable[tuple[str, Any]]) -> Choices:
    """Those choices that some program of the portfolio has, with how many."""
    return [(code, f"{name} ({counts[code]})") for code, name in choices if code in counts]


def _steps(figures: Figures) -> Choices:
    """The steps of the guide most programs follow, and the end of the path."""
    first = figures.steps[0].guide if figures.steps else None
    steps = [(step.number, f"{step.number} {step.title}") for step in figures.steps if step.guide == first]
    return [*steps, (0, _("all steps passed"))] if steps else []
