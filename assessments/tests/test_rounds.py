"""A round from set-up to closing: what each verb does, when it is refused and in which words, and what is logged."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from assessments.domain import actions, consensus, raters, repeating, round_reading, round_words, rounds
from assessments.domain.actions import NewAction
from assessments.domain.consensus import Said
from assessments.domain.rounds import Refused
from assessments.models import Assessment, Consensus, Rater, Rating
from assessments.tests.round_cases import (
    ITEMS,
    ORDER,
    add_rater,
    give_link,
    make_round,
    rate,
    setting,
    settle,
    small_instrument,
)
from journal.models import Change
from programs.domain import history
from programs.models import Program

SOON = timezone.localdate() + timedelta(days=3)


def verbs(assessment: Assessment) -> list[str]:
    """What the history tells of a round, the oldest first."""
    return list(Change.objects.about("round", assessment.pk).order_by("pk").values_list("verb", flat=True))


@pytest.mark.parametrize("state", ORDER)
def test_a_round_of_every_state(program: Program, state: str) -> None:
    assert make_round(program, state=state).state == state


def test_its_history_tells_every_verb(program: Program, facilitator: User) -> None:
    found = make_round(program, state="closed", keyer=facilitator)
    assert verbs(found) == ["set_up", "keyer_named", "rater_added", "rater_added", "opened", "revealed", "closed"]


def test_every_verb_has_words(program: Program, facilitator: User) -> None:
    make_round(program, state="closed", keyer=facilitator)
    said = [line.what for line in history.of_program(program).lines if "First round" in line.what]
    assert said == [
        "closed the round “First round”",
        "revealed the ratings of “First round”",
        "opened the round “First round” for 2 raters",
        "asked Ly Chan to rate in “First round”",
        "asked Ana Sok to rate in “First round”",
        "named Facilitator Person to type in the paper sheets of “First round”",
        "set up the round “First round” with A small instrument, version 1",
    ]


def test_the_talk_and_what_came_of_it_have_words(program: Program, lead: User) -> None:
    found = make_round(program, state="discussing")
    vision, delay = (Consensus.objects.get(item__key=key) for key in ("vision", "delay"))
    consensus.agree(vision, 1, reason="We agree.", by=lead)
    consensus.leave_open(delay, reason="Nobody knows", by=lead)
    consensus.reopen(vision, by=lead)
    consensus.say(delay, Said("Ask the store"), rater=found.raters.first())
    action = actions.add(found, delay.item, NewAction("Ask the store", lead, SOON), by=lead)
    actions.finish(action, note="Asked.", by=lead)
    told = history.of_program(program).lines[:6]
    assert [line.what for line in reversed(told)] == [
        "settled item 1.1 of “First round”: Begun",
        "left item 2.2 of “First round” open: Nobody knows",
        "opened item 1.1 of “First round” again",
        "wrote about item 2.2 of “First round” as Ana Sok",
        "added an action to “First round”: Ask the store",
        "did an action of “First round”: Ask the store",
    ]


def test_every_verb_that_is_logged_has_words() -> None:
    """Also those of verbs that no test above plays."""
    logs = re.compile(r'_log\(\s*"(\w+)"')
    files = [Path(module.__file__) for module in (rounds, raters, consensus, actions)]
    logged = {verb for file in files for verb in logs.findall(file.read_text())}
    assert logged == {verb for _kind, verb in round_words.VERBS}


def test_a_round_is_set_up_once_however_often_its_form_is_sent(program: Program, lead: User) -> None:
    twice = [rounds.set_up(program, small_instrument(), setting(lead), by=lead, key="k" * 64) for _ in range(2)]
    assert [one.pk for one in twice] == [Assessment.objects.get().pk] * 2


@pytest.mark.parametrize("who", ["editor", "viewer", "admin", "donor", "stranger", "other_lead"])
def test_who_may_not_run_rounds_sets_none_up(
    request: pytest.FixtureRequest, program: Program, lead: User, who: str
) -> None:
    with pytest.raises(PermissionDenied):
        rounds.set_up(program, small_instrument(), setting(lead), by=request.getfixturevalue(who))
    assert not Assessment.objects.exists()


def test_a_home_facilitator_sets_one_up(program: Program, facilitator: User) -> None:
    assert make_round(program, by=facilitator, state="setup").facilitator == facilitator


def test_a_replaced_version_is_not_rated_with(program: Program, lead: User) -> None:
    old = small_instrument()
    small_instrument(version=2)
    old.refresh_from_db()
    with pytest.raises(Refused, match="Only a published instrument"):
        rounds.set_up(program, old, setting(lead), by=lead)


@pytest.mark.parametrize("field", ["facilitator", "keyer"])
def test_who_has_no_part_in_the_program_runs_nothing(program: Program, lead: User, stranger: User, field: str) -> None:
    with pytest.raises(Refused, match="Choose somebody who works with this program"):
        rounds.set_up(program, small_instrument(), replace(setting(lead), **{field: stranger}), by=lead)


def test_an_editor_does_not_run_a_round(program: Program, lead: User, editor: User) -> None:
    with pytest.raises(Refused, match="Choose somebody who works with this program"):
        rounds.set_up(program, small_instrument(), setting(editor), by=lead)


def test_opening_asks_everybody_for_their_items(program: Program, lead: User) -> None:
    found = make_round(program, state="setup", raters=[("Ana Sok", "team")])
    part = add_rater(found, ("Ly Chan", "ministry"), parts=["doing"])
    rounds.open_for_rating(found, by=lead)
    asked = {name: [] for name in ("Ana Sok", "Ly Chan")}
    for name, key in Rating.objects.order_by("item__position").values_list("rater__name", "item__key"):
        asked[name].append(key)
    assert asked == {"Ana Sok": list(ITEMS), "Ly Chan": ["budget", "delay"]}
    assert part.ratings.filter(value=None, is_unable=False).count() == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"raters": []}, "Add at least one rater first."),
        ({"due_on": None}, "Say until when people shall rate."),
    ],
)
def test_a_round_opens_only_when_nothing_is_missing(
    program: Program, lead: User, fields: dict[str, Any], sentence: str
) -> None:
    found = make_round(program, state="setup", **fields)
    with pytest.raises(Refused, match=sentence):
        rounds.open_for_rating(found, by=lead)
    assert round_reading.read(found).may_open is False


@pytest.mark.parametrize(
    ("verb", "allowed"),
    [
        (rounds.open_for_rating, "setup"),
        (rounds.reveal, "rating"),
        (rounds.close, "discussing"),
        (rounds.discard, "setup"),
    ],
)
@pytest.mark.parametrize("state", ORDER)
def test_each_verb_belongs_to_one_state(
    program: Program, lead: User, verb: Callable[..., None], allowed: str, state: str
) -> None:
    found = make_round(program, state=state)
    if state == "rating":
        rate(found.raters.first(), "vision", 2)
    if state == "discussing":
        settle(found)
    if state == allowed:
        verb(found, by=lead)
    else:
        with pytest.raises(Refused):
            verb(found, by=lead)


def test_nothing_is_revealed_while_nobody_has_rated(program: Program, lead: User) -> None:
    found = make_round(program)
    rate(found.raters.first(), "vision", "unable")
    with pytest.raises(Refused, match="Nobody has rated anything yet"):
        rounds.reveal(found, by=lead)


def test_the_reveal_makes_a_place_for_every_item(program: Program) -> None:
    values = [dict.fromkeys(ITEMS, 2), {"vision": 2, "plan": 0, "budget": 3, "delay": 2}]
    found = make_round(program, state="discussing", values=values)
    order = Consensus.objects.filter(assessment=found).values_list("item__key", "state")
    assert list(order) == [("plan", "open"), ("budget", "open"), ("vision", "open"), ("delay", "open")]


def test_a_round_closes_only_when_every_item_is_settled(program: Program, lead: User) -> None:
    found = make_round(program, state="discussing")
    settle(found, left=["plan"])
    Consensus.objects.filter(item__key="plan").update(state="open", reason="")
    with pytest.raises(Refused, match="1 item is not settled yet"):
        rounds.close(found, by=lead)


@pytest.mark.parametrize("state", ["rating", "discussing"])
def test_a_rater_runs_nothing_however_high_they_stand(
    program: Program, facilitator: User, lead: User, state: str
) -> None:
    found = make_round(program, by=facilitator, raters=[lead, ("Ana Sok", "team")], state=state)
    for verb in (rounds.reveal, rounds.close, rounds.discard):
        with pytest.raises(PermissionDenied, match="You rate in this round"):
            verb(found, by=lead)


def test_a_discarded_round_leaves_its_history(program: Program, lead: User) -> None:
    found = make_round(program, state="setup")
    number = found.pk
    rounds.discard(found, by=lead)
    assert (Assessment.objects.count(), Rater.objects.count()) == (0, 0)
    assert Change.objects.about("round", number).filter(verb="discarded").count() == 1


# Changing what is agreed


def test_what_is_agreed_can_change_before_the_closing(program: Program, lead: User, facilitator: User) -> None:
    found = make_round(program)
    rounds.change(found, setting(facilitator, title="Second try", due_on=SOON, target=0.5), by=lead)
    found.refresh_from_db()
    assert (found.title, found.due_on, found.facilitator, found.target) == ("Second try", SOON, facilitator, 0.5)


def test_a_closed_round_never_changes(program: Program, lead: User) -> None:
    found = make_round(program, state="closed")
    with pytest.raises(Refused, match="closed and never changes"):
        rounds.change(found, setting(lead, title="Second try"), by=lead)


@pytest.mark.parametrize(
    ("field", "sentence"), [("facilitator", "whoever runs it"), ("keyer", "whoever types in sheets")]
)
def test_a_rater_gets_no_other_part_in_the_round(
    program: Program, lead: User, facilitator: User, field: str, sentence: str
) -> None:
    found = make_round(program, by=lead, raters=[facilitator])
    with pytest.raises(Refused, match=f"Facilitator Person rates in this round, and {sentence} never rates."):
        rounds.change(found, replace(setting(lead), **{field: facilitator}), by=lead)


def test_sheets_keep_who_types_them_in(program: Program, lead: User, facilitator: User) -> None:
    found = make_round(program, state="setup", keyer=facilitator)
    add_rater(found, ("Ana Sok", "team"), is_on_paper=True)
    with pytest.raises(Refused, match="Somebody rates on paper"):
        rounds.change(found, setting(lead), by=lead)


def test_a_new_keyer_is_named_in_the_history(program: Program, lead: User, facilitator: User) -> None:
    found = make_round(program)
    for title in ("Second try", "Third try", "Third try"):
        rounds.change(found, setting(lead, keyer=facilitator, title=title), by=lead)
    assert verbs(found)[-4:] == ["opened", "changed_round", "keyer_named", "changed_round"]


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ({"names": "never"}, {"names": "agreed"}, "names never stand beside ratings"),
        ({"is_for_donors": False}, {"is_for_donors": True}, "donors do not read the result"),
        ({}, {"due_on": None}, "Say until when"),
    ],
)
def test_what_raters_were_told_becomes_never_less_true(
    program: Program, lead: User, before: dict[str, Any], after: dict[str, Any], sentence: str
) -> None:
    open_one, coming = make_round(program, **before), make_round(program, state="setup", **before)
    with pytest.raises(Refused, match=sentence):
        rounds.change(open_one, setting(lead, **before | after), by=lead)
    rounds.change(coming, setting(lead, **before | after), by=lead)


def test_raters_may_be_told_less_is_shown(program: Program, lead: User) -> None:
    found = make_round(program)
    rounds.change(found, setting(lead, names="never", is_for_donors=False), by=lead)
    found.refresh_from_db()
    assert (found.names, found.is_for_donors) == ("never", False)


def test_links_move_with_the_day_unless_they_ended(program: Program, lead: User) -> None:
    found = make_round(program, raters=[("Ana Sok", "team"), ("Ly Chan", "ministry"), ("Sam Oum", "team")])
    living, ended, _never = found.raters.all()
    for one in (living, ended):
        give_link(one)
    past = timezone.now() - timedelta(days=1)
    Rater.objects.filter(pk=ended.pk).update(link_expires_at=past)
    later = timezone.localdate() + timedelta(days=200)
    rounds.change(found, setting(lead, due_on=later), by=lead)
    ends = list(found.raters.values_list("link_expires_at", flat=True))
    assert (timezone.localdate(ends[0]) - later, ends[1:]) == (rounds.LINKS_OUTLIVE_DUE, [past, None])


# Rating again


def test_the_same_people_are_asked_again_and_no_value_is_copied(
    program: Program, lead: User, facilitator: User, editor: User
) -> None:
    old = make_round(program, by=facilitator, state="discussing", raters=[lead, editor, ("Ana Sok", "ministry")])
    new = repeating.start(old, old.instrument, setting(lead, title="Second round"), by=lead)
    asked = [(one.name, one.role_group, one.user, one.link_digest) for one in new.raters.all()]
    assert asked == [("Editor Person", "team", editor, ""), ("Ana Sok", "ministry", None, "")]
    rounds.open_for_rating(new, by=lead)
    assert Rating.objects.filter(rater__assessment=new).exclude(value=None, comment="").count() == 0


def test_who_runs_or_keys_the_new_round_is_not_asked_again(
    program: Program, lead: User, facilitator: User, editor: User
) -> None:
    old = make_round(program, by=facilitator, raters=[lead, editor], state="setup", keyer=facilitator)
    add_rater(old, ("Ana Sok", "team"), is_on_paper=True)
    new = repeating.start(old, old.instrument, setting(lead, keyer=editor), by=lead)
    assert [(one.name, one.is_on_paper) for one in new.raters.all()] == [("Ana Sok", True)]
    without = repeating.start(old, old.instrument, setting(lead), by=lead)
    assert [(one.name, one.is_on_paper) for one in without.raters.all()] == [
        ("Editor Person", False),
        ("Ana Sok", False),
    ]


def test_parts_that_are_gone_from_the_instrument_are_not_asked_for(program: Program, lead: User) -> None:
    old = make_round(program, state="setup", raters=[])
    add_rater(old, ("Ana Sok", "team"), parts=["leading", "doing"])
    rounds.open_for_rating(old, by=lead)
    newer = small_instrument(version=2, changed={'key = "doing"': 'key = "acting"'})
    new = repeating.start(old, newer, setting(lead), by=lead)
    assert (new.raters.get().parts, new.previous) == (["leading"], old)


def test_its_history_leads_to_the_round_while_there_is_one(program: Program, lead: User) -> None:
    kept, gone = make_round(program, state="setup"), make_round(program, state="setup", title="Gone")
    rounds.discard(gone, by=lead)
    found = {(line.about, line.url) for line in history.of_program(program).lines}
    assert {place for place in found if place[1]} == {("First round", f"/programs/{program.pk}/rounds/{kept.pk}/")}
    assert "Gone" not in {about for about, _url in found}
