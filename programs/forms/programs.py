"""The facts and the ambition of a program, its reviewer, and its reach."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.models import Organisation, User
from programs.domain.describing import FACTS
from programs.forms.facts import SeenForm
from programs.forms.fields import CountField, DayField, LineField, NonceField, ParagraphField
from programs.models import Direction, Guide, Sector


class FactsForm(SeenForm):
    """What a program is and wants."""

    shown_facts = FACTS

    name = LineField(limit=120, label=_("Name of the program"))
    about = ParagraphField(
        limit=600,
        required=False,
        label=_("What it does"),
        help_text=_("One or two sentences a newcomer understands. Your team and reviewers read them; donors do not."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sector = forms.ChoiceField(label=_("Sector"), choices=[("", _("Choose a sector")), *Sector.choices])
    country = forms.ChoiceField(label=_("Country"), choices=lambda: [("", _("Choose a country")), *countries])
    ambition_whom = LineField(
        limit=120, required=False, label=_("For whom?"), help_text=_("For example: newborns, pupils of grade 1 to 3.")
    )
    ambition_count = CountField(
        min_value=1, required=False, label=_("How many?"), help_text=_("A number in digits, for example 40000.")
    )
    ambition_place = LineField(
        limit=120, required=False, label=_("Where?"), help_text=_("For example: nine districts of Amani region.")
    )
    ambition_change = LineField(
        limit=200,
        required=False,
        label=_("What changes for them?"),
        help_text=_("Begin with a verb: are visited within two days of birth."),
    )
    ambition_by = DayField(required=False, label=_("By when?"))
    ambition_actor = LineField(
        limit=160,
        required=False,
        label=_("Who leads it at scale?"),
        help_text=_("For example: the Ministry of Health."),
    )
    direction = forms.ChoiceField(
        label=_("Up, out or both?"), choices=Direction.choices, widget=forms.RadioSelect, initial=Direction.UP
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = self.layout()

    def layout(self) -> Layout:
        ambition = ("ambition_whom", "ambition_count", "ambition_place", "ambition_change")
        return Layout(
            Fieldset(_("The program"), *self.first_fields(), "name", "about", "sector", "country"),
            Fieldset(_("The ambition"), *ambition, "ambition_by", "ambition_actor", "direction"),
            "seen",
            "nonce",
        )

    def first_fields(self) -> list[str]:
        return []


class StartForm(FactsForm):
    """A new program: also whose it is and, where there are several, by which guide it works."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Organisation"),
        help_text=_("Whose program is it? Its administrators can read it."),
    )
    guide = forms.ModelChoiceField(Guide.objects.none(), label=_("Guide"), empty_label=None)

    def __init__(self, *args: Any, user: User, guides: list[Guide], **options: Any) -> None:
        super().__init__(*args, **options)
        organisations = Organisation.objects.filter(affiliations__user=user).order_by("name", "pk")
        self.fields["organisation"].queryset = organisations
        self.fields["guide"].queryset = Guide.objects.filter(pk__in=[guide.pk for guide in guides])
        for name, choices in (("organisation", organisations), ("guide", guides)):
            if len(choices) == 1:
                self.fields[name].initial = choices[0].pk
                self.fields[name].widget = forms.HiddenInput()

    def first_fields(self) -> list[str]:
        return ["organisation", "guide"]


class ReachForm(forms.Form):
    """A dated count against the ambition."""

    count = CountField(min_value=0, label=_("How many are reached?"))
    as_of = DayField(label=_("As of"), help_text=_("The day the figure is true for."))
    how_counted = LineField(
        limit=200, label=_("How was it counted?"), help_text=_("For example: registers of 212 health posts, once each.")
    )
    nonce = NonceField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["as_of"].latest = timezone.localdate()
        self.helper = FormHelper()
        self.helper.form_tag = False


class ReviewerForm(forms.Form):
    """Who decides while the program has no home portfolio."""

    reviewer = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        label=_("Reviewer"),
        empty_label=_("Nobody"),
        help_text=_("Somebody of the organisation who is not on the program’s team."),
    )

    def __init__(self, *args: Any, people: list[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reviewer"].queryset = User.objects.filter(pk__in=[user.pk for user in people]).order_by("name")
        self.helper = FormHelper()
        self.helper.form_tag = False
