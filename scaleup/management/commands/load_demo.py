"""manage.py load_demo: the invented programs a newcomer can walk through."""

import sys
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Loads the demonstration data once; a second call changes nothing."""

    help = "Load demonstration data (never in production)."

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        demo = import_module("reminders.demo.load")  # by name: the wiring knows no app
        try:
            demo.load(say=self.stdout.write if verbosity else lambda line: None)
        except demo.RefusedInProduction as error:
            sys.exit(str(error))
