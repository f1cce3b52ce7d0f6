"""Pages about rounds: the list, setting one up, its page in every state, changing, opening, taking back, repeating."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.models import User
from assessments.domain import raters, rounds
from assessments.models import Assessment, Rater, RoundResult
from assessments.tests.round_cases import add_rater, make_round, rate, small_instrument
from programs.models import Program

Sign = Callable[[User | None], Client]
SOON = timezone.localdate() + timedelta(days=10)


def url(name: str, *parts: int) -> str:
    return reverse(f"assessments:{name}", args=parts)


def queries(work: Callable[[], object]) -> int:
    """How many, without those of the session: a slow machine may miss its cache."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return sum("django_session" not in query["sql"] for query in captured)


def page_of(client: Client, found: Assessment) -> str:
    response = client.get(url("round", found.program_id, found.pk))
    assert response.status_code == 200
    return response.text


def typed(program: Program, **said: Any) -> dict[str, Any]:
    form = {
        "title": "First round",
        "due_on": SOON,
        "facilitator": program.created_by_id,
        "names": "agreed",
        "target": "67",
    }
    return form | {"nonce": "n" * 32} | said


# The list


def test_without_rounds_it_says_what_a_round_gives(client_for: Sign, lead: User, program: Program) -> None:
    page = client_for(lead).get(url("rounds", program.pk)).text
    assert "A round takes about an hour a rater and one meeting." in page
    assert f'href="{url("round_add", program.pk)}"' in page


def test_who_only_reads_is_told_who_sets_rounds_up(client_for: Sign, viewer: User, program: Program) -> None:
    page = client_for(viewer).get(url("rounds", program.pk)).text
    assert "The lead or a facilitator sets up rounds." in page
    assert url("round_add", program.pk) not in page


def test_the_list_tells_how_far_each_round_is(client_for: Sign, lead: User, program: Program) -> None:
    closed = make_round(program, state="closed", title="Last year")
    RoundResult.objects.filter(assessment=closed).delete()
    result = {"rules_version": 1, "instrument_version": 1, "fingerprint": "x", "open_count": 0, "data": {}}
    RoundResult.objects.create(assessment=closed, basis="agreed", share=0.614, **result)
    open_one = make_round(program, title="This year", due_on=SOON)
    raters.finish(open_one.raters.first())
    page = client_for(lead).get(url("rounds", program.pk)).text
    assert page.index("This year") < page.index("Last year")
    for words in ("1 of 2", "10 days left", "rating", "closed", "61\u00a0%", "A small instrument"):
        assert words in page


def test_the_list_asks_the_same_for_one_and_for_three(client_for: Sign, lead: User, program: Program) -> None:
    client, asked = client_for(lead), []
    for count in (1, 3):
        while Assessment.objects.count() < count:
            make_round(program)
        asked.append(queries(lambda: client.get(url("rounds", program.pk))))
    assert asked == [3, 3]


def test_rounds_are_compared_once_two_of_one_instrument_are_closed(
    client_for: Sign, lead: User, program: Program
) -> None:
    compared = url("compare", program.pk)
    make_round(program, state="closed")
    make_round(program)
    assert compared not in client_for(lead).get(url("rounds", program.pk)).text
    make_round(program, state="closed")
    assert compared in client_for(lead).get(url("rounds", program.pk)).text


# Setting one up


def test_instruments_stand_with_what_they_are_good_for(client_for: Sign, lead: User, program: Program) -> None:
    found = small_instrument()
    page = client_for(lead).get(url("round_add", program.pk)).text
    for words in ("About 5 minutes a rater.", "Good for: A quick look.", "Not for: A comparison of programs."):
        assert words in page
    assert page.count("The band “ready” asks for a closed round of this one.") == 1
    assert page.index("Scale-up readiness</b>") < page.index("A small instrument</b>")
    assert f'value="{found.pk}"' in page
    assert f'value="Round of {timezone.localdate():%B %Y}"' in page


def test_the_next_round_has_another_name(client_for: Sign, lead: User, program: Program) -> None:
    for ordinal in ("Second round", "Third round", "Fourth round", "Fifth round", "Round 6"):
        make_round(program, state="setup")
        page = client_for(lead).get(url("round_add", program.pk)).text
        assert f'value="{ordinal}, {timezone.localdate():%B %Y}"' in page


def test_the_day_is_needed_before_people_can_rate(client_for: Sign, lead: User, program: Program) -> None:
    page = client_for(lead).get(url("round_add", program.pk)).text
    assert 'Rate until <span class="optional">(needed before people can rate)</span>' in " ".join(page.split())


def test_a_round_is_set_up(client_for: Sign, lead: User, program: Program, facilitator: User) -> None:
    said = typed(program, instrument=small_instrument().pk, keyer=facilitator.pk, is_for_donors="on")
    response = client_for(lead).post(url("round_add", program.pk), said)
    found = Assessment.objects.get()
    assert (response.status_code, response["Location"]) == (302, url("round", program.pk, found.pk))
    assert (found.state, found.facilitator, found.keyer, found.due_on) == ("setup", lead, facilitator, SOON)
    assert (found.names, found.is_for_donors, found.target) == ("agreed", True, 2 / 3)


def test_sent_twice_it_is_set_up_once(client_for: Sign, lead: User, program: Program) -> None:
    client, said = client_for(lead), typed(program, instrument=small_instrument().pk)
    places = {client.post(url("round_add", program.pk), said)["Location"] for _ in range(2)}
    assert (len(places), Assessment.objects.count()) == (1, 1)


def test_what_is_wrong_is_said_and_the_rest_stays(client_for: Sign, lead: User, program: Program) -> None:
    said = typed(program, title="Kept title", target="700", facilitator="")
    response = client_for(lead).post(url("round_add", program.pk), said)
    assert response.status_code == 422
    for words in ("Choose an instrument.", "Choose who runs the round.", 'value="Kept title"', 'value="700"'):
        assert words in response.text
    assert not Assessment.objects.exists()


# The page of a round


def test_while_it_is_set_up_the_page_lists_what_is_missing(client_for: Sign, lead: User, program: Program) -> None:
    found = make_round(program, state="setup", raters=[], due_on=None)
    page = page_of(client_for(lead), found)
    assert page.count("missing</span>") == 2
    assert f'{url("round_edit", program.pk, found.pk)}" >Say until when people shall rate</a>' in " ".join(page.split())
    assert "The round can open once nothing is marked as missing." in page
    assert url("round_open", program.pk, found.pk) not in page


def test_a_complete_round_is_opened(client_for: Sign, lead: User, program: Program) -> None:
    found, client = make_round(program, state="setup"), client_for(lead)
    assert f'action="{url("round_open", program.pk, found.pk)}"' in page_of(client, found)
    response = client.post(url("round_open", program.pk, found.pk), follow=True)
    assert "The round is open. Everybody who was asked can rate now." in response.text
    again = client.post(url("round_open", program.pk, found.pk), follow=True)
    assert "This round was opened already." in again.text


def test_while_people_rate_the_page_counts_and_tells_no_value(client_for: Sign, lead: User, program: Program) -> None:
    found = make_round(program)
    first = found.raters.first()
    rate(first, "vision", 3, comment="Sealed words", evidence="Sealed proof")
    rate(first, "budget", "unable", reason="Sealed reason")
    raters.finish(first)
    page = page_of(client_for(lead), found)
    assert "1 of 2 raters are finished" in page
    assert ("2 of 4 answered" in page, "0 of 4 answered" in page) == (True, True)
    assert "Sealed" not in page
    other = make_round(program)
    changed = other.raters.first()
    rate(changed, "vision", 0)
    rate(changed, "budget", 1)
    raters.finish(changed)
    assert _bare(page, found, first) == _bare(page_of(client_for(lead), other), other, changed)


def _bare(page: str, found: Assessment, first: Rater) -> str:
    """The page without numbers, codes and tokens: what is left is the same, whatever was rated."""
    page = re.sub(r'value="\w{64}"|link: first opened [^<]+|link: given[^<]+', "", page)
    return re.sub(rf"/({found.pk}|\d+)/", "/", page).replace(first.code, "")


def test_the_end_of_rating_is_said(client_for: Sign, lead: User, program: Program) -> None:
    found = make_round(program)
    assert "Ratings are sealed" in page_of(client_for(lead), found)
    Assessment.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert "The day to rate until is over." in page_of(client_for(lead), found)
    for rater in found.raters.all():
        raters.finish(rater)
    assert "Everybody is finished. The ratings can be revealed." in page_of(client_for(lead), found)


def test_a_rater_finds_the_way_to_rate_and_runs_nothing(
    client_for: Sign, facilitator: User, lead: User, program: Program
) -> None:
    found = make_round(program, by=facilitator, raters=[lead])
    page = page_of(client_for(lead), found)
    assert f'href="{url("rating", found.raters.get().pk)}"' in page
    assert "Rate now" in page
    for name in ("round_edit", "rater_add", "raters_add"):
        assert url(name, program.pk, found.pk) not in page
    raters.finish(found.raters.get())
    assert "You said that you are finished" in page_of(client_for(lead), found)


def test_who_sees_what_is_told_to_every_reader(
    client_for: Sign, lead: User, viewer: User, program: Program, facilitator: User
) -> None:
    found = make_round(program, keyer=facilitator, names="never", is_for_donors=False)
    page = page_of(client_for(viewer), found)
    for words in (
        "Facilitator Person types in paper sheets, and sees what stands on them.",
        "Names never stand beside them.",
        "Nothing of this round.",
        escape(f"{lead.name}, who does not rate."),
        "67\u00a0% of the range",
    ):
        assert words in page
    assert url("round_edit", program.pk, found.pk) not in page


@pytest.mark.parametrize(
    ("state", "words"),
    [("discussing", "The ratings are revealed: talk about them"), ("closed", "Closed on ")],
)
def test_once_revealed_its_raters_stay(client_for: Sign, lead: User, program: Program, state: str, words: str) -> None:
    found = make_round(program, state=state)
    page = page_of(client_for(lead), found)
    assert words in page
    assert (url("round_repeat", program.pk, found.pk) in page) == (state == "closed")
    assert url("rater_add", program.pk, found.pk) not in page


def test_it_asks_the_same_for_few_and_for_many_raters(client_for: Sign, lead: User, program: Program) -> None:
    client, found, asked = client_for(lead), make_round(program, raters=[("Ana Sok", "team")]), []
    for count in (1, 3):
        while found.raters.count() < count:
            add_rater(found, (f"Person {count}", "partner"))
        asked.append(queries(lambda: page_of(client, found)))
    assert asked == [6, 6]


def test_a_round_of_another_program_is_not_there(
    client_for: Sign, lead: User, program: Program, other_program: Program
) -> None:
    theirs, client = make_round(other_program), client_for(lead)
    for name in ("round", "round_edit", "round_discard", "round_repeat", "rater_add", "raters_add"):
        assert client.get(url(name, program.pk, theirs.pk)).status_code == 404
        assert client.get(url(name, other_program.pk, theirs.pk)).status_code == 404


@pytest.mark.parametrize("who", ["editor", "viewer", "admin"])
def test_who_only_reads_sets_nothing_up(
    request: pytest.FixtureRequest, client_for: Sign, program: Program, who: str
) -> None:
    found, client = make_round(program, state="setup"), client_for(request.getfixturevalue(who))
    assert client.get(url("round_add", program.pk)).status_code == 403
    for name in ("round_edit", "round_discard", "round_repeat", "rater_add", "raters_add"):
        assert client.get(url(name, program.pk, found.pk)).status_code == 403
    assert client.post(url("round_open", program.pk, found.pk)).status_code == 403


def test_a_donor_reads_no_round(client_for: Sign, donor: User, program: Program) -> None:
    found, client = make_round(program, state="closed"), client_for(donor)
    assert client.get(url("rounds", program.pk)).status_code == 403
    assert client.get(url("round", program.pk, found.pk)).status_code == 403


# Changing and taking back


def test_what_is_agreed_is_changed(client_for: Sign, lead: User, program: Program) -> None:
    found, client = make_round(program, target=0.5), client_for(lead)
    place = url("round_edit", program.pk, found.pk)
    assert 'value="50"' in client.get(place).text
    client.post(place, typed(program, title="Second try", target="50"))
    found.refresh_from_db()
    assert (found.title, found.target, found.is_for_donors) == ("Second try", 0.5, False)


def test_a_target_nobody_touched_stays_what_it_is(client_for: Sign, lead: User, program: Program) -> None:
    found = make_round(program, target=0.4949)
    client_for(lead).post(url("round_edit", program.pk, found.pk), typed(program, target="49"))
    found.refresh_from_db()
    assert found.target == 0.4949


def test_a_refusal_is_said_in_the_form(client_for: Sign, lead: User, program: Program) -> None:
    found = make_round(program, is_for_donors=False)
    response = client_for(lead).post(
        url("round_edit", program.pk, found.pk), typed(program, title="Typed", is_for_donors="on")
    )
    assert response.status_code == 422
    assert "Raters were told that donors do not read the result, and so it stays." in response.text
    assert 'value="Typed"' in response.text


def test_a_past_day_stays_but_no_other_past_day_is_taken(client_for: Sign, lead: User, program: Program) -> None:
    found = make_round(program)
    past = timezone.localdate() - timedelta(days=5)
    Assessment.objects.update(due_on=past)
    client, place = client_for(lead), url("round_edit", program.pk, found.pk)
    assert client.post(place, typed(program, due_on=past)).status_code == 302
    assert client.post(place, typed(program, due_on=past - timedelta(days=1))).status_code == 422


def test_a_closed_round_shows_no_form(client_for: Sign, lead: User, program: Program) -> None:
    found = make_round(program, state="closed")
    page = client_for(lead).get(url("round_edit", program.pk, found.pk)).text
    assert ("This round is closed and never changes." in page, 'name="title"' in page) == (True, False)


def test_a_round_that_was_never_opened_is_taken_back(client_for: Sign, lead: User, program: Program) -> None:
    found, client = make_round(program, state="setup"), client_for(lead)
    place = url("round_discard", program.pk, found.pk)
    assert "Take back “First round”?" in client.get(place).text
    response = client.post(place)
    assert (response["Location"], Assessment.objects.count()) == (url("rounds", program.pk), 0)


def test_an_open_round_is_not_taken_back(client_for: Sign, lead: User, program: Program) -> None:
    found = make_round(program)
    response = client_for(lead).post(url("round_discard", program.pk, found.pk), follow=True)
    assert "Only a round that was never opened can be taken back." in response.text


# Rating again


def test_a_round_is_repeated_with_the_same_people(client_for: Sign, lead: User, program: Program) -> None:
    old, client = make_round(program, state="closed", target=0.5), client_for(lead)
    place = url("round_repeat", program.pk, old.pk)
    page = client.get(place).text
    assert "The questions are the same as last time: “A small instrument”, version 1." in page
    assert 'value="50"' in page
    client.post(place, typed(program, title="Second round"))
    new = Assessment.objects.latest("pk")
    assert (new.previous, new.title, new.raters.count(), new.state) == (old, "Second round", 2, "setup")
    assert "Follows" in page_of(client, new)


def test_a_newer_version_is_used_and_what_differs_is_said(client_for: Sign, lead: User, program: Program) -> None:
    old = make_round(program, state="closed")
    small_instrument(version=2, changed={"There is a plan": "There is a plan for all", 'key = "delay"': 'key = "late"'})
    client = client_for(lead)
    place = url("round_repeat", program.pk, old.pk)
    page = client.get(place).text
    assert "has moved on to version 2, and the new round uses it." in page
    for words in (
        "New: 1. Changed: 1. Gone: 1.",
        "New items",
        "Changed items",
        "Items that are gone",
        "There is a plan for all",
    ):
        assert words in page
    client.post(place, typed(program))
    assert Assessment.objects.latest("pk").instrument.version == 2


def test_repeated_twice_by_one_form_it_is_one_round(client_for: Sign, lead: User, program: Program) -> None:
    old, client = make_round(program, state="closed"), client_for(lead)
    for _ in range(2):
        client.post(url("round_repeat", program.pk, old.pk), typed(program))
    assert (Assessment.objects.count(), Rater.objects.count()) == (2, 4)


# The ways to it


def test_readiness_leads_to_the_latest_round(client_for: Sign, lead: User, program: Program) -> None:
    client, place = client_for(lead), url("readiness", program.pk)
    assert "A round asks several people, each for themselves" in client.get(place).text
    make_round(program)
    latest = make_round(program)
    assert f'href="{url("round", program.pk, latest.pk)}"' in client.get(place).text


def test_every_page_of_a_program_leads_to_its_rounds(client_for: Sign, viewer: User, program: Program) -> None:
    page = client_for(viewer).get(reverse("programs:team", args=[program.pk])).text
    assert f'href="{url("rounds", program.pk)}"' in page


def test_an_archived_program_shows_its_rounds_and_takes_none(client_for: Sign, lead: User, program: Program) -> None:
    found = make_round(program)
    Program.objects.filter(pk=program.pk).update(archived_at=timezone.now())
    client = client_for(lead)
    assert url("rater_add", program.pk, found.pk) not in page_of(client, found)
    assert client.get(url("round_add", program.pk)).status_code == 403
    with pytest.raises(PermissionDenied, match="archived"):
        rounds.reveal(found, by=lead)


def test_the_code_of_a_sheet_is_for_who_runs_the_round_and_who_types_it_in(
    client_for: Sign, lead: User, facilitator: User, editor: User, program: Program
) -> None:
    found = make_round(program, raters=[], state="setup", keyer=facilitator)
    code = add_rater(found, ("Ana Sok", "community"), is_on_paper=True).code
    pages = {person: page_of(client_for(person), found) for person in (lead, facilitator, editor)}
    assert [code in page for page in pages.values()] == [True, True, False]
    assert "on paper" in pages[editor]


def test_merged_groups_are_named(client_for: Sign, lead: User, program: Program) -> None:
    people = [(f"Person {number}", "team" if number < 3 else "ministry") for number in range(6)]
    found = make_round(program, raters=people)
    assert "Shown together:" not in page_of(client_for(lead), found)
    add_rater(found, ("Ana Sok", "community"))
    assert "Shown together: community, ministry." in page_of(client_for(lead), found)
