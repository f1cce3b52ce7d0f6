"""`manage.py send_due [--dry-run]`: tells what is due and what happened, makes digests, sends; as beat has it done."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reminders import tasks
from reminders.domain import by_hand
from reminders.domain.by_hand import Done
from reminders.models import SweepMark

SWEEPS: by_hand.Sweeps = {
    SweepMark.Name.DUE: tasks.sweep_due,
    SweepMark.Name.NEWS: tasks.sweep_news,
    SweepMark.Name.DIGESTS: tasks.sweep_digests,
}


class Command(BaseCommand):
    """May run beside workers, and as often as one likes: what is told stays told."""

    help = "Tell people what is due and what happened, make digests, and send all mails that wait."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be told; write and send nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        failed = []
        for done in by_hand.sweep(SWEEPS, is_rehearsal=dry_run):
            self.stdout.write("\n".join(in_words(done, is_rehearsal=dry_run)))
            if done.told is None:
                failed.append(f"looking for {done.name.label}")
        if dry_run:
            self.stdout.write("Nothing was written and nothing was sent.")
        elif in_vain := self._send():
            failed.append(f"{in_vain} of the mails")
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}. The log and the page of operations say more.")

    def _send(self) -> int:
        found = by_hand.send()
        self.stdout.write(f"Mails: {found.sent} sent, {found.waiting} wait.")
        return found.failed


def in_words(done: Done, *, is_rehearsal: bool) -> list[str]:
    """A line on a sweep; rehearsed, one more on each kind."""
    if done.told is None:
        return [f"Looking for {done.name.label} failed."]
    if not is_rehearsal:
        return [f"Looking for {done.name.label}: {done.told} new."]
    head = f"Looking for {done.name.label}: {done.told} would be new, in {done.mails} mails."
    return [head, *(f"  {label}: {count}" for label, count in sorted(done.kinds.items()))]
