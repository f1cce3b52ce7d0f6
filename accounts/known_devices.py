"""A browser somebody signed in from before: strangers who try their password do not lock them out there."""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "accounts.known_device"
DAYS = 180
SECONDS = DAYS * 24 * 60 * 60


def cookie_name() -> str:
    return "__Host-known-device" if settings.SESSION_COOKIE_SECURE else "known-device"


def remember(response: HttpResponse, email: str) -> None:
    """Marks this browser as one its owner has signed in from."""
    response.set_cookie(
        cookie_name(),
        signing.dumps([secrets.token_urlsafe(16), _owner(email)], salt=SALT),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def device_of(request: HttpRequest, email: str) -> str:
    """The device's number if this person has signed in from it, else ""."""
    try:
        device, owner = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return device if constant_time_compare(owner, _owner(email)) else ""


def _owner(email: str) -> str:
    """Whose browser it is, without telling the next person at this computer."""
    return salted_hmac(SALT, email.lower()).hexdigest()[:32]
