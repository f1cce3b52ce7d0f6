"""Coordination bodies: added, changed and dissolved; who may, and when they meet in words."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from journal.facts import ChangedMeanwhile, facts_of
from journal.models import Change
from partners.domain import bodies, partners
from partners.domain.agreements import Refused
from partners.models import CoordinationBody, Partner
from partners.tests.agreement_cases import TODAY, body, day
from partners.tests.role_cases import add_partner
from programs.domain import history
from programs.models import Program


@pytest.fixture
def ngo(program: Program) -> Partner:
    return add_partner(program, "Bright Path")


def said(found: CoordinationBody) -> dict[str, Any]:
    """What a form sends of it if nobody touched it."""
    return {name: getattr(found, name) for name in bodies.FACTS if name != "members"} | {
        "members": list(found.members.all())
    }


def change(found: CoordinationBody, by: User, **wanted: Any) -> None:
    bodies.change(found, wanted=said(found) | wanted, seen=facts_of(found, bodies.FACTS), by=by)


def now(found: CoordinationBody) -> CoordinationBody:
    return CoordinationBody.objects.get(pk=found.pk)


def lines(program: Program) -> list[tuple[str, str, str]]:
    return [(line.what, line.old, line.new) for line in history.of_program(program, limit=1).lines]


def test_it_is_added_once(office: Partner, ngo: Partner, editor: User, program: Program) -> None:
    wanted = {"name": "Steering group", "level": "region", "rhythm": "quarterly", "next_meeting_on": day(3)}
    wanted["members"] = [office, ngo]
    first, again = (bodies.add(program, wanted, by=editor, key="k") for _ in range(2))
    assert (first == again, CoordinationBody.objects.count()) == (True, 1)
    assert said(now(first)) | {"members": None} == wanted | {"members": None}
    assert set(first.members.all()) == {office, ngo}
    assert lines(program) == [("added the coordination body “Steering group”", "", "")]


def test_members_are_partners_of_the_program(
    office: Partner, editor: User, program: Program, other_program: Program
) -> None:
    made, foreign = body(office), add_partner(other_program)
    for members in ([], [foreign], [office, foreign]):
        with pytest.raises(Refused):
            change(made, editor, members=members)
        with pytest.raises(Refused):
            bodies.add(program, said(made) | {"members": members}, by=editor)
    assert (list(made.members.all()), CoordinationBody.objects.count()) == ([office], 1)


def test_a_member_is_not_taken_off_the_list(office: Partner, lead: User) -> None:
    body(office)
    with pytest.raises(partners.Refused):
        partners.remove(office, by=lead)
    assert Partner.objects.get() == office


def test_changes_are_logged_in_words(office: Partner, ngo: Partner, editor: User, program: Program) -> None:
    made = body(office)
    change(made, editor, next_meeting_on=day(40))
    words = ("changed the next meeting of the coordination body", date_format(day(12)), date_format(day(40)))
    assert lines(program) == [words]
    change(now(made), editor, rhythm="yearly")
    assert lines(program) == [("changed how often the coordination body meets", "every month", "once a year")]
    change(now(made), editor, members=[office, ngo])
    words = ("changed the members of the coordination body", "Health office", "Health office, Bright Path")
    assert lines(program) == [words]


def test_another_change_meanwhile_is_kept(office: Partner, editor: User) -> None:
    made = body(office)
    opened, wanted = facts_of(made, bodies.FACTS), said(made)
    change(made, editor, next_meeting_on=day(40))
    with pytest.raises(ChangedMeanwhile) as clash:
        bodies.change(made, wanted=wanted | {"next_meeting_on": day(50)}, seen=opened, by=editor)
    assert (list(clash.value.fields), now(made).next_meeting_on) == (["next_meeting_on"], day(40))
    bodies.change(made, wanted=wanted | {"name": "Steering group"}, seen=opened, by=editor)
    assert (now(made).name, now(made).next_meeting_on) == ("Steering group", day(40))


def test_it_is_dissolved_once_and_stays(office: Partner, editor: User, program: Program) -> None:
    made, other = body(office), body(office, name="Another")
    for _ in range(2):
        bodies.dissolve(made, by=editor)
    assert Change.objects.filter(verb="body_dissolved").count() == 1
    assert lines(program) == [("dissolved the coordination body “District steering group”", "", "")]
    assert [row.body for row in bodies.meeting_together(program, today=TODAY)] == [other]
    assert (bodies.dissolved(program), list(made.members.all())) == ([made], [office])
    with pytest.raises(Refused, match="was dissolved"):
        change(made, editor, name="Steering group")
    assert now(made).name == "District steering group"


@pytest.mark.parametrize(
    ("next_meeting_on", "words", "is_past"),
    [
        (None, "no next meeting is set", False),
        (day(-1), "1 day ago", True),
        (day(-30), "30 days ago", True),
        (TODAY, "meets today", False),
        (day(1), "in 1 day", False),
        (day(12), "in 12 days", False),
    ],
)
def test_the_next_meeting_in_words(
    office: Partner, program: Program, next_meeting_on: object, words: str, is_past: bool
) -> None:
    body(office, next_meeting_on=next_meeting_on)
    [row] = bodies.meeting_together(program, today=TODAY)
    assert (row.meeting, row.is_past) == (words, is_past)


def test_they_are_listed_from_the_top_down(office: Partner, program: Program, other_program: Program) -> None:
    for name, level in (("C", "community"), ("B", "district"), ("A", "district"), ("D", "national")):
        body(office, name=name, level=level)
    body(add_partner(other_program), name="Foreign")
    assert [row.body.name for row in bodies.meeting_together(program, today=TODAY)] == ["D", "A", "B", "C"]


VERBS: dict[str, Callable[[CoordinationBody, User], object]] = {
    "add": lambda made, by: bodies.add(made.program, said(made), by=by),
    "change": lambda made, by: change(made, by, name="Another"),
    "dissolve": lambda made, by: bodies.dissolve(made, by=by),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["viewer", "facilitator", "admin", "donor", "other_lead", "stranger"])
def test_who_only_reads_changes_nothing(request: pytest.FixtureRequest, office: Partner, who: str, verb: str) -> None:
    person, made = request.getfixturevalue(who), body(office)
    with pytest.raises(PermissionDenied):
        VERBS[verb](made, person)
    assert (CoordinationBody.objects.get().name, now(made).dissolved_at) == ("District steering group", None)


@pytest.mark.parametrize("verb", VERBS)
def test_an_archived_program_takes_nothing(office: Partner, lead: User, program: Program, verb: str) -> None:
    made = body(office)
    Program.objects.filter(pk=program.pk).update(archived_at=timezone.now())
    with pytest.raises(PermissionDenied, match="archived"):
        VERBS[verb](made, lead)
    assert (CoordinationBody.objects.get().name, now(made).dissolved_at) == ("District steering group", None)
