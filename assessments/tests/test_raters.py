"""Who rates in a round: asking, changing and removing people, and their personal links."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from assessments.domain import raters, rounds
from assessments.domain.raters import Person
from assessments.domain.rounds import Refused
from assessments.models import Assessment, Rater
from assessments.tests.round_cases import ITEMS, actor_of, add_rater, give_link, make_round, rate, settle
from journal.models import Change
from journal.saving import Actor
from programs.models import Program

ANA = Person("Ana Sok", "ministry")


@pytest.fixture
def coming(program: Program) -> Assessment:
    """A round that is being set up, without raters."""
    return make_round(program, state="setup", raters=[])


def token_of(path: str) -> str:
    return path.rstrip("/").rsplit("/", 1)[1]


# Asking


def test_a_rater_has_a_code_of_their_own(coming: Assessment, lead: User) -> None:
    asked = raters.add_all(coming, [ANA] * 30, by=lead)
    codes = {rater.code for rater in asked}
    assert (len(codes), {re.fullmatch(f"[{raters.CODE_LETTERS}]{{4}}", code) is None for code in codes}) == (
        30,
        {False},
    )


def test_the_same_form_asks_once(coming: Assessment, lead: User) -> None:
    first, second = (raters.add(coming, ANA, by=lead, key="k" * 64) for _ in range(2))
    assert (first, Rater.objects.count()) == (second, 1)


def test_several_by_one_form_are_asked_once(coming: Assessment, lead: User) -> None:
    for _ in range(2):
        raters.add_all(coming, [ANA, ANA], by=lead, key="k" * 64)
    assert Rater.objects.count() == 2  # two people may have one name


@pytest.mark.parametrize("state", ["setup", "rating", "discussing", "closed"])
def test_people_can_be_asked_until_the_reveal(program: Program, lead: User, state: str) -> None:
    found = make_round(program, state=state)
    verbs: list[Callable[[], Any]] = [
        lambda: raters.add(found, ANA, by=lead),
        lambda: raters.change(found.raters.first(), ANA, by=lead),
        lambda: raters.remove(found.raters.last(), by=lead),
    ]
    for verb in verbs:
        if state in ("setup", "rating"):
            verb()
        else:
            with pytest.raises(Refused, match="The ratings are revealed"):
                verb()


def test_who_comes_later_is_asked_the_same(program: Program) -> None:
    late = add_rater(make_round(program), ("Late Comer", "team"))
    assert list(late.ratings.values_list("item__key", flat=True).order_by("item__position")) == list(ITEMS)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda lead, editor: Person("x", "team", lead), "Own Lead Person runs this round or types in its sheets"),
        (lambda lead, editor: Person("x", "team", editor), "Editor Person rates in this round already"),
        (lambda lead, editor: Person("x", "team", is_on_paper=True), "Say first who types in paper sheets"),
    ],
)
def test_who_cannot_be_asked_is_told_why(
    program: Program, lead: User, editor: User, change: Callable[..., Person], sentence: str
) -> None:
    found = make_round(program, by=lead, raters=[editor], state="setup")
    with pytest.raises(Refused, match=sentence):
        raters.add(found, change(lead, editor), by=lead)


def test_the_keyer_is_not_asked(program: Program, lead: User, facilitator: User) -> None:
    found = make_round(program, by=lead, keyer=facilitator, state="setup")
    with pytest.raises(Refused, match="Facilitator Person runs this round or types in its sheets"):
        raters.add(found, Person("x", "facilitator", facilitator), by=lead)


def test_who_signs_in_does_not_rate_on_paper(program: Program, lead: User, facilitator: User, editor: User) -> None:
    found = make_round(program, by=lead, keyer=facilitator, state="setup")
    with pytest.raises(Refused, match="Choose one way of rating"):
        raters.add(found, Person("x", "team", editor, is_on_paper=True), by=lead)


def test_a_round_takes_so_many(coming: Assessment, lead: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raters, "MOST_RATERS", 2)
    raters.add_all(coming, [ANA, ANA], by=lead)
    with pytest.raises(Refused, match="at most 2 raters"):
        raters.add(coming, ANA, by=lead)


@pytest.mark.parametrize("who", ["editor", "viewer", "admin", "donor", "stranger", "other_lead"])
def test_only_who_runs_rounds_asks_people(request: pytest.FixtureRequest, coming: Assessment, who: str) -> None:
    with pytest.raises(PermissionDenied):
        raters.add(coming, ANA, by=request.getfixturevalue(who))
    assert not Rater.objects.exists()


def test_people_are_refused_as_a_whole(program: Program, lead: User) -> None:
    found = make_round(program, state="setup", raters=[])
    people = [Person("Ana Sok", "team"), Person("Ly Chan", "team", lead)]
    with pytest.raises(Refused):
        raters.add_all(found, people, by=lead)
    assert found.raters.count() == 0


# Changing


def test_new_parts_are_asked_and_rated_ones_stay(program: Program, lead: User) -> None:
    found = make_round(program)
    rater = found.raters.first()
    rate(rater, "vision", 2)
    raters.change(rater, Person("Ana S.", "partner", parts=["doing"]), by=lead)
    rater.refresh_from_db()
    asked = list(rater.ratings.order_by("item__position").values_list("item__key", "value"))
    assert (rater.name, rater.role_group, asked) == (
        "Ana S.",
        "partner",
        [("vision", 2), ("budget", None), ("delay", None)],
    )
    raters.change(rater, Person("Ana S.", "partner"), by=lead)
    assert rater.ratings.count() == 4


def test_somebody_who_gets_an_account_loses_the_link(program: Program, lead: User, editor: User) -> None:
    rater = make_round(program).raters.first()
    token = give_link(rater)
    raters.change(rater, Person("x", "team", editor), by=lead)
    assert raters.behind(token) is None


@pytest.mark.parametrize("answer", [2, "unable"])
def test_sealed_ratings_open_to_nobody_else(
    program: Program, lead: User, facilitator: User, editor: User, answer: int | str
) -> None:
    """Else whoever runs the round could hand a rater’s ratings to the keyer, or to a friend."""
    found = make_round(program, by=lead, keyer=facilitator)
    rater = found.raters.first()
    rate(rater, "vision", answer)
    for other in (Person("x", "team", editor), Person("x", "team", is_on_paper=True)):
        with pytest.raises(Refused, match="Ana Sok has rated already"):
            raters.change(rater, other, by=lead)
    raters.change(rater, Person("Ana S.", "team"), by=lead)


def test_who_has_not_rated_yet_may_change_to_paper(program: Program, lead: User, facilitator: User) -> None:
    rater = make_round(program, by=lead, keyer=facilitator).raters.first()
    raters.change(rater, Person("Ana Sok", "team", is_on_paper=True), by=lead)
    rater.refresh_from_db()
    assert rater.is_on_paper


# Removing


def test_who_is_removed_rates_no_more_and_can_be_asked_anew(program: Program, lead: User, editor: User) -> None:
    found = make_round(program, by=lead, raters=[editor, ("Ana Sok", "team")])
    mine, ana = found.raters.all()
    token = give_link(ana)
    for rater in (mine, ana):
        raters.remove(rater, by=lead)
    assert (raters.behind(token), raters.for_actor(mine.pk, actor=Actor(editor))) == (None, None)
    again = add_rater(found, editor)
    assert (found.raters.standing().get(), again.code == mine.code) == (again, False)


# Links


def test_a_link_opens_its_rater_and_is_kept_as_a_digest(coming: Assessment, lead: User) -> None:
    rater = raters.add(coming, ANA, by=lead)
    token = token_of(raters.give_link(rater, by=lead))
    assert raters.behind(token) == rater
    rater.refresh_from_db()
    kept = str(Rater.objects.values().get()) + str(list(Change.objects.values()))
    assert (token in kept, len(token)) == (False, 43)


def test_a_newer_link_ends_the_older_and_its_session(coming: Assessment, lead: User) -> None:
    rater = raters.add(coming, ANA, by=lead)
    older = token_of(raters.give_link(rater, by=lead))
    rater.refresh_from_db()
    session = Actor(None, "phone", rater.link_number)
    assert raters.for_actor(rater.pk, actor=session) == rater
    newer = token_of(raters.give_link(rater, by=lead))
    assert (raters.behind(older), raters.behind(newer)) == (None, rater)
    assert raters.for_actor(rater.pk, actor=session) is None


def test_an_ended_link_and_its_session_open_nothing(coming: Assessment, lead: User) -> None:
    rater = raters.add(coming, ANA, by=lead)
    token = give_link(rater)
    session = actor_of(rater)
    raters.revoke_link(rater, by=lead)
    assert (raters.behind(token), raters.for_actor(rater.pk, actor=session)) == (None, None)


def test_an_expired_link_and_its_session_open_nothing(coming: Assessment, lead: User) -> None:
    rater = raters.add(coming, ANA, by=lead)
    token = give_link(rater)
    session = actor_of(rater)
    Rater.objects.update(link_expires_at=timezone.now() - timedelta(seconds=1))
    assert (raters.behind(token), raters.for_actor(rater.pk, actor=session)) == (None, None)


def test_a_lost_link_is_ended_or_replaced_during_the_discussion_too(program: Program, lead: User) -> None:
    found = make_round(program, state="discussing")
    rater = found.raters.first()
    lost = give_link(rater)
    found_again = raters.give_link(rater, by=lead).split("/")[-2]
    assert (raters.behind(lost), raters.behind(found_again)) == (None, rater)
    raters.revoke_link(rater, by=lead)
    assert raters.behind(found_again) is None


def test_a_link_outlives_its_round_by_two_weeks(program: Program) -> None:
    found = make_round(program)
    rater = found.raters.first()
    token = give_link(rater)
    assert raters.behind(token) == rater
    rate(rater, "vision", 2)
    rounds.reveal(found, by=found.facilitator)
    settle(found)
    rounds.close(found, by=found.facilitator)
    rater.refresh_from_db()
    found.refresh_from_db()
    assert (raters.behind(token), rater.link_expires_at) == (rater, found.closed_at + timedelta(days=14))
    with pytest.raises(Refused, match="closed and never changes"):
        raters.give_link(rater, by=found.facilitator)


@pytest.mark.parametrize("token", ["", "wrong", "é" * 43, "x" * 5_000])
def test_a_guessed_link_opens_nothing(coming: Assessment, lead: User, token: str) -> None:
    raters.add(coming, ANA, by=lead)  # who has no link yet, and so an empty digest
    assert raters.behind(token) is None


def test_links_are_for_those_without_an_account_or_a_sheet(
    program: Program, lead: User, facilitator: User, editor: User
) -> None:
    found = make_round(program, by=lead, keyer=facilitator, raters=[editor], state="setup")
    paper = add_rater(found, ("Ana Sok", "team"), is_on_paper=True)
    for rater, why in ((found.raters.first(), "signs in to rate"), (paper, "rates on paper")):
        with pytest.raises(Refused, match=f"{why}, and needs no link"):
            raters.give_link(rater, by=lead)


def test_the_holder_of_a_link_is_not_somebody_else(program: Program, editor: User) -> None:
    found = make_round(program)
    ana, ly = found.raters.all()
    assert raters.for_actor(ly.pk, actor=actor_of(ana)) is None
    assert raters.for_actor(ana.pk, actor=Actor(editor, link=ana.link_number)) is None  # a sign-in outweighs it


def test_first_opened_is_noted_once(coming: Assessment, lead: User) -> None:
    rater = raters.add(coming, ANA, by=lead)
    give_link(rater)
    raters.opened(rater)
    rater.refresh_from_db()
    first = rater.link_opened_at
    raters.opened(rater)
    rater.refresh_from_db()
    assert (first is not None, rater.link_opened_at) == (True, first)
    raters.give_link(rater, by=lead)
    rater.refresh_from_db()
    assert rater.link_opened_at is None  # nobody opened the new one


def test_every_act_is_in_the_history(coming: Assessment, lead: User) -> None:
    rater = raters.add(coming, ANA, by=lead)
    for _ in range(2):  # the second time there is nothing to do
        raters.change(rater, Person("Ana S.", "team"), by=lead)
    raters.give_link(rater, by=lead)
    for _ in range(2):
        raters.revoke_link(rater, by=lead)
    raters.remove(rater, by=lead)
    told = Change.objects.about("round", coming.pk).exclude(verb="set_up").order_by("pk")
    assert [(one.verb, one.details["name"]) for one in told] == [
        ("rater_added", "Ana Sok"),
        ("rater_changed", "Ana S."),
        ("link_given", "Ana S."),
        ("link_revoked", "Ana S."),
        ("rater_removed", "Ana S."),
    ]
