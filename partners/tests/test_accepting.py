"""Living with a complaint for a time: who may, until when, once, told in the history, and never hidden."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from journal.models import Change
from partners.domain import accepting, complaints
from partners.domain.accepting import NotThere, Refused
from partners.domain.functions import drop
from partners.models import AcceptedComplaint
from partners.tests.role_cases import add_partner, function_of, give, inputs_seq
from programs.domain import describing, history
from programs.models import Program

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=40)
CODE, REASON = "none-accountable", "The ministry signs in March."


@pytest.fixture
def subject(program: Program) -> str:
    """Nobody is accountable for training."""
    add_partner(program)
    return f"function:{function_of(program).pk}"


def accept(program: Program, subject: str, *, by: User, until: date = SOON, **options: str) -> AcceptedComplaint:
    said = {"reason": REASON} | options
    return accepting.accept(program, CODE, subject, until_on=until, by=by, **said)


def accepted(program: Program) -> list[tuple[str, date]]:
    found = complaints.read(program, TODAY).accepted
    return [(one.acceptance.reason, one.acceptance.until_on) for one in found]


def test_it_stands_on_the_page_with_who_why_and_until_when(program: Program, editor: User, subject: str) -> None:
    row = accept(program, subject, by=editor)
    [found] = complaints.read(program, TODAY).accepted
    assert found.acceptance == row
    assert (row.reason, row.until_on, row.accepted_by, row.ended_at) == (REASON, SOON, editor, None)
    assert row.accepted_at is not None


def test_one_of_several_words_of_one_complaint_counts(program: Program, lead: User, subject: str) -> None:
    first = accept(program, subject, by=lead)
    accept(program, subject, by=lead, reason="It takes longer.", until=TODAY + timedelta(days=90))
    assert accepted(program) == [("It takes longer.", TODAY + timedelta(days=90))]
    first.refresh_from_db()
    assert first.ended_at is not None


def test_the_database_keeps_one_for_each(program: Program, lead: User, subject: str) -> None:
    row = accept(program, subject, by=lead)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(("day", "is_taken"), [(0, False), (1, True), (365, True), (366, False)])
def test_from_tomorrow_on_and_at_most_a_year(
    program: Program, lead: User, subject: str, day: int, is_taken: bool
) -> None:
    until = TODAY + timedelta(days=day)
    if is_taken:
        accept(program, subject, by=lead, until=until)
    else:
        with pytest.raises(Refused):
            accept(program, subject, by=lead, until=until)
    assert accepted(program) == [(REASON, until)] * is_taken


def test_what_was_mended_cannot_be_accepted(program: Program, lead: User, subject: str) -> None:
    drop(function_of(program), by=lead)
    with pytest.raises(NotThere):
        accept(program, subject, by=lead)
    with pytest.raises(NotThere):
        accepting.accept(program, "no-such-check", subject, reason=REASON, until_on=SOON, by=lead)
    assert not AcceptedComplaint.objects.exists()


@pytest.mark.parametrize("who", ["viewer", "facilitator", "admin", "donor", "stranger", "other_lead"])
def test_who_may_not_write_may_not_accept(
    request: pytest.FixtureRequest, program: Program, lead: User, subject: str, who: str
) -> None:
    somebody = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        accept(program, subject, by=somebody)
    row = accept(program, subject, by=lead)
    with pytest.raises(PermissionDenied):
        accepting.end(program, CODE, subject, by=somebody)
    row.refresh_from_db()
    assert row.ended_at is None


def test_a_closed_program_takes_nothing(program: Program, lead: User, subject: str) -> None:
    describing.archive(program, by=lead)
    with pytest.raises(PermissionDenied):
        accept(program, subject, by=lead)


def test_the_same_form_again_accepts_once(program: Program, lead: User, subject: str) -> None:
    rows = {accept(program, subject, by=lead, key="k" * 32).pk for _ in range(2)}
    assert len(rows) == AcceptedComplaint.objects.count() == 1
    assert Change.objects.filter(verb="complaint_accepted").count() == 1


def test_it_can_be_ended_once(program: Program, lead: User, editor: User, subject: str) -> None:
    row = accept(program, subject, by=lead)
    assert [accepting.end(program, CODE, subject, by=editor) for _ in range(2)] == [True, False]
    row.refresh_from_db()
    assert row.ended_at is not None
    assert accepted(program) == []
    assert complaints.read(program, TODAY).find(CODE, subject).acceptance is None
    assert Change.objects.filter(verb="complaint_accepted_no_more").count() == 1


def test_both_are_told_in_the_history(program: Program, lead: User, subject: str) -> None:
    accept(program, subject, by=lead)
    accepting.end(program, CODE, subject, by=lead)
    ended, begun, *_ = history.of_program(program).lines
    assert ended.what == "stopped accepting a complaint of the matrix"
    assert begun.what == f"accepted a complaint of the matrix until {date_format(SOON)}: “{REASON}”"
    for line in (begun, ended):
        assert (line.who, line.about) == (lead.name, "Nobody is accountable")
        assert line.url == f"/programs/{program.pk}/roles/#complaints"


def test_both_make_the_summary_stale(program: Program, lead: User, subject: str) -> None:
    before = inputs_seq(program)
    accept(program, subject, by=lead)
    assert inputs_seq(program) == before + 1
    accepting.end(program, CODE, subject, by=lead)
    assert inputs_seq(program) == before + 2


def test_both_lock_the_partnership_before_the_acceptance(program: Program, lead: User, subject: str) -> None:
    """In one order, so that two people never wait for each other."""
    for act in (lambda: accept(program, subject, by=lead), lambda: accepting.end(program, CODE, subject, by=lead)):
        with CaptureQueriesContext(connection) as captured:
            act()
        locked = [query["sql"] for query in captured if "FOR NO KEY UPDATE" in query["sql"]]
        touched = [query["sql"] for query in captured if "partners_acceptedcomplaint" in query["sql"]]
        statements = [query["sql"] for query in captured]
        assert "partners_partnership" in locked[0]
        written = [sql for sql in touched if sql.startswith(("UPDATE", "INSERT"))]
        assert statements.index(locked[0]) < statements.index(written[0])


def test_it_says_nothing_of_what_was_accepted_elsewhere(
    program: Program, other_program: Program, lead: User, other_lead: User, subject: str
) -> None:
    add_partner(other_program, "River trust")
    accept(program, subject, by=lead)
    assert accepting.end(other_program, CODE, subject, by=other_lead) is False
    with pytest.raises(NotThere):
        accept(other_program, subject, by=other_lead)
    assert accepted(program) == [(REASON, SOON)]


def test_a_complaint_that_changes_its_words_stays_accepted_in_sight(program: Program, lead: User, subject: str) -> None:
    """Two became three: the reason stands beside what is true now."""
    for name in ("River trust", "Hill college"):
        give(add_partner(program, name))
    accepting.accept(program, "several-accountable", subject, reason=REASON, until_on=SOON, by=lead)
    give(add_partner(program, "Union"))
    [found] = complaints.read(program, TODAY).accepted
    assert found.sentence == "Hill college, River trust and Union are accountable for Training at the same time."
