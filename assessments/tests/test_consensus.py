"""What the room makes of an item: agreed, with a reason where one is needed, or left open; and what is said."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from assessments.domain import consensus, raters, room, rounds, steering
from assessments.domain.consensus import ReasonNeeded, Said
from assessments.domain.rounds import Refused
from assessments.models import Assessment, Consensus, Rater, Statement
from assessments.tests.round_cases import ITEMS, make_round, small_instrument
from journal.models import Change
from journal.tests.haste import at_once
from programs.models import Program

ALIKE = {"vision": 2, "plan": 2, "budget": 2, "delay": 1}
DISSENT = Statement.Kind.DISSENT


@pytest.fixture
def discussed(program: Program) -> Assessment:
    """Two raters: they agree on vision, are one level apart on plan, two on budget, and one cannot say of delay."""
    said = [{"vision": 2, "plan": 1, "budget": 0, "delay": 1}, {"vision": 2, "plan": 2, "budget": 2, "delay": "unable"}]
    return make_round(program, state="discussing", values=said)


def at(assessment: Assessment, key: str) -> Consensus:
    return Consensus.objects.select_related("item", "assessment").get(assessment=assessment, item__key=key)


def outcome(assessment: Assessment, key: str) -> tuple[str, int | None, str]:
    row = at(assessment, key)
    return row.state, row.value, row.reason


def rater_of(assessment: Assessment, name: str = "Ana Sok") -> Rater:
    return assessment.raters.get(name=name)


def said_in(assessment: Assessment) -> list[tuple[str, str]]:
    rows = Change.objects.filter(kind="round", object_id=assessment.pk).order_by("pk")
    verbs = ("settled", "left_open", "reopened_item", "said")
    return [(row.verb, row.details["item"]) for row in rows if row.verb in verbs]


def revision(assessment: Assessment) -> int:
    return Assessment.objects.get(pk=assessment.pk).revision


# Agreeing -------------------------------------------------------------------------------------------------------


def test_what_everybody_gave_needs_no_reason(discussed: Assessment, lead: User) -> None:
    before = revision(discussed)
    consensus.agree(at(discussed, "vision"), 2, by=lead)

    row = at(discussed, "vision")
    assert (row.state, row.value, row.reason, row.settled_by) == ("agreed", 2, "", lead)
    assert row.settled_at is not None
    assert said_in(discussed) == [("settled", "1.1")]
    assert revision(discussed) == before + 1


@pytest.mark.parametrize(
    ("key", "value"),
    [("vision", 3), ("plan", 2), ("budget", 1), ("delay", 1)],
    ids=["nobody gave it", "one gave it", "in the middle", "the other was unable"],
)
def test_any_other_value_needs_a_reason(discussed: Assessment, lead: User, key: str, value: int) -> None:
    with pytest.raises(ReasonNeeded, match="Not every rater gave this value"):
        consensus.agree(at(discussed, key), value, by=lead)
    assert outcome(discussed, key) == ("open", None, "")

    consensus.agree(at(discussed, key), value, reason="The minister showed the plan.", by=lead)
    assert outcome(discussed, key) == ("agreed", value, "The minister showed the plan.")


@pytest.mark.parametrize("value", [-1, 4, 99])
def test_a_value_off_the_scale_is_refused(discussed: Assessment, lead: User, value: int) -> None:
    with pytest.raises(Refused, match="Choose one of the levels shown"):
        consensus.agree(at(discussed, "vision"), value, reason="Because.", by=lead)


def test_a_double_click_settles_once(discussed: Assessment, lead: User) -> None:
    for _click in range(2):
        consensus.agree(at(discussed, "vision"), 2, by=lead, key="a" * 64)
    assert said_in(discussed) == [("settled", "1.1")]


def test_whoever_comes_second_is_told_and_undoes_nothing(discussed: Assessment, lead: User, facilitator: User) -> None:
    consensus.agree(at(discussed, "vision"), 2, by=lead)
    with pytest.raises(Refused, match=f"{lead.name} settled this item at 2 meanwhile"):
        consensus.agree(at(discussed, "vision"), 3, reason="I think so.", by=facilitator)
    with pytest.raises(Refused, match="meanwhile"):
        consensus.leave_open(at(discussed, "vision"), reason="I think so.", by=facilitator)
    assert outcome(discussed, "vision") == ("agreed", 2, "")


# The last round -------------------------------------------------------------------------------------------------


def again(program: Program, last: dict[str, int], now: dict[str, int], **options: Any) -> Assessment:
    """A round in discussion after one that agreed on `last`; both raters say `now`."""
    previous = make_round(program, state="discussing", values=[last, last], title="Before")
    for key, value in last.items():
        consensus.agree(at(previous, key), value, by=program.created_by)
    if options.pop("is_closed", True):
        rounds.close(previous, by=program.created_by)
    changed = options.pop("changed", None)
    options["instrument"] = small_instrument(version=2, changed=changed) if changed else previous.instrument
    return make_round(program, state="discussing", values=[now, now], previous=previous, **options)


@pytest.mark.parametrize(
    ("key", "value", "needs"),
    [("vision", 1, True), ("vision", 2, False), ("vision", 3, False), ("plan", 0, True),
     ("delay", 0, False), ("delay", 2, True), ("delay", 1, False)],
)  # fmt: skip
def test_a_fall_needs_a_reason_and_where_high_is_bad_a_rise(
    program: Program, lead: User, key: str, value: int, needs: bool
) -> None:
    found = again(program, ALIKE, ALIKE | {key: value})
    if needs:
        with pytest.raises(ReasonNeeded, match=f"In the last round it was {ALIKE[key]}"):
            consensus.agree(at(found, key), value, by=lead)
        consensus.agree(at(found, key), value, reason="The trainer left.", by=lead)
    else:
        consensus.agree(at(found, key), value, by=lead)
    assert at(found, key).value == value


def test_a_leap_of_two_levels_needs_a_reason(program: Program, lead: User) -> None:
    found = again(program, ALIKE | {"vision": 0}, ALIKE | {"vision": 2})
    with pytest.raises(ReasonNeeded, match="In the last round it was 0"):
        consensus.agree(at(found, "vision"), 2, by=lead)


def test_only_a_closed_round_on_the_same_scale_and_the_same_way_round_is_compared_with(
    program: Program, lead: User
) -> None:
    lower = dict.fromkeys(ITEMS, 0)
    still_open = again(program, ALIKE, lower, is_closed=False)
    assert consensus.last_agreed(still_open) == {}
    consensus.agree(at(still_open, "vision"), 0, by=lead)

    turned = again(program, ALIKE, lower, changed={"is_reversed = true\n": ""})
    assert consensus.last_agreed(turned) == {"vision": 2, "plan": 2, "budget": 2}


def test_an_item_left_open_last_time_says_nothing(program: Program, lead: User) -> None:
    previous = make_round(program, state="discussing", values=[ALIKE])
    consensus.leave_open(at(previous, "vision"), reason="Nobody knows.", by=lead)
    for key in ("plan", "budget", "delay"):
        consensus.agree(at(previous, key), ALIKE[key], by=lead)
    rounds.close(previous, by=lead)
    found = make_round(program, state="discussing", values=[ALIKE], previous=previous, instrument=previous.instrument)
    assert consensus.last_agreed(found) == {"plan": 2, "budget": 2, "delay": 1}


# Leaving open, taking up again ----------------------------------------------------------------------------------


def test_leaving_open_needs_a_reason(discussed: Assessment, lead: User) -> None:
    with pytest.raises(ReasonNeeded, match="Write why"):
        consensus.leave_open(at(discussed, "budget"), reason="", by=lead)
    consensus.leave_open(at(discussed, "budget"), reason="The budget law is not out.", by=lead)
    assert outcome(discussed, "budget") == ("left", None, "The budget law is not out.")
    assert said_in(discussed) == [("left_open", "2.1")]


def test_taking_up_again_keeps_what_was_in_the_history(discussed: Assessment, lead: User) -> None:
    consensus.agree(at(discussed, "plan"), 2, reason="We saw it.", by=lead)
    for _click in range(2):
        consensus.reopen(at(discussed, "plan"), by=lead)
    row = at(discussed, "plan")
    assert (row.state, row.value, row.reason, row.settled_by, row.settled_at) == ("open", None, "", None, None)
    assert said_in(discussed) == [("settled", "1.2"), ("reopened_item", "1.2")]
    assert Change.objects.get(verb="reopened_item").old == {"state": "agreed", "value": 2, "reason": "We saw it."}
    consensus.agree(at(discussed, "plan"), 1, reason="It has no dates.", by=lead)
    assert outcome(discussed, "plan") == ("agreed", 1, "It has no dates.")


# One click for what is clear ------------------------------------------------------------------------------------


def test_one_click_settles_what_all_gave(discussed: Assessment, lead: User) -> None:
    assert consensus.agree_where_unanimous(discussed, by=lead) == ["1.1"]
    assert [outcome(discussed, key)[0] for key in ITEMS] == ["agreed", "open", "open", "open"]
    assert at(discussed, "vision").settled_by == lead
    before = revision(discussed)
    assert consensus.agree_where_unanimous(discussed, by=lead) == []
    assert revision(discussed) == before
    assert said_in(discussed) == [("settled", "1.1")]


def test_one_click_leaves_a_lone_rating_and_what_needs_a_reason(program: Program, lead: User) -> None:
    alone = make_round(program, state="discussing", values=[{"vision": 2}, {"plan": 1}])
    assert consensus.agree_where_unanimous(alone, by=lead) == []
    found = again(program, ALIKE, ALIKE | {"plan": 1, "budget": 3}, title="Later")
    assert consensus.agree_where_unanimous(found, by=lead) == ["1.1", "2.1", "2.2"]
    assert outcome(found, "plan") == ("open", None, "")


def test_one_click_overwrites_nothing_that_is_settled(discussed: Assessment, lead: User) -> None:
    consensus.agree(at(discussed, "vision"), 3, reason="It is on every wall now.", by=lead)
    assert consensus.agree_where_unanimous(discussed, by=lead) == []
    assert outcome(discussed, "vision") == ("agreed", 3, "It is on every wall now.")


def test_raters_who_were_taken_off_count_nowhere(program: Program, lead: User) -> None:
    three = (("Ana Sok", "team"), ("Ly Chan", "ministry"), ("Bo Kim", "partner"))
    values = [dict.fromkeys(ITEMS, 1), dict.fromkeys(ITEMS, 1), dict.fromkeys(ITEMS, 3)]
    found = make_round(program, raters=three, values=values)
    raters.remove(rater_of(found, "Bo Kim"), by=lead)
    rounds.reveal(found, by=lead)
    assert consensus.agree_where_unanimous(found, by=lead) == ["1.1", "1.2", "2.1", "2.2"]


# Saying ---------------------------------------------------------------------------------------------------------


def test_a_rater_by_link_disagrees_and_it_stays_beside_the_value(discussed: Assessment, lead: User) -> None:
    ana, before = rater_of(discussed), revision(discussed)
    for _click in range(2):
        consensus.say(at(discussed, "plan"), Said("It has no dates.", DISSENT, 0), rater=ana, key="b" * 64)
    consensus.agree(at(discussed, "plan"), 2, reason="Most of us saw it.", by=lead)

    kept = Statement.objects.get()
    assert (kept.rater, kept.user, kept.kind, kept.value, kept.text) == (ana, None, DISSENT, 0, "It has no dates.")
    assert said_in(discussed) == [("said", "1.2"), ("settled", "1.2")]
    assert Change.objects.get(verb="said").details["name"] == "Ana Sok"
    assert revision(discussed) == before + 2


def test_who_runs_the_round_writes_down_what_a_rater_says(discussed: Assessment, lead: User, facilitator: User) -> None:
    ana = rater_of(discussed)
    said = consensus.say(at(discussed, "plan"), Said("No dates.", DISSENT, 1), rater=ana, by=facilitator)
    assert said is not None
    assert (said.rater, said.user) == (ana, facilitator)


@pytest.mark.parametrize("said", [Said("I disagree.", DISSENT), Said("It is 2.", value=2)])
def test_who_does_not_rate_neither_disagrees_nor_names_a_value(discussed: Assessment, lead: User, said: Said) -> None:
    with pytest.raises(Refused, match="Only raters"):
        consensus.say(at(discussed, "plan"), said, by=lead)
    assert consensus.say(at(discussed, "plan"), Said("Ana will send the plan."), by=lead) is not None


def test_nothing_is_said_without_words_or_off_the_scale(discussed: Assessment) -> None:
    ana = rater_of(discussed)
    with pytest.raises(Refused, match="Write what"):
        consensus.say(at(discussed, "plan"), Said(""), rater=ana)
    with pytest.raises(Refused, match="levels"):
        consensus.say(at(discussed, "plan"), Said("Nine.", value=9), rater=ana)


def test_raters_speak_in_their_own_round_alone(discussed: Assessment, program: Program) -> None:
    other = make_round(program, state="discussing", title="Another", instrument=discussed.instrument)
    with pytest.raises(Refused, match="raters of this round"):
        consensus.say(at(discussed, "plan"), Said("Hello."), rater=rater_of(other))


# Who may, and when ----------------------------------------------------------------------------------------------

Act = Callable[[Assessment, User], object]
ACTS: dict[str, Act] = {
    "agree": lambda found, by: consensus.agree(at(found, "vision"), 2, reason="Yes.", by=by),
    "leave": lambda found, by: consensus.leave_open(at(found, "vision"), reason="No.", by=by),
    "reopen": lambda found, by: consensus.reopen(at(found, "vision"), by=by),
    "unanimous": lambda found, by: consensus.agree_where_unanimous(found, by=by),
    "speak for a rater": lambda found, by: consensus.say(
        at(found, "vision"), Said("So."), rater=rater_of(found), by=by
    ),
    "show": lambda found, by: steering.show(found, at(found, "plan").item, by=by),
    "timer": lambda found, by: steering.set_timer(found, 5, by=by),
    "close": lambda found, by: rounds.close(found, by=by),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_only_who_may_run_the_round_does_it(
    discussed: Assessment, viewer: User, editor: User, donor: User, admin: User, other_facilitator: User, act: Act
) -> None:
    for person in (viewer, editor, donor, admin, other_facilitator):
        with pytest.raises(PermissionDenied):
            act(discussed, person)
    assert (said_in(discussed), revision(discussed)) == ([], discussed.revision)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_rater_never_runs_the_round_however_high_they_stand(
    program: Program, lead: User, facilitator: User, act: Act
) -> None:
    said = [dict.fromkeys(ITEMS, 2), dict.fromkeys(ITEMS, 2)]
    found = make_round(program, by=facilitator, raters=[("Ana Sok", "team"), lead], state="discussing", values=said)
    with pytest.raises(PermissionDenied, match="You rate in this round"):
        act(found, lead)


@pytest.mark.parametrize(("state", "words"), [("rating", "not revealed"), ("closed", "closed and never changes")])
def test_nothing_is_said_or_settled_before_and_after_the_discussion(
    program: Program, lead: User, state: str, words: str
) -> None:
    found = make_round(program, state=state)
    row = Consensus.objects.filter(assessment=found).first()
    if row is None:  # the rows come with the reveal
        row = Consensus(assessment=found, item=found.instrument.items.first(), place=1)
    for act in (
        lambda: consensus.agree(row, 2, by=lead),
        lambda: consensus.leave_open(row, reason="No.", by=lead),
        lambda: consensus.reopen(row, by=lead),
        lambda: consensus.agree_where_unanimous(found, by=lead),
        lambda: consensus.say(row, Said("Hello."), rater=rater_of(found)),
    ):
        with pytest.raises(Refused, match=words):
            act()
    with pytest.raises(Refused, match="not in discussion"):
        steering.set_timer(found, 5, by=lead)
    assert not Statement.objects.exists()


def test_readers_may_not_speak_and_those_who_write_remarks_may(
    discussed: Assessment, viewer: User, editor: User, donor: User
) -> None:
    for person in (viewer, donor):
        with pytest.raises(PermissionDenied):
            consensus.say(at(discussed, "plan"), Said("Hello."), by=person)
    said = consensus.say(at(discussed, "plan"), Said("We can send it."), by=editor)
    assert said is not None
    assert (said.rater, said.user) == (None, editor)


# Steering -------------------------------------------------------------------------------------------------------


def test_moving_on_ends_the_timer_and_moving_to_the_same_item_does_nothing(discussed: Assessment, lead: User) -> None:
    plan = at(discussed, "plan").item
    steering.show(discussed, plan, by=lead)
    steering.set_timer(discussed, 5, by=lead)
    before = revision(discussed)
    steering.show(discussed, plan, by=lead)
    assert revision(discussed) == before
    steering.show(discussed, at(discussed, "vision").item, by=lead)
    now = Assessment.objects.get(pk=discussed.pk)
    assert (now.room_item.key, now.room_until, now.revision) == ("vision", None, before + 1)


@pytest.mark.parametrize("minutes", [-1, 61])
def test_a_timer_has_its_limits(discussed: Assessment, lead: User, minutes: int) -> None:
    with pytest.raises(Refused, match="60 minutes"):
        steering.set_timer(discussed, minutes, by=lead)


def test_an_item_of_another_instrument_is_not_shown(discussed: Assessment, lead: User, instrument: Any) -> None:
    with pytest.raises(Refused, match="not part"):
        steering.show(discussed, instrument.items.first(), by=lead)


# Reading --------------------------------------------------------------------------------------------------------


def test_the_room_reads_by_disagreement(discussed: Assessment) -> None:
    found = room.read(discussed)
    assert [(turn.consensus.item.key, turn.spread.word) for turn in found.turns] == [
        ("budget", "split"),
        ("plan", "near"),
        ("vision", "agree"),
        ("delay", None),
    ]
    assert found.current is found.turns[0].consensus
    assert [turn.consensus.item.number for turn in found.missing] == ["1.1", "1.2", "2.1", "2.2"]


GROUPS = [("A", "team"), ("B", "team"), ("C", "team"), ("D", "ministry"), ("E", "partner"), ("F", "community")]


@pytest.mark.parametrize(
    ("silent", "columns"),
    [
        ((), [(("team",), 3), (("community", "ministry", "partner"), 3)]),
        (("F",), [(("ministry", "partner", "team"), 5)]),
        (("A",), [(("community", "ministry", "partner", "team"), 5)]),
    ],
)
def test_groups_under_three_who_answered_this_item_are_never_shown_alone(
    program: Program, silent: tuple[str, ...], columns: list
) -> None:
    values = [{"plan": 1} | ({} if name in silent else {"vision": 2}) for name, _group in GROUPS]
    found = make_round(program, state="discussing", raters=GROUPS, values=values)
    talk = room.read_item(found, "vision")
    assert talk is not None
    assert [(answers.groups, answers.count) for answers in talk.answers] == columns


@pytest.mark.parametrize(
    ("names", "allowed", "shown"),
    [("agreed", [True, True], True), ("agreed", [True, None], False), ("agreed", [True, False], False),
     ("never", [True, True], False)],
)  # fmt: skip
def test_names_stand_beside_ratings_only_if_every_rater_agreed(
    program: Program, lead: User, names: str, allowed: list[bool | None], shown: bool
) -> None:
    found = make_round(program, state="discussing", names=names)
    for rater, answer in zip(found.raters.order_by("pk"), allowed, strict=True):
        Rater.objects.filter(pk=rater.pk).update(shows_name=answer)
    talk = room.read_item(found, "vision")
    assert talk is not None
    assert talk.shows_names == shown
    told = sorted(name for answers in talk.answers for found in answers.by_value.values() for name in found)
    assert told == (["Ana Sok", "Ly Chan"] if shown else ["", ""])


# Haste ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_who_settle_the_same_item_one_wins(discussed: Assessment, lead: User, facilitator: User) -> None:
    row = at(discussed, "plan")
    results = at_once(
        *(
            lambda value=value, by=by: consensus.agree(row, value, reason=by.name, by=by)
            for value, by in [(1, lead), (2, facilitator), (1, lead), (2, facilitator)]
        )
    )
    assert sum(result is None for result in results) == 1
    assert sum(type(result) is Refused for result in results) == 3
    value, winner = [(1, lead), (2, facilitator), (1, lead), (2, facilitator)][results.index(None)]
    assert outcome(discussed, "plan") == ("agreed", value, winner.name)
    assert said_in(discussed) == [("settled", "1.2")]


@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_the_same_moment_settles_and_says_once(discussed: Assessment, lead: User) -> None:
    row, ana = at(discussed, "plan"), rater_of(discussed)
    settled = at_once(*[lambda: consensus.agree(row, 1, reason="Yes.", by=lead, key="c" * 64)] * 4)
    said = at_once(*[lambda: consensus.say(row, Said("No dates."), rater=ana, key="d" * 64)] * 4)
    assert settled == [None] * 4
    assert [type(result) for result in said].count(Statement) == 1
    assert said_in(discussed) == [("settled", "1.2"), ("said", "1.2")]


@pytest.mark.django_db(transaction=True)
def test_what_is_said_while_the_round_closes_is_either_in_it_or_refused(discussed: Assessment, lead: User) -> None:
    for key in ITEMS:
        consensus.agree(at(discussed, key), 2, reason="Yes.", by=lead)
    row, ana = at(discussed, "plan"), rater_of(discussed)
    says = [lambda text=str(number): consensus.say(row, Said(text), rater=ana) for number in range(6)]
    *said, closed = at_once(*says, lambda: rounds.close(discussed, by=lead))

    assert closed is None
    kept = [result for result in said if isinstance(result, Statement)]
    assert len(kept) + sum(isinstance(result, Refused) for result in said) == 6
    assert Statement.objects.count() == len(kept)
    now = Assessment.objects.get(pk=discussed.pk)
    assert all(statement.said_at <= now.closed_at for statement in Statement.objects.all())


@pytest.mark.django_db(transaction=True)
def test_a_round_that_closes_while_an_item_is_taken_up_again_is_never_half(discussed: Assessment, lead: User) -> None:
    for key in ITEMS:
        consensus.agree(at(discussed, key), 2, reason="Yes.", by=lead)
    row = at(discussed, "plan")
    reopened, closed = at_once(lambda: consensus.reopen(row, by=lead), lambda: rounds.close(discussed, by=lead))
    now = Assessment.objects.get(pk=discussed.pk)
    if closed is None:
        assert (type(reopened), now.state, outcome(discussed, "plan")[0]) == (Refused, "closed", "agreed")
    else:
        assert (type(closed), now.state, outcome(discussed, "plan")[0]) == (Refused, "discussing", "open")
