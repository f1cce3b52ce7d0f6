"""Rounds on paper: the sheets to print, and typing them in: by the one named person, until the reveal."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from assessments.domain import raters, rounds
from assessments.models import Assessment, Instrument, Rater, Rating
from assessments.tests.round_cases import ITEMS, add_rater, make_round, rate, rating, small_instrument
from journal.models import Change
from programs.domain import describing
from programs.models import Membership, Program

ClientFor = Callable[[User | None], Client]
NONCE = "0123456789abcdef0123456789abcdef"
SAID = {"vision": "3", "plan": "0", "budget": "x", "delay": "1"}


@pytest.fixture
def keyer(viewer: User) -> User:
    """Somebody of the team who may only read, but types in the sheets."""
    return viewer


@pytest.fixture
def assessment(program: Program, lead: User, keyer: User) -> Assessment:
    """A round that is open, run by the lead: one rater by link, one on paper."""
    found = make_round(program, by=lead, keyer=keyer, raters=[("Ana Sok", "team")], state="setup")
    add_rater(found, ("Chief Dara", "community"), is_on_paper=True)
    rounds.open_for_rating(found, by=lead)
    found.refresh_from_db()
    return found


@pytest.fixture
def rater(assessment: Assessment) -> Rater:
    """Who rates on paper."""
    return assessment.raters.get(is_on_paper=True)


@pytest.fixture
def browser(keyer: User, client_for: ClientFor) -> Client:
    return client_for(keyer)


def address(name: str, assessment: Assessment, *numbers: int) -> str:
    return reverse(f"assessments:{name}", args=[assessment.program_id, assessment.pk, *numbers])


def typed(rater: Rater, said: dict[str, str] | None = None, **more: str) -> dict[str, str]:
    """The form of a sheet as the page would send it: every box and every comment, with their versions."""
    form = {"nonce": NONCE}
    for row in rater.ratings.select_related("item"):
        key = row.item.key
        form |= {
            f"base_answer-{key}": str(row.version("answer")),
            f"base_comment-{key}": str(row.version("comment")),
        }
        form |= {f"answer-{key}": (said or {}).get(key, ""), f"comment-{key}": ""}
    return form | more


def answers(rater: Rater) -> dict[str, str]:
    return {row.item.key: row.answer for row in rater.ratings.select_related("item")}


def words(response: Any) -> str:
    """What a person reads, in one line."""
    page = re.sub(r"<(script|style|head)\b.*?</\1>", " ", response.text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def notices(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


# The sheet


def test_a_sheet_has_every_item_with_a_box_for_each_level(browser: Client, assessment: Assessment) -> None:
    page = browser.get(address("round_sheet", assessment)).text
    assert page.count('class="paper-note"') == 4
    assert re.findall(r'class="paper-box">(.)<', page) == [*"0123?", *"0123", *"0123?", *"0123?"]
    assert [anchor for anchor in ("A plan with dates", "In the budget of the ministry") if anchor not in page] == []


def test_a_sheet_carries_a_code_and_never_a_name(browser: Client, assessment: Assessment, rater: Rater) -> None:
    sheets = {
        asked: browser.get(f"{address('round_sheet', assessment)}?rater={asked}").text for asked in ("all", rater.pk)
    }
    assert [page.count(f"<b>{rater.code}</b>") for page in sheets.values()] == [2, 2]
    assert [name for page in sheets.values() for name in ("Chief Dara", "Ana Sok") if name in page] == []


def test_a_blank_sheet_has_no_code(client_for: ClientFor, editor: User, assessment: Assessment, rater: Rater) -> None:
    page = client_for(editor).get(address("round_sheet", assessment)).text
    assert (page.count('<article class="paper"'), rater.code in page) == (1, False)


def test_a_sheet_has_only_the_parts_of_its_rater(browser: Client, assessment: Assessment, lead: User) -> None:
    one = add_rater(assessment, ("Nurse Ly", "community"), is_on_paper=True, parts=["doing"], by=lead)
    page = browser.get(f"{address('round_sheet', assessment)}?rater={one.pk}").text
    assert re.findall(r"<b>(\d\.\d)</b>", page) == ["2.1", "2.2"]


def test_who_runs_the_round_prints_all_sheets_at_once(
    client_for: ClientFor, lead: User, keyer: User, editor: User, assessment: Assessment
) -> None:
    add_rater(assessment, ("Nurse Ly", "community"), is_on_paper=True, by=lead)
    url = f"{address('round_sheet', assessment)}?rater=all"
    pages = [client_for(user).get(url) for user in (lead, keyer, editor)]
    assert [page.status_code for page in pages] == [200, 200, 403]
    assert [page.text.count('<article class="paper"') for page in pages] == [2, 2, 0]


def test_without_saying_for_whom_all_on_paper_get_a_sheet(
    browser: Client, assessment: Assessment, rater: Rater
) -> None:
    url = address("round_sheet", assessment)
    found = [
        rater.code in re.findall(r'"paper-code">\s*Code <b>(\w*)</b>', browser.get(one).text)
        for one in (url, f"{url}?rater=none")
    ]
    assert found == [True, False]


def test_a_sheet_of_nobody_on_paper_is_not_found(browser: Client, assessment: Assessment, lead: User) -> None:
    by_link = assessment.raters.get(is_on_paper=False)
    elsewhere = make_round(assessment.program, by=lead, keyer=assessment.keyer, state="setup", raters=[])
    other = add_rater(elsewhere, ("Chief Dara", "community"), is_on_paper=True)
    asked = [by_link.pk, other.pk, "x", "٣", "9" * 30, "-1"]
    found = [browser.get(f"{address('round_sheet', assessment)}?rater={number}").status_code for number in asked]
    assert found == [404] * len(asked)


def test_levels_without_words_of_their_own_are_narrow_and_named_above(
    client_for: ClientFor, lead: User, program: Program, keyer: User
) -> None:
    sustainability = Instrument.objects.get(key="sustainability")
    found = make_round(program, by=lead, keyer=keyer, instrument=sustainability, raters=[], state="setup")
    page = client_for(lead).get(address("round_sheet", found)).text
    assert page.count('<col class="paper-narrow">') == 5  # 2, 3, 5, 6 and “?”
    assert "<b>5</b> Mostly" in " ".join(page.split())


def test_a_round_without_a_keyer_says_what_is_missing(client_for: ClientFor, lead: User, program: Program) -> None:
    found = make_round(program, by=lead, raters=[], state="setup")
    page = client_for(lead).get(address("round_sheet", found))
    assert "Nobody is named yet to type in sheets." in words(page)


# Who may type in


@pytest.mark.parametrize("name", ["round_keying", "keying", "keying_check"])
def test_only_the_named_person_types_in_and_others_read_who_that_is(
    client_for: ClientFor, lead: User, editor: User, facilitator: User, assessment: Assessment, rater: Rater, name: str
) -> None:
    numbers = [] if name == "round_keying" else [rater.pk]
    pages = [client_for(user).get(address(name, assessment, *numbers)) for user in (lead, editor, facilitator)]
    assert [page.status_code for page in pages] == [403] * 3
    assert ["Only Viewer Person types in the paper sheets" in words(page) for page in pages] == [True] * 3


def test_without_a_keyer_nobody_types_in(client_for: ClientFor, lead: User, program: Program) -> None:
    page = client_for(lead).get(address("round_keying", make_round(program, by=lead)))
    assert (page.status_code, "Nobody is named to type in paper sheets" in words(page)) == (403, True)


def test_the_keyer_of_another_round_types_in_nothing_here(
    client_for: ClientFor, lead: User, editor: User, assessment: Assessment, rater: Rater
) -> None:
    other = make_round(assessment.program, by=lead, keyer=editor, raters=[], state="setup")
    theirs = client_for(editor)
    assert theirs.get(address("keying", assessment, rater.pk)).status_code == 403
    assert theirs.post(address("keying", assessment, rater.pk), typed(rater, SAID)).status_code == 403
    rounds.open_for_rating(_with_rater(other), by=lead)
    assert theirs.get(address("keying", other, rater.pk)).status_code == 404
    assert theirs.post(address("keying", other, rater.pk), typed(rater, SAID)).status_code == 404
    assert set(answers(rater).values()) == {""}


def test_a_rater_who_is_not_on_paper_is_never_typed_in(browser: Client, assessment: Assessment) -> None:
    by_link = assessment.raters.get(is_on_paper=False)
    found = [browser.get(address(name, assessment, by_link.pk)).status_code for name in ("keying", "keying_check")]
    posted = browser.post(address("keying", assessment, by_link.pk), typed(by_link, SAID)).status_code
    assert (found, posted, set(answers(by_link).values())) == ([404, 404], 404, {""})


def test_a_rater_who_was_taken_off_is_typed_in_no_more(
    browser: Client, assessment: Assessment, rater: Rater, lead: User
) -> None:
    raters.remove(rater, by=lead)
    assert browser.post(address("keying", assessment, rater.pk), typed(rater, SAID)).status_code == 404


def test_the_script_saves_for_the_keyer_alone(client_for: ClientFor, lead: User, keyer: User, rater: Rater) -> None:
    row = rating(rater, "vision")
    change = {"kind": "rating", "id": row.pk, "field": "answer", "value": "2", "base": "0"}
    found = [client_for(user).post("/save/", change | {"key": f"{user.pk:032}"}).status_code for user in (lead, keyer)]
    assert (found, rating(rater, "vision").answer) == ([404, 200], "2")


def test_a_keyer_who_left_the_program_saves_nothing_more(client_for: ClientFor, keyer: User, rater: Rater) -> None:
    Membership.objects.filter(user=keyer).delete()
    change = {"kind": "rating", "id": rating(rater, "vision").pk, "field": "answer", "value": "2", "base": "0"}
    answer = client_for(keyer).post("/save/", change | {"key": NONCE})
    assert (answer.status_code, answer.json()["result"], rating(rater, "vision").answer) == (403, "refused", "")


def test_nobody_but_the_keyer_sees_a_value_before_the_reveal(
    client_for: ClientFor, keyer: User, lead: User, editor: User, assessment: Assessment, rater: Rater
) -> None:
    rate(rater, "budget", 2, comment="The chief paid for it.")
    addresses = [
        address("round", assessment),
        address("round_sheet", assessment),
        reverse("programs:history", args=[assessment.program_id]),
    ]
    addresses += [address("keying", assessment, rater.pk), address("keying_check", assessment, rater.pk)]
    seen = [
        (user.name, url)
        for user in (lead, editor, keyer)
        for url in addresses
        if "The chief paid for it." in client_for(user).get(url).text
    ]
    assert seen == [(keyer.name, url) for url in addresses[-2:]]
    assert not Change.objects.filter(kind="rating").exists()


# When


@pytest.mark.parametrize("name", ["round_keying", "keying", "keying_check"])
@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("setup", "The round is not open yet. Sheets can be typed in once it is."),
        ("discussing", "The ratings are revealed, so no sheet is typed in any more."),
        ("closed", "The ratings are revealed, so no sheet is typed in any more."),
    ],
)
def test_out_of_time_the_keyer_is_led_back_to_the_round(
    browser: Client, program: Program, lead: User, keyer: User, state: str, why: str, name: str
) -> None:
    found = make_round(program, by=lead, keyer=keyer, state=state)
    response = browser.get(address(name, found, *([] if name == "round_keying" else [1])))
    assert (response.status_code, response["Location"]) == (302, address("round", found))
    assert notices(response) == [why]


def test_a_sheet_sent_after_the_reveal_is_refused_and_stays_on_the_page(
    browser: Client, assessment: Assessment, rater: Rater, lead: User
) -> None:
    rate(rater, "vision", 1)
    form = typed(rater, SAID)
    rounds.reveal(assessment, by=lead)
    response = browser.post(address("keying", assessment, rater.pk), form)
    row = rating(rater, "vision")
    assert (response.status_code, row.answer) == (422, "1")
    assert 'name="answer-vision" value="3"' in " ".join(response.text.split())
    assert "The ratings were revealed meanwhile and stay as they are." in words(response)


def test_a_sheet_is_not_done_after_the_reveal(
    browser: Client, assessment: Assessment, rater: Rater, lead: User
) -> None:
    rate(rater, "vision", 1)
    rounds.reveal(assessment, by=lead)
    response = browser.post(address("keying_check", assessment, rater.pk), {"finished": "yes"})
    rater.refresh_from_db()
    assert (notices(response), rater.finished_at) == (["Rating is over in this round."], None)


def test_nothing_is_typed_in_once_the_program_is_archived(
    browser: Client, assessment: Assessment, rater: Rater, lead: User
) -> None:
    describing.archive(assessment.program, by=lead)
    assert browser.get(address("round_keying", assessment)).status_code == 403
    assert browser.post(address("keying", assessment, rater.pk), typed(rater, SAID)).status_code == 403


# Typing in, without JavaScript


def test_a_whole_sheet_is_taken_by_one_form(browser: Client, assessment: Assessment, rater: Rater) -> None:
    comment = {"comment-plan": "Lost in the flood."}
    response = browser.post(address("keying", assessment, rater.pk), typed(rater, SAID, **comment))
    assert (response.status_code, response["Location"]) == (302, address("keying_check", assessment, rater.pk))
    assert answers(rater) == {"vision": "3", "plan": "0", "budget": "unable", "delay": "1"}
    assert rating(rater, "plan").comment == "Lost in the flood."


def test_the_page_shows_what_is_typed_in_as_one_types_it(browser: Client, assessment: Assessment, rater: Rater) -> None:
    browser.post(address("keying", assessment, rater.pk), typed(rater, SAID))
    page = " ".join(browser.get(address("keying", assessment, rater.pk)).text.split())
    assert dict(re.findall(r'name="answer-(\w+)" value="(.*?)"', page)) == SAID
    assert "data-unsaved" not in page


def test_a_sheet_sent_twice_writes_once(browser: Client, assessment: Assessment, rater: Rater) -> None:
    form = typed(rater, SAID)
    for _ in range(2):
        browser.post(address("keying", assessment, rater.pk), form)
    assert {row.version("answer") for row in rater.ratings.all()} == {1}


def test_an_emptied_box_is_not_rated(browser: Client, assessment: Assessment, rater: Rater) -> None:
    rate(rater, "vision", 2)
    browser.post(address("keying", assessment, rater.pk), typed(rater))
    assert answers(rater)["vision"] == ""


@pytest.mark.parametrize(
    ("value", "kept"),
    [("x", "unable"), ("X", "unable"), ("?", "unable"), (" 2 ", "2"), ("unable", "unable"), ("  ", "")],
)
def test_what_may_stand_in_a_box(browser: Client, assessment: Assessment, rater: Rater, value: str, kept: str) -> None:
    browser.post(address("keying", assessment, rater.pk), typed(rater, {"vision": value}))
    assert answers(rater)["vision"] == kept


@pytest.mark.parametrize("value", ["4", "-1", "10", "1.5", "٢", "²", "２", "y", "xx", "2\x00", "9" * 2000])
def test_what_may_not_stand_in_a_box_is_told_at_it_and_kept(
    browser: Client, assessment: Assessment, rater: Rater, value: str
) -> None:
    response = browser.post(address("keying", assessment, rater.pk), typed(rater, {"vision": value, "delay": "2"}))
    name = "answer-vision"
    page = " ".join(response.text.split())
    assert (response.status_code, answers(rater)["vision"], answers(rater)["delay"]) == (422, "", "2")
    assert f'id="wrong-{name}">Choose one of the levels shown.<' in page
    assert f'name="{name}" value="{value}"' in page
    assert page.count("data-unsaved") == 1


def test_unable_is_refused_where_it_is_not_offered(browser: Client, assessment: Assessment, rater: Rater) -> None:
    response = browser.post(address("keying", assessment, rater.pk), typed(rater, {"plan": "?"}))
    assert (response.status_code, answers(rater)["plan"]) == (422, "")
    assert "“Not able to answer” is not offered here. Choose one of the levels shown." in words(response)


@pytest.mark.parametrize("spoiled", [{"nonce": ""}, {"nonce": "x"}])
def test_a_form_that_lost_its_key_is_refused_as_a_whole(
    browser: Client, assessment: Assessment, rater: Rater, spoiled: dict[str, str]
) -> None:
    response = browser.post(address("keying", assessment, rater.pk), typed(rater, SAID) | spoiled)
    assert (response.status_code, set(answers(rater).values())) == (422, {""})


def test_a_box_changed_in_another_window_is_a_choice(
    browser: Client, client_for: ClientFor, keyer: User, assessment: Assessment, rater: Rater
) -> None:
    form = typed(rater, {"vision": "1", "delay": "2"})
    client_for(keyer).post(
        address("keying", assessment, rater.pk), typed(rater, {"vision": "x"}) | {"nonce": NONCE[::-1]}
    )
    response = browser.post(address("keying", assessment, rater.pk), form)
    assert (response.status_code, answers(rater)["delay"]) == (409, "2")
    assert "not able to answer" in words(response)


def test_a_comment_that_is_too_long_is_told_and_kept(browser: Client, assessment: Assessment, rater: Rater) -> None:
    name, text = "comment-vision", "word " * 401
    response = browser.post(address("keying", assessment, rater.pk), typed(rater, SAID, **{name: text}))
    assert (response.status_code, rating(rater, "vision").comment, text in response.text) == (422, "", True)
    assert f'id="wrong-{name}"' in response.text


# Comparing, and done


def test_the_check_says_what_is_typed_in_and_what_is_empty(
    browser: Client, assessment: Assessment, rater: Rater
) -> None:
    rate(rater, "vision", 2, comment="As the chief says.")
    rate(rater, "budget", "unable")
    page = words(browser.get(address("keying_check", assessment, rater.pk)))
    assert "2 of 4 typed in. 1 not able to answer." in page
    assert "Empty: 1.2 , 2.2 ." in page
    assert "1.1 2 1.2 – empty" in page
    assert "1.1 As the chief says." in page


def test_a_sheet_is_done_and_not_done_after_all(browser: Client, assessment: Assessment, rater: Rater) -> None:
    found = []
    for finished in ("yes", "no"):
        response = browser.post(address("keying_check", assessment, rater.pk), {"finished": finished})
        rater.refresh_from_db()
        found.append((response["Location"], rater.finished_at is not None))
    assert found == [(address("round_keying", assessment), True), (address("round_keying", assessment), False)]


def test_a_button_that_is_not_there_does_nothing(browser: Client, assessment: Assessment, rater: Rater) -> None:
    response = browser.post(address("keying_check", assessment, rater.pk), {"finished": "perhaps"})
    rater.refresh_from_db()
    assert (response.status_code, rater.finished_at) == (400, None)


def test_the_list_tells_how_far_each_sheet_is_and_which_is_next(
    browser: Client, assessment: Assessment, rater: Rater, lead: User
) -> None:
    second, third = (
        add_rater(assessment, (name, "community"), is_on_paper=True, by=lead) for name in ("Nurse Ly", "Mr Sok")
    )
    for key in ITEMS:
        rate(rater, key, 1)
    raters.finish(rater)
    rate(third, "vision", "unable")
    page = words(browser.get(address("round_keying", assessment)))
    states = {one.code: f"Sheet {one.code} {said}" for one, said in (
        (rater, "4 of 4 typed in done"), (second, "0 of 4 typed in not begun"), (third, "1 of 4 typed in under way"),
    )}  # fmt: skip
    assert {code: state in page for code, state in states.items()} == dict.fromkeys(states, True)
    assert f"Next sheet: {third.code}" in page
    assert [name for name in ("Chief Dara", "Nurse Ly", "Mr Sok") if name in page] == []


def test_the_list_of_a_round_without_paper_says_so(browser: Client, program: Program, lead: User, keyer: User) -> None:
    page = words(browser.get(address("round_keying", make_round(program, by=lead, keyer=keyer))))
    assert "Nobody rates on paper" in page


# Queries


@pytest.mark.parametrize(("name", "asked", "count"), [("round_keying", "", 5), ("round_sheet", "?rater=all", 7)])
def test_as_many_queries_for_three_sheets_as_for_one(
    browser: Client, assessment: Assessment, lead: User, name: str, asked: str, count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    url = address(name, assessment) + asked
    browser.get(url)
    with django_assert_num_queries(count):
        browser.get(url)
    for person in ("Nurse Ly", "Mr Sok"):
        add_rater(assessment, (person, "community"), is_on_paper=True, by=lead)
    with django_assert_num_queries(count):
        browser.get(url)


@pytest.mark.parametrize("name", ["keying", "keying_check"])
def test_as_many_queries_for_forty_items_as_for_four(
    browser: Client, program: Program, lead: User, keyer: User, instrument: Instrument, name: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for asked_with in (small_instrument(), instrument):
        found = make_round(program, by=lead, keyer=keyer, instrument=asked_with, raters=[], state="setup")
        rater = _with_rater(found).raters.get()
        rounds.open_for_rating(found, by=lead)
        browser.get(address(name, found, rater.pk))
        with django_assert_num_queries(6):
            browser.get(address(name, found, rater.pk))
    assert Rating.objects.filter(rater=rater).count() == 40


def test_what_did_not_change_is_not_saved_again(
    browser: Client, assessment: Assessment, rater: Rater, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser.post(address("keying", assessment, rater.pk), typed(rater, SAID))
    said = {key: "unable" if value == "x" else value for key, value in SAID.items()}
    with django_assert_max_num_queries(8):
        browser.post(address("keying", assessment, rater.pk), typed(rater, said))


def _with_rater(assessment: Assessment) -> Assessment:
    add_rater(assessment, ("Nurse Ly", "community"), is_on_paper=True)
    return assessment
