"""What people owe: every rule with what falls under it, what does not, and who owes it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from programs.domain import owed
from programs.domain.owed import Owed, Urgency
from programs.models import Condition, GateReview, ItemAnswer, Membership, Program, Remark, StepPlan

TODAY = date(2026, 11, 23)
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
Change = Callable[..., Any]


@pytest.fixture
def item(program: Program) -> Callable[..., ItemAnswer]:
    """Changes one item of the program, by its number."""

    def change(number: str, **fields: Any) -> ItemAnswer:
        row = ItemAnswer.objects.get(plan__program=program, item__number=number)
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
        return row

    return change


@pytest.fixture
def step(program: Program) -> Callable[..., StepPlan]:
    def change(number: int, **fields: Any) -> StepPlan:
        plan = StepPlan.objects.select_related("step").get(program=program, step__number=number)
        for name, value in fields.items():
            setattr(plan, name, value)
        plan.save()
        return plan

    return change


def of(user: User) -> list[Owed]:
    return owed.by(user, today=TODAY)


def kinds(user: User) -> list[str]:
    return [one.kind for one in of(user)]


def test_nobody_owes_anything_on_the_first_day(program: Program, lead: User, editor: User) -> None:
    assert (of(lead), of(editor)) == ([], [])


def test_an_item_with_a_due_date_is_owed_by_its_owner(item: Change, lead: User, editor: User) -> None:
    row = item("1.2", owner=editor, due_on=TOMORROW)
    [one] = of(editor)
    assert (one.kind, one.item_key, one.step, one.due_on, one.subject_id) == (
        "item_due",
        row.item.key,
        1,
        TOMORROW,
        row.pk,
    )
    assert one.text == f"1.2 {row.item.text}"
    assert of(lead) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"answer": "done"},
        {"answer": "not_applicable", "reason": "There is one district only."},
        {"due_on": None},
    ],
)
def test_a_settled_or_undated_item_is_not_owed(item: Change, editor: User, fields: dict[str, Any]) -> None:
    item("1.2", **{"owner": editor, "due_on": YESTERDAY} | fields)
    assert of(editor) == []


def test_not_applicable_without_a_reason_is_still_owed(item: Change, editor: User) -> None:
    item("1.2", owner=editor, due_on=YESTERDAY, answer="not_applicable")
    assert kinds(editor) == ["item_due"]


@pytest.mark.parametrize("state", ["submitted", "go", "conditions"])
def test_items_of_a_step_that_is_closed_are_not_owed(item: Change, step: Change, editor: User, state: str) -> None:
    item("1.2", owner=editor, due_on=YESTERDAY)
    item("1.3", owner=editor, returned_note="Two pages at most, please.")
    step(1, state=state)
    assert of(editor) == []


def test_an_item_nobody_owns_is_owed_by_the_leads(item: Change, lead: User, editor: User) -> None:
    item("1.2", due_on=YESTERDAY)
    assert (kinds(lead), kinds(editor)) == (["item_due"], [])


def test_an_item_of_somebody_who_left_is_owed_by_the_leads(
    item: Change, program: Program, lead: User, editor: User
) -> None:
    item("1.2", owner=editor, due_on=YESTERDAY)
    Membership.objects.filter(program=program, user=editor).delete()
    assert (kinds(lead), kinds(editor)) == (["item_due"], [])


def test_a_returned_item_is_owed_once_with_what_was_asked(item: Change, editor: User) -> None:
    item("1.2", owner=editor, due_on=YESTERDAY, returned_note="Two pages at most, please.")
    [one] = of(editor)
    assert (one.kind, one.detail, one.due_on) == ("item_returned", "Two pages at most, please.", YESTERDAY)


def test_a_returned_step_is_owed_and_not_also_late(step: Change, lead: User, editor: User) -> None:
    plan = step(2, state="returned", target_on=YESTERDAY, owner=editor)
    [one] = of(editor)
    assert (one.kind, one.text) == ("step_returned", f"Step 2 came back: {plan.step.title}")
    assert of(lead) == []


def test_a_step_is_owed_when_its_target_date_comes_near_and_after(step: Change, lead: User) -> None:
    step(1, target_on=TODAY + timedelta(days=15))
    assert of(lead) == []
    for day in (TODAY + timedelta(days=14), YESTERDAY):
        step(1, target_on=day)
        assert kinds(lead) == ["step_due"]
    step(1, state="submitted")
    assert of(lead) == []


def test_a_step_on_hold_is_owed_when_its_day_comes_near(step: Change, lead: User) -> None:
    step(1, state="hold", look_again_on=TODAY + timedelta(days=15))
    assert of(lead) == []
    step(1, look_again_on=TODAY + timedelta(days=14))
    assert kinds(lead) == ["step_look_again"]


def test_a_condition_is_owed_until_it_is_met(step: Change, lead: User, editor: User) -> None:
    review = GateReview.objects.create(
        plan=step(3, state="conditions"), outcome="conditions", reasons="Yes, but", decided_on=TODAY
    )
    condition = Condition.objects.create(review=review, text="Cost a visit", due_on=TOMORROW, owner=editor)
    assert [(one.text, one.step, one.subject_id) for one in of(editor)] == [
        ("Condition: Cost a visit", 3, condition.pk)
    ]
    assert of(lead) == []
    Condition.objects.update(met_at=timezone.now())
    assert of(editor) == []


def test_a_remark_from_outside_waits_for_the_team(item: Change, lead: User, editor: User, facilitator: User) -> None:
    row = item("1.2", owner=editor)
    first = Remark.objects.create(plan=row.plan, answer=row, text="Who counts?", author=facilitator)
    [one] = of(editor)
    assert (one.kind, one.detail, one.item_key) == ("remark_waiting", "Who counts?", row.item.key)
    Remark.objects.create(plan=row.plan, answer=row, thread=first, text="The district.", author=lead)
    assert of(editor) == []
    Remark.objects.create(plan=row.plan, answer=row, thread=first, text="Every month?", author=facilitator)
    assert [one.detail for one in of(editor)] == ["Every month?"]
    Remark.objects.filter(pk=first.pk).update(resolved_at=timezone.now())
    assert of(editor) == []


def test_a_remark_on_a_step_waits_for_the_leads(step: Change, lead: User, editor: User, facilitator: User) -> None:
    plan = step(2)
    Remark.objects.create(plan=plan, text="Which sites?", author=facilitator)
    [one] = of(lead)
    assert (one.text, one.item_key) == (f"Answer the remark on {plan.step.title}", "")
    assert of(editor) == []


def test_a_review_is_owed_by_its_reviewer(step: Change, lead: User, facilitator: User) -> None:
    plan = step(1, state="submitted")
    review = GateReview.objects.create(
        plan=plan, submitted_by=lead, submitted_at=timezone.now(), reviewer=facilitator, promised_on=YESTERDAY
    )
    [one] = of(facilitator)
    assert (one.kind, one.subject_id, one.urgency(TODAY)) == ("review_promised", review.pk, Urgency.OVERDUE)
    review.withdrawn_at = timezone.now()
    review.save()
    assert of(facilitator) == []


def test_an_archived_program_asks_nothing(item: Change, step: Change, program: Program, editor: User) -> None:
    item("1.2", owner=editor, due_on=YESTERDAY)
    step(2, state="returned", owner=editor)
    Program.objects.filter(pk=program.pk).update(archived_at=timezone.now())
    assert of(editor) == []


def test_the_most_urgent_comes_first(item: Change, step: Change, editor: User) -> None:
    item("1.1", owner=editor, due_on=TODAY + timedelta(days=15))
    item("1.2", owner=editor, due_on=TODAY + timedelta(days=14))
    item("1.3", owner=editor, returned_note="Who signs?")
    item("1.4", owner=editor, due_on=YESTERDAY)
    item("2.1", owner=editor, due_on=TODAY)
    found = [(one.subject.split()[0], one.urgency(TODAY)) for one in of(editor)]
    assert found == [
        ("1.4", Urgency.OVERDUE),
        ("1.3", Urgency.ASKED),
        ("2.1", Urgency.SOON),
        ("1.2", Urgency.SOON),
        ("1.1", Urgency.LATER),
    ]


def test_everybody_owes_what_each_owes(item: Change, lead: User, editor: User, other_lead: User) -> None:
    item("1.1", owner=editor, due_on=TODAY)
    item("1.2", due_on=TODAY)
    everybody = sorted((one.user_id, one.subject_id) for one in owed.on([TODAY], today=TODAY))
    assert everybody == sorted((user.pk, one.subject_id) for user in (lead, editor, other_lead) for one in of(user))
    assert len(everybody) == 2


def test_what_somebody_owes_is_asked_in_one_query(
    item: Change, editor: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in ("1.1", "1.2", "1.3"):
        item(number, owner=editor, due_on=TODAY)
        with django_assert_num_queries(1):
            of(editor)
