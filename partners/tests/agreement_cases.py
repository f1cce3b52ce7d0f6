"""Agreements, their papers and coordination bodies as tests need them, made in one line each."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.domain import agreements, bodies
from partners.domain.agreement_files import Paper
from partners.models import Agreement, CoordinationBody, Function, Partner
from programs.domain import uploads
from programs.models import Program
from programs.tests.upload_cases import PDF

TODAY = timezone.localdate()


def day(number: int) -> date:
    """So many days from today."""
    return TODAY + timedelta(days=number)


def functions(program: Program, *keys: str) -> list[Function]:
    return list(Function.objects.filter(program=program, key__in=keys))


def terms(*parties: Partner, keys: tuple[str, ...] = ("training",), **said: Any) -> dict[str, Any]:
    """What somebody says of an agreement between these partners."""
    usual = {
        "title": "Memorandum on training",
        "kind": "mou",
        "parties": list(parties),
        "functions": functions(parties[0].program, *keys) if parties else [],
        "starts_on": day(-100),
        "ends_on": day(200),
        "notice_days": 90,
        "decision_rights": "The district decides on sites.",
        "dispute_path": "",
        "exit_terms": "Three months before.",
    }
    return usual | said


def draft(*parties: Partner, **said: Any) -> Agreement:
    program = parties[0].program
    return agreements.add(program, terms(*parties, **said), by=program.created_by)


def signed(*parties: Partner, on: date | None = None, **said: Any) -> Agreement:
    """A draft that was signed, on its first day if nothing else is said."""
    made = draft(*parties, **said)
    agreements.sign(made, signed_on=on or min(made.starts_on, TODAY), by=made.created_by)
    return now(made)


def ended(*parties: Partner, on: date, **said: Any) -> Agreement:
    made = signed(*parties, **said)
    agreements.end(made, ended_on=on, why="The ministry took over.", by=made.created_by)
    return now(made)


def now(agreement: Agreement) -> Agreement:
    """As it stands in the table."""
    return Agreement.objects.get(pk=agreement.pk)


def paper(name: str = "signed.pdf", content: bytes = PDF, note: str = "") -> Paper:
    file = SimpleUploadedFile(name, content)
    return Paper(file, uploads.check(file), note)


def body(*members: Partner, **said: Any) -> CoordinationBody:
    """Where these partners meet."""
    program = members[0].program
    usual = {"name": "District steering group", "level": "district", "rhythm": "monthly", "next_meeting_on": day(12)}
    return bodies.add(program, usual | {"members": list(members)} | said, by=program.created_by)


def typed(page: HttpResponse, **said: Any) -> dict[str, Any]:
    """What a browser sends of the form of a page: what stood in it, and what somebody typed over it."""
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields} | said
    shown = {name: value for name, value in shown.items() if value is not None}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in shown.items()}


def queries(work: Callable[[], object]) -> int:
    """How many, without those of the session: a slow machine may miss its cache."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return sum("django_session" not in query["sql"] for query in captured)
