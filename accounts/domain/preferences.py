"""What a person may change about themselves."""

from accounts.models import User


def change(user: User, *, name: str, language: str, time_zone: str) -> None:
    user.name, user.language, user.time_zone = name, language, time_zone
    user.save(update_fields=["name", "language", "time_zone"])
