"""A source, and what it gives in a year."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from crispy_forms.layout import Layout, Row
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.domain import contributions, sources
from funding.domain.amounts import shown
from funding.forms.fields import AmountField, CurrencyField, YearField, with_meanings
from funding.models import CostKind, FundingStatus, SourceKind
from partners.models import Partner
from programs.forms.facts import SeenForm
from programs.forms.fields import LineField
from programs.forms.parts import PageForm


class SourceForm(PageForm, SeenForm):
    """Who gives."""

    shown_facts = sources.FACTS

    name = LineField(
        limit=160,
        label=gettext_lazy("Name of the source"),
        help_text=gettext_lazy("For example: district health budget, or the name of a foundation."),
    )
    kind = forms.ChoiceField(
        widget=forms.RadioSelect, choices=SourceKind.choices, label=gettext_lazy("What kind of source is it?")
    )
    partner = forms.ModelChoiceField(
        Partner.objects.none(),
        required=False,
        label=gettext_lazy("Which partner is it?"),
        empty_label=gettext_lazy("None of the partners"),
        help_text=gettext_lazy("Choose one if the money comes out of the budget of a partner of this program."),
        error_messages={"invalid_choice": gettext_lazy("Choose one of the partners of this program.")},
    )

    def __init__(self, *args: Any, partners: QuerySet[Partner], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["partner"].queryset = partners


class ContributionForm(PageForm, SeenForm):
    """How much in which year, how sure it is, and what it is for."""

    shown_facts = contributions.FACTS

    year = YearField(label=gettext_lazy("Year"))
    amount = AmountField(
        label=gettext_lazy("Amount"), help_text=gettext_lazy("What is given in kind: what it would cost to buy.")
    )
    currency = CurrencyField(label=gettext_lazy("Currency"))
    status = forms.ChoiceField(
        widget=forms.RadioSelect, initial=FundingStatus.HOPED, label=gettext_lazy("How sure is it?")
    )
    covers = forms.ChoiceField(
        required=False,
        choices=[("", gettext_lazy("anything")), *CostKind.choices],
        label=gettext_lazy("What is it for?"),
        help_text=gettext_lazy("Choose a kind of cost if it may be spent on that alone."),
    )
    is_in_budget = forms.BooleanField(
        required=False,
        label=gettext_lazy("It stands in the source’s own approved budget"),
        help_text=gettext_lazy("Such cost is taken over for good, and does not end with a grant."),
    )
    is_in_kind = forms.BooleanField(
        required=False,
        label=gettext_lazy("It is given in kind, not in money"),
        help_text=gettext_lazy("People’s time, rooms, vehicles, goods. Then say below how you valued it."),
    )
    note = LineField(
        limit=300,
        required=False,
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("In kind: how it was valued, for example 4 nurses, 2 days a month, at their salary."),
    )

    def __init__(self, *args: Any, first: Collection[str] = (), **options: Any) -> None:
        """`first` are the currencies that are offered first."""
        if seen := options.get("seen"):
            options["initial"] = {"amount": shown(Decimal(seen["amount"]))} | options.get("initial", {})
        super().__init__(*args, **options)
        self.fields["status"].choices = with_meanings(FundingStatus.choices, contributions.MEANINGS)
        self.fields["currency"].offer(first=first)
        self.fields["year"].initial = timezone.localdate().year
        marks = ("is_in_budget", "is_in_kind", "note", "seen", "nonce")
        self.helper.layout = Layout("year", Row("amount", "currency"), "status", "covers", *marks)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("is_in_kind") and not said.get("note") and "note" not in self.errors:
            self.add_error("note", _("Say how it was valued: what was counted, and at which price."))
        return said
