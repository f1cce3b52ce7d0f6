"""Prints the link that makes the first organisation and its administrator."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.domain import setup_token


class Command(BaseCommand):
    help = "Print the one-time link that makes the first organisation and its administrator."

    def handle(self, *args: Any, **options: Any) -> None:
        path = setup_token()
        if path is None:
            raise CommandError("There are people already. An administrator can invite others.")
        self.stdout.write(urljoin(settings.PUBLIC_URL, path))
