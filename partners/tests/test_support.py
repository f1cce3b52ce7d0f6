"""Training and support for partners: planned once, owed by its owner until it is done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from journal.models import Change
from partners.domain import functions, support
from partners.domain.partners import Refused
from partners.domain.support import NewNeed
from partners.models import Function, Partner, SupportNeed
from partners.tests.role_cases import add_partner, function_of
from programs.domain import history, owed
from programs.models import Membership, Program

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=20)


@pytest.fixture
def partner(program: Program) -> Partner:
    return add_partner(program)


@pytest.fixture
def training(partner: Partner) -> Function:
    return function_of(partner.program)


@pytest.fixture
def plan(partner: Partner, training: Function, lead: User) -> Callable[..., SupportNeed]:
    """Plans something for the partner's training."""

    def made(owner: User = lead, *, by: User = lead, key: str = "", **said: Any) -> SupportNeed:
        usual = {"kind": "training", "text": "Two days of practice.", "due_on": SOON}
        return support.plan(partner, training, NewNeed(owner=owner, **usual | said), by=by, key=key)

    return made


def told() -> list[str]:
    return list(Change.objects.filter(kind="support_need").order_by("pk").values_list("verb", flat=True))


def owed_by(user: User) -> list[tuple[str, str]]:
    return [(one.text, one.url) for one in owed.by(user, today=TODAY)]


# Planning


def test_a_need_keeps_what_was_planned(plan: Callable[..., SupportNeed], lead: User, editor: User) -> None:
    made = plan(editor, kind="support")
    made.refresh_from_db()
    assert (made.kind, made.text, made.owner, made.due_on) == ("support", "Two days of practice.", editor, SOON)
    assert (made.created_by, made.done_at, told()) == (lead, None, ["support_planned"])


def test_the_same_form_twice_is_one_need(plan: Callable[..., SupportNeed]) -> None:
    assert plan(key="k" * 64) == plan(key="k" * 64)
    assert (SupportNeed.objects.count(), told()) == (1, ["training_planned"])


def test_the_owner_is_somebody_of_the_team_who_may_write(
    plan: Callable[..., SupportNeed], viewer: User, facilitator: User, stranger: User, other_lead: User
) -> None:
    for owner in (viewer, facilitator, stranger, other_lead):
        with pytest.raises(Refused, match="team"):
            plan(owner)
    assert not SupportNeed.objects.exists()


@pytest.mark.parametrize("who", ["viewer", "facilitator", "donor", "admin", "other_lead", "stranger"])
def test_who_may_not_write_plans_and_finishes_nothing(
    request: pytest.FixtureRequest, plan: Callable[..., SupportNeed], who: str
) -> None:
    made, person = plan(), request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        plan(by=person)
    with pytest.raises(PermissionDenied):
        support.finish(made, note="", by=person)
    made.refresh_from_db()
    assert (made.done_at, told()) == (None, ["training_planned"])


def test_nothing_is_planned_for_a_function_that_was_dropped(
    plan: Callable[..., SupportNeed], training: Function, lead: User
) -> None:
    functions.drop(training, by=lead)
    with pytest.raises(Refused, match="not part of the scale-up"):
        plan()


# Done


def test_done_is_said_once_by_anyone_who_may_write(plan: Callable[..., SupportNeed], lead: User, editor: User) -> None:
    made = plan(lead)
    support.finish(made, note="Everybody came.", by=editor)
    made.refresh_from_db()
    first = made.done_at
    support.finish(made, note="Everybody came.", by=lead)
    with pytest.raises(Refused, match=r"said already that it is done: “Everybody came\."):
        support.finish(made, note="Nobody came.", by=lead)
    made.refresh_from_db()
    assert (made.done_at, made.done_note, told()) == (first, "Everybody came.", ["training_planned", "training_done"])


def test_open_needs_come_first_by_date_then_done_ones(
    plan: Callable[..., SupportNeed], program: Program, lead: User
) -> None:
    late, soon, done, also = (plan(text=f"{days}", due_on=TODAY + timedelta(days=days)) for days in (9, 5, 1, 2))
    support.finish(done, note="", by=lead)
    support.finish(also, note="", by=lead)
    assert list(support.of_program(program)) == [soon, late, also, done]


def test_planning_and_finishing_are_told_in_the_history(
    plan: Callable[..., SupportNeed], program: Program, training: Function, editor: User
) -> None:
    made = plan(editor)
    support.finish(made, note="", by=editor)
    done, planned = history.of_program(program).lines[:2]
    assert done.what == "said that training for Health office is done: “Two days of practice.”"
    assert planned.what == f"planned training for Health office: “Two days of practice.” ({editor.name})"
    assert {done.url, planned.url} == {
        f"/programs/{program.pk}/capacity/{made.partner_id}/{training.pk}/#need-{made.pk}"
    }


# Owed


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("training", "Training for Health office: Two days of practice."),
        ("support", "Support for Health office: Two days of practice."),
    ],
)
def test_the_owner_owes_it_until_it_is_done(
    plan: Callable[..., SupportNeed], training: Function, lead: User, editor: User, kind: str, text: str
) -> None:
    made = plan(editor, kind=kind)
    page = f"/programs/{training.program_id}/capacity/{made.partner_id}/{training.pk}/#need-{made.pk}"
    assert (owed_by(editor), owed_by(lead)) == ([(text, page)], [])
    [one] = owed.by(editor, today=TODAY)
    assert (one.due_on, one.step, one.program_name) == (SOON, 0, training.program.name)
    support.finish(made, note="", by=lead)
    assert owed_by(editor) == []


def test_what_nobody_of_the_team_owns_the_lead_owes(
    plan: Callable[..., SupportNeed], program: Program, lead: User, editor: User
) -> None:
    plan(editor)
    Membership.objects.filter(program=program, user=editor).delete()
    assert (len(owed_by(lead)), owed_by(editor)) == (1, [])


def test_in_an_archived_program_nothing_is_owed(
    plan: Callable[..., SupportNeed], program: Program, editor: User
) -> None:
    plan(editor)
    Program.objects.filter(pk=program.pk).update(archived_at=timezone.now())
    assert owed_by(editor) == []


def test_names_with_spaces_are_told_whole(program: Program, lead: User) -> None:
    partner = add_partner(program, "Health  and Hope, Region 4 office")
    need = NewNeed("support", "A letter: from whom?", lead, SOON)
    support.plan(partner, function_of(program), need, by=lead)
    assert owed_by(lead)[0][0] == "Support for Health  and Hope, Region 4 office: A letter: from whom?"
