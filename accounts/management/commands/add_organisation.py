"""Adds a further organisation and invites its administrator; for whoever runs the server."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from accounts.domain import invitations, organisations
from accounts.domain.grants import ADMIN
from accounts.models import Organisation
from accounts.text import clean_line


class Command(BaseCommand):
    help = "Add an organisation and invite its first administrator (again, if it is there without one)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="name of the organisation")
        parser.add_argument("email", help="e-mail address of its administrator")

    @transaction.atomic
    def handle(self, *args: Any, name: str, email: str, **options: Any) -> None:
        name = clean_line(name)
        try:
            validate_email(email)
            Organisation(name=name).clean_fields()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        organisation = Organisation.objects.filter(name=name).first() or organisations.found(name)
        if organisations.admins(organisation).exists():
            raise CommandError(f"{name} has an administrator already, who can invite others.")
        invitation = invitations.invite(organisations.KIND, organisation.pk, email=email, role=ADMIN, by=None)
        self.stdout.write(f"Invited {invitation.email} by mail; the same link to send yourself:")
        self.stdout.write(urljoin(settings.PUBLIC_URL, invitations.path_of(invitation)))
