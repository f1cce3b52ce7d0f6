"""The demo's people: four fixed, made-up addresses one can enter as by one click, never in production."""

from enum import StrEnum, auto

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User


class Entrance(StrEnum):
    """The roles one can try."""

    TEAM = auto()
    FACILITATOR = auto()
    DONOR = auto()
    ADMIN = auto()

    @property
    def email(self) -> str:
        return f"{self}@demo.example"


def person(entrance: str) -> User | None:
    """Who stands behind an entrance; None when there is no such entrance, or no demo."""
    if not is_on() or entrance not in list(Entrance):
        return None
    return _people().filter(email=Entrance(entrance).email).first()


def open_entrances() -> list[str]:
    """The entrances to offer, in their order; none without demo data."""
    if not is_on():
        return []
    emails = set(_people().values_list("email", flat=True))
    return [entrance for entrance in Entrance if entrance.email in emails]


def is_on() -> bool:
    return settings.DEMO and settings.ENVIRONMENT != "production"


def _people() -> QuerySet[User]:
    emails = [entrance.email for entrance in Entrance]
    return User.objects.filter(is_demo=True, is_active=True, email__in=emails)
