"""The consensus room: revealed once, read by disagreement, settled item by item, closed for good."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.domain import consensus, steering
from assessments.domain.consensus import Said
from assessments.models import Assessment, Rater, Rating, Statement
from assessments.tests.room_cases import SAID, at, own, phone_of, row, text_of
from assessments.tests.round_cases import ITEMS, make_round, rate, rate_all, settle
from journal.models import Change
from programs.models import Program

pytestmark = pytest.mark.django_db
PAGES = ("room", "projector")
PARTS = ("room_live", "projector_live")


@pytest.fixture
def discussed(program: Program) -> Assessment:
    return make_round(program, state="discussing", values=SAID)


@pytest.fixture
def browser(client: Client, lead: User) -> Client:
    """Of the lead, who runs the round."""
    client.force_login(lead)
    return client


# Revealing ------------------------------------------------------------------------------------------------------


def test_the_reveal_asks_once_with_who_is_finished(program: Program, browser: Client) -> None:
    found = make_round(program)
    Rater.objects.filter(assessment=found, name="Ana Sok").update(finished_at=found.opened_at)
    page = browser.get(at("round_reveal", found))
    assert page.context["finished_count"] == 1
    assert [(one.rater.name, one.rated, one.asked) for one in page.context["progress"]] == [
        ("Ana Sok", 0, 4),
        ("Ly Chan", 0, 4),
    ]
    assert "Not everybody is finished" in page.text


def test_revealing_leads_to_the_room_and_is_one_act(program: Program, browser: Client) -> None:
    found = make_round(program)
    for rater, said in zip(found.raters.order_by("pk"), SAID, strict=True):
        rate_all(rater, said)
    assert browser.post(at("round_reveal", found)).url == at("room", found)
    assert "Begin with the item" in browser.get(at("room", found)).text
    again = browser.post(at("round_reveal", found), follow=True)
    assert again.redirect_chain[-1][0] == at("room", found)
    assert "revealed already" in again.text
    assert Change.objects.filter(kind="round", object_id=found.pk, verb="revealed").count() == 1


def test_a_round_nobody_rated_in_is_not_revealed(program: Program, browser: Client) -> None:
    found = make_round(program)
    answer = browser.post(at("round_reveal", found), follow=True)
    assert answer.redirect_chain == [(at("round_reveal", found), 302)]
    assert "Nobody has rated anything yet" in answer.text


@pytest.mark.parametrize("name", PAGES)
def test_before_the_reveal_there_is_no_room(program: Program, browser: Client, name: str) -> None:
    found = make_round(program)
    for rater in found.raters.all():
        rate_all(rater, SAID[0])
    answer = browser.get(at(name, found), follow=True)
    assert answer.redirect_chain == [(at("round", found), 302)]
    assert "The ratings are not revealed yet" in answer.text


def test_before_the_reveal_no_part_no_item_and_no_act_is_there(program: Program, browser: Client) -> None:
    found = make_round(program)
    for name in PARTS:
        assert browser.get(at(name, found)).status_code == 404
    assert browser.get(at("room_item_live", found, "vision")).status_code == 404
    assert browser.get(at("room_item", found, "vision")).url == at("round", found)
    for name, item in (("room_settle", "vision"), ("room_say", "vision"), ("room_move", ""), ("room_timer", "")):
        assert browser.post(at(name, found, *([item] if item else []))).url == at("round", found)


# Who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "reads", "runs"),
    [("lead", 200, 302), ("facilitator", 200, 302), ("editor", 200, 403), ("viewer", 200, 403), ("admin", 200, 403),
     ("donor", 403, 403), ("stranger", 404, 404), ("other_facilitator", 404, 404), ("other_donor", 404, 404)],
)  # fmt: skip
def test_who_reads_the_room_and_who_runs_it(
    discussed: Assessment, client_for: Callable, request: Any, who: str, reads: int, runs: int
) -> None:
    person = client_for(request.getfixturevalue(who))
    for url in (*(at(name, discussed) for name in PAGES + PARTS), at("room_item", discussed, "vision")):
        assert person.get(url).status_code == reads, url
    settle = {"act": "agree", "value": "2", "reason": "Yes."}
    assert person.post(at("room_settle", discussed, "vision"), settle).status_code == runs
    assert person.post(at("room_move", discussed), {"item": "plan"}).status_code == runs
    assert person.post(at("room_timer", discussed), {"minutes": "5"}).status_code == runs
    assert person.post(at("room_unanimous", discussed)).status_code == runs
    assert person.post(at("round_close", discussed)).status_code == (422 if runs == 302 else runs)


def test_a_rater_who_could_run_rounds_only_reads_here(program: Program, lead: User, facilitator: User, client_for):
    found = make_round(program, by=facilitator, raters=[lead, ("Ly Chan", "ministry")], state="discussing", values=SAID)
    person = client_for(lead)
    page = person.get(at("room_item", found, "plan"))
    assert (page.status_code, page.context["may_settle"], page.context["may_say"]) == (200, False, True)
    settle = {"act": "agree", "value": "1", "reason": "Mine."}
    assert person.post(at("room_settle", found, "plan"), settle).status_code == 403
    assert own("rater_room", found.raters.get(user=lead)) in person.get(at("room", found)).text


def test_a_round_or_item_of_elsewhere_is_not_there(
    discussed: Assessment, other_program: Program, browser: Client
) -> None:
    other = make_round(other_program, state="discussing", instrument=discussed.instrument)
    crossed = [discussed.program_id, other.pk]
    for name in (*PAGES, *PARTS, "round_close"):
        assert browser.get(reverse(f"assessments:{name}", args=crossed)).status_code == 404
    assert browser.get(reverse("assessments:room_item", args=[*crossed, "vision"])).status_code == 404
    assert browser.get(at("room_item", discussed, "nothing")).status_code == 404
    assert browser.post(at("room_move", discussed), {"item": "nothing"}).status_code == 404


# The list -------------------------------------------------------------------------------------------------------


def test_the_list_follows_disagreement_and_its_filter_stands_in_the_address(
    discussed: Assessment, browser: Client, lead: User
) -> None:
    consensus.agree(row(discussed, "vision"), 2, by=lead)

    def shown(query: str) -> list[str]:
        page = browser.get(at("room", discussed) + query).context["page"]
        return [one.consensus.item.key for one in page.rows]

    assert shown("") == ["budget", "plan", "delay"]
    assert shown("?show=settled") == ["vision"]
    assert shown("?show=all") == ["budget", "plan", "vision", "delay"]
    assert shown("?show=nonsense") == ["budget", "plan", "delay"]
    page = browser.get(at("room", discussed)).context["page"]
    assert (page.settled_count, [one.item.number for one in page.missing]) == (1, ["1.2", "2.1", "2.2"])
    assert [one.word[2] for one in page.rows] == ["split", "near", "1 rating"]
    assert page.rows[0].consensus.item.number in text_of(browser.get(at("room", discussed)).text)


def test_one_button_settles_what_is_clear_and_says_what(discussed: Assessment, browser: Client) -> None:
    answer = browser.post(at("room_unanimous", discussed), follow=True)
    assert "1 item is settled: 1.1." in answer.text
    again = browser.post(at("room_unanimous", discussed), follow=True)
    assert "No open item is left on which all raters agree" in again.text


# One item -------------------------------------------------------------------------------------------------------


def test_an_item_shows_anchors_dots_and_what_was_written_without_names(program: Program, browser: Client) -> None:
    found = make_round(program, raters=[("Ana Sok", "team"), ("Ly Chan", "ministry")])
    ana, ly = found.raters.order_by("pk")
    rate_all(ana, SAID[0])
    rate_all(ly, SAID[1])
    rate(ana, "budget", 0, comment="The law is not out.", evidence="https://example.org/law")
    browser.post(at("round_reveal", found))
    page = browser.get(at("room_item", found, "budget"))
    shown = page.context["page"]
    assert shown.groups == ["All raters (2)"]
    assert [(one.level.value, one.level.anchor, [cell.count for cell in one.cells]) for one in shown.levels] == [
        (0, "No money", [1]),
        (1, "For one year", [0]),
        (2, "", [1]),
        (3, "In the budget of the ministry", [0]),
    ]
    assert [(rating.comment, given, name) for rating, given, name in shown.written] == [
        ("The law is not out.", "0 Not yet", "")
    ]
    assert [name for name in ("Ana Sok", "Ly Chan") if name in page.text.split("Say something")[0]] == []
    assert 'href="https://example.org/law"' in page.text


def test_names_are_shown_once_every_rater_agreed(discussed: Assessment, browser: Client) -> None:
    discussed.raters.update(shows_name=True)
    page = browser.get(at("room_item", discussed, "budget")).context["page"]
    assert [[cell.names for cell in one.cells] for one in page.levels] == [[["Ana Sok"]], [[]], [["Ly Chan"]], [[]]]


def test_the_room_is_told_where_high_is_bad(discussed: Assessment, browser: Client) -> None:
    for url in (at("room_item", discussed, "delay"), own("rater_room", discussed.raters.first()) + "?item=delay"):
        visitor = browser if "programs" in url else phone_of(discussed.raters.first())
        assert "High is bad here" in visitor.get(url).text
    assert "High is bad here" not in browser.get(at("room_item", discussed, "vision")).text
    steering.show(discussed, row(discussed, "delay").item, by=discussed.facilitator)
    assert "High is bad here" in browser.get(at("projector", discussed)).text


def test_settling_needs_its_reason_and_keeps_what_was_typed(discussed: Assessment, browser: Client) -> None:
    url = at("room_settle", discussed, "plan")
    asked = browser.post(url, {"act": "agree", "value": "2", "reason": ""})
    assert asked.status_code == 422
    assert "Not every rater gave this value. Write why" in asked.text
    assert asked.context["settle"]["value"].value() == "2"
    nothing = browser.post(url, {"act": "agree", "reason": "Because of the dates."})
    assert nothing.status_code == 422
    assert "Choose the level the room agrees on." in nothing.text
    assert "Because of the dates." in nothing.text
    assert row(discussed, "plan").state == "open"

    done = browser.post(url, {"act": "agree", "value": "2", "reason": "We saw it."})
    assert done.url == at("room_item", discussed, "plan")
    page = browser.get(done.url)
    assert "Agreed: 2 Mostly" in page.text
    assert "We saw it." in page.text
    assert "Go on with 1.1, for everybody" in text_of(page.text)


def test_leaving_open_and_taking_up_again(discussed: Assessment, browser: Client) -> None:
    url = at("room_settle", discussed, "plan")
    assert "Write why the item stays open." in browser.post(url, {"act": "leave", "reason": " "}).text
    browser.post(url, {"act": "leave", "reason": "No plan to look at."})
    assert row(discussed, "plan").state == "left"
    assert "Left open" in browser.get(at("room_item", discussed, "plan")).text
    browser.post(url, {"act": "reopen"})
    assert row(discussed, "plan").state == "open"
    assert browser.post(url, {"act": "nonsense"}).status_code == 400


def test_a_form_sent_twice_settles_once(discussed: Assessment, browser: Client) -> None:
    said = {"act": "agree", "value": "2", "reason": "We saw it.", "nonce": "a" * 32}
    urls = [browser.post(at("room_settle", discussed, "plan"), said).status_code for _click in range(2)]
    assert urls == [302, 302]
    assert Change.objects.filter(verb="settled").count() == 1


def test_a_second_facilitator_is_told_and_loses_no_word(
    discussed: Assessment, browser: Client, facilitator: User, client_for: Callable
) -> None:
    second = client_for(facilitator)
    url = at("room_settle", discussed, "plan")
    browser.post(url, {"act": "agree", "value": "2", "reason": "We saw it."})
    late = second.post(url, {"act": "agree", "value": "1", "reason": "It has no dates."})
    assert late.status_code == 422
    assert "settled this item at 2 meanwhile" in late.text
    assert "It has no dates." in late.text


def test_a_remark_is_anybodys_who_works_here_a_dissent_is_a_raters(
    discussed: Assessment, browser: Client, editor: User, client_for: Callable
) -> None:
    person, url = client_for(editor), at("room_say", discussed, "plan")
    assert "Which level" not in person.get(at("room_item", discussed, "plan")).text
    person.post(url, {"text": "I can send the plan.", "kind": "dissent", "value": "3"})
    ana = discussed.raters.get(name="Ana Sok")
    refused = browser.post(url, {"text": "No dates.", "kind": "dissent", "value": "0", "speaker": ""})
    assert refused.status_code == 422
    assert "Choose whose words these are" in refused.text
    browser.post(url, {"text": "No dates.", "kind": "dissent", "value": "0", "speaker": str(ana.pk)})
    kept = [(said.kind, said.value, said.text, said.rater, said.user) for said in Statement.objects.all()]
    assert kept == [
        ("remark", None, "I can send the plan.", None, editor),
        ("dissent", 0, "No dates.", ana, discussed.facilitator),
    ]
    page = text_of(browser.get(at("room_item", discussed, "plan")).text)
    assert f"No dates. disagrees Ana Sok sees 0 Not yet written down by {discussed.facilitator.name}" in page


def test_a_dissent_stays_beside_the_agreed_value(discussed: Assessment, browser: Client, lead: User) -> None:
    said = Said("It has no dates.", Statement.Kind.DISSENT, 0)
    consensus.say(row(discussed, "plan"), said, rater=discussed.raters.get(name="Ana Sok"))
    consensus.agree(row(discussed, "plan"), 2, reason="Most of us saw it.", by=lead)
    for url in (at("room_item", discussed, "plan"), at("projector", discussed)):
        steering.show(discussed, row(discussed, "plan").item, by=lead)
        page = text_of(browser.get(url).text)
        assert re.search(r"Agreed: 2 Mostly Most of us saw it\. It has no dates\. disagrees Ana Sok", page), url


# Steering -------------------------------------------------------------------------------------------------------


def test_the_projector_and_the_phones_follow_whoever_runs_the_round(discussed: Assessment, browser: Client) -> None:
    phone = phone_of(discussed.raters.get(name="Ana Sok"))
    phone_url = own("rater_room_live", discussed.raters.get(name="Ana Sok"))
    assert "2.1" in text_of(browser.get(at("projector", discussed)).text)
    moved = browser.post(at("room_move", discussed), {"item": "plan"})
    assert moved.url == at("room_item", discussed, "plan")
    for answer in (browser.get(at("projector_live", discussed)), phone.get(phone_url)):
        assert answer.context["page"].consensus.item.key == "plan"
    assert browser.post(at("room_move", discussed), {"item": "budget", "then": "projector"}).url == at(
        "projector", discussed
    )


def test_a_timer_runs_and_ends(discussed: Assessment, browser: Client) -> None:
    assert browser.post(at("room_timer", discussed), {"minutes": "5", "item": "plan"}).url == at(
        "room_item", discussed, "plan"
    )
    page = browser.get(at("projector", discussed))
    assert 290 <= page.context["page"].timer.seconds <= 300
    assert "until" in page.text
    browser.post(at("room_timer", discussed), {"minutes": "0", "then": "projector"})
    assert browser.get(at("projector", discussed)).context["page"].timer is None
    for minutes in ("7", "-1", "x", ""):
        assert browser.post(at("room_timer", discussed), {"minutes": minutes}).status_code == 400
    assert browser.post(at("room_timer", discussed), {"minutes": "5", "item": "no/such"}).url == at("room", discussed)


# Closing --------------------------------------------------------------------------------------------------------


def test_closing_says_what_is_missing(discussed: Assessment, browser: Client) -> None:
    page = browser.get(at("round_close", discussed))
    assert [one.item.number for one in page.context["page"].missing] == ["1.1", "1.2", "2.1", "2.2"]
    assert "Close the round for good" not in page.text
    refused = browser.post(at("round_close", discussed))
    assert refused.status_code == 422
    assert "4 items are not settled yet" in refused.text
    assert Assessment.objects.get(pk=discussed.pk).state == "discussing"


def test_a_closed_round_is_read_and_never_changes(discussed: Assessment, browser: Client, lead: User) -> None:
    for key in ITEMS:
        consensus.agree(row(discussed, key), 2, reason="Yes.", by=lead)
    assert browser.post(at("round_close", discussed)).url == at("results", discussed)
    assert browser.get(at("round_close", discussed)).url == at("results", discussed)

    again = browser.post(at("room_settle", discussed, "plan"), {"act": "reopen"}, follow=True)
    assert "closed and never changes" in again.text
    settled = browser.post(at("room_settle", discussed, "plan"), {"act": "leave", "reason": "We know less now."})
    assert settled.status_code == 422
    assert "We know less now." in settled.text
    assert row(discussed, "plan").state == "agreed"
    said = browser.post(at("room_say", discussed, "plan"), {"text": "One more thing.", "kind": "remark"})
    assert said.status_code == 422
    assert "One more thing." in said.text
    assert not Statement.objects.exists()
    page = browser.get(at("room_item", discussed, "plan"))
    assert (page.context["may_say"], "<textarea" in page.text) == (False, False)
    browser.post(at("room_timer", discussed), {"minutes": "5"})
    assert Assessment.objects.get(pk=discussed.pk).room_until is None


def test_the_one_click_says_how_many_items_it_settles(discussed: Assessment, browser: Client) -> None:
    words = "Settle 1 item on which everybody agrees"
    assert words in text_of(browser.get(at("room", discussed)).text)
    browser.post(at("room_unanimous", discussed))
    assert "on which everybody agrees" not in browser.get(at("room", discussed)).text


def test_closing_comes_to_the_fore_once_nothing_is_open(discussed: Assessment, browser: Client) -> None:
    close = f'class="button" href="{at("round_close", discussed)}"'
    assert close not in " ".join(browser.get(at("room", discussed)).text.split())
    settle(discussed)
    assert close in " ".join(browser.get(at("room", discussed)).text.split())


def test_one_button_of_an_item_stands_out(discussed: Assessment, browser: Client) -> None:
    steering.show(discussed, row(discussed, "plan").item, by=discussed.facilitator)
    for key in ("plan", "budget"):
        assert browser.get(at("room_item", discussed, key)).text.count('class="button"') == 1
    words = text_of(browser.get(at("room_item", discussed, "plan")).text)
    assert ("Before this one:" in words, "After it:" in words) == (True, True)


def test_why_a_rater_is_not_able_to_answer_is_told(discussed: Assessment, browser: Client) -> None:
    Rating.objects.filter(rater__assessment=discussed, is_unable=True).update(reason="I came last week.")
    page = text_of(browser.get(at("room_item", discussed, "delay")).text)
    assert "not able to answer I came last week." in page
    assert "Ly Chan" not in page.split("What raters wrote")[1].split("Say something")[0]
