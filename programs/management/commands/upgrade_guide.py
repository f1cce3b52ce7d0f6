"""`manage.py upgrade_guide PROGRAM [--apply]`: shows, or does, the move to the guide's newest version."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from programs.domain import guides, upgrading
from programs.models import Program


class Command(BaseCommand):
    """Without --apply nothing is changed."""

    help = "Print what stays, what is new and what is gone when a program moves to the newest guide version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("program_id", type=int)
        parser.add_argument("--apply", action="store_true", help="do it (decided steps stay on their version)")

    def handle(self, *args: Any, program_id: int, apply: bool, **options: Any) -> None:
        program = Program.objects.select_related("guide").filter(pk=program_id).first()
        if program is None:
            raise CommandError(f"There is no program {program_id}.")
        newest = guides.newest(program.guide.key) or program.guide
        upgrade = upgrading.apply(program, newest) if apply else upgrading.prepare(program, newest)
        self.stdout.write("\n".join(upgrading.report(upgrade)))
        if not apply:
            self.stdout.write("Nothing was changed; add --apply to do it.")
