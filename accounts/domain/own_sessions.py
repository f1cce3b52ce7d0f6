"""The places somebody is signed in from, listed and ended by themselves."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User

# The first name found in the browser's own description wins: Edge and Opera also say Chrome.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}


def of(user: User) -> QuerySet[UserSession]:
    """The person's sessions that still live, newest first."""
    living = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return UserSession.objects.filter(user=user, session_key__in=living).order_by("-created_at")


def end(user: User, session_id: int) -> None:
    """Ends one of the person's own sessions; nothing happens if it has ended."""
    for session in UserSession.objects.filter(user=user, pk=session_id):
        _end(session)


def end_others(user: User, *, keep: str | None) -> int:
    """Ends all sessions of the person but the one with the key `keep`; says how many."""
    others = list(UserSession.objects.filter(user=user).exclude(session_key=keep))
    for session in others:
        _end(session)
    return len(others)


def device(user_agent: str) -> tuple[str, str]:
    """Browser and system in common words, from how the browser describes itself; "" if unknown."""
    return _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)


def _end(session: UserSession) -> None:
    # Through the store, so that the cached copy ends too.
    import_module(settings.SESSION_ENGINE).SessionStore().delete(session.session_key)
    session.delete()


def _first(names: dict[str, str], text: str) -> str:
    return next((name for sign, name in names.items() if sign in text), "")
