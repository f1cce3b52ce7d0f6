"""manage.py launch: everything on this machine, with one command."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from scaleup.embedded import ServerError
from scaleup.launcher import Launcher, LaunchError


class Command(BaseCommand):
    """Starts servers, web, worker and beat; PORT, DATA_DIR and DEMO come from the environment."""

    help = "Run ScaleUp on this machine: database, broker, web, worker and beat."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            sys.exit("This starts ScaleUp on one machine, for a look. For production see docs/deploy.md.")
        try:
            launcher = Launcher(settings.DATA_DIR, port=port_from_environment(), say=self.say)
            launcher.run(when_ready=lambda: self.tell_set_up_link(launcher.address))
        except (LaunchError, ServerError, LookupError) as error:
            sys.exit(str(error))

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def tell_set_up_link(self, address: str) -> None:
        """While there is nobody yet, the first visitor needs a key that only this terminal shows."""
        from accounts import domain

        if path := domain.setup_token():
            self.say(f"Set up the first organisation and its administrator: {address.rstrip('/')}{path}")
        connection.close()


def port_from_environment() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise LaunchError(f"PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)
