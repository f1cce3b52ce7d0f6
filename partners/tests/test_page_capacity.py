"""The pages about what partners are able to do: the table, one pair, the check, and the plan that follows."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from partners.domain import capacity, functions, support
from partners.domain.capacity import NewCheck
from partners.domain.capacity_anchors import ALL
from partners.domain.support import NewNeed
from partners.models import SIDES, CapacityCheck, Function, Partner, SupportNeed
from partners.tests.role_cases import add_partner, function_of, give
from programs.models import Program

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LAST_YEAR = TODAY - timedelta(days=365)
VALUES = {"individual": "2", "leadership": "1", "organisation": "2", "system": "3"}
NONCE = {"nonce": "0123456789abcdef0123456789abcdef"}


@pytest.fixture
def browser(lead: User, client_for: Callable[..., Client]) -> Client:
    return client_for(lead)


@pytest.fixture
def partner(program: Program) -> Partner:
    return add_partner(program)


@pytest.fixture
def training(partner: Partner) -> Function:
    return function_of(partner.program)


def table(program: Program, query: str = "") -> str:
    return reverse("partners:capacity", args=[program.pk]) + query


def at(name: str, partner: Partner, function: Function) -> str:
    return reverse(f"partners:{name}", args=[partner.program_id, partner.pk, function.pk])


def check(partner: Partner, function: Function, *values: int, on: date = TODAY, note: str = "") -> CapacityCheck:
    seen = NewCheck(dict(zip(SIDES, values, strict=True)), on, note)
    return capacity.check(partner, function, seen, by=partner.program.created_by)


def plan(partner: Partner, function: Function, text: str = "Two days of practice.") -> SupportNeed:
    lead = partner.program.created_by
    return support.plan(partner, function, NewNeed("training", text, lead, TODAY + timedelta(days=9)), by=lead)


def words(page: HttpResponse) -> str:
    """What is read in the main part of a page."""
    main = page.text[page.text.index("<main") : page.text.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def rows(page: HttpResponse) -> list[str]:
    """The rows of the first table, as read."""
    body = re.search(r"<tbody>(.*?)</tbody>", page.text, re.DOTALL)
    found = re.findall(r"<tr.*?</tr>", body[1], re.DOTALL) if body else []
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in found]


def queries(browser: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(url).status_code == 200
    return len(asked)


# The table


def test_without_partners_the_page_says_what_to_do_first(browser: Client, program: Program) -> None:
    page = browser.get(table(program))
    assert "No partner yet" in words(page)
    assert reverse("partners:partner_add", args=[program.pk]) in page.text
    assert "<table" not in page.text


def test_without_tasks_any_partner_can_be_checked(browser: Client, partner: Partner) -> None:
    said = words(browser.get(table(partner.program)))
    assert "Nobody has a task yet" in said
    assert "Check any partner for any function" in said


def test_the_table_says_all_in_words(browser: Client, partner: Partner, training: Function) -> None:
    give(partner, "A")
    give(partner, "R", key="supply")
    check(partner, training, 1, 1, 2, 2, on=LAST_YEAR)
    check(partner, training, 0, 2, 2, 2)
    plan(partner, training)
    page = browser.get(table(partner.program))
    today = date_format(TODAY, "SHORT_DATE_FORMAT")
    low, unchecked = rows(page)
    assert low.startswith("Health office: Training Accountable: answers for it too low 0, not in place 2 down from 1 ")
    assert (low.split()[-1], today in low) == ("1", True)
    assert unchecked == "Health office: Supply Responsible: does it never checked 2 – 0"
    said = words(page)
    assert "1 is below what the role needs. 1 was never checked." in said
    assert "a chain breaks at its weakest link" in said
    assert "Two days of practice." in said


def test_one_partner_can_be_looked_at_alone(browser: Client, partner: Partner, training: Function) -> None:
    council = add_partner(partner.program, "Council")
    for one in (partner, council):
        check(one, training, 1, 1, 1, 1)
        plan(one, training, f"Practice for {one}.")
    page = browser.get(table(partner.program, f"?partner={council.pk}"))
    assert [row.split(":")[0] for row in rows(page)] == ["Council"]
    said = words(page)
    assert ("Practice for Council." in said, "Practice for Health office." in said) == (True, False)
    for odd in ("x", "-1", "9" * 30, str(partner.pk + 1_000)):
        assert len(rows(browser.get(table(partner.program, f"?partner={odd}")))) == 2


def test_any_pair_can_be_picked_for_a_check(browser: Client, partner: Partner, training: Function) -> None:
    answer = browser.get(table(partner.program, f"?partner={partner.pk}&function={training.pk}"))
    assert (answer.status_code, answer["Location"]) == (302, at("capacity_check", partner, training))
    half = browser.get(table(partner.program, f"?partner=&function={training.pk}"))
    assert (half.status_code, "Choose a partner" in words(half)) == (422, True)


def test_needs_of_dropped_functions_stay_in_the_plan(
    browser: Client, partner: Partner, training: Function, lead: User
) -> None:
    check(partner, training, 1, 1, 1, 1)
    plan(partner, training)
    functions.drop(training, by=lead)
    page = browser.get(table(partner.program))
    assert (rows(page), "Two days of practice." in words(page)) == ([], True)
    pair = browser.get(at("capacity_of", partner, training))
    assert "not part of the scale-up any more" in words(pair)
    assert at("capacity_check", partner, training) not in pair.text


# One partner and one function


def test_never_checked_asks_for_a_check(browser: Client, partner: Partner, training: Function) -> None:
    give(partner, "A")
    page = browser.get(at("capacity_of", partner, training))
    said = words(page)
    assert "Never checked" in said
    assert [str(words) in said for side in ALL.values() for words in side.anchors] == [True] * 16
    assert at("capacity_check", partner, training) in page.text


def test_below_what_is_needed_the_page_names_the_weakest_side_and_offers_a_plan(
    browser: Client, partner: Partner, training: Function
) -> None:
    check(partner, training, 3, 1, 2, 1)
    page = browser.get(at("capacity_of", partner, training))
    said = words(page)
    assert "The role needs 2 on every side. The weakest is at 1: leadership and the system around it." in said
    assert f"To reach 2: {ALL['leadership'].anchors[2]}" in said
    assert said.index("Leadership Somebody who leads") < said.index("The people Enough people do it well")
    assert page.text.index("notice--warning") < page.text.index(at("need_add", partner, training))
    check(partner, training, 2, 2, 2, 2)
    page = browser.get(at("capacity_of", partner, training))
    assert ("notice--warning" in page.text, "To reach" in words(page)) == (False, False)


def test_checks_stand_newest_first_with_who_and_what_they_saw(
    browser: Client, partner: Partner, training: Function, lead: User
) -> None:
    check(partner, training, 1, 1, 1, 1, on=LAST_YEAR, note="Nobody had a plan.\nNot yet.")
    check(partner, training, 0, 2, 3, 3, note="Mistaken")
    check(partner, training, 2, 2, 3, 3)
    page = browser.get(at("capacity_of", partner, training))
    last, mistaken, first = rows(page)
    today, then = (date_format(day, "SHORT_DATE_FORMAT") for day in (TODAY, LAST_YEAR))
    assert last == f"{today} 2 2 2 3 3 {lead.name}"
    assert mistaken == f"{today} corrected later that day 0 0 2 3 3 {lead.name} Mistaken"
    assert first == f"{then} 1 1 1 1 1 {lead.name} Nobody had a plan. Not yet."
    assert "up from 1" in words(page)


def test_the_line_has_a_point_a_day_and_says_what_is_needed(
    browser: Client, partner: Partner, training: Function
) -> None:
    check(partner, training, 1, 1, 1, 1, on=LAST_YEAR)
    page = browser.get(at("capacity_of", partner, training)).text
    assert 'class="trend"' not in page
    check(partner, training, 0, 3, 3, 3)
    check(partner, training, 3, 3, 3, 3)
    page = browser.get(at("capacity_of", partner, training)).text
    points = re.findall(r'points="([^"]+)"', page)
    lowest, needed = ([float(point.split(",")[1]) for point in line.split()] for line in points)
    height = {label: float(y) for y, label in re.findall(r'y="([\d.]+)"\s[^>]*>\s*(\d)\s*</text>', page)}
    assert lowest == [height["1"], height["3"]]
    assert needed == [height["2"], height["2"]]


def test_needs_stand_open_then_done(browser: Client, partner: Partner, training: Function, lead: User) -> None:
    done, _open = plan(partner, training, "The first."), plan(partner, training, "The second.")
    support.finish(done, note="All came.", by=lead)
    said = words(browser.get(at("capacity_of", partner, training)))
    assert said.index("The second.") < said.index("The first.") < said.index("All came.")


def test_who_only_reads_is_offered_nothing_to_write(
    client_for: Callable[..., Client], partner: Partner, training: Function, viewer: User, facilitator: User
) -> None:
    check(partner, training, 1, 1, 1, 1)
    made = plan(partner, training)
    done = reverse("partners:need_done", args=[partner.program_id, made.pk])
    writing = [at("capacity_check", partner, training), at("need_add", partner, training), done]
    for who in (viewer, facilitator):
        browser = client_for(who)
        for url in (table(partner.program), at("capacity_of", partner, training)):
            page = browser.get(url)
            assert (page.status_code, [link for link in writing if link in page.text]) == (200, [])
        assert [browser.get(url).status_code for url in writing] == [403] * 3
        assert [browser.post(url, VALUES | NONCE).status_code for url in writing] == [403] * 3
    assert (CapacityCheck.objects.count(), SupportNeed.objects.filter(done_at=None).count()) == (1, 1)


def test_donors_read_none_of_it(
    client_for: Callable[..., Client], partner: Partner, training: Function, donor: User
) -> None:
    browser = client_for(donor)
    for url in (table(partner.program), at("capacity_of", partner, training)):
        assert browser.get(url).status_code == 403


def test_what_belongs_to_another_program_is_not_found(
    browser: Client, partner: Partner, training: Function, other_program: Program
) -> None:
    elsewhere = add_partner(other_program, "Elsewhere")
    foreign = function_of(other_program)
    need = plan(elsewhere, foreign)
    pairs = [(elsewhere.pk, training.pk), (partner.pk, foreign.pk), (elsewhere.pk, foreign.pk), (partner.pk, 10**25)]
    for name in ("capacity_of", "capacity_check", "need_add"):
        for pair in pairs:
            url = reverse(f"partners:{name}", args=[partner.program_id, *pair])
            assert browser.get(url).status_code == 404, url
            if name != "capacity_of":
                assert browser.post(url, VALUES | NONCE).status_code == 404, url
    done = reverse("partners:need_done", args=[partner.program_id, need.pk])
    assert [browser.get(done).status_code, browser.post(done).status_code] == [404, 404]
    assert not CapacityCheck.objects.exists()


# The check


def send(browser: Client, partner: Partner, function: Function, **said: Any) -> HttpResponse:
    sent = VALUES | NONCE | {"checked_on": TODAY.isoformat(), "note": ""} | said
    return browser.post(
        at("capacity_check", partner, function), {name: value for name, value in sent.items() if value is not None}
    )


def test_all_sentences_stand_on_the_form_and_nothing_is_chosen(
    browser: Client, partner: Partner, training: Function
) -> None:
    page = browser.get(at("capacity_check", partner, training))
    said = words(page)
    for side in ALL.values():
        assert str(side.question) in said
        assert [str(sentence) in said for sentence in side.anchors] == [True] * 4
    assert " checked" not in page.text.replace("checked_on", "")
    assert "None yet: this is the first one." in said


def test_the_last_check_stands_beside_the_new_one(browser: Client, partner: Partner, training: Function) -> None:
    check(partner, training, 3, 1, 2, 2, on=LAST_YEAR, note="Nobody had a plan.")
    said = words(browser.get(at("capacity_check", partner, training)))
    assert "Leadership 1, partly in place" in said
    assert "Nobody had a plan." in said


def test_a_recorded_check_leads_back_to_its_pair(browser: Client, partner: Partner, training: Function) -> None:
    answer = send(browser, partner, training, note="Two trainers sat in.")
    assert (answer.status_code, answer["Location"]) == (302, at("capacity_of", partner, training))
    made = CapacityCheck.objects.get()
    assert [getattr(made, side) for side in SIDES] == [2, 1, 2, 3]
    page = words(browser.get(answer["Location"]))
    assert page.index("The check is recorded.") < page.index("Plan training or support")


def test_pressed_twice_it_is_recorded_once(browser: Client, partner: Partner, training: Function) -> None:
    assert [send(browser, partner, training).status_code for _ in range(2)] == [302, 302]
    assert CapacityCheck.objects.count() == 1
    send(browser, partner, training, system="0")
    assert CapacityCheck.objects.count() == 2


@pytest.mark.parametrize("value", ["4", "-1", "two", "1.5", "", None])
def test_a_value_off_the_scale_is_refused(
    browser: Client, partner: Partner, training: Function, value: str | None
) -> None:
    answer = send(browser, partner, training, leadership=value, note="Two trainers sat in.")
    assert answer.status_code == 422
    assert 'href="#id_leadership_0"' in answer.text
    assert "Two trainers sat in." in answer.text
    assert re.search(r'name="system" value="3"[^>]*checked', answer.text)
    assert not CapacityCheck.objects.exists()


@pytest.mark.parametrize("day", [(TODAY + timedelta(days=1)).isoformat(), "soon", ""])
def test_a_day_to_come_is_refused(browser: Client, partner: Partner, training: Function, day: str) -> None:
    answer = send(browser, partner, training, checked_on=day)
    assert (answer.status_code, CapacityCheck.objects.count()) == (422, 0)


def test_a_function_dropped_meanwhile_is_told_and_nothing_typed_is_lost(
    browser: Client, partner: Partner, training: Function, lead: User
) -> None:
    functions.drop(training, by=lead)
    answer = send(browser, partner, training, note="Two trainers sat in.")
    assert (answer.status_code, "not part of the scale-up any more" in words(answer)) == (422, True)
    assert "Two trainers sat in." in answer.text


# The plan


def test_the_plan_begins_with_the_weakest_side(browser: Client, partner: Partner, training: Function) -> None:
    check(partner, training, 3, 0, 1, 2)
    said = words(browser.get(at("need_add", partner, training)))
    assert "Begin with the weakest side, now at 0: leadership." in said
    assert f"To reach 1: {ALL['leadership'].anchors[1]}" in said
    assert f"To reach 2: {ALL['organisation'].anchors[2]}" in said
    assert str(ALL["individual"].anchors[3]) not in said


def test_planned_twice_it_stands_once_and_is_done_with_a_note(
    browser: Client, partner: Partner, training: Function, lead: User
) -> None:
    due = (TODAY + timedelta(days=30)).isoformat()
    said = NONCE | {"kind": "training", "text": "Two days of practice.", "owner": lead.pk, "due_on": due}
    answers = [browser.post(at("need_add", partner, training), said) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {at("capacity_of", partner, training) + "#needs"}
    made = SupportNeed.objects.get()
    home = words(browser.get(reverse("dashboards:home"), follow=True))
    assert "Training for Health office: Two days of practice." in home
    answer = browser.post(reverse("partners:need_done", args=[partner.program_id, made.pk]), {"note": "All came."})
    assert answer["Location"] == at("capacity_of", partner, training) + "#needs"
    assert "All came." in words(browser.get(answer["Location"]))
    assert "Two days of practice." not in words(browser.get(reverse("dashboards:home"), follow=True))


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "party"}, {"text": " "}, {"text": "x" * 301}, {"due_on": LAST_YEAR.isoformat()}, {"owner": ""}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_plan_with_a_mistake_is_sent_back_whole(
    browser: Client, partner: Partner, training: Function, lead: User, wrong: dict[str, str]
) -> None:
    due = (TODAY + timedelta(days=30)).isoformat()
    said = NONCE | {"kind": "support", "text": "A letter.", "owner": lead.pk, "due_on": due} | wrong
    answer = browser.post(at("need_add", partner, training), said)
    assert (answer.status_code, SupportNeed.objects.count()) == (422, 0)


def test_nobody_from_outside_the_team_is_asked(
    browser: Client, partner: Partner, training: Function, viewer: User, other_lead: User
) -> None:
    for owner in (viewer, other_lead):
        said = NONCE | {"kind": "support", "text": "A letter.", "owner": owner.pk, "due_on": TODAY.isoformat()}
        answer = browser.post(at("need_add", partner, training), said)
        assert "Choose somebody of this program’s team." in words(answer)
    assert not SupportNeed.objects.exists()


# How much is asked of the database


def test_the_table_asks_as_much_for_three_pairs_as_for_one(
    browser: Client, partner: Partner, training: Function, lead: User
) -> None:
    browser.get(table(partner.program))  # whatever is asked once a session
    asked = []
    for number, key in enumerate(("training", "supply", "advocacy")):
        other = add_partner(partner.program, f"Partner {number}")
        give(other, "A", key=key)
        function = function_of(partner.program, key)
        check(other, function, 1, 1, 1, 1, on=LAST_YEAR)
        check(other, function, 2, 2, 2, 2)
        plan(other, function)
        support.finish(plan(other, function), note="", by=lead)
        asked.append(queries(browser, table(partner.program)))
    assert asked == [asked[0]] * 3


def test_a_pair_asks_as_much_for_three_checks_as_for_one(
    browser: Client, partner: Partner, training: Function, lead: User, editor: User
) -> None:
    url = at("capacity_of", partner, training)
    browser.get(url)
    asked = []
    for number in range(3):
        check(partner, training, 1, 1, 1, 1, on=TODAY - timedelta(days=number))
        plan(partner, training)
        support.finish(plan(partner, training), note="", by=lead)
        asked.append(queries(browser, url))
    assert asked == [asked[0]] * 3
