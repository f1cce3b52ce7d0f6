"""How django-allauth behaves here: who may join, what it says, and that its mails go by the tables."""

from io import BytesIO
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from qrcode import make
from qrcode.image.svg import SvgPathFillImage

from accounts import known_devices
from accounts.domain import letters, own_sessions, two_step
from accounts.models import Letter, User

NEWS = {
    "account/email/password_changed": Letter.Kind.PASSWORD_CHANGED,
    "account/email/password_reset": Letter.Kind.PASSWORD_CHANGED,
    "mfa/email/totp_activated": Letter.Kind.TWO_STEP_ON,
    "mfa/email/totp_deactivated": Letter.Kind.TWO_STEP_OFF,
    "mfa/email/recovery_codes_generated": Letter.Kind.CODES_RENEWED,
}


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up unasked: people join by an invitation or by the first set-up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right. Check both and try again."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password. Try again."),
        "incorrect_code": _("This code is not right, or was used already. Wait for the next one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            request.has_tried_too_often = True  # type: ignore[attr-defined]
            raise

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Tries from a browser the person knows are counted apart from those of strangers.
        email = credentials.get("email", "").lower()
        return f"{email}:{known_devices.device_of(request, email)}"

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        known_devices.remember(response, user.email)
        two_step.settle(user)
        return response

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def set_password(self, user: User, password: str) -> None:
        """A new password ends every other session of the person, wherever it is."""
        super().set_password(user, password)
        own_sessions.end_others(user, keep=self.request.session.session_key)

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        if template_prefix in NEWS:
            letters.post(user.email, NEWS[template_prefix])


class MFAAdapter(DefaultMFAAdapter):
    """Draws the picture for a phone's camera on white, so that it can be read on a dark page too."""

    def build_totp_svg(self, url: str) -> str:
        drawn = BytesIO()
        make(url, image_factory=SvgPathFillImage).save(drawn)
        return drawn.getvalue().decode()
