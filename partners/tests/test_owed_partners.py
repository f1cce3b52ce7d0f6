"""What is owed about agreements and meetings before their days: when it stands on lists, and when it is told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from partners.domain import agreements, bodies
from partners.models import Agreement, CoordinationBody, Partner
from partners.tests.agreement_cases import TODAY, body, day, signed
from partners.tests.role_cases import add_partner
from programs.domain import owed
from programs.domain.owed import Owed, Urgency
from programs.models import Program


@pytest.fixture
def office(program: Program) -> Partner:
    return add_partner(program, "Health office")


def of(user: User) -> list[Owed]:
    return owed.by(user, today=TODAY)


def found_on(*days: int) -> list[tuple[str, int]]:
    return [(one.kind, one.subject_id) for one in owed.on([day(number) for number in days], today=TODAY)]


def test_a_renewal_has_a_day_of_notice_of_its_own(office: Partner, lead: User) -> None:
    signed(office, ends_on=day(200), notice_days=90)
    assert of(lead) == []
    found = list(owed.of([lead.pk], today=TODAY))
    assert [(one.kind, one.due_on) for one in found] == [("agreement_renew", day(200))]
    one = found[0]
    assert (one.due_on, one.lead_days, one.rule.after_days) == (day(200), (90, 30, 7, 1), ())
    Agreement.objects.update(notice_days=10)
    assert [one.lead_days for one in owed.of([lead.pk], today=TODAY)] == [(10, 7, 1)]


@pytest.mark.parametrize(
    ("days", "is_found"), [((200,), True), ((110,), True), ((200, 110), True), ((109, 199), False)]
)
def test_it_is_found_by_its_end_and_by_its_notice(office: Partner, days: tuple[int, ...], is_found: bool) -> None:
    made = signed(office, ends_on=day(200), notice_days=90)
    assert found_on(*days) == [("agreement_renew", made.pk)] * is_found


def test_what_is_renewed_or_ended_is_found_no_more(office: Partner, lead: User) -> None:
    made = signed(office, ends_on=day(30))
    assert found_on(30) == [("agreement_renew", made.pk)]
    newer = signed(office, starts_on=day(31), ends_on=day(900), on=day(-1))
    assert found_on(30) == []
    agreements.end(newer, ended_on=TODAY, why="The ministry took over.", by=lead)
    agreements.end(made, ended_on=TODAY, why="The ministry took over.", by=lead)
    assert found_on(30, 900) == []


@pytest.mark.parametrize(
    ("days", "is_listed", "is_found"), [(8, False, True), (7, True, True), (0, True, True), (-1, False, False)]
)
def test_a_meeting_is_on_lists_for_a_week(
    office: Partner, lead: User, days: int, is_listed: bool, is_found: bool
) -> None:
    made = body(office)
    CoordinationBody.objects.update(next_meeting_on=day(days))
    assert [one.subject_id for one in of(lead)] == [made.pk] * is_listed
    assert found_on(days) == [("body_meets", made.pk)] * is_found


def test_a_meeting_in_words(office: Partner, program: Program, lead: User, editor: User) -> None:
    made = body(office, next_meeting_on=day(3))
    [one] = of(lead)
    assert (one.text, one.urgency(TODAY)) == ("Prepare the meeting: District steering group", Urgency.SOON)
    assert one.url == reverse("partners:body_edit", args=[program.pk, made.pk])
    assert (one.lead_days, one.rule.after_days) == ((7, 1), ())
    assert of(editor) == []


@pytest.mark.parametrize("how", ["dissolved", "archived", "undated"])
def test_a_meeting_that_will_not_be_is_owed_by_nobody(office: Partner, program: Program, lead: User, how: str) -> None:
    made = body(office, next_meeting_on=day(3))
    match how:
        case "dissolved":
            bodies.dissolve(made, by=lead)
        case "archived":
            Program.objects.filter(pk=program.pk).update(archived_at=timezone.now())
        case "undated":
            CoordinationBody.objects.update(next_meeting_on=None)
    assert (of(lead), found_on(3)) == ([], [])


def test_it_is_one_query_for_one_and_for_three(
    office: Partner, lead: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for count in (1, 3):
        while CoordinationBody.objects.count() < count:
            body(office, name=f"Group {CoordinationBody.objects.count()}", next_meeting_on=day(3))
        with django_assert_num_queries(1):
            assert len(of(lead)) == count
