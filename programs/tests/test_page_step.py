"""The page of one step, the checklist and the printed sheet."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from programs.domain import checklists, evidencing, remarks, steps
from programs.domain.evidencing import Piece
from programs.models import ItemAnswer, Program, StepPlan, StepState
from programs.tests.saving_cases import item_of, item_url

ClientFor = Callable[[User | None], Client]


@pytest.fixture
def browser(client_for: ClientFor, editor: User) -> Client:
    return client_for(editor)


def url(program: Program, number: int = 4, name: str = "step") -> str:
    return reverse(f"programs:{name}", args=[program.pk, number])


def answer(program: Program, number: str, value: str, **fields: object) -> ItemAnswer:
    row = item_of(program, number)
    ItemAnswer.objects.filter(pk=row.pk).update(answer=value, **fields)
    return row


def fill(program: Program, user: User, items: int) -> None:
    """Evidence, remarks and owners on some items of step 4."""
    for position in range(1, items + 1):
        row = answer(program, f"4.{position}", "done", owner=user)
        evidencing.add(row, Piece("note", "Seen", timezone.localdate(), text="Seen."), by=user)
        remarks.write(row.plan, text="A remark", by=user, answer=row)
        remarks.write(row.plan, text="On the step", by=user)


def test_progress_names_what_is_missing(program: Program) -> None:
    answer(program, "4.1", "done")
    answer(program, "4.2", "not_applicable", reason="No pilot")
    answer(program, "4.3", "not_applicable")
    reading = steps.read(program, 4, today=timezone.localdate())
    assert (reading.done_count, reading.missing_numbers) == (2, ["4.3", "4.4", "4.5", "4.6", "4.7", "4.8"])
    assert reading.next_open.shown_number == "4.3"


def test_returned_items_come_first(program: Program) -> None:
    answer(program, "4.5", "done", returned_note="")
    answer(program, "4.6", "under_way", returned_note="Two pages, please")
    assert steps.read(program, 4, today=timezone.localdate()).next_open.shown_number == "4.6"


def test_page_says_that_earlier_steps_have_not_passed(browser: Client, program: Program) -> None:
    StepPlan.objects.filter(program=program, step__number=1).update(state=StepState.GO)
    assert "Steps 2, 3 have not passed yet." in browser.get(url(program)).content.decode()
    assert "not passed yet" not in browser.get(url(program, 1)).content.decode()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (StepState.SUBMITTED, "Waiting for a decision."),
        (StepState.HOLD, "On hold."),
        (StepState.RETURNED, "Returned."),
        (StepState.GO, "Passed"),
        (StepState.CONDITIONS, "Passed with conditions"),
    ],
)
def test_page_says_where_the_step_stands(browser: Client, program: Program, state: str, words: str) -> None:
    StepPlan.objects.filter(program=program, step__number=1).update(state=state)
    assert words in browser.get(url(program, 1)).content.decode()


def test_submitted_step_shows_why_nothing_can_be_chosen(browser: Client, program: Program) -> None:
    StepPlan.objects.filter(program=program, step__number=4).update(state=StepState.SUBMITTED)
    page = browser.get(url(program)).content.decode()
    assert page.count("Frozen: the step waits for a decision.") == 8
    controls = re.findall(r'<input[^>]*(?:type="radio"|name="reason")[^>]*>', page)
    assert [bool(re.search(r"\sdisabled\s*>", control)) for control in controls] == [True] * 8 * 7


def test_viewer_sees_answers_without_forms(client_for: ClientFor, viewer: User, program: Program) -> None:
    page = client_for(viewer).get(url(program)).content.decode()
    assert ('type="radio"' in page, "<auto-save" in page) == (False, False)


@pytest.mark.parametrize("number", [0, 12, 99999])
def test_step_that_is_not_in_the_guide(browser: Client, program: Program, number: int) -> None:
    assert [browser.get(url(program, number, name)).status_code for name in ("step", "sheet")] == [404, 404]


def test_sheet_has_every_item_with_its_code(browser: Client, program: Program) -> None:
    page = browser.get(url(program, 4, "sheet")).content.decode()
    assert [f"4.{position} " in page for position in range(1, 9)] == [True] * 8


@pytest.mark.parametrize("items", [1, 3])
def test_step_page_asks_the_same_number_of_questions(
    browser: Client, program: Program, editor: User, items: int, django_assert_num_queries
) -> None:
    fill(program, editor, items)
    browser.get(url(program))
    # the person, the program, the steps, the items, the newest turn, the team, the remarks
    with django_assert_num_queries(8):
        browser.get(url(program))


@pytest.mark.parametrize("items", [1, 3])
def test_checklist_asks_the_same_number_of_questions(
    browser: Client, program: Program, editor: User, items: int, django_assert_num_queries
) -> None:
    fill(program, editor, items)
    page = reverse("programs:checklist", args=[program.pk])
    browser.get(page)
    with django_assert_num_queries(3):  # the person, the program, the items
        browser.get(page)


@pytest.mark.parametrize("items", [1, 3])
def test_item_page_asks_the_same_number_of_questions(
    browser: Client, program: Program, editor: User, items: int, django_assert_num_queries
) -> None:
    row = item_of(program)
    for _ in range(items):
        evidencing.add(row, Piece("note", "Seen", timezone.localdate(), text="Seen."), by=editor)
        remarks.write(row.plan, text="A remark", by=editor, answer=row)
    page = reverse("programs:item", args=[program.pk, 4, row.item.key])
    browser.get(page)
    # the person, the program, the item; steps, items, turn; team, evidence, remarks; history and its names
    with django_assert_num_queries(11):
        browser.get(page)


@pytest.mark.parametrize("items", [1, 3])
def test_overview_asks_the_same_number_of_questions(
    browser: Client, program: Program, editor: User, items: int, django_assert_num_queries
) -> None:
    fill(program, editor, items)
    page = reverse("programs:program", args=[program.pk])
    browser.get(page)
    # the person, the program, its organisation; steps, summary, reach, next items, team, portfolios, decisions;
    # changes, two names
    with django_assert_num_queries(13):
        browser.get(page)


def checklist(program: Program, user: User, show: str) -> list[str]:
    reading = checklists.read(program, show=show, user=user, today=timezone.localdate())
    return [str(row.shown_number) for phase in reading.phases for step in phase.steps for row in step.answers]


def test_filters_of_the_checklist(program: Program, editor: User, lead: User) -> None:
    late = timezone.localdate() - timedelta(days=1)
    ItemAnswer.objects.filter(plan__program=program).update(answer="done")
    done = answer(program, "1.1", "done", owner=editor, due_on=late)
    evidencing.add(done, Piece("note", "Seen", timezone.localdate(), text="Seen."), by=editor)
    answer(program, "4.1", "under_way", owner=editor, due_on=late)
    answer(program, "4.3", "later", owner=lead, returned_note="Please")
    shown = {show: checklist(program, editor, show) for show in ("open", "mine", "overdue", "critical", "returned")}
    assert shown == {
        "open": ["4.1", "4.3"],
        "mine": ["1.1", "4.1"],
        "overdue": ["4.1"],
        "critical": ["4.1"],
        "returned": ["4.3"],
    }
    assert len(checklist(program, editor, "no-evidence")) == 81
    assert len(checklist(program, editor, "all")) == len(checklist(program, editor, "nonsense")) == 84


def test_checklist_leads_to_every_item(browser: Client, program: Program) -> None:
    page = browser.get(reverse("programs:checklist", args=[program.pk])).content.decode()
    rows = ItemAnswer.objects.filter(plan__program=program).select_related("item", "plan__step")
    assert [row for row in rows if f'href="{item_url(row)}"' not in page] == []


def test_checklist_row_says_what_stands_of_an_item(browser: Client, program: Program, editor: User) -> None:
    fill(program, editor, 1)
    User.objects.filter(pk=editor.pk).update(name="Amina <O.>")
    answer(program, "4.1", "done", due_on=date(2027, 3, 31), returned_note="Two pages, please")
    page = browser.get(reverse("programs:checklist", args=[program.pk])).content.decode()
    (row,) = [row for row in re.findall("<li>.*?</li>", page) if f'{item_url(item_of(program, "4.1"))}"' in row]
    assert " ".join(re.sub("<[^>]+>", " ", row).split()) == (
        f"4.1 {item_of(program, '4.1').item.text} Amina &lt;O.&gt; due 31 Mar 2027 1 piece of evidence 1 open remark"
        " critical returned Done"
    )


def test_checklist_page_says_when_nothing_fits(browser: Client, program: Program) -> None:
    page = browser.get(reverse("programs:checklist", args=[program.pk]) + "?show=returned").content.decode()
    assert "No item fits this view." in page


def test_expired_evidence_does_not_count(program: Program, editor: User) -> None:
    row, day = item_of(program), timezone.localdate()
    old = Piece("note", "Old", day - timedelta(days=9), expires_on=day - timedelta(days=1), text="x")
    evidencing.add(row, old, by=editor)
    evidencing.add(row, Piece("note", "Valid", day, expires_on=day, text="x"), by=editor)
    (read, *_) = steps.read(program, 4, today=day).answers
    assert (read.evidence_count, read.expired_count) == (1, 1)
