"""manage.py prepare: whatever must be true before web, worker and beat of this version start."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from scaleup.models import Heartbeat

CONTENT = ("load_guides", "load_instruments")


class Command(BaseCommand):
    """Static files, migrations, guides, instruments, demo data where wanted. May run as often as one likes."""

    help = "Bring static files, database and content up to this version."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--static-only", action="store_true", help="Collect the static files, ask no database.")

    def handle(self, *args: Any, verbosity: int, static_only: bool, **options: Any) -> None:
        collect_static(verbosity=verbosity - 1)
        if not static_only:
            prepare_database(verbosity=verbosity - 1)
            if settings.PRODUCTION:
                self.tell_set_up_path()

    def tell_set_up_path(self) -> None:
        """A new site has nobody yet who could let anybody in."""
        from accounts import domain

        if path := domain.setup_token():
            self.stdout.write(f"Set up the first organisation and its administrator at this path, once: {path}")


def prepare_database(*, verbosity: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # a migration may take its time
    call_command("migrate", interactive=False, verbosity=verbosity)
    for content in (*CONTENT, "load_demo") if settings.DEMO else CONTENT:
        if content in get_commands():
            call_command(content, verbosity=verbosity)
    if not settings.PRODUCTION:
        Heartbeat.objects.all().delete()  # those of an earlier run say nothing about this one


def collect_static(*, verbosity: int) -> None:
    """Collect and compress the static files, if they are not those of last time."""
    stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
    fingerprint = fingerprint_of_static_files()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=verbosity)
    stamp.write_text(fingerprint)


def fingerprint_of_static_files() -> str:
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
