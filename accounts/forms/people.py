"""Forms about people, organisations and portfolios."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import time_zones
from accounts.domain.invitations import Role
from accounts.forms.once import NonceField
from accounts.forms.signing_in import PASSWORD_HINT
from accounts.models import Organisation, Portfolio, User
from accounts.text import LineField

NEW_PASSWORD = {"autocomplete": "new-password"}


def _length(model: type, field: str) -> int:
    return model._meta.get_field(field).max_length


def name_field(**options: Any) -> LineField:
    """A person's name as they write it themselves."""
    options = {"label": _("Your name"), "max_length": _length(User, "name")} | options
    return LineField(widget=forms.TextInput({"autocomplete": "name"}), **options)


class NewPasswordMixin(forms.Form):
    """A password twice, checked against the rules for the person it will belong to."""

    password1 = forms.CharField(
        label=_("Password"), help_text=PASSWORD_HINT, strip=False, widget=forms.PasswordInput(NEW_PASSWORD)
    )
    password2 = forms.CharField(label=_("Password, once more"), strip=False, widget=forms.PasswordInput(NEW_PASSWORD))

    def future_owner(self) -> User:
        """The person as far as they are known, for the rules about names in passwords."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords are not the same."))
        if first:
            try:
                password_validation.validate_password(first, self.future_owner())
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned


class JoinForm(NewPasswordMixin):
    """Somebody new accepts an invitation: a name and a password."""

    email = forms.EmailField(
        label=_("E-mail address"), disabled=True, widget=forms.EmailInput({"autocomplete": "username"})
    )
    name = name_field()
    field_order = ["email", "name", "password1", "password2"]

    def __init__(self, *args: Any, email: str, context_name: str, **kwargs: Any) -> None:
        self.context_name = context_name
        super().__init__(*args, initial={"email": email} | kwargs.pop("initial", {}), **kwargs)

    def future_owner(self) -> User:
        owner = User(email=self.get_initial_for_field(self.fields["email"], "email"))
        owner.name = self.cleaned_data.get("name", "")
        owner.context_names = [self.context_name]
        return owner


class SetUpForm(NewPasswordMixin):
    """The first organisation and its administrator."""

    organisation = LineField(
        label=_("Your organisation"),
        help_text=_("A ministry, an NGO, a network: whoever runs the programs."),
        max_length=_length(Organisation, "name"),
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    name = name_field()
    email = forms.EmailField(
        label=_("Your e-mail address"), max_length=254, widget=forms.EmailInput({"autocomplete": "username"})
    )
    field_order = ["organisation", "name", "email", "password1", "password2"]

    def future_owner(self) -> User:
        owner = User(email=self.cleaned_data.get("email", ""), name=self.cleaned_data.get("name", ""))
        owner.context_names = [self.cleaned_data.get("organisation", "")]
        return owner


class PreferencesForm(forms.Form):
    """A person's name, language and time zone."""

    name = name_field()
    language = forms.ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zones.choices, help_text=_("Times are shown as on your clock.")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        initial = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
        super().__init__(*args, initial=initial, **kwargs)
        if not self.fields["time_zone"].valid_value(user.time_zone):  # a name the system has dropped
            self.initial["time_zone"] = settings.TIME_ZONE


class InvitationForm(forms.Form):
    """Whom to invite, and to what role."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = name_field(label=_("Name"), required=False, help_text=_("So that the mail can greet them."))
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    by_mail = forms.BooleanField(
        label=_("Send the link by mail"),
        help_text=_("If mail is slow where they are: after this you can copy the link and send it another way."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, roles: dict[str, Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(key, f"{role.name}: {role.meaning}") for key, role in roles.items()]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class OrganisationForm(forms.Form):
    """The name of an organisation."""

    name = LineField(label=_("Name of the organisation"), max_length=_length(Organisation, "name"))


class PortfolioForm(forms.Form):
    """What a portfolio is called and for."""

    name = LineField(
        label=_("Name of the portfolio"),
        help_text=_("A community of practice, a donor's grants, a country."),
        max_length=_length(Portfolio, "name"),
    )
    purpose = LineField(
        label=_("What it is for"),
        help_text=_("One sentence, shown to everybody who sees the portfolio."),
        max_length=_length(Portfolio, "purpose"),
        required=False,
    )


class NewPortfolioForm(PortfolioForm):
    """A portfolio that is made once, however often its form is sent."""

    nonce = NonceField()
