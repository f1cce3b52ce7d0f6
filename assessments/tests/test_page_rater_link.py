"""The personal link: who it lets in, whom it does not, and that nobody else ever sees a value before the reveal."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.models import User
from assessments.domain import raters, rounds
from assessments.models import Assessment, Rater, RatingChange
from assessments.tests.rating_cases import autosave, by_link, form_of, url
from assessments.tests.round_cases import add_rater, give_link, make_round, rate, rating, settle
from journal.saving import LINK
from programs.domain import describing
from programs.models import Program
from scaleup.tests.routes import routes_of

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User | None], Client]
CANARY = "canaryofthisrater"


@pytest.fixture
def asked(program: Program) -> Assessment:
    return make_round(program, raters=[("Ana Sok", "team"), ("Ly Chan", "ministry")])


@pytest.fixture
def ana(asked: Assessment) -> Rater:
    return asked.raters.get(name="Ana Sok")


@pytest.fixture
def ly(asked: Assessment) -> Rater:
    return asked.raters.get(name="Ly Chan")


def link(token: str) -> str:
    return reverse("assessments:rater_link", args=[token])


# Who it lets in


def test_the_link_says_whose_it_is_and_changes_nothing_by_being_opened(ana: Rater, program: Program) -> None:
    address, browser = link(give_link(ana)), Client()
    page = browser.get(address)
    said = page.content.decode()
    assert page.status_code == 200
    for words in (
        "Ana Sok",
        program.name,
        "First round",
        "Four things to rate.",
        "about 5 minutes",
        "Until the reveal",
    ):
        assert words in said
    assert "first opened" not in said
    assert (page["X-Robots-Tag"], page["Referrer-Policy"]) == ("noindex", "same-origin")
    assert "no-store" in page["Cache-Control"]
    ana.refresh_from_db()
    assert (ana.link_opened_at, LINK in browser.session) == (None, False)


def test_start_opens_a_new_session_for_the_rater(ana: Rater) -> None:
    address, browser = link(give_link(ana)), Client()
    session = browser.session
    session["planted"] = "by somebody else"
    session.save()
    page = browser.post(address)
    assert (page.status_code, page["Location"]) == (302, url("rating", ana))
    assert browser.session.session_key != session.session_key
    assert browser.session[LINK] == ana.link_number
    assert browser.get(url("rating", ana)).status_code == 200


def test_it_works_again_and_says_when_it_was_first_opened(ana: Rater) -> None:
    address = link(give_link(ana))
    Client().post(address)
    ana.refresh_from_db()
    first = ana.link_opened_at
    assert first is not None
    page = Client().get(address)
    assert "This link was first opened on" in page.content.decode()
    Client().post(address)
    ana.refresh_from_db()
    assert ana.link_opened_at == first


def test_who_types_in_paper_sheets_is_named(program: Program, facilitator: User) -> None:
    rater = make_round(program, keyer=facilitator).raters.first()
    said = " ".join(Client().get(link(give_link(rater))).content.decode().split())
    assert f"shows their sheet to {facilitator.name}, who types it in." in said


def test_the_address_is_not_sent_without_a_token_of_the_form(ana: Rater) -> None:
    address, browser = link(give_link(ana)), Client(enforce_csrf_checks=True)
    page = browser.post(address, headers={"Origin": "https://elsewhere.example"})
    assert (page.status_code, LINK in browser.session) == (403, False)


def test_a_browser_without_cookies_is_told_at_start(ana: Rater) -> None:
    address = link(give_link(ana))
    page = Client(enforce_csrf_checks=True).post(
        address, {"csrfmiddlewaretoken": "x" * 64}, headers={"Origin": "http://testserver"}
    )
    assert (page.status_code, "allow cookies for this address" in page.content.decode()) == (403, True)


# Whom it does not


def expire(rater: Rater) -> None:
    Rater.objects.filter(pk=rater.pk).update(link_expires_at=timezone.now() - timedelta(seconds=1))


def revoke(rater: Rater) -> None:
    raters.revoke_link(rater, by=rater.assessment.facilitator)


def replace(rater: Rater) -> None:
    raters.give_link(rater, by=rater.assessment.facilitator)


def remove(rater: Rater) -> None:
    raters.remove(rater, by=rater.assessment.facilitator)


def close(rater: Rater) -> None:
    rate(rater, "vision", 1)
    rounds.reveal(rater.assessment, by=rater.assessment.facilitator)
    settle(rater.assessment)
    rounds.close(rater.assessment, by=rater.assessment.facilitator)


def archive(rater: Rater) -> None:
    describing.archive(rater.assessment.program, by=rater.assessment.facilitator)


ENDS = [expire, revoke, replace, remove, archive]


@pytest.mark.parametrize("end", ENDS)
def test_a_link_that_ended_opens_nothing_and_says_no_more_than_a_wrong_one(ana: Rater, end: Callable) -> None:
    token = give_link(ana)
    end(ana)
    for method in ("get", "post"):
        dead, wrong = (getattr(Client(), method)(link(one)) for one in (token, "w" * len(token)))
        assert (dead.status_code, wrong.status_code) == (404, 404)
        assert dead.content == wrong.content
        assert "This link opens nothing" in dead.content.decode()


@pytest.mark.parametrize("end", ENDS)
def test_the_sessions_it_opened_end_with_it(ana: Rater, end: Callable) -> None:
    row, browser = rating(ana, "plan"), by_link(ana)
    ana.refresh_from_db()
    assert autosave(browser, row, "answer", "1").json()["result"] == "applied"
    posted = form_of(ana, "vision", "plan", plan__comment="Typed before it ended")
    end(ana)
    assert browser.get(url("rating", ana)).status_code == 401
    kept = browser.post(url("rating_dimension", ana, "leading"), posted)
    assert (kept.status_code, "<dd>Typed before it ended</dd>" in kept.content.decode()) == (401, True)
    assert autosave(browser, row, "answer", "2", base=1).status_code in (404, 422)
    assert rating(ana, "plan").value == 1


def test_after_the_closing_a_link_reads_what_came_of_it_for_two_weeks(ana: Rater) -> None:
    browser = by_link(ana)
    close(ana)
    assert browser.get(url("rater_room", ana)).status_code == 200
    ana.refresh_from_db()
    assert ana.link_expires_at == ana.assessment.closed_at + rounds.LINKS_OUTLIVE_CLOSING
    saved = autosave(browser, rating(ana, "plan"), "answer", "2")
    assert (saved.status_code, rating(ana, "plan").value) == (422, None)


# A copied link


def test_a_copy_of_the_link_reads_nothing_that_was_rated_elsewhere(ana: Rater) -> None:
    token = give_link(ana)
    mine, copy = Client(), Client()
    for browser in (mine, copy):
        browser.post(link(token))
    said = {f"plan__{field}": CANARY for field in ("comment", "evidence", "reason")}
    posted = form_of(ana, "vision", "plan", plan__answer="2", **said)
    mine.post(url("rating_dimension", ana, "leading"), posted)
    pages = [url("rating_dimension", ana, "leading"), url("rating_check", ana), url("rating_before", ana, "plan")]
    seen = [browser.get(page).content.decode() for browser in (mine, copy) for page in pages]
    assert [CANARY in page for page in seen] == [True, False, False, False, False, False]
    assert ["hidden here" in page for page in seen] == [False, False, False, True, True, False]
    assert ["checked" in page for page in (seen[0], seen[3])] == [True, False]
    assert all("1 of 2" in page for page in (seen[1], seen[4]))


def test_the_browser_that_rated_reads_its_ratings_again_after_another_click_on_the_link(ana: Rater) -> None:
    token, browser = give_link(ana), Client()
    for _again in range(2):
        browser.post(link(token))
        autosave(browser, rating(ana, "plan"), "comment", CANARY)
        assert CANARY in browser.get(url("rating_dimension", ana, "leading")).content.decode()


@pytest.mark.parametrize("guess", ["1", "2"])
def test_a_copy_learns_nothing_by_guessing(ana: Rater, guess: str) -> None:
    token = give_link(ana)
    mine, copy = Client(), Client()
    for browser in (mine, copy):
        browser.post(link(token))
    row = rating(ana, "plan")
    autosave(mine, row, "answer", "2")
    answer = autosave(copy, row, "answer", guess).json()
    assert (answer["result"], answer["value"], answer["version"]) == ("applied", guess, 2)


def test_what_is_hidden_is_not_erased_by_a_form_that_does_not_show_it(ana: Rater) -> None:
    token = give_link(ana)
    mine, copy = Client(), Client()
    for browser in (mine, copy):
        browser.post(link(token))
    autosave(mine, rating(ana, "plan"), "comment", "Seen in two districts")
    autosave(mine, rating(ana, "plan"), "answer", "2")
    posted = form_of(ana, "vision", "plan", vision__answer="1", plan__comment="")
    posted.pop("answer-plan", None)
    assert copy.post(url("rating_dimension", ana, "leading"), posted).status_code == 302
    kept = rating(ana, "plan")
    assert (kept.comment, kept.value, rating(ana, "vision").value) == ("Seen in two districts", 2, 1)


@pytest.mark.parametrize("token", ["", "a", "A" * 43, "ä" * 43, "x" * 5000, "%00", "..", "' OR 1=1 --"])
def test_guessed_tokens_open_nothing(ana: Rater, token: str) -> None:
    give_link(ana)
    page = Client().get(f"/rate/{token}/")
    assert page.status_code == 404
    assert "Ana Sok" not in page.content.decode()


def test_what_is_in_the_database_opens_nothing(ana: Rater) -> None:
    give_link(ana)
    for known in (ana.link_digest, str(ana.link_number), ana.code):
        assert Client().get(link(known)).status_code == 404


def test_somebody_who_is_signed_in_is_told_and_not_let_in(ana: Rater, editor: User, client_for: ClientFor) -> None:
    address, browser = link(give_link(ana)), client_for(editor)
    for page in (browser.get(address), browser.post(address)):
        said = page.content.decode()
        assert page.status_code == 403
        assert ("This link is for Ana Sok" in said, f'value="{address}"' in said) == (True, True)
    assert LINK not in browser.session
    assert browser.get(url("rating", ana)).status_code == 404
    ana.refresh_from_db()
    assert ana.link_opened_at is None

    out = browser.post(reverse("account_logout"), {"next": address})
    assert out["Location"] == address
    assert browser.get(address).status_code == 200


def test_who_signs_in_later_is_the_person_and_no_longer_the_link(ana: Rater, editor: User) -> None:
    browser = by_link(ana)
    browser.force_login(editor)
    assert browser.get(url("rating", ana)).status_code == 404
    assert autosave(browser, rating(ana, "vision"), "answer", "1").status_code == 404


def test_without_cookies_it_is_said_what_to_allow(ana: Rater) -> None:
    Client().post(link(give_link(ana)))
    said = Client().get(url("rating", ana)).content.decode()  # the browser kept no cookie
    assert "allow cookies for this address" in said


# Nobody sees anybody else's


def rated(browser: Client, rater: Rater) -> None:
    """Says something in every field, with words that can be followed."""
    said = {"answer": "3"} | {field: f"{CANARY} {field}" for field in ("comment", "evidence", "reason")}
    for field, value in said.items():
        assert autosave(browser, rating(rater, "vision"), field, value).json()["result"] == "applied"
    for field, value in {"answer": "unable", "comment": f"{CANARY} comment"}.items():
        assert autosave(browser, rating(rater, "budget"), field, value).json()["result"] == "applied"


def addresses(program: Program, found: Assessment, rater: Rater) -> Iterator[str]:
    """Everything about the program, the round and the rater that can be looked at."""
    known = {
        "program_id": program.pk,
        "round_id": found.pk,
        "assessment_id": found.pk,
        "rater_id": rater.pk,
        "dimension": "leading",
        "item": "vision",
        "portfolio_id": program.listings.get().portfolio_id,
        "organisation_id": program.organisation_id,
        "instrument_id": found.instrument_id,
    }
    for route in routes_of(get_resolver().url_patterns):
        if route.params and set(route.params) <= set(known):
            yield reverse(route.name, kwargs={name: known[name] for name in route.params})


def everything(page: HttpResponse) -> str:
    content = b"".join(page.streaming_content) if page.streaming else page.content
    return content.decode(errors="replace") + str(page.headers)


def readers(browsers: dict[str, Client], program: Program, found: Assessment, rater: Rater) -> set[str]:
    """Who comes across the words of this rater anywhere."""
    paths = list(addresses(program, found, rater))
    assert len(paths) > 30
    return {
        who
        for who, browser in browsers.items()
        for path in paths
        if CANARY in everything(browser.get(path, follow=True))
    }


@pytest.fixture
def browsers(
    client_for: ClientFor, lead: User, editor: User, viewer: User, facilitator: User, admin: User, donor: User,
    ana: Rater, ly: Rater,
) -> dict[str, Client]:  # fmt: skip
    people = {
        "lead": lead,
        "editor": editor,
        "viewer": viewer,
        "facilitator": facilitator,
        "admin": admin,
        "donor": donor,
    }
    return {name: client_for(user) for name, user in people.items()} | {"ana": by_link(ana), "ly": by_link(ly)}


def test_before_the_reveal_only_the_rater_reads_what_was_rated(
    browsers: dict[str, Client], program: Program, asked: Assessment, ana: Rater
) -> None:
    """Whoever runs the round and the administrators included; but that is what could leak, so it must be there."""
    rated(browsers["ana"], ana)
    assert readers(browsers, program, asked, ana) == {"ana"}


def test_one_rater_neither_reads_nor_writes_what_another_said(ana: Rater, ly: Rater, asked: Assessment) -> None:
    hers, his = by_link(ana), by_link(ly)
    rated(hers, ana)
    ana_pages = ("rating", "rating_check")
    assert [his.get(url(name, ana)).status_code for name in ana_pages] == [401, 401]
    assert [hers.get(url(name, ana)).status_code for name in ana_pages] == [200, 200]
    row = rating(ana, "vision")
    for field in ("answer", "comment"):
        answer = autosave(his, row, field, "0", base=row.version(field))
        assert answer.status_code == 404
        assert CANARY not in answer.content.decode()
    posted = form_of(ly, "vision", "plan", vision__comment="His own")
    assert his.post(url("rating_dimension", ana, "leading"), posted).status_code == 401
    assert his.post(url("rating_dimension", ly, "leading"), posted).status_code == 302
    assert [rating(rater, "vision").comment for rater in (ana, ly)] == [f"{CANARY} comment", "His own"]


def test_an_answer_of_the_saving_path_to_another_key_holder_tells_nothing(ana: Rater, ly: Rater) -> None:
    hers, his = by_link(ana), by_link(ly)
    row, key = rating(ana, "vision"), "0123456789abcdef"
    autosave(hers, row, "comment", CANARY, key=key)
    answer = autosave(his, row, "comment", CANARY, key=key)
    assert (answer.status_code, CANARY in answer.content.decode()) == (404, False)


@pytest.mark.parametrize("who", ["lead", "facilitator", "admin", "stranger"])
def test_who_is_no_rater_saves_nothing(
    ana: Rater, client_for: ClientFor, request: pytest.FixtureRequest, who: str
) -> None:
    browser: Any = client_for(request.getfixturevalue(who))
    assert autosave(browser, rating(ana, "vision"), "answer", "3").status_code == 404
    assert not RatingChange.objects.exists()


def test_a_rater_who_was_taken_off_finds_nothing(program: Program, editor: User, client_for: ClientFor) -> None:
    found = make_round(program, raters=[editor, ("Ly Chan", "ministry")])
    mine = found.raters.get(user=editor)
    raters.remove(mine, by=found.facilitator)
    assert client_for(editor).get(url("rating", mine)).status_code == 404
    assert autosave(client_for(editor), rating(mine, "vision"), "answer", "3").status_code == 404


def test_who_rates_on_paper_is_not_keyed_by_somebody_else(
    program: Program, facilitator: User, lead: User, client_for: ClientFor
) -> None:
    found = make_round(program, keyer=facilitator, raters=[("Ana Sok", "team")])
    paper = add_rater(found, ("Sim Roth", "community"), is_on_paper=True)
    row = rating(paper, "vision")
    assert autosave(client_for(lead), row, "answer", "1").status_code == 404
    assert autosave(client_for(facilitator), row, "answer", "1").json()["result"] == "applied"
