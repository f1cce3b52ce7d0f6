"""The pages of a rater: the start, one dimension with and without scripts, the check, and what they signal."""

import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.domain import rounds
from assessments.models import Assessment, Rater
from assessments.tests.rating_cases import again, autosave, by_link, form_of, url
from assessments.tests.round_cases import (
    ITEMS,
    add_rater,
    make_round,
    rate,
    rating,
    small_instrument,
)
from journal.models import Mutation
from programs.models import Program

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User | None], Client]


@pytest.fixture
def asked(program: Program) -> Assessment:
    return make_round(program, raters=[("Ana Sok", "team"), ("Ly Chan", "ministry")])


@pytest.fixture
def ana(asked: Assessment) -> Rater:
    return asked.raters.get(name="Ana Sok")


@pytest.fixture
def browser(ana: Rater) -> Client:
    return by_link(ana)


# The start


def test_the_start_lists_the_dimensions_and_leads_to_the_first_open_one(browser: Client, ana: Rater) -> None:
    rate(ana, "vision", 2)
    rate(ana, "plan", 1)
    page = browser.get(url("rating", ana))
    said = page.content.decode()
    assert page.status_code == 200
    assert [part.rated_count for part in page.context["reading"].parts] == [2, 0]
    assert page.context["reading"].next_part.dimension.key == "doing"
    assert f'class="button" href="{url("rating_dimension", ana, "doing")}"' in said
    assert "Go on: Doing" in said


def test_before_it_is_opened_nothing_is_asked(program: Program) -> None:
    found = make_round(program, state="setup")
    rater = found.raters.first()
    browser = by_link(rater)
    assert "Not open yet" in browser.get(url("rating", rater)).content.decode()
    assert browser.get(url("rating_dimension", rater, "leading")).status_code == 404


def test_after_the_reveal_it_leads_to_the_discussion(program: Program) -> None:
    found = make_round(program, state="discussing")
    rater = found.raters.first()
    said = by_link(rater).get(url("rating", rater)).content.decode()
    assert "The ratings were revealed on" in said
    assert "Check your ratings and finish" not in said


def test_who_signs_in_rates_without_a_link(program: Program, editor: User, client_for: ClientFor) -> None:
    found = make_round(program, raters=[editor])
    page = client_for(editor).get(url("rating", found.raters.get()))
    assert (page.status_code, "Begin: Leading" in page.content.decode()) == (200, True)


@pytest.mark.parametrize(("names", "is_asked"), [("agreed", True), ("never", False)])
def test_the_name_is_asked_for_only_if_it_may_ever_be_shown(program: Program, names: str, is_asked: bool) -> None:
    rater = make_round(program, names=names).raters.first()
    said = by_link(rater).get(url("rating", rater)).content.decode()
    assert ("May your name stand beside your ratings" in said) is is_asked
    assert ("never with names" in said) is not is_asked


def test_a_rater_allows_their_name_and_takes_it_back(browser: Client, ana: Rater) -> None:
    for may, shows in (("yes", True), ("no", False)):
        browser.post(url("rating_name", ana), {"may": may})
        ana.refresh_from_db()
        assert ana.shows_name is shows


def test_a_rater_says_that_they_are_done_and_not_after_all(browser: Client, ana: Rater) -> None:
    browser.post(url("rating_finish", ana), {"finished": "yes"})
    ana.refresh_from_db()
    assert ana.finished_at is not None
    assert "You said that you are finished" in browser.get(url("rating", ana)).content.decode()
    browser.post(url("rating_finish", ana), {"finished": "no"})
    ana.refresh_from_db()
    assert ana.finished_at is None


def test_after_the_reveal_nothing_can_be_signalled_any_more(browser: Client, ana: Rater, asked: Assessment) -> None:
    rate(ana, "vision", 2)
    rounds.reveal(asked, by=asked.facilitator)
    for name, typed in (("rating_finish", {"finished": "yes"}), ("rating_name", {"may": "yes"})):
        page = browser.post(url(name, ana), typed, follow=True)
        assert "Rating is over in this round." in page.content.decode()
    ana.refresh_from_db()
    assert (ana.finished_at, ana.shows_name) == (None, None)


# One dimension


def test_every_level_stands_there_in_words(browser: Client, ana: Rater) -> None:
    page = browser.get(url("rating_dimension", ana, "leading"))
    said = page.content.decode()
    assert [said.count(f'name="answer-{key}"') for key in ("vision", "plan")] == [5, 4]  # `plan` has to be answered
    for words in ("Nobody can say it", "Everybody can say it", "1 Begun", "2 Mostly", "Look at the page on the wall."):
        assert words in said
    assert said.count('data-version="0"') == 8
    assert f'user="link-{ana.link_number}"' in said


def test_a_level_without_words_of_its_own_has_those_of_the_scale(program: Program) -> None:
    instrument = small_instrument(changed={'label = "Begun"': 'label = "Begun"\nmeaning = "Somebody did."'})
    rater = make_round(program, instrument=instrument).raters.first()
    said = by_link(rater).get(url("rating_dimension", rater, "leading")).content.decode()
    assert [said.count(words) for words in ("Somebody did.", "Nobody has begun.")] == [2, 0]


def test_reversed_items_are_not_marked(browser: Client, ana: Rater) -> None:
    said = browser.get(url("rating_dimension", ana, "doing")).content.decode().lower()
    assert "supplies come late" in said
    assert [word for word in ("revers", "critical", "weight") if word in said] == []


def test_a_dimension_that_was_not_given_to_the_rater_is_not_there(asked: Assessment) -> None:
    rater = add_rater(asked, ("Sim Roth", "partner"), parts=["doing"])
    browser = by_link(rater)
    assert [part.dimension.key for part in browser.get(url("rating", rater)).context["reading"].parts] == ["doing"]
    assert browser.get(url("rating_dimension", rater, "leading")).status_code == 404
    assert browser.get(url("rating_progress", rater, "leading")).status_code == 404
    assert browser.get(url("rating_before", rater, "vision")).status_code == 404


def test_the_plain_form_saves_all_that_changed_and_goes_on(browser: Client, ana: Rater) -> None:
    typed = {"vision__answer": "2", "vision__comment": "On the wall.\r\nSeen.", "plan__answer": "0"}
    page = browser.post(
        url("rating_dimension", ana, "leading"), form_of(ana, "vision", "plan", **typed) | {"then": "next"}
    )
    assert page["Location"] == url("rating_dimension", ana, "doing")
    vision, plan = rating(ana, "vision"), rating(ana, "plan")
    assert (vision.value, vision.comment, plan.value) == (2, "On the wall.\nSeen.", 0)
    assert Mutation.objects.filter(kind="rating").count() == 3


def test_the_last_dimension_leads_to_the_check_and_without_then_one_stays(browser: Client, ana: Rater) -> None:
    address = url("rating_dimension", ana, "doing")
    posted = form_of(ana, "budget", "delay", budget__answer="unable", budget__reason="I never saw it.")
    assert browser.post(address, posted | {"then": "next"})["Location"] == url("rating_check", ana)
    assert browser.post(address, form_of(ana, "budget", "delay"))["Location"] == address
    row = rating(ana, "budget")
    assert (row.is_unable, row.value, row.reason) == (True, None, "I never saw it.")


def test_the_same_form_sent_twice_takes_effect_once(browser: Client, ana: Rater) -> None:
    posted = form_of(ana, "vision", "plan", vision__answer="2")
    for _ in range(2):
        assert browser.post(url("rating_dimension", ana, "leading"), posted).status_code == 302
    assert (rating(ana, "vision").version("answer"), Mutation.objects.count()) == (1, 1)


def test_what_is_refused_stays_typed_and_the_rest_is_saved(browser: Client, ana: Rater) -> None:
    posted = form_of(ana, "vision", "plan", vision__comment="x" * 2001, plan__answer="3")
    page = browser.post(url("rating_dimension", ana, "leading"), posted)
    said = page.content.decode()
    assert page.status_code == 422
    assert "x" * 2001 in said
    assert 'href="#comment-vision"' in said
    assert said.count("data-unsaved") == 1
    assert (rating(ana, "vision").comment, rating(ana, "plan").value) == ("", 3)


@pytest.mark.parametrize("answer", ["9", "unable", "x", "-1", "2.0"])
def test_only_what_the_item_offers_can_be_answered(browser: Client, ana: Rater, answer: str) -> None:
    rate(ana, "plan", 1)
    page = browser.post(url("rating_dimension", ana, "leading"), form_of(ana, "vision", "plan", plan__answer=answer))
    row = rating(ana, "plan")
    assert (page.status_code, row.value, row.is_unable) == (422, 1, False)
    assert "Choose one of the levels shown." in page.content.decode()


@pytest.mark.parametrize("spoilt", [{"nonce": ""}, {"base": "x"}])
def test_a_form_that_lost_its_key_or_a_version_is_refused_as_a_whole(
    browser: Client, ana: Rater, spoilt: dict[str, str]
) -> None:
    posted = form_of(ana, "vision", "plan", vision__answer="2", vision__comment="Kept")
    base = spoilt.pop("base", None)
    posted |= spoilt | ({"base_answer-vision": base} if base else {})
    page = browser.post(url("rating_dimension", ana, "leading"), posted)
    assert (page.status_code, "Kept" in page.content.decode()) == (422, True)
    assert rating(ana, "vision").value is None


def test_two_devices_of_one_rater_are_shown_both_versions(
    asked: Assessment, editor: User, client_for: ClientFor
) -> None:
    ana, browser = add_rater(asked, editor), client_for(editor)
    posted = form_of(ana, "vision", "plan", vision__answer="3", plan__answer="1")
    rate(ana, "vision", 1)  # meanwhile, elsewhere
    address = url("rating_dimension", ana, "leading")
    page = browser.post(address, posted)
    said, name = page.content.decode(), "answer-vision"
    assert page.status_code == 409
    assert [words for words in ("3 Fully", "1 Begun", "You (on another device)") if words not in said] == []
    assert (rating(ana, "vision").value, rating(ana, "plan").value) == (1, 1)  # what did not clash is saved

    chosen = {"nonce": secrets.token_hex(16), "clashing": name, name: "3", f"base_{name}": "0", f"seen_{name}": "1"}
    assert browser.post(address, chosen).status_code == 409  # nothing chosen yet
    chosen |= {f"keep_{name}": "mine", "nonce": secrets.token_hex(16)}
    assert browser.post(address, chosen).status_code == 302
    assert rating(ana, "vision").value == 3
    assert not Mutation.objects.filter(outcome="conflict", settled_at=None).exists()


def test_a_version_that_never_was_is_a_conflict_with_nothing(browser: Client, ana: Rater) -> None:
    posted = form_of(ana, "vision", "plan", vision__comment="Mine") | {"base_comment-vision": "7"}
    page = browser.post(url("rating_dimension", ana, "leading"), posted)
    assert (page.status_code, "Mine" in page.content.decode()) == (409, True)
    assert rating(ana, "vision").comment == ""


def test_taking_the_other_version_settles_it_too(asked: Assessment, editor: User, client_for: ClientFor) -> None:
    ana, browser = add_rater(asked, editor), client_for(editor)
    posted = form_of(ana, "vision", "plan", vision__answer="3")
    rate(ana, "vision", 1)
    address, name = url("rating_dimension", ana, "leading"), "answer-vision"
    browser.post(address, posted)
    chosen = {"nonce": secrets.token_hex(16), "clashing": name, name: "3", f"base_{name}": "0", f"seen_{name}": "1"}
    assert browser.post(address, chosen | {f"keep_{name}": "theirs"}).status_code == 302
    assert rating(ana, "vision").value == 1
    assert not Mutation.objects.filter(outcome="conflict", settled_at=None).exists()


def test_after_the_reveal_the_form_is_refused_and_keeps_what_was_typed(
    browser: Client, ana: Rater, asked: Assessment
) -> None:
    rate(ana, "plan", 2)
    posted = form_of(ana, "vision", "plan", vision__answer="3", vision__comment="Too late, but long.")
    rounds.reveal(asked, by=asked.facilitator)
    page = browser.post(url("rating_dimension", ana, "leading"), posted)
    said = page.content.decode()
    assert page.status_code == 422
    assert "The ratings were revealed meanwhile and stay as they are." in said
    assert "Too late, but long." in said
    assert rating(ana, "vision").value is None


def test_after_the_reveal_own_ratings_can_be_read_but_not_touched(browser: Client, ana: Rater, asked) -> None:
    rate(ana, "vision", 2, comment="Mine to read")
    rounds.reveal(asked, by=asked.facilitator)
    said = browser.get(url("rating_dimension", ana, "leading")).content.decode()
    assert "Mine to read" in said
    assert said.count("disabled") == 5 + 4 + 3 * 2
    assert ("Save and go on" in said, "auto-save.js" in said) == (False, False)


def test_autosave_after_the_reveal_is_refused_in_words(browser: Client, ana: Rater, asked: Assessment) -> None:
    rate(ana, "plan", 2)
    rounds.reveal(asked, by=asked.facilitator)
    answer = autosave(browser, rating(ana, "vision"), "answer", "3")
    assert (answer.status_code, answer.json()["result"]) == (422, "refused")
    assert "Say it in the discussion." in answer.json()["message"]


def test_autosave_by_link(browser: Client, ana: Rater) -> None:
    answer = autosave(browser, rating(ana, "vision"), "answer", "3", user=f"link-{ana.link_number}").json()
    assert (answer["result"], answer["version"], answer["display"]) == ("applied", 1, "3 Fully")
    other = autosave(browser, rating(ana, "vision"), "answer", "1", base=1, user="link-1")
    assert (other.status_code, rating(ana, "vision").value) == (401, 3)
    assert browser.get(reverse("journal:session")).json()["user"] == f"link-{ana.link_number}"


def test_progress_is_told_after_each_save(browser: Client, ana: Rater) -> None:
    rate(ana, "vision", 2)
    answer = browser.get(url("rating_progress", ana, "leading"))
    said = " ".join(answer.content.decode().split())
    assert (answer["X-Live"], "<b>1 of 2</b> rated here, 1 of 4 in all" in said) == ("done", True)


# The check


def test_the_check_shows_every_item_and_what_is_missing(browser: Client, ana: Rater) -> None:
    autosave(browser, rating(ana, "vision"), "answer", "2")
    autosave(browser, rating(ana, "budget"), "answer", "unable")
    page = browser.get(url("rating_check", ana))
    said = page.content.decode()
    for key, dimension in (("vision", "leading"), ("plan", "leading"), ("budget", "doing"), ("delay", "doing")):
        assert f"{url('rating_dimension', ana, dimension)}#item__{key}" in said
    assert [said.count(words) for words in ("2 Mostly", "not able to answer</span>", "not rated</span>")] == [1, 1, 2]
    assert "2 questions are not rated." in " ".join(said.split())


# Queries


def many_items(count: int) -> dict[str, str]:
    """Turns `plan` into so many items of the first dimension."""
    one = TEXT_OF_PLAN
    return {one: "".join(one.replace('"plan"', f'"plan-{number}"') for number in range(count))}


TEXT_OF_PLAN = """[[dimensions.items]]
key = "plan"
text = "There is a plan"
construct = "leading: plan"
weight = 2
is_critical = true
may_pass = false
[dimensions.items.anchors]
0 = "No plan"
3 = "A plan with dates"
"""


@pytest.mark.parametrize("name", ["rating", "rating_dimension", "rating_check", "rating_progress"])
def test_queries_do_not_grow_with_items(
    program: Program, editor: User, client_for: ClientFor, django_assert_max_num_queries: Any, name: str
) -> None:
    counts = []
    for number in (1, 3):
        instrument = small_instrument(version=number, changed=many_items(number))
        before = make_round(program, instrument=instrument, state="closed", raters=[editor], values=[{"vision": 1}])
        [mine] = again(program, before, editor)
        rate(mine, "vision", 2)
        browser = client_for(editor)
        browser.get(url("rating", mine))
        with django_assert_max_num_queries(14) as queries:
            parts = () if name in {"rating", "rating_check"} else ("leading",)
            assert browser.get(url(name, mine, *parts)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_autosave_costs_few_queries(browser: Client, ana: Rater, django_assert_num_queries: Any) -> None:
    row = rating(ana, "vision")
    autosave(browser, row, "answer", "1")
    with django_assert_num_queries(5):  # begin and end of a savepoint, lock, write, and mutation with change
        autosave(browser, row, "answer", "2", base=1)
    assert rating(ana, "vision").value == 2


def test_all_items_are_asked(asked: Assessment, ana: Rater) -> None:
    assert list(ana.ratings.order_by("item__position").values_list("item__key", flat=True)) == list(ITEMS)


# Once all is revealed


def test_a_closed_round_leads_to_what_came_of_it(program: Program, lead: User, facilitator: User, client_for) -> None:
    found = make_round(program, by=facilitator, raters=[lead, ("Ly Chan", "ministry")], state="closed")
    member, guest = found.raters.get(user=lead), found.raters.get(user=None)
    results = reverse("assessments:results", args=[program.pk, found.pk])
    pages = [client_for(lead).get(url("rating", member)).text, by_link(guest).get(url("rating", guest)).text]
    assert [results in page for page in pages] == [True, False]
    assert [reverse("programs:program", args=[program.pk]) in page for page in pages] == [True, False]
    assert [url("rater_room", rater) in page for rater, page in zip((member, guest), pages, strict=True)] == [True] * 2
    for page in pages:
        assert ("about 5 minutes" in page, "What you are asked" in page) == (False, False)


def test_no_two_ids_are_the_same_whatever_items_are_called(program: Program, lead: User) -> None:
    renamed = {'key = "vision"': 'key = "a"', 'key = "plan"': 'key = "a-1"'}
    found = make_round(program, instrument=small_instrument(changed=renamed))
    rater = found.raters.first()
    page = by_link(rater).get(url("rating_dimension", rater, "leading")).text
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert {"item__a", "item__a-1", "answer-a__1", "answer-a-1__1"} <= set(ids)
    assert len(ids) == len(set(ids))
