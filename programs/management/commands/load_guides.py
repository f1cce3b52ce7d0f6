"""`manage.py load_guides`: publishes the guide files, those of the product or those named."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from programs.domain import guides
from programs.guide_file import GuideFileError, read_guide


class Command(BaseCommand):
    """Safe to run at every start: what is published already stays as it is."""

    help = "Publish the built-in guides, or the guide files named. Published versions never change."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="guide files (*.toml); none: the built-in ones")

    def handle(self, *args: Any, files: list[Path], verbosity: int, **options: Any) -> None:
        try:
            loaded = [guides.load(read_guide(file)) for file in files] if files else guides.load_built_in()
        except (GuideFileError, guides.GuideRefused, OSError) as error:
            raise CommandError(str(error)) from None
        if verbosity > 0:
            for guide in loaded:
                self.stdout.write(f"{guide}: published")
