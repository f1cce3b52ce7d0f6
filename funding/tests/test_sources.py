"""Sources of money: entering, changing and removing them, and the list of them."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from funding.domain import source_list, sources
from funding.domain.holding import Refused
from funding.models import FundingPlan, FundingSource
from funding.tests.rows_of_money import YEAR, add_source, give, hope
from journal.facts import ChangedMeanwhile, facts_of
from journal.models import Change
from partners.tests.role_cases import add_partner
from programs.models import Program


def changing(source: FundingSource, **wanted: Any) -> dict[str, Any]:
    """What `sources.change` is called with by a form that was opened now."""
    now = {name: getattr(source, name) for name in sources.FACTS}
    return {"wanted": now | wanted, "seen": facts_of(source, sources.FACTS)}


def test_a_source_is_added_once(program: Program, editor: User) -> None:
    said = {"name": "Ministry of Health", "kind": "government", "partner": add_partner(program)}
    first, second = (sources.add(program, said, by=editor, key="s" * 64) for _ in range(2))
    row = FundingSource.objects.get()
    assert (first, row.name, row.kind, row.partner) == (second, *said.values())
    assert Change.objects.filter(kind="source").values_list("verb", "new").get() == (
        "source_added",
        {"name": "Ministry of Health"},
    )


@pytest.mark.parametrize("name", ["Ministry of Health", "ministry of HEALTH"])
def test_two_sources_of_one_name_would_be_taken_for_one(program: Program, editor: User, name: str) -> None:
    add_source(program)
    with pytest.raises(Refused, match="There is a source"):
        sources.add(program, {"name": name, "kind": "donor", "partner": None}, by=editor)
    other = add_source(program, "Foundation")
    with pytest.raises(Refused, match="There is a source"):
        sources.change(other, **changing(other, name=name), by=editor)
    assert list(FundingSource.objects.values_list("name", flat=True)) == ["Foundation", "Ministry of Health"]


def test_another_program_may_have_a_source_of_that_name(program: Program, other_program: Program) -> None:
    made = add_source(program), add_source(other_program)
    assert [sources.find(program, one.pk) for one in made] == [made[0], None]


def test_a_partner_of_another_program_is_none(program: Program, other_program: Program, editor: User) -> None:
    theirs, source = add_partner(other_program), add_source(program)
    with pytest.raises(Refused, match="one of the partners of this program"):
        sources.add(program, {"name": "Theirs", "kind": "partner", "partner": theirs}, by=editor)
    with pytest.raises(Refused, match="one of the partners of this program"):
        sources.change(source, **changing(source, partner=theirs), by=editor)
    assert list(FundingSource.objects.values_list("name", "partner")) == [("Ministry of Health", None)]


def test_a_changed_source_is_logged_with_the_name_of_the_partner(program: Program, editor: User) -> None:
    source, partner = add_source(program), add_partner(program, "Health office")
    sources.change(source, **changing(source, partner=partner, kind="partner"), by=editor)
    changes = Change.objects.filter(kind="source", verb="changed").order_by("pk")
    assert list(changes.values_list("field", "old", "new")) == [
        ("kind", "government", "partner"),
        ("partner", "", "Health office"),
    ]
    assert FundingPlan.objects.get().inputs_seq == 3


def test_a_name_may_change_its_capitals(program: Program, editor: User) -> None:
    source = add_source(program)
    sources.change(source, **changing(source, name="DISTRICT budget"), by=editor)
    assert FundingSource.objects.get().name == "DISTRICT budget"


def test_what_somebody_else_changed_is_not_overwritten(program: Program, editor: User, lead: User) -> None:
    source = add_source(program)
    mine, theirs = changing(source, name="Mine"), changing(source, name="Theirs")
    sources.change(source, **theirs, by=lead)
    with pytest.raises(ChangedMeanwhile):
        sources.change(source, **mine, by=editor)
    assert FundingSource.objects.get().name == "Theirs"


def test_a_source_that_gives_something_stays(program: Program, editor: User) -> None:
    given = hope(add_source(program))
    with pytest.raises(Refused, match="“Ministry of Health” has contributions"):
        sources.remove(given.source, by=editor)
    given.delete()
    for _ in range(2):
        sources.remove(given.source, by=editor)
    assert (FundingSource.objects.count(), Change.objects.filter(verb="source_removed").count()) == (0, 1)


@pytest.mark.parametrize("who", ["viewer", "facilitator", "donor", "other_lead"])
def test_only_the_team_enters_sources(request: pytest.FixtureRequest, program: Program, who: str) -> None:
    source, by = add_source(program), request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        sources.add(program, {"name": "Mine", "kind": "own", "partner": None}, by=by)
    with pytest.raises(PermissionDenied):
        sources.change(source, **changing(source, name="Mine"), by=by)
    with pytest.raises(PermissionDenied):
        sources.remove(source, by=by)
    assert list(FundingSource.objects.values_list("name", flat=True)) == ["Ministry of Health"]


def test_there_are_not_endlessly_many(program: Program, editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST", 1)
    add_source(program)
    with pytest.raises(Refused, match="at most 1 sources"):
        sources.add(program, {"name": "One more", "kind": "own", "partner": None}, by=editor)


# The list


def test_the_list_has_sources_by_name_and_what_they_give_by_year(program: Program, other_program: Program) -> None:
    ministry, fund = add_source(program, "Ministry"), add_source(program, "Fund")
    give(ministry, 30, year=YEAR + 2, status="received")
    hope(ministry, "10.50", year=YEAR)
    hope(add_source(other_program, "Theirs"))
    listed = [
        (one.source.name, [(row.contribution.year, row.sum, row.next) for row in one.rows])
        for one in source_list.of_program(program)
    ]
    assert listed == [
        ("Fund", []),
        ("Ministry", [(YEAR, "10.50\u00a0USD", "pledged"), (YEAR + 2, "30\u00a0USD", None)]),
    ]
    assert source_list.of_source(ministry).rows == source_list.of_program(program)[1].rows
    assert source_list.of_source(fund).rows == []
