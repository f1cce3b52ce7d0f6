"""In which portfolios a program is listed."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Portfolio
from programs.models import Program


class ListForm(forms.Form):
    """A portfolio of the own organisation to be listed in."""

    portfolio = forms.ModelChoiceField(
        Portfolio.objects.none(), label=_("Portfolio"), empty_label=_("Choose a portfolio")
    )

    def __init__(self, *args: Any, portfolios: list[Portfolio], **options: Any) -> None:
        super().__init__(*args, **options)
        offered = Portfolio.objects.filter(pk__in=[portfolio.pk for portfolio in portfolios])
        self.fields["portfolio"].queryset = offered.order_by("name", "pk")
        self.helper = FormHelper()
        self.helper.form_tag = False


class JoinForm(forms.Form):
    """Which of one's programs joins the portfolio behind a link."""

    program = forms.ModelChoiceField(Program.objects.none(), label=_("Your program"), empty_label=_("Choose a program"))
    is_home = forms.BooleanField(
        required=False,
        label=_("Make it the program’s home"),
        help_text=_("Its facilitators then verify items and decide steps. A program has one home."),
    )

    def __init__(self, *args: Any, programs: list[Program], **options: Any) -> None:
        super().__init__(*args, **options)
        offered = Program.objects.filter(pk__in=[program.pk for program in programs])
        self.fields["program"].queryset = offered.order_by("name", "pk")
        self.helper = FormHelper()
        self.helper.form_tag = False
