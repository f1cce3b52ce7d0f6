"""Turns two-step sign-in off for somebody who lost phone and recovery codes; for whoever runs the server."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.domain import two_step
from accounts.models import User


class Command(BaseCommand):
    help = "Turn two-step sign-in off for a person, after making sure in another way that it is really them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="e-mail address of the person")

    @transaction.atomic
    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None or not two_step.is_on(user):
            raise CommandError(f"Nobody signs in as {email} with a second step.")
        two_step.turn_off(user)
        self.stdout.write(f"Two-step sign-in is off for {user.email}, who was told so by mail.")
