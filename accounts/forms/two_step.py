"""django-allauth's forms of two-step sign-in in our words, with every code good for one use."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.base import forms as allauth
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.forms.signing_in import relabel

LABEL = _("Code")


class CodeUsedOnce:
    """Refuses a code of the app that was used before, also while the cache is away."""

    def clean_code(self) -> str:
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP and not use_up(self.authenticator, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


@transaction.atomic
def use_up(authenticator: Authenticator, code: str) -> bool:
    """Marks the time step of a right code as used; False if it, or a later one, was used before."""
    held = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    secret = decrypt(held.data["secret"])
    digits = "".join(filter(str.isdigit, code))
    steps = [step for step in yield_hotp_counters_from_time() if format_hotp_value(hotp_value(secret, step)) == digits]
    if not steps or max(steps) <= held.data.get("last_step", 0):
        return False
    held.data["last_step"] = max(steps)
    held.save(update_fields=["data"])
    return True


class AuthenticateForm(CodeUsedOnce, allauth.AuthenticateForm):
    """The second step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("Six digits from the app on your phone, or one of your recovery codes.")
        relabel(self, code=(LABEL, hint))


class ReauthenticateForm(CodeUsedOnce, allauth.ReauthenticateForm):
    """A code before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, code=(LABEL, _("Six digits from the app on your phone, or a recovery code.")))


class ActivateTOTPForm(totp.ActivateTOTPForm):
    """The first code, which proves that the app has the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, code=(LABEL, _("The six digits the app shows now.")))
        self.fields["code"].widget.attrs |= {"inputmode": "numeric"}
