"""django-allauth's forms in our words: signing in, passwords, and confirming who you are."""

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.domain import letters
from accounts.models import Letter, User

PASSWORD_HINT = _("At least 12 characters. A few words you can remember are best.")


def relabel(form: forms.BaseForm, **words: tuple[Any, Any]) -> None:
    """Gives fields a label and a hint of ours; a placeholder vanishes when one types, so there is none."""
    for name, (label, hint) in words.items():
        field = form.fields[name]
        field.label, field.help_text = label, hint
        field.widget.attrs.pop("placeholder", None)


class LoginForm(allauth.LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, login=(_("E-mail address"), ""), password=(_("Password"), ""))
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ReauthenticateForm(allauth.ReauthenticateForm):
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, password=(_("Password"), ""))


class ChangePasswordForm(allauth.ChangePasswordForm):
    """The old password and the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(
            self,
            oldpassword=(_("Current password"), ""),
            password1=(_("New password"), PASSWORD_HINT),
            password2=(_("New password, once more"), ""),
        )


class ResetPasswordForm(allauth.ResetPasswordForm):
    """Where to send the link for a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, email=(_("E-mail address"), _("The one you sign in with.")))

    def clean_email(self) -> str:
        # Whether there is such an account is found out when the mail is written, not here.
        return self.cleaned_data["email"].lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        letters.post(self.cleaned_data["email"], Letter.Kind.PASSWORD_RESET)
        return self.cleaned_data["email"]


class EmailChangeForm(forms.Form):
    """Another e-mail address to sign in with."""

    email = forms.EmailField(
        label=_("New e-mail address"),
        help_text=_("We send a link there. Until you open it, nothing changes."),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        # Whether somebody else has it is found out when the mail is written, not here.
        email = self.cleaned_data["email"].lower()
        if email == self.user.email.lower():
            raise forms.ValidationError(_("You sign in with this address already."))
        return email


class NewPasswordForm(allauth.ResetPasswordKeyForm):
    """The new password, by the link from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, password1=(_("New password"), PASSWORD_HINT), password2=(_("New password, once more"), ""))
