"""What production refuses to start with, beyond what the settings themselves refuse."""

import sys
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Critical, Tags, register, run_checks
from django.db import OperationalError, ProgrammingError, connections

SAFETY_SWITCHES = {"synchronous_commit": "scaleup.C001", "fsync": "scaleup.C002"}


@register(Tags.database)
def check_durable_commits(databases: Iterable[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """What a page has called saved must survive a crash of the database."""
    if not settings.PRODUCTION:
        return []
    return [
        Critical(
            f"PostgreSQL runs with {name} off: saved answers could be lost in a crash.",
            hint=f"Set {name} to on.",
            id=code,
        )
        for alias in databases or []
        for name, code in SAFETY_SWITCHES.items()
        if current_setting(alias, name) == "off"
    ]


@register(Tags.database)
def check_no_demo_people(databases: Iterable[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Demo people have doors without a password."""
    if not settings.PRODUCTION or not any(holds_demo_people(alias) for alias in databases or []):
        return []
    text = "This database holds demo people; production does not start with them."
    return [Critical(text, hint="Use a database that never held demo data.", id="scaleup.C003")]


def current_setting(alias: str, name: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        (value,) = cursor.fetchone()
    return value


def holds_demo_people(alias: str) -> bool:
    try:
        return get_user_model()._default_manager.using(alias).filter(is_demo=True).exists()
    except ProgrammingError:  # before the first migration there are no people at all
        return False


def refuse_unsafe_start() -> None:
    """End a production process that should not run. A database that is away is no reason to end."""
    if not settings.PRODUCTION:
        return
    try:
        found = run_checks(tags=[Tags.database], databases=["default"])
    except OperationalError:
        return
    finally:
        connections.close_all()
    if serious := [message for message in found if message.is_serious()]:
        sys.exit("ScaleUp does not start.\n" + "\n".join(str(message) for message in serious))
