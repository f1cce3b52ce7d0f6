"""A reviewer's word on an item stands on evidence, and lapses with what it rests on."""

import secrets
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from journal import saving
from journal.models import Change
from journal.saving import Actor, Proposal
from programs.domain import evidencing, verifying
from programs.domain.evidencing import Piece
from programs.domain.verifying import NotVerifiable
from programs.models import Evidence, ItemAnswer, Program

TODAY = date(2026, 11, 23)
YESTERDAY = TODAY - timedelta(days=1)


def item(program: Program, number: str) -> ItemAnswer:
    return ItemAnswer.objects.select_related("item", "plan").get(plan__program=program, item__number=number)


@pytest.fixture
def answer(program: Program) -> ItemAnswer:
    return item(program, "1.1")


@pytest.fixture
def evidence(answer: ItemAnswer, lead: User) -> Evidence:
    return add_evidence(answer, lead)


@pytest.fixture
def verified(answer: ItemAnswer, evidence: Evidence, facilitator: User) -> ItemAnswer:
    said(answer, "done")
    return verifying.verify(answer, by=facilitator)


def add_evidence(answer: ItemAnswer, by: User, **fields: object) -> Evidence:
    fields = {"dated_on": date(2026, 1, 1), "title": "minutes", "text": "We met."} | fields
    return Evidence.objects.create(answer=answer, kind="note", added_by=by, **fields)


def said(answer: ItemAnswer, value: str, *, reason: str = "") -> None:
    ItemAnswer.objects.filter(pk=answer.pk).update(answer=value, reason=reason)


def save(answer: ItemAnswer, field: str, value: str, *, by: User) -> None:
    saving.save(Proposal(secrets.token_hex(16), "answer", answer.pk, field, value, 0), actor=Actor(by, "s"))


def verbs() -> list[str]:
    return list(Change.objects.filter(kind="answer").order_by("id").values_list("verb", flat=True))


def test_a_done_item_with_evidence_is_verified(answer, evidence, lead, facilitator) -> None:
    second = add_evidence(answer, lead)
    add_evidence(answer, lead, is_current=False)
    said(answer, "done")
    verifying.verify(answer, by=facilitator)

    answer.refresh_from_db()
    assert (answer.is_verified, answer.verified_by) == (True, facilitator)
    assert answer.verified_evidence == [evidence.pk, second.pk]
    assert verbs() == ["verified"]


@pytest.mark.parametrize("value", ["not_started", "under_way", "dont_know", "later"])
def test_only_what_is_done_can_be_verified(answer, evidence, facilitator, value: str) -> None:
    said(answer, value)
    with pytest.raises(NotVerifiable, match="says is done"):
        verifying.verify(answer, by=facilitator)


def test_without_evidence_that_counts_today_nothing_is_verified(answer, lead, facilitator) -> None:
    said(answer, "done")
    add_evidence(answer, lead, expires_on=timezone.localdate() - timedelta(days=1))
    add_evidence(answer, lead, is_current=False)
    with pytest.raises(NotVerifiable, match="no evidence that counts"):
        verifying.verify(answer, by=facilitator)


def test_not_applicable_needs_a_yes_on_a_critical_item_with_a_reason(program, facilitator) -> None:
    rows = ItemAnswer.objects.filter(plan__program=program).select_related("item")
    critical = rows.filter(item__is_critical=True)[0]
    usual = rows.filter(item__is_critical=False)[0]
    said(usual, "not_applicable", reason="There is one district only.")
    with pytest.raises(NotVerifiable, match="Only on a critical item"):
        verifying.verify(usual, by=facilitator)
    said(critical, "not_applicable")
    with pytest.raises(NotVerifiable, match="has not said why"):
        verifying.verify(critical, by=facilitator)
    said(critical, "not_applicable", reason="There is one district only.")
    verifying.verify(critical, by=facilitator)

    critical.refresh_from_db()
    assert (critical.is_accepted, critical.is_verified, verbs()) == (True, False, ["accepted"])


@pytest.mark.parametrize("who", ["lead", "editor", "viewer", "other_facilitator", "donor", "admin", "stranger"])
def test_only_reviewers_verify(request, answer, evidence, verified, who: str) -> None:
    person = request.getfixturevalue(who)
    for act in (verifying.verify, verifying.unverify):
        with pytest.raises(PermissionDenied):
            act(answer, by=person)
    with pytest.raises(PermissionDenied):
        verifying.return_item(answer, note="shorter", by=person)


@pytest.mark.parametrize(("field", "value"), [("answer", "under_way"), ("reason", "because")])
def test_changing_what_was_said_lapses_it(verified, lead, field: str, value: str) -> None:
    save(verified, field, value, by=lead)
    verified.refresh_from_db()
    assert (verified.verified_at, verified.verified_by) == (None, None)


@pytest.mark.parametrize(("field", "value"), [("note", "see page 3"), ("due_on", "2027-01-31")])
def test_changing_what_it_does_not_rest_on_leaves_it(verified, lead, field: str, value: str) -> None:
    save(verified, field, value, by=lead)
    verified.refresh_from_db()
    assert verified.is_verified


def test_it_lapses_when_its_evidence_is_replaced_or_withdrawn_but_not_for_other_evidence(
    verified, evidence, facilitator, lead
) -> None:
    piece = Piece(kind="note", title="minutes of May", dated_on=TODAY, text="We met again.")
    other = evidencing.add(verified, piece, by=lead)
    evidencing.withdraw(other, by=lead)
    verified.refresh_from_db()
    assert verified.is_verified

    newer = evidencing.replace(evidence, piece, by=lead)
    verified.refresh_from_db()
    assert (verified.verified_at, verified.verified_evidence) == (None, [])

    verifying.verify(verified, by=facilitator)
    evidencing.withdraw(newer, by=lead)
    verified.refresh_from_db()
    assert verified.verified_at is None
    assert verbs().count("lapsed") == 2


def test_the_reviewer_takes_the_word_back_once(verified, facilitator) -> None:
    for _ in range(2):
        verifying.unverify(verified, by=facilitator)
    verified.refresh_from_db()
    assert (verified.verified_at, verbs()) == (None, ["verified", "lapsed"])


def test_a_wish_stands_at_the_item_until_it_is_verified(answer, evidence, facilitator) -> None:
    said(answer, "done")
    verifying.return_item(answer, note="two pages at most, please", by=facilitator)
    answer.refresh_from_db()
    assert answer.returned_note == "two pages at most, please"

    verifying.verify(answer, by=facilitator)
    answer.refresh_from_db()
    assert (answer.returned_note, answer.is_verified) == ("", True)


def test_what_is_asked_for_again_is_no_longer_verified(verified, facilitator) -> None:
    verifying.return_item(verified, note="the annex is missing", by=facilitator)
    verified.refresh_from_db()
    assert (verified.verified_at, verbs()) == (None, ["verified", "asked", "lapsed"])


def test_a_wish_is_taken_back_and_asking_twice_is_one_line(answer, facilitator) -> None:
    for note in ("shorter", "shorter", ""):
        verifying.return_item(answer, note=note, by=facilitator)
    answer.refresh_from_db()
    assert (answer.returned_note, verbs()) == ("", ["asked", "asked_no_more"])


def test_expired_evidence_lapses_what_rests_on_it_once(program, lead, facilitator, django_assert_num_queries) -> None:
    rows = {number: item(program, number) for number in ("1.1", "1.2", "2.1", "2.2")}
    ends = {"1.1": YESTERDAY, "1.2": TODAY, "2.1": YESTERDAY, "2.2": None}
    for number, row in rows.items():
        add_evidence(row, lead, expires_on=ends[number])
        said(row, "done")
        pieces = list(Evidence.objects.filter(answer=row).values_list("pk", flat=True))
        word = {"verified_by": facilitator, "verified_at": timezone.now(), "verified_evidence": pieces}
        ItemAnswer.objects.filter(pk=row.pk).update(**word)
    # Expired, but no longer what the word rests on:
    add_evidence(rows["2.2"], lead, expires_on=YESTERDAY)
    before = Program.objects.get(pk=program.pk)

    assert verifying.lapse_expired(TODAY) == {program.pk}
    with django_assert_num_queries(2 + 2):  # a savepoint, and nothing found
        assert verifying.lapse_expired(TODAY) == set()

    standing = ItemAnswer.objects.filter(verified_at__isnull=False).values_list("item__number", flat=True)
    assert sorted(standing) == ["1.2", "2.2"]
    assert verbs() == ["lapsed", "lapsed"]
    after = Program.objects.get(pk=program.pk)
    assert (after.inputs_seq, after.changed_at) == (before.inputs_seq + 1, before.changed_at)


@pytest.mark.parametrize("items", [1, 3])
def test_a_sweep_asks_the_same_number_of_questions_for_one_item_and_three(
    program, lead, facilitator, django_assert_num_queries, items: int
) -> None:
    for number in range(1, items + 1):
        row = item(program, f"{number}.1")
        piece = add_evidence(row, lead, expires_on=YESTERDAY)
        said(row, "done")
        word = {"verified_by": facilitator, "verified_at": timezone.now(), "verified_evidence": [piece.pk]}
        ItemAnswer.objects.filter(pk=row.pk).update(**word)
    with django_assert_num_queries(2 + 6):
        assert verifying.lapse_expired(TODAY) == {program.pk}
