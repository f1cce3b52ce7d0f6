"""The consensus room as many follow it: nothing new costs next to nothing, and a crowd no more than a few."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from assessments.domain import consensus, steering
from assessments.models import Assessment, Instrument
from assessments.tests.room_cases import SAID, at, crowd_of, own, phone_of, room_of, row
from assessments.tests.round_cases import make_round
from programs.models import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussed(program: Program) -> Assessment:
    return make_round(program, state="discussing", values=SAID)


@pytest.fixture
def browser(client: Client, lead: User) -> Client:
    """Of the lead, who runs the round."""
    client.force_login(lead)
    return client


@pytest.mark.parametrize(("name", "more"), [("room_live", ()), ("projector_live", ()), ("room_item_live", ("plan",))])
def test_an_unchanged_room_answers_304_from_what_the_door_read(
    discussed: Assessment, browser: Client, lead: User, name: str, more: tuple,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    url = at(name, discussed, *more)
    tag = browser.get(url)["ETag"]
    with django_assert_num_queries(4):  # person, program with roles, round, own rater
        assert browser.get(url, headers={"If-None-Match": tag}).status_code == 304
    consensus.agree(row(discussed, "vision"), 2, by=lead)
    changed = browser.get(url, headers={"If-None-Match": tag})
    assert (changed.status_code, changed["ETag"] == tag) == (200, False)


def test_a_phone_asks_one_question_for_nothing_new(
    discussed: Assessment, lead: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ana = discussed.raters.get(name="Ana Sok")
    phone, url = phone_of(ana), own("rater_room_live", ana)
    tag = phone.get(url)["ETag"]
    with django_assert_num_queries(1):  # the rater with the round
        assert phone.get(url, headers={"If-None-Match": tag}).status_code == 304
    steering.set_timer(discussed, 5, by=lead)
    assert phone.get(url, headers={"If-None-Match": tag}).status_code == 200


def test_the_tag_tells_readers_languages_and_rounds_apart(discussed: Assessment, browser: Client, viewer, client_for):
    url = at("projector_live", discussed)
    tag = browser.get(url)["ETag"]
    assert client_for(viewer).get(url, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(("name", "more", "most"), [
    ("room", (), 12), ("room_live", (), 10), ("room_item", ("vision",), 16), ("projector", (), 13),
    ("round_close", (), 12),
])  # fmt: skip
def test_it_asks_the_same_number_of_questions_however_much_there_is(
    program: Program, browser: Client, name: str, more: tuple, most: int,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    counts = []
    for raters, items in ((1, 1), (3, 3), (9, 4)):
        url = at(name, room_of(program, raters=raters, items=items), *more)
        browser.get(url)
        with django_assert_max_num_queries(most) as asked:
            assert browser.get(url).status_code == 200
        counts.append(len(asked))
    assert counts == [counts[0]] * 3


def test_the_phone_asks_the_same_number_of_questions(program: Program, django_assert_max_num_queries: Any) -> None:
    counts = []
    for raters, items in ((1, 1), (3, 3), (9, 4)):
        rater = room_of(program, raters=raters, items=items).raters.first()
        phone = phone_of(rater)
        with django_assert_max_num_queries(11) as asked:
            assert phone.get(own("rater_room", rater)).status_code == 200
        counts.append(len(asked))
    assert counts == [counts[0]] * 3


def test_fifty_raters_and_forty_items_ask_no_more_questions(
    program: Program, instrument: Instrument, browser: Client, django_assert_max_num_queries: Any
) -> None:
    small, large = room_of(program, raters=3, items=3), crowd_of(program, instrument)
    rater = large.raters.earliest("pk")
    phone = phone_of(rater)
    for name in ("room", "projector", "round_close"):
        counts = []
        for found in (small, large):
            with django_assert_max_num_queries(13) as asked:
                assert browser.get(at(name, found)).status_code == 200
            counts.append(len(asked))
        assert counts == [counts[0]] * 2, name
    item = large.consensuses.earliest("place").item.key
    with django_assert_max_num_queries(16):
        page = browser.get(at("room_item", large, item)).context["page"]
    assert sum(answers.count for answers in page.talk.answers) == 50
    with django_assert_max_num_queries(11):
        assert phone.get(own("rater_room", rater)).status_code == 200
    assert len(browser.get(at("room", large) + "?show=all").context["page"].rows) == 40
