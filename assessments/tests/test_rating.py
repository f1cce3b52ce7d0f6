"""Ratings on the saving path: exactly once, in a log of their own, and only while the round is open for rating."""

import secrets

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from accounts.models import User
from assessments.domain import raters, rounds
from assessments.models import Assessment, Rater, RatingChange
from assessments.tests.round_cases import actor_of, add_rater, give_link, make_round, rate, rating
from journal import filling, saving
from journal.filling import Wish
from journal.models import Change, Mutation, Outcome
from journal.saving import Actor, NotFound, Proposal, Refused, Result
from programs.domain import describing
from programs.models import ItemAnswer, Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(program: Program) -> Assessment:
    return make_round(program)


@pytest.fixture
def ana(asked: Assessment) -> Rater:
    rater = asked.raters.get(name="Ana Sok")
    give_link(rater)
    return rater


def save(
    rater: Rater, key: str, field: str, value: str, *, base: int = 0, actor: Actor | None = None, once: str = ""
) -> Result:
    row = rating(rater, key)
    proposal = Proposal(once or secrets.token_hex(16), "rating", row.pk, field, value, base)
    return saving.save(proposal, actor=actor or actor_of(rater))


def test_a_rating_is_kept_with_a_log_of_its_own(ana: Rater, program: Program) -> None:
    program.refresh_from_db()
    seq, lines = program.inputs_seq, Change.objects.count()
    save(ana, "vision", "answer", "2")
    save(ana, "vision", "comment", "On the wall.")
    row = rating(ana, "vision")
    assert (row.value, row.is_unable, row.comment) == (2, False, "On the wall.")
    assert [row.version(field) for field in ("answer", "comment", "reason")] == [1, 1, 0]
    logged = RatingChange.objects.filter(object_id=row.pk).order_by("id").values_list("field", "old", "new", "link_id")
    assert list(logged) == [("answer", "", "2", ana.link_number), ("comment", "", "On the wall.", ana.link_number)]
    program.refresh_from_db()
    assert (Change.objects.count(), program.inputs_seq) == (lines, seq)  # nothing for the history, nothing to score


@pytest.mark.parametrize("table", ["assessments_ratingchange"])
def test_the_log_cannot_be_rewritten(ana: Rater, table: str) -> None:
    save(ana, "vision", "answer", "2")
    for act in (lambda rows: rows.update(new="3"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act(RatingChange.objects.all())
    assert RatingChange.objects.get().new == "2"


def test_able_and_unable_replace_each_other(ana: Rater) -> None:
    seen = []
    for version, answer in enumerate(("2", "unable", "", "0")):
        save(ana, "vision", "answer", answer, base=version)
        row = rating(ana, "vision")
        seen.append((row.value, row.is_unable, row.is_rated, row.answer))
    assert seen == [
        (2, False, True, "2"),
        (None, True, True, "unable"),
        (None, False, False, ""),
        (0, False, True, "0"),
    ]


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [("plan", "answer", "unable"), ("vision", "answer", "4"), ("vision", "answer", "-1"), ("vision", "answer", "1.0"),
     ("vision", "reason", "x" * 501), ("vision", "comment", "x" * 2001), ("vision", "evidence", "x" * 501)],
)  # fmt: skip
def test_what_cannot_be_said_is_refused(ana: Rater, key: str, field: str, value: str) -> None:
    with pytest.raises(ValidationError):
        save(ana, key, field, value)
    assert (rating(ana, key).versions, Mutation.objects.count()) == ({}, 0)


@pytest.mark.parametrize("field", ["value", "is_unable", "versions", "rater", "item"])
def test_nothing_else_of_a_rating_can_be_saved(ana: Rater, field: str) -> None:
    with pytest.raises(NotFound):
        save(ana, "vision", field, "1")


def test_the_same_key_takes_effect_once(ana: Rater) -> None:
    key = secrets.token_hex(16)
    first, again = (save(ana, "vision", "answer", "2", once=key) for _ in range(2))
    assert (first.is_repeat, again.is_repeat, again.version) == (False, True, 1)
    assert RatingChange.objects.count() == 1


def test_the_same_session_never_clashes_with_itself_and_another_device_does(asked: Assessment, editor: User) -> None:
    ana = add_rater(asked, editor)
    here, there = (Actor(editor, session) for session in ("here", "there"))
    assert save(ana, "vision", "answer", "1", actor=here).outcome == Outcome.APPLIED
    assert save(ana, "vision", "answer", "2", actor=here).outcome == Outcome.APPLIED  # its answer was under way
    clash = save(ana, "vision", "answer", "3", actor=there)
    assert (clash.outcome, clash.value) == (Outcome.CONFLICT, "2")
    assert clash.theirs is not None
    assert (clash.theirs["by"], clash.theirs["display"]) == ("You (on another device)", "2 Mostly")
    assert rating(ana, "vision").value == 2


def test_by_link_another_browser_writes_over_what_it_is_not_told(ana: Rater) -> None:
    here, there = (Actor(None, session, ana.link_number) for session in ("here", "there"))
    save(ana, "vision", "answer", "1", actor=here)
    over = save(ana, "vision", "answer", "1", actor=there)
    assert (over.outcome, over.version, over.theirs) == (Outcome.APPLIED, 2, None)
    assert save(ana, "vision", "answer", "3", actor=here).outcome == Outcome.APPLIED
    assert [change.new for change in RatingChange.objects.order_by("pk")] == ["1", "1", "3"]  # none is lost


def test_a_conflict_by_link_is_settled_by_choosing(ana: Rater, asked: Assessment) -> None:
    """Only a page that knows a version which never was can clash; the lines of two links are kept apart."""
    other = add_rater(asked, ("Sim Roth", "partner"))
    for rater in (ana, other):
        give_link(rater)
        save(rater, "vision", "answer", "3", base=7)
    open_ones = Mutation.objects.filter(outcome="conflict", settled_at=None)
    assert open_ones.count() == 2
    save(ana, "vision", "answer", "3")
    assert [one.link_id for one in open_ones] == [other.link_number]


def test_a_newer_link_ends_what_the_older_one_could(ana: Rater) -> None:
    old = actor_of(ana)
    give_link(ana)
    with pytest.raises(NotFound):
        save(ana, "vision", "answer", "1", actor=old)
    assert save(ana, "vision", "answer", "1").outcome == Outcome.APPLIED


def test_a_link_saves_nothing_but_ratings(ana: Rater, program: Program) -> None:
    answer = ItemAnswer.objects.filter(plan__program=program).earliest("pk")
    with pytest.raises(NotFound):
        saving.save(Proposal(secrets.token_hex(16), "answer", answer.pk, "note", "x", 0), actor=actor_of(ana))


def test_nobody_rates_before_the_opening_or_after_the_reveal(program: Program, asked: Assessment, ana: Rater) -> None:
    rate(ana, "plan", 1)
    rounds.reveal(asked, by=asked.facilitator)
    with pytest.raises(Refused, match="Say it in the discussion"):
        save(ana, "vision", "answer", "1")
    early = make_round(program, state="setup", instrument=asked.instrument)
    rounds.ask(early.raters.all(), instrument=early.instrument)
    with pytest.raises(Refused, match="not open for rating"):
        save(early.raters.first(), "vision", "answer", "1")


def test_what_was_saved_before_the_reveal_is_told_again_after_it(ana: Rater, asked: Assessment) -> None:
    """A phone whose answer got lost sends it once more: it is in, whatever happened since."""
    key = secrets.token_hex(16)
    save(ana, "vision", "answer", "2", once=key)
    rounds.reveal(asked, by=asked.facilitator)
    again = save(ana, "vision", "answer", "2", once=key)
    assert (again.is_repeat, again.outcome) == (True, Outcome.APPLIED)


def test_an_archived_program_takes_no_ratings(ana: Rater, program: Program, lead: User) -> None:
    describing.archive(program, by=lead)
    with pytest.raises(Refused, match="archived"):
        save(ana, "vision", "answer", "1")


def test_who_was_taken_off_rates_no_more(ana: Rater, asked: Assessment) -> None:
    actor = actor_of(ana)
    raters.remove(ana, by=asked.facilitator)
    with pytest.raises(NotFound):
        save(ana, "vision", "answer", "1", actor=actor)


def test_a_plain_form_takes_the_same_way(ana: Rater) -> None:
    row, actor = rating(ana, "vision"), actor_of(ana)
    wishes = [
        Wish("answer", "2", 0),
        Wish("comment", "Seen.", 0),
        Wish("reason", "", 0),
        Wish("evidence", "x" * 501, 0),
    ]
    nonce = secrets.token_hex(16)
    for count in (2, 2):  # the second time nothing happens
        filled = filling.fill(row, wishes, nonce=nonce, actor=actor)
        assert (len(filled.saved), filled.conflicts, list(filled.refused)) == (count, [], ["evidence"])
    row.refresh_from_db()
    assert (row.value, row.comment, row.version("answer"), RatingChange.objects.count()) == (2, "Seen.", 1, 2)
