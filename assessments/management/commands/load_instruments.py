"""`manage.py load_instruments`: publishes the instrument files of the product."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.domain import instruments
from assessments.instrument_file import InstrumentFileError


class Command(BaseCommand):
    """Safe to run at every start: what is published already stays as it is."""

    help = "Publish the built-in instruments. Published versions never change."

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        try:
            loaded = instruments.load_built_in()
        except (InstrumentFileError, instruments.InstrumentRefused) as error:
            raise CommandError(str(error)) from None
        if verbosity > 0:
            for instrument in loaded:
                self.stdout.write(f"{instrument}: published")
