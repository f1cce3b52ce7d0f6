"""What people owe in rounds: who, what, until when, and no longer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.domain import raters, rounds
from assessments.models import Assessment, RoundAction
from assessments.tests.round_cases import add_rater, item, make_round, rate, settle
from programs.domain import owed
from programs.domain.owed import Owed, Urgency
from programs.models import Program

TODAY = timezone.localdate()
AROUND = [TODAY + timedelta(days=number) for number in range(-60, 61)]
YESTERDAY, SOON = TODAY - timedelta(days=1), TODAY + timedelta(days=14)


def of(user: User) -> list[Owed]:
    return owed.by(user, today=TODAY)


def kinds(user: User) -> list[str]:
    return [one.kind for one in of(user)]


def test_a_rater_with_an_account_owes_rating(program: Program, facilitator: User, editor: User) -> None:
    found = make_round(program, by=facilitator, raters=[editor])
    [one] = of(editor)
    rater = found.raters.get()
    assert (one.text, one.url) == ("Rate in the round: First round", reverse("assessments:rating", args=[rater.pk]))
    assert (one.due_on, one.urgency(TODAY), one.is_step_unsaid) == (SOON, Urgency.ASKED, False)


@pytest.mark.parametrize("state", ["setup", "discussing", "closed"])
def test_rating_is_owed_only_while_people_rate(program: Program, facilitator: User, editor: User, state: str) -> None:
    make_round(program, by=facilitator, raters=[editor], state=state)
    assert of(editor) == []


def test_who_is_done_or_taken_off_owes_nothing(program: Program, facilitator: User, editor: User, viewer: User) -> None:
    found = make_round(program, by=facilitator, raters=[editor, viewer])
    mine, other = found.raters.all()
    raters.finish(mine)
    raters.remove(other, by=facilitator)
    assert (of(editor), of(viewer)) == ([], [])
    raters.finish(mine, is_finished=False)
    assert kinds(editor) == ["round_rate"]


def test_sheets_are_owed_by_who_types_them_in(program: Program, lead: User, facilitator: User, editor: User) -> None:
    found = make_round(program, keyer=facilitator, state="setup")
    first, second = (add_rater(found, (name, "team"), is_on_paper=True) for name in ("Rit Keo", "Vy Nuon"))
    assert of(facilitator) == []
    rounds.open_for_rating(found, by=lead)
    [one] = of(facilitator)
    assert (one.text, one.due_on) == ("Type in 2 paper sheets: First round", SOON)
    assert one.url == reverse("assessments:round_keying", args=[program.pk, found.pk])
    raters.finish(first)
    assert [one.text for one in of(facilitator)] == ["Type in 1 paper sheet: First round"]
    raters.remove(second, by=lead)
    assert (of(facilitator), of(editor)) == ([], [])


def test_past_its_day_it_is_overdue(program: Program, facilitator: User, editor: User) -> None:
    make_round(program, by=facilitator, raters=[editor])
    Assessment.objects.update(due_on=YESTERDAY)
    assert [one.urgency(TODAY) for one in of(editor)] == [Urgency.OVERDUE]


def test_the_facilitator_reveals_once_everybody_is_done(program: Program, facilitator: User, lead: User) -> None:
    found = make_round(program, by=facilitator)
    first, second = found.raters.all()
    raters.finish(first)
    assert of(facilitator) == []
    raters.finish(second)
    [one] = of(facilitator)
    assert (one.text, one.url) == (
        "Reveal the ratings: First round",
        reverse("assessments:round", args=[program.pk, found.pk]),
    )
    assert of(lead) == []


def test_who_was_taken_off_is_not_waited_for(program: Program, facilitator: User) -> None:
    found = make_round(program, by=facilitator)
    first, second = found.raters.all()
    raters.finish(first)
    raters.remove(second, by=facilitator)
    assert kinds(facilitator) == ["round_reveal"]


def test_the_facilitator_reveals_once_the_day_is_over(program: Program, facilitator: User) -> None:
    make_round(program, by=facilitator)
    Assessment.objects.update(due_on=TODAY)
    assert kinds(facilitator) == ["round_missing"]
    Assessment.objects.update(due_on=YESTERDAY)
    assert [(one.kind, one.urgency(TODAY)) for one in of(facilitator)] == [("round_reveal", Urgency.OVERDUE)]


def test_whoever_runs_it_hears_how_many_are_missing_when_the_day_comes(program: Program, facilitator: User) -> None:
    found = make_round(program, by=facilitator)
    first, second = found.raters.all()
    Assessment.objects.update(due_on=TODAY + timedelta(days=2))
    assert of(facilitator) == []
    Assessment.objects.update(due_on=TODAY + timedelta(days=1))
    [one] = of(facilitator)
    assert (one.text, one.detail) == ("2 of 2 raters are not done yet: First round", "")
    assert one.url == reverse("assessments:round", args=[program.pk, found.pk])
    raters.finish(first)
    assert [one.text for one in of(facilitator)] == ["1 of 2 raters is not done yet: First round"]
    raters.remove(second, by=facilitator)
    assert kinds(facilitator) == ["round_reveal"]


def test_who_types_in_sheets_is_asked_only_while_they_may_read(program: Program, facilitator: User, lead: User) -> None:
    found = make_round(program, keyer=facilitator, state="setup")
    add_rater(found, ("Rit Keo", "team"), is_on_paper=True)
    rounds.open_for_rating(found, by=lead)
    assert kinds(facilitator) == ["round_key"]
    facilitator.watching.all().delete()
    assert of(facilitator) == []


def test_an_action_of_somebody_who_left_is_owed_by_the_leads(program: Program, lead: User, editor: User) -> None:
    found = make_round(program, state="closed")
    said = {"text": "Cost a visit", "due_on": YESTERDAY, "owner": editor, "created_by": lead}
    RoundAction.objects.create(assessment=found, item=item(found, "budget"), **said)
    editor.memberships.all().delete()
    assert (of(editor), kinds(lead)) == ([], ["round_action"])


def test_then_the_facilitator_closes(program: Program, facilitator: User) -> None:
    found = make_round(program, by=facilitator, state="discussing")
    [one] = of(facilitator)
    assert one.text == "Settle what is open and close the round: First round"
    settle(found)
    rounds.close(found, by=facilitator)
    assert of(facilitator) == []


def test_an_action_is_owed_by_its_owner_until_it_is_done(program: Program, lead: User, editor: User) -> None:
    found = make_round(program, state="closed")
    said = {"text": "Cost a visit", "due_on": YESTERDAY, "owner": editor, "created_by": lead}
    action = RoundAction.objects.create(assessment=found, item=item(found, "budget"), **said)
    [one] = of(editor)
    assert (one.text, one.due_on, one.subject_id) == ("Action: Cost a visit", YESTERDAY, action.pk)
    assert one.url == reverse("assessments:results", args=[program.pk, found.pk]) + "#item-budget"
    assert of(lead) == []
    RoundAction.objects.update(done_at=timezone.now())
    assert of(editor) == []


def test_an_archived_program_asks_nothing(program: Program, facilitator: User, editor: User, lead: User) -> None:
    make_round(program, by=facilitator, raters=[editor])
    Assessment.objects.update(due_on=YESTERDAY)
    found = make_round(program, by=facilitator, state="discussing")
    said = {"text": "Cost a visit", "due_on": YESTERDAY, "owner": editor, "created_by": lead}
    RoundAction.objects.create(assessment=found, item=item(found, "budget"), **said)
    assert (kinds(editor), kinds(facilitator)) == (["round_rate", "round_action"], ["round_reveal", "round_close"])
    Program.objects.filter(pk=program.pk).update(archived_at=timezone.now())
    assert (of(editor), of(facilitator)) == ([], [])


def test_everybody_owes_what_each_owes(program: Program, facilitator: User, editor: User, viewer: User) -> None:
    found = make_round(program, by=facilitator, raters=[editor, viewer])
    Assessment.objects.update(due_on=TODAY + timedelta(days=1))
    rate(found.raters.first(), "vision", 2)
    make_round(program, by=facilitator, state="discussing")
    everybody = sorted((one.user_id, one.kind) for one in owed.on(AROUND, today=TODAY))
    assert everybody == sorted((user.pk, one) for user in (facilitator, editor, viewer) for one in kinds(user))
    assert [kind for _user, kind in sorted(everybody, key=lambda one: one[1])] == [
        "round_close",
        "round_missing",
        "round_rate",
        "round_rate",
    ]


def test_it_is_still_one_query(
    program: Program, facilitator: User, editor: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for count in (1, 3):
        while Assessment.objects.count() < count:
            make_round(program, by=facilitator, raters=[editor])
        with django_assert_num_queries(1):
            assert len(of(editor)) == count
