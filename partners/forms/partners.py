"""Forms about a partner, the people who speak for it, and the levels at which the program works."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from partners.domain import partners, people
from partners.domain.partners import AlmostTheSame
from partners.models import Level, PartnerKind
from programs.forms.facts import SeenForm
from programs.forms.fields import DayField, LineField, ParagraphField
from programs.forms.parts import PageForm


class LevelsField(forms.MultipleChoiceField):
    """Levels to tick, kept from the top down."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=Level.choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": gettext_lazy("Choose from the levels shown.")},
            **options,
        )

    def to_python(self, value: Any) -> list[str]:
        chosen = super().to_python(value)
        unknown = [one for one in chosen if one not in Level.values]
        return [level for level in Level.values if level in chosen] + unknown


class PartnerForm(PageForm, SeenForm):
    """What is said of a partner."""

    shown_facts = partners.FACTS

    kind = forms.ChoiceField(
        choices=[("", gettext_lazy("Choose a kind")), *PartnerKind.choices], label=gettext_lazy("Kind")
    )
    levels = LevelsField(
        label=gettext_lazy("Levels it works at"),
        help_text=gettext_lazy("Where its own people do the work, not where it has a voice."),
    )
    brings = ParagraphField(
        limit=600,
        required=False,
        label=gettext_lazy("What it brings"),
        help_text=gettext_lazy("For example: 14 district trainers, two vehicles, a seat in the planning committee."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    wants = ParagraphField(
        limit=600,
        required=False,
        label=gettext_lazy("What it wants"),
        help_text=gettext_lazy("Why it takes part. A partner that gains nothing leaves."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    since_on = DayField(required=False, label=gettext_lazy("Partner since"))
    until_on = DayField(
        required=False,
        label=gettext_lazy("Partner until"),
        help_text=gettext_lazy("The last day, if it leaves or left. Leave it empty while there is none."),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        since, until = said.get("since_on"), said.get("until_on")
        if since and until and until < since:
            self.add_error("until_on", _("The last day must not be before the first one."))
        return said


class PartnerAddForm(PartnerForm):
    """Also which organisation it is: one that is offered, or a new one by its name."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        required=False,
        label=gettext_lazy("Organisation"),
        empty_label=gettext_lazy("It is not in this list"),
        help_text=gettext_lazy("Those of the programs that you can see."),
    )
    name = LineField(
        limit=160,
        required=False,
        label=gettext_lazy("Or the name of a new organisation"),
        help_text=gettext_lazy("As it calls itself, in full."),
    )
    is_another = forms.BooleanField(
        required=False, label=gettext_lazy("It is another organisation"), widget=forms.HiddenInput
    )
    field_order = ["organisation", "name", "is_another"]

    def __init__(
        self, *args: Any, known: QuerySet[Organisation], offered: QuerySet[Organisation], **options: Any
    ) -> None:
        """`offered` are shown; any `known` may be sent: the second of two clicks finds its partner there already."""
        super().__init__(*args, **options)
        field = self.fields["organisation"]
        field.queryset = known
        field.optional_words = self.fields["name"].optional_words = _("one of the two")
        field.widget.choices = lambda: [("", field.empty_label), *((one.pk, one.name) for one in offered)]

    @property
    def chosen(self) -> Organisation | str:
        return self.cleaned_data["organisation"] or self.cleaned_data["name"]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("organisation") and said.get("name"):
            self.add_error("name", _("Choose an organisation or enter a new one, not both."))
        elif "organisation" in said and "name" in said and not said["organisation"] and not said["name"]:
            self.add_error("name", _("Choose an organisation, or enter its name here."))
        return said

    def point_out(self, error: AlmostTheSame) -> None:
        """Which one is known already, and a box to tick for who means another one."""
        self.fields["is_another"].widget = forms.CheckboxInput()
        self.add_error("name", str(error))


class NameForm(PageForm, SeenForm):
    """The name of an organisation that was entered here."""

    shown_facts = ("name",)

    name = LineField(limit=160, label=gettext_lazy("Name of the organisation"))


class PersonAddForm(PageForm, SeenForm):
    """Who speaks for a partner, and who stands in for them."""

    shown_facts = tuple(name for name in people.FACTS if name != "left_on")

    name = LineField(limit=120, label=gettext_lazy("Name"))
    duty = LineField(
        limit=120,
        required=False,
        label=gettext_lazy("Position"),
        help_text=gettext_lazy("For example: training officer."),
    )
    contact = LineField(limit=160, required=False, label=gettext_lazy("Telephone or e-mail"))
    deputy = LineField(
        limit=120,
        required=False,
        label=gettext_lazy("Deputy"),
        help_text=gettext_lazy("Who stands in when this person is away or leaves."),
    )
    deputy_contact = LineField(limit=160, required=False, label=gettext_lazy("Telephone or e-mail of the deputy"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("deputy_contact") and not said.get("deputy") and "deputy" not in self.errors:
            self.add_error("deputy", _("Enter the name of the deputy too."))
        return said


class PersonForm(PersonAddForm):
    """Also when the person left."""

    shown_facts = people.FACTS

    left_on = DayField(
        required=False,
        label=gettext_lazy("Left on"),
        help_text=gettext_lazy("From then on this person can be given no new role."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["left_on"].latest = timezone.localdate()


class LevelsForm(PageForm, SeenForm):
    """At which levels the program works."""

    shown_facts = partners.PARTNERSHIP_FACTS

    levels = LevelsField(
        label=gettext_lazy("Levels at which the program works"),
        help_text=gettext_lazy("The matrix complains when nobody does a function at one of them."),
    )
