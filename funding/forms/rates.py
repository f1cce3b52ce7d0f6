"""What one unit of a currency was worth on a day."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.domain import rates
from funding.forms.fields import CurrencyField, RateField
from programs.forms.fields import DayField, LineField, NonceField
from programs.forms.parts import PageForm

DIRECT, TURNED = "direct", "turned"


class RateForm(PageForm):
    """A rate as a bank says it, either way round; `into` is the currency of the sums."""

    currency = CurrencyField(label=gettext_lazy("Currency"))
    way = forms.ChoiceField(
        widget=forms.RadioSelect, initial=DIRECT, label=gettext_lazy("Which way round do you have the rate?")
    )
    rate = RateField(label=gettext_lazy("Rate"))
    dated_on = DayField(label=gettext_lazy("Rate of which day?"))
    source = LineField(
        limit=160,
        label=gettext_lazy("Who says so?"),
        help_text=gettext_lazy("For example: the central bank, or the rate in a grant letter."),
    )
    into = forms.CharField(widget=forms.HiddenInput, max_length=3)
    nonce = NonceField()

    def __init__(self, *args: Any, into: str, first: Collection[str] = (), **options: Any) -> None:
        """`first` are the currencies that are offered first: those that need a rate."""
        today = timezone.localdate()
        initial = {"dated_on": today, "into": into} | options.pop("initial", {})
        super().__init__(*args, initial=initial, **options)
        self.fields["currency"].offer(first=first, but=into)
        self.fields["dated_on"].latest = today
        names = {"into": into}
        self.fields["way"].choices = [
            (DIRECT, _("One unit of it is so many %(into)s, as in 1 KHR = 0.00025 USD") % names),
            (TURNED, _("One %(into)s is so many of it, as in 1 USD = 4 000 KHR") % names),
        ]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        said["is_turned"] = said.get("way") == TURNED
        return said

    def speak_of(self, into: str) -> None:
        """Says the currency of the sums anew, after somebody changed it; the rest stays as it was typed."""
        self.data = self.data.copy()
        self.data[self.add_prefix("into")] = into

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in rates.FACTS}
