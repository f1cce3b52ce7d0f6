"""What a source gives: entering, changing and removing it, and how sure it is."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from funding.domain import contributions
from funding.domain.holding import Refused
from funding.models import Contribution, FundingPlan, FundingStatus
from funding.tests.rows_of_money import YEAR, add_source, hope
from journal.facts import ChangedMeanwhile, facts_of
from journal.models import Change
from programs.models import Program

SAID: dict[str, Any] = {
    "year": YEAR,
    "amount": Decimal("9500.50"),
    "currency": "KHR",
    "status": "pledged",
    "covers": "recurrent",
    "is_in_budget": True,
    "is_in_kind": True,
    "note": "Four nurses, two days a month.",
}


def changing(given: Contribution, **wanted: Any) -> dict[str, Any]:
    """What `contributions.change` is called with by a form that was opened now."""
    now = {name: getattr(given, name) for name in contributions.FACTS}
    return {"wanted": now | wanted, "seen": facts_of(given, contributions.FACTS)}


def log(verb: str) -> list[Any]:
    return list(Change.objects.filter(kind="contribution", verb=verb).order_by("pk"))


def test_a_contribution_is_entered_once(program: Program, editor: User) -> None:
    source = add_source(program)
    first, second = (contributions.add(source, SAID, by=editor, key="g" * 64) for _ in range(2))
    row = Contribution.objects.get()
    assert (first, {name: getattr(row, name) for name in SAID}, row.created_by) == (second, SAID, editor)
    [change] = log("contribution_added")
    told = {name: change.new[name] for name in ("source", "year", "sum", "status", "note")}
    assert told == {
        "source": "Ministry of Health",
        "year": f"{YEAR}",
        "sum": "9,500.50\u00a0KHR",
        "status": "pledged",
        "note": "Four nurses, two days a month.",
    }


def test_a_contribution_moves_up_and_down(program: Program, editor: User) -> None:
    given = hope(add_source(program))
    for seen, to in [("hoped", "pledged"), ("pledged", "signed"), ("signed", "received"), ("received", "hoped")]:
        contributions.move(given, to=to, seen=seen, by=editor)
        given.refresh_from_db()
        assert given.status == to
    moves = [(one.field, one.old, one.new) for one in log("changed")]
    assert moves == [
        ("status", "hoped", "pledged"),
        ("status", "pledged", "signed"),
        ("status", "signed", "received"),
        ("status", "received", "hoped"),
    ]
    assert FundingPlan.objects.get().inputs_seq == 7


def test_pressed_twice_it_moves_once(program: Program, editor: User) -> None:
    given = hope(add_source(program))
    for _ in range(2):
        contributions.move(given, to="pledged", seen="hoped", by=editor)
    assert len(log("changed")) == 1


def test_a_move_over_a_newer_word_is_refused(program: Program, editor: User, lead: User) -> None:
    given = hope(add_source(program))
    contributions.move(given, to="received", seen="hoped", by=lead)
    with pytest.raises(ChangedMeanwhile) as clash:
        contributions.move(given, to="pledged", seen="hoped", by=editor)
    assert (clash.value.fields, Contribution.objects.get().status) == ({"status": "received"}, "received")


def test_every_status_says_what_must_be_true(db: None) -> None:
    assert [str(word) for word, meaning in contributions.meanings() if meaning] == list(map(str, FundingStatus.labels))


def test_two_people_change_different_facts(program: Program, editor: User, lead: User) -> None:
    given = hope(add_source(program))
    mine, theirs = changing(given, amount=Decimal(500)), changing(given, status="signed")
    contributions.change(given, **theirs, by=lead)
    contributions.change(given, **mine, by=editor)
    row = Contribution.objects.get()
    assert (row.amount, row.status) == (Decimal(500), "signed")


def test_in_kind_without_a_value_is_refused_whoever_took_the_note_out(
    program: Program, editor: User, lead: User
) -> None:
    given = hope(add_source(program), note="Rooms")
    mine, theirs = changing(given, is_in_kind=True), changing(given, note="")
    contributions.change(given, **theirs, by=lead)
    with pytest.raises(Refused, match="needs a note on how it was valued"):
        contributions.change(given, **mine, by=editor)
    assert Contribution.objects.get().is_in_kind is False


def test_a_removed_contribution_stands_in_the_history_alone(program: Program, editor: User) -> None:
    given = hope(add_source(program), "400.25")
    for _ in range(2):
        contributions.remove(given, by=editor)
    assert Contribution.objects.count() == 0
    [change] = log("contribution_removed")
    assert (change.new["source"], change.new["year"], change.new["sum"]) == (
        "Ministry of Health",
        f"{YEAR}",
        "400.25\u00a0USD",
    )
    with pytest.raises(Refused, match="Somebody removed this meanwhile"):
        contributions.move(given, to="signed", seen="hoped", by=editor)


def test_nothing_is_given_by_a_source_that_is_gone(program: Program, editor: User) -> None:
    source = add_source(program)
    type(source).objects.all().delete()
    with pytest.raises(Refused, match="Somebody removed this meanwhile"):
        contributions.add(source, SAID, by=editor)


@pytest.mark.parametrize("who", ["viewer", "facilitator", "donor", "other_lead"])
def test_only_the_team_enters_money(request: pytest.FixtureRequest, program: Program, who: str) -> None:
    given, by = hope(add_source(program)), request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        contributions.add(given.source, SAID, by=by)
    with pytest.raises(PermissionDenied):
        contributions.change(given, **changing(given, amount=Decimal(1)), by=by)
    with pytest.raises(PermissionDenied):
        contributions.move(given, to="signed", seen="hoped", by=by)
    with pytest.raises(PermissionDenied):
        contributions.remove(given, by=by)
    assert list(Contribution.objects.values_list("amount", "status")) == [(Decimal(400), "hoped")]


def test_a_contribution_is_found_in_its_own_program_alone(program: Program, other_program: Program) -> None:
    given = hope(add_source(program))
    assert (contributions.find(program, given.pk), contributions.find(other_program, given.pk)) == (given, None)


def test_a_source_does_not_grow_without_end(program: Program, editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contributions, "MOST", 1)
    source = hope(add_source(program)).source
    with pytest.raises(Refused, match="at most 1 contributions"):
        contributions.add(source, SAID, by=editor)
