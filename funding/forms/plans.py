"""By what the money of a program is added up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.domain import plans
from funding.forms.fields import CurrencyField
from programs.forms.facts import SeenForm
from programs.forms.parts import PageForm


class PercentField(forms.IntegerField):
    """A whole share from 1 to 100 percent."""

    def __init__(self, **options: Any) -> None:
        wrong = _("Enter a whole number from 1 to 100.")
        messages = dict.fromkeys(("invalid", "min_value", "max_value"), wrong)
        super().__init__(min_value=1, max_value=100, error_messages=messages, **options)
        self.widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "short"})

    def to_python(self, value: Any) -> int | None:
        """As typed, also “50 %”; ASCII digits alone, three at most."""
        typed = str(value or "").strip().removesuffix("%").strip()
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) <= 3):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(typed)


class PlanForm(PageForm, SeenForm):
    """The currency of the sums, and how large a share one source may have."""

    shown_facts = plans.FACTS

    currency = CurrencyField(
        label=_("Currency of the sums"),
        help_text=_(
            "Amounts stay as they were entered, and are converted for the sums. If you change it, rates into the "
            "currency before stay in the list but no longer apply: enter rates into the new one."
        ),
    )
    largest_share = PercentField(
        label=_("Largest share of one source, in percent"),
        help_text=_(
            "The page says so when one source gives more than this of what is secured: if that source left, the "
            "others could not carry on. Agree on it with your partners."
        ),
    )
