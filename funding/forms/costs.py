"""One line of the cost plan, and the years it is copied to."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from crispy_forms.layout import Layout, Row
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.domain import costs
from funding.domain.amounts import shown
from funding.domain.costs import Years
from funding.forms.fields import AmountField, CurrencyField, YearField, with_meanings
from funding.models import CostKind
from programs.forms.facts import SeenForm
from programs.forms.fields import CountField, LineField, NonceField
from programs.forms.parts import PageForm

MOST_IN_ALL = Decimal(10) ** AmountField.digits


class CostForm(PageForm, SeenForm):
    """So many times so much, for what, in which year."""

    shown_facts = costs.FACTS

    text = LineField(
        limit=160,
        label=gettext_lazy("What for?"),
        help_text=gettext_lazy("For example: training of supervisors, per district."),
    )
    kind = forms.ChoiceField(widget=forms.RadioSelect, label=gettext_lazy("What kind of cost is it?"))
    year = YearField(label=gettext_lazy("Year"))
    unit_amount = AmountField(label=gettext_lazy("Cost of one"))
    currency = CurrencyField(label=gettext_lazy("Currency"))
    quantity = CountField(
        min_value=1,
        label=gettext_lazy("How many?"),
        initial=1,
        help_text=gettext_lazy("Sites, people, months … 1 if it is one sum."),
    )

    def __init__(self, *args: Any, first: Collection[str] = (), **options: Any) -> None:
        """`first` are the currencies that are offered first."""
        if seen := options.get("seen"):
            options["initial"] = {"unit_amount": shown(Decimal(seen["unit_amount"]))} | options.get("initial", {})
        super().__init__(*args, **options)
        self.fields["kind"].choices = with_meanings(CostKind.choices, costs.MEANINGS)
        self.fields["currency"].offer(first=first)
        self.fields["year"].initial = timezone.localdate().year
        self.helper.layout = Layout(
            "text", "kind", *self.when(), Row("unit_amount", "currency"), "quantity", *self.last()
        )

    def when(self) -> list[Any]:
        return ["year"]

    def last(self) -> list[str]:
        return ["seen", "nonce"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("unit_amount") and said.get("quantity") and said["unit_amount"] * said["quantity"] >= MOST_IN_ALL:
            self.add_error(
                "quantity", _("Together that is more than %(digits)s digits.") % {"digits": AmountField.digits}
            )
        return said


class NewCostForm(CostForm):
    """A new line, perhaps for several years at once."""

    until = YearField(
        required=False,
        label=gettext_lazy("The same every year until"),
        help_text=gettext_lazy("Leave it empty if it comes in this year only."),
    )

    def when(self) -> list[Any]:
        return [Row("year", "until")]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("until") and said.get("year") and said["until"] < said["year"]:
            self.add_error("until", _("Enter the same year or a later one, or leave it empty."))
        return said


class CopyForm(PageForm):
    """Which years get the same line."""

    years = forms.TypedMultipleChoiceField(
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("To which years?"),
        error_messages={
            "required": gettext_lazy("Tick at least one year."),
            "invalid_choice": gettext_lazy("Choose from the years shown."),
        },
    )
    nonce = NonceField()

    def __init__(self, *args: Any, years: Years, **options: Any) -> None:
        """Years that are near are ticked; those that have it already say so."""
        super().__init__(*args, initial={"years": years.near}, **options)
        self.fields["years"].choices = [(year, _label(year, is_taken=year in years.taken)) for year in years.offered]


def _label(year: int, *, is_taken: bool) -> str:
    return _("%(year)s: has it already") % {"year": year} if is_taken else str(year)
