"""Reminders of the access tests: in each place something the lead was told, put off and mailed, full of canaries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from programs.domain import owed
from programs.domain.owed import Owed
from programs.models import Program
from reminders.domain import noticing
from reminders.domain.noticing import Telling
from reminders.models import Delivery, Notice, Snooze


@dataclass(frozen=True, slots=True)
class Reminders:
    """What the lead of one program was told. `private` makes canaries of its place: private(what)."""

    program: Program
    lead: User
    private: Callable[[str], str]

    def plant(self) -> dict[str, Any]:
        """Makes everything; returns the numbers addresses ask for."""
        return {"notice_id": self._notice(), "snooze_id": self._snooze(), "delivery_id": self._delivery()}

    @property
    def _need(self) -> Owed:
        """Training that the lead sees to, as `places_of_partners` plants it."""
        things = owed.of([self.lead.pk], today=timezone.localdate())
        return next(one for one in things if one.kind == "support_need" and one.program_id == self.program.pk)

    def _notice(self) -> int:
        need = self._need
        told = Telling(need, Notice.Reason.DUE, need.due_on, -7, by_mail=True, in_inbox=True)
        noticing.tell([told])
        return Notice.objects.get(program=self.program).pk

    def _snooze(self) -> int:
        """Of something that is not told: what is told is put off by the tests."""
        need = self._need
        made = Snooze.objects.create(
            user=self.lead,
            program=self.program,
            kind=need.kind,
            subject_id=-self.program.pk,
            facts=noticing.facts_of(need),
            until_on=timezone.localdate() + timedelta(days=7),
            reason=self.private("putoff"),
        )
        return made.pk

    def _delivery(self) -> int:
        """A mail that was given up: whoever sends mails in a test sends others."""
        mail = Delivery.objects.get(notices__program=self.program)
        mail.mail_wanted, mail.mail_error = False, Delivery.MailError.REFUSED
        mail.save()
        return mail.pk
