"""What stands beside a question: the team's checklist, the round before, and whether an item is new."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.models import Assessment
from assessments.tests.rating_cases import again, by_link, url
from assessments.tests.round_cases import make_round, rate, small_instrument
from programs.models import ItemAnswer, Program

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User | None], Client]


def say_vision_is_done(program: Program) -> ItemAnswer:
    row = ItemAnswer.objects.select_related("item", "plan__step").get(
        plan__program=program, item__key="scale-vision-page"
    )
    ItemAnswer.objects.filter(pk=row.pk).update(answer="done", note="canary-note-of-the-team")
    return row


def test_what_the_checklist_says_stands_beside_it_for_the_team(
    program: Program, editor: User, client_for: ClientFor
) -> None:
    row = say_vision_is_done(program)
    rater = make_round(program, raters=[editor]).raters.get()
    said = client_for(editor).get(url("rating_dimension", rater, "leading")).content.decode()
    item_url = reverse("programs:item", args=[program.pk, row.plan.step.number, row.item.key])
    assert [
        part for part in ("As the team’s checklist says", item_url, "0 pieces of evidence") if part not in said
    ] == []


@pytest.mark.parametrize("by", ["link", "stranger"])
def test_who_may_not_read_the_program_is_told_the_level_alone(
    program: Program, stranger: User, client_for: ClientFor, by: str
) -> None:
    say_vision_is_done(program)
    found = make_round(program, raters=[("Ana Sok", "ministry") if by == "link" else stranger])
    rater = found.raters.get()
    browser = by_link(rater) if by == "link" else client_for(stranger)
    said = browser.get(url("rating_dimension", rater, "leading")).content.decode()
    assert ("As the team’s checklist says" in said, ">Done</span>" in said or "Done" in said) == (True, True)
    assert [words for words in ("/items/", "of evidence", "canary-note-of-the-team") if words in said] == []


# The round before


@pytest.fixture
def before(program: Program, editor: User) -> Assessment:
    values = [{"vision": 1, "plan": 3, "delay": 1}, {"vision": 3}]
    return make_round(program, state="closed", raters=[editor, ("Ly Chan", "ministry")], values=values)


def test_the_last_value_is_told_only_after_the_answer(
    program: Program, before: Assessment, editor: User, client_for: ClientFor
) -> None:
    [mine] = again(program, before, editor)
    browser = client_for(editor)
    address = url("rating_before", mine, "vision")
    for page in (browser.get(address), browser.get(url("rating_dimension", mine, "leading"))):
        assert [words for words in ("Last time", "last time:", "Begun</b></p>") if words in page.content.decode()] == []
    rate(mine, "vision", 2)
    assert "Last time you said: <b>1 Begun</b>" in browser.get(address).content.decode()
    said = browser.get(url("rating_dimension", mine, "leading")).content.decode()
    assert said.count("Last time you said:") == 1  # `plan` is not answered yet


def test_who_comes_by_link_is_told_what_was_agreed(program: Program, before: Assessment) -> None:
    """Whoever hands out links could open one: it must not tell what one person said."""
    [mine] = again(program, before, ("Ly Chan", "ministry"))
    rate(mine, "vision", 2)
    said = by_link(mine).get(url("rating_before", mine, "vision")).content.decode()
    assert ("Agreed last time: <b>2 Mostly</b>" in said, "3 Fully" in said) == (True, False)


@pytest.mark.parametrize(
    ("key", "value", "asks"),
    [("plan", 2, True), ("plan", 3, False), ("vision", 2, False), ("vision", 3, True), ("vision", 0, True),
     ("delay", 2, True), ("delay", 0, False), ("vision", "unable", False)],
)  # fmt: skip
def test_a_fall_and_a_leap_ask_why(
    program: Program, before: Assessment, editor: User, client_for: ClientFor, key: str, value: Any, asks: bool
) -> None:
    [mine] = again(program, before, editor)
    rate(mine, key, value)
    address = url("rating_before", mine, key)
    assert ("Please say below in a few words why" in client_for(editor).get(address).content.decode()) is asks
    rate(mine, key, value, reason="The plan was lost.")
    assert "Please say" not in client_for(editor).get(address).content.decode()


def test_a_round_that_is_still_discussed_tells_what_one_said_oneself_but_nothing_agreed(
    program: Program, editor: User, client_for: ClientFor
) -> None:
    before = make_round(program, state="discussing", raters=[editor, ("Ly Chan", "ministry")])
    mine, hers = again(program, before, editor, ("Ly Chan", "ministry"))
    rate(mine, "vision", 2)
    rate(hers, "vision", 2)
    assert "Last time you said" in client_for(editor).get(url("rating_before", mine, "vision")).content.decode()
    assert by_link(hers).get(url("rating_before", hers, "vision")).content.strip() == b""


def test_with_another_scale_or_direction_nothing_is_laid_beside_it(program: Program, before: Assessment) -> None:
    turned = small_instrument(
        version=2, changed={'construct = "leading: vision"': 'construct = "v"\nis_reversed = true'}
    )
    rescaled = small_instrument(version=3, changed={'label = "Mostly"': 'label = "Half"'})
    for instrument, key in ((turned, "vision"), (rescaled, "plan")):
        mine = make_round(program, instrument=instrument, previous=before).raters.first()
        rate(mine, key, 2)
        assert by_link(mine).get(url("rating_before", mine, key)).content.strip() == b""


def test_items_of_a_newer_version_say_whether_they_are_new(program: Program, before: Assessment) -> None:
    changes = {"There is a plan": "There is a dated plan", 'key = "delay"': 'key = "wait"'}
    newer = small_instrument(version=2, changed=changes)
    mine = make_round(program, instrument=newer, previous=before).raters.first()
    browser = by_link(mine)
    marks = {}
    for dimension in ("leading", "doing"):
        form = browser.get(url("rating_dimension", mine, dimension)).context["form"]
        marks |= {shown.question.item.key: shown.question.mark for shown in form.questions}
    assert marks == {"vision": "seen", "plan": "changed", "budget": "seen", "wait": "new"}


def test_the_same_version_marks_nothing(program: Program, before: Assessment, editor: User, client_for: ClientFor):
    [mine] = again(program, before, editor)
    form = client_for(editor).get(url("rating_dimension", mine, "leading")).context["form"]
    assert {shown.question.mark for shown in form.questions} == {""}
