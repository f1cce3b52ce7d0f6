"""When the kinds that have days of their own are told: renewals, meetings, invitations, evidence, silence."""

from datetime import date, timedelta

import pytest

from accounts.domain import invitations
from accounts.models import Invitation, User
from partners.models import Agreement, CoordinationBody
from partners.tests.agreement_cases import body, signed
from partners.tests.role_cases import add_partner
from programs.models import Evidence, Program
from reminders.models import Notice
from reminders.tests.due_cases import DUE_ON, at, item_of, lives_in, sweep_often, told

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def awake(lead: User, editor: User) -> None:
    """They get up at eight."""
    lives_in(lead)
    lives_in(editor)


def mornings(first: date, last: date) -> None:
    """Sweeps each morning from one day to another."""
    while first <= last:
        sweep_often(at(first, 8, 30), at(first, 8, 30))
        first += DAY


def told_of(user: User, kind: str) -> list[int]:
    return [days for one, days in told(user) if one == kind]


def test_a_renewal_on_the_day_of_notice_and_before_the_end(program: Program, lead: User) -> None:
    made = signed(add_partner(program), notice_days=45)
    Agreement.objects.filter(pk=made.pk).update(ends_on=DUE_ON)
    mornings(DUE_ON - 48 * DAY, DUE_ON + 4 * DAY)
    assert told_of(lead, "agreement_renew") == [-45, -30, -7, -1]


def test_a_meeting_a_week_and_a_day_before(program: Program, lead: User) -> None:
    body(add_partner(program))
    CoordinationBody.objects.update(next_meeting_on=DUE_ON)
    mornings(DUE_ON - 9 * DAY, DUE_ON + 4 * DAY)
    assert told_of(lead, "body_meets") == [-7, -1]


def test_an_invitation_three_times(program: Program, lead: User) -> None:
    invitations.invite("program", program.pk, email="new@example.org", role="editor", by=lead)
    sent = at(DUE_ON, 15)
    Invitation.objects.update(mailed_at=sent, expires_at=sent + invitations.VALID_FOR)
    mornings(DUE_ON, DUE_ON + 20 * DAY)
    assert told_of(lead, "invitation_waiting") == [3, 7, 14]


def test_evidence_before_it_expires_and_for_a_month(program: Program, editor: User) -> None:
    row = item_of(program, owner=editor)
    said = {"kind": "link", "title": "Permit", "dated_on": DUE_ON - 99 * DAY, "expires_on": DUE_ON}
    Evidence.objects.create(answer=row, url="https://permits.example/1", added_by=editor, **said)
    mornings(DUE_ON - 31 * DAY, DUE_ON + 33 * DAY)
    assert told_of(editor, "evidence_expiring") == [-30, -7, -1, 1, 7, 30]


def test_silence_from_its_day_on(program: Program, lead: User) -> None:
    Program.objects.filter(pk=program.pk).update(changed_at=at(DUE_ON, 15) - 37 * DAY, silent_after=37)
    mornings(DUE_ON - 2 * DAY, DUE_ON + 15 * DAY)
    assert told_of(lead, "program_silent") == [0, 7, 14]
    assert {one.program_id for one in Notice.objects.filter(kind="program_silent")} == {program.pk}
