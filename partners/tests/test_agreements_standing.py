"""How agreements stand on a day: groups and words of the register, which one follows which, and who owes a talk."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from partners.domain import agreement_reading
from partners.domain.agreement_reading import Standing, standing_of, time_in_words
from partners.models import Agreement, Partner
from partners.tests.agreement_cases import TODAY, day, draft, ended, now, signed
from partners.tests.role_cases import add_partner
from programs.domain import owed
from programs.domain.owed import Owed, Urgency
from programs.models import Membership, Program


def agreement(**fields: Any) -> Agreement:
    """One that is in no table."""
    usual = {"state": "signed", "signed_on": day(-100), "starts_on": day(-100), "ends_on": day(200), "notice_days": 90}
    return Agreement(**usual | fields)


@pytest.mark.parametrize(
    ("fields", "standing", "words"),
    [
        ({}, Standing.IN_FORCE, "200 days left"),
        ({"starts_on": TODAY}, Standing.IN_FORCE, "200 days left"),
        ({"starts_on": None}, Standing.IN_FORCE, "200 days left"),
        ({"ends_on": None}, Standing.IN_FORCE, "no end is written down"),
        ({"ends_on": day(91)}, Standing.IN_FORCE, "91 days left"),
        ({"ends_on": day(90)}, Standing.ENDING, "90 days left"),
        ({"ends_on": day(1)}, Standing.ENDING, "1 day left"),
        ({"ends_on": TODAY}, Standing.ENDING, "today is its last day"),
        ({"ends_on": TODAY, "notice_days": 0}, Standing.IN_FORCE, "today is its last day"),
        ({"ends_on": day(-1)}, Standing.EXPIRED, "1 day ago"),
        ({"ends_on": day(-30), "notice_days": 0}, Standing.EXPIRED, "30 days ago"),
        ({"starts_on": day(1)}, Standing.COMING, "in 1 day"),
        ({"starts_on": day(9), "ends_on": day(20)}, Standing.COMING, "in 9 days"),
        ({"state": "draft", "signed_on": None}, Standing.DRAFT, ""),
        ({"state": "draft", "signed_on": None, "ends_on": day(-1)}, Standing.DRAFT, ""),
        ({"state": "ended", "ended_on": day(-3)}, Standing.ENDED, f"on {date_format(day(-3), 'SHORT_DATE_FORMAT')}"),
        (
            {"state": "ended", "ended_on": day(-3), "ends_on": day(-2)},
            Standing.ENDED,
            f"on {date_format(day(-3), 'SHORT_DATE_FORMAT')}",
        ),
    ],
)
def test_how_it_stands_in_words(fields: dict[str, Any], standing: Standing, words: str) -> None:
    found = agreement(**fields)
    assert (standing_of(found, TODAY), time_in_words(found, standing, TODAY)) == (standing, words)


def test_the_register_is_in_groups_and_each_in_order(office: Partner, program: Program) -> None:
    signed(office, title="ends later")
    signed(office, title="ends first", ends_on=day(100))
    signed(office, title="open", notice_days=0)
    Agreement.objects.filter(title="open").update(ends_on=None)
    signed(office, title="soon", ends_on=day(20))
    signed(office, title="later", starts_on=day(9), ends_on=day(300), on=day(-2))
    signed(office, title="next week", starts_on=day(5), ends_on=day(400), on=day(-2))
    draft(office, title="older draft")
    draft(office, title="newer draft", ends_on=None)
    signed(office, title="long expired", ends_on=day(-80))
    signed(office, title="expired", ends_on=day(-8))
    ended(office, title="ended first", on=day(-30))
    ended(office, title="ended last", on=day(-3))
    groups = agreement_reading.register(program, today=TODAY)
    assert [(str(group.title), [row.agreement.title for row in group.rows]) for group in groups] == [
        ("Ending soon", ["soon"]),
        ("In force", ["ends first", "ends later", "open"]),
        ("Signed, begins later", ["next week", "later"]),
        ("Drafts", ["newer draft", "older draft"]),
        ("Expired", ["expired", "long expired"]),
        ("Ended", ["ended last", "ended first"]),
    ]


def test_the_register_is_of_one_program(office: Partner, program: Program, other_program: Program) -> None:
    draft(add_partner(other_program))
    assert agreement_reading.register(program, today=TODAY) == []


# What goes on after what: the same cases for the register and for what is owed.

LAST: dict[str, Any] = {"title": "last", "keys": ("training", "supply"), "ends_on": day(20)}
NEXT = LAST | {"title": "next", "ends_on": day(400)}
FOLLOWING: dict[str, tuple[Callable[..., Agreement], bool]] = {
    "the same for longer": (lambda one, two, _: signed(one, two, **NEXT), True),
    "more parties": (lambda *three: signed(*three, **NEXT), True),
    "more functions": (lambda *two: signed(*two[:2], **NEXT | {"keys": ("training", "supply", "advocacy")}), True),
    "begins later": (lambda *two: signed(*two[:2], on=TODAY, **NEXT | {"starts_on": day(21)}), True),
    "fewer parties": (lambda one, *_: signed(one, **NEXT), False),
    "other parties": (lambda one, _, three: signed(one, three, **NEXT), False),
    "fewer functions": (lambda *two: signed(*two[:2], **NEXT | {"keys": ("training",)}), False),
    "as short": (lambda *two: signed(*two[:2], **NEXT | {"ends_on": day(20)}), False),
    "only a draft": (lambda *two: draft(*two[:2], **NEXT), False),
    "ended again": (lambda *two: ended(*two[:2], on=day(-1), **NEXT), False),
}


@pytest.fixture
def three(program: Program, office: Partner) -> list[Partner]:
    return [office, add_partner(program, "Bright Path"), add_partner(program, "University")]


def of(user: User) -> list[Owed]:
    return owed.by(user, today=TODAY)


def next_of(last: Agreement) -> Agreement | None:
    groups = agreement_reading.register(last.program, today=TODAY)
    return next(row.next for group in groups for row in group.rows if row.agreement == last)


@pytest.mark.parametrize("case", FOLLOWING)
def test_the_talk_is_over_once_another_goes_on(three: list[Partner], lead: User, case: str) -> None:
    last = signed(*three[:2], **LAST)
    assert ([one.subject for one in of(lead)], next_of(last)) == (["last"], None)
    make, follows = FOLLOWING[case]
    made = make(*three)
    assert (next_of(last) == made, "last" not in [one.subject for one in of(lead)]) == (follows, follows)


def test_one_without_an_end_goes_on_after_all(three: list[Partner], lead: User) -> None:
    last, endless = signed(*three, **LAST), signed(*three, **NEXT)
    Agreement.objects.filter(pk=endless.pk).update(ends_on=None)
    assert (next_of(last), next_of(now(endless)), of(lead)) == (endless, None, [])


def test_of_several_the_first_to_end_is_next(three: list[Partner]) -> None:
    last, longest, middle = (signed(*three, **LAST | {"ends_on": day(number)}) for number in (20, 900, 400))
    assert (next_of(last), next_of(middle), next_of(longest)) == (middle, longest, None)


def test_a_talk_about_renewing_is_owed(office: Partner, lead: User, program: Program) -> None:
    made = signed(office, title="Training", ends_on=day(40))
    [one] = of(lead)
    assert (one.text, one.url) == (
        "Talk about renewing “Training”",
        reverse("partners:agreement", args=[program.pk, made.pk]),
    )
    assert (one.due_on, one.step, one.subject_id, one.urgency(TODAY)) == (day(40), 0, made.pk, Urgency.LATER)


@pytest.mark.parametrize(
    ("fields", "is_owed"),
    [
        ({"ends_on": day(91)}, False),
        ({"ends_on": day(90)}, True),
        ({"ends_on": TODAY}, True),
        ({"ends_on": day(-1)}, False),
        ({"ends_on": day(5), "notice_days": 5}, True),
        ({"ends_on": day(6), "notice_days": 5}, False),
        ({"ends_on": day(1), "notice_days": 0}, False),
        ({"ends_on": day(30), "starts_on": None}, True),
        ({"ends_on": day(30), "starts_on": day(1)}, False),
        ({"ends_on": None}, False),
        ({"ends_on": day(30), "state": "draft"}, False),
        ({"ends_on": day(30), "state": "ended", "ended_on": TODAY}, False),
    ],
)
def test_it_is_owed_from_the_day_of_notice_until_the_end(
    office: Partner, lead: User, fields: dict[str, date | str | int | None], is_owed: bool
) -> None:
    made = signed(office)
    Agreement.objects.filter(pk=made.pk).update(**fields)
    assert bool(of(lead)) == is_owed
    assert (standing_of(now(made), TODAY) == Standing.ENDING) == is_owed


def test_leads_owe_it_and_nobody_else(
    office: Partner, lead: User, editor: User, viewer: User, facilitator: User, program: Program
) -> None:
    signed(office, ends_on=day(40))
    assert [bool(of(person)) for person in (lead, editor, viewer, facilitator)] == [True, False, False, False]
    Membership.objects.filter(user=editor).update(role=Membership.Role.LEAD)
    assert sorted((one.user_id, one.kind) for one in owed.on([day(40)], today=TODAY)) == [
        (person.pk, "agreement_renew") for person in sorted((lead, editor), key=lambda person: person.pk)
    ]


def test_an_archived_program_owes_no_talk(office: Partner, lead: User, program: Program) -> None:
    signed(office, ends_on=day(40))
    Program.objects.filter(pk=program.pk).update(archived_at=timezone.now())
    assert of(lead) == []


def test_agreements_of_another_program_are_nothing_here(
    office: Partner, lead: User, other_lead: User, other_program: Program
) -> None:
    foreign = add_partner(other_program)
    signed(foreign, ends_on=day(40))
    assert (of(lead), [one.program_id for one in of(other_lead)]) == ([], [other_program.pk])


def test_it_is_one_query_for_one_and_for_three(
    office: Partner, lead: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for count in (1, 3):
        while Agreement.objects.count() < count:
            signed(office, title=f"Agreement {Agreement.objects.count()}", ends_on=day(40))
        with django_assert_num_queries(1):
            assert len(of(lead)) == count


def test_nothing_follows_a_draft(office: Partner) -> None:
    made = draft(office)
    signed(office, ends_on=day(300))
    assert agreement_reading.read(made, today=TODAY).shown.next is None


def test_a_draft_says_what_it_lacks(office: Partner) -> None:
    lacking, whole = draft(office, ends_on=None), draft(office)
    assert agreement_reading.read(lacking, today=TODAY).lacks.startswith("Enter the day it starts")
    assert agreement_reading.read(whole, today=TODAY).lacks == ""


@pytest.mark.parametrize(("ends", "is_to_renew"), [(200, False), (20, True), (0, True), (-2, True)])
def test_one_that_ends_soon_or_expired_is_to_be_renewed(office: Partner, ends: int, is_to_renew: bool) -> None:
    made = signed(office, ends_on=day(ends))
    assert agreement_reading.read(made, today=TODAY).is_to_renew == is_to_renew
    signed(office, ends_on=day(500))
    assert agreement_reading.read(made, today=TODAY).is_to_renew is False
