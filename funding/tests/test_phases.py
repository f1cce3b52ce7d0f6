"""Phases of the cost plan: their years never overlap, whoever changes them."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from funding.domain import phases
from funding.domain.holding import Refused
from funding.models import CostLine, FundingPhase, FundingPlan
from funding.tests.rows_of_money import YEAR, add_cost, add_phase
from journal.facts import ChangedMeanwhile, facts_of
from journal.models import Change
from programs.models import Program

SAID: dict[str, Any] = {"name": "Ten districts", "first_year": YEAR, "last_year": YEAR + 2}


def changing(phase: FundingPhase, **wanted: Any) -> dict[str, Any]:
    """What `phases.change` is called with by a form that was opened now."""
    seen = facts_of(phase, phases.FACTS)
    return {"wanted": seen | wanted, "seen": seen}


def test_a_phase_is_added_once(program: Program, editor: User) -> None:
    first, second = (phases.add(program, SAID, by=editor, key="p" * 64) for _ in range(2))
    assert (first, list(FundingPhase.objects.values(*SAID))) == (second, [SAID])
    [change] = Change.objects.filter(kind="phase")
    assert (change.verb, change.new) == (
        "phase_added",
        {"name": "Ten districts", "first": f"{YEAR}", "last": f"{YEAR + 2}"},
    )


@pytest.mark.parametrize(
    ("first", "last"),
    [(YEAR - 1, YEAR), (YEAR + 2, YEAR + 4), (YEAR + 1, YEAR + 1), (YEAR - 2, YEAR + 8), (YEAR, YEAR + 2)],
)
def test_a_year_is_in_one_phase_at_most(program: Program, editor: User, first: int, last: int) -> None:
    phases.add(program, SAID, by=editor)
    with pytest.raises(Refused) as refused:
        phases.add(program, {"name": "The region", "first_year": first, "last_year": last}, by=editor)
    assert str(refused.value).startswith(f"“Ten districts” has the years {YEAR} to {YEAR + 2}.")
    assert FundingPhase.objects.count() == 1


@pytest.mark.parametrize(("first", "last"), [(YEAR - 2, YEAR - 1), (YEAR + 3, YEAR + 3)])
def test_phases_may_follow_one_another(program: Program, editor: User, first: int, last: int) -> None:
    phases.add(program, SAID, by=editor)
    phases.add(program, {"name": "The region", "first_year": first, "last_year": last}, by=editor)
    assert FundingPhase.objects.count() == 2


def test_another_program_has_phases_of_its_own(program: Program, other_program: Program) -> None:
    made = add_phase(program), add_phase(other_program)
    assert [phases.find(program, one.pk) for one in made] == [made[0], None]


def test_a_change_may_not_overlap_either(program: Program, editor: User) -> None:
    add_phase(program, first=1, last=2)
    later = add_phase(program, "The region", first=4, last=6)
    phases.change(later, **changing(later, first_year=YEAR + 2), by=editor)
    with pytest.raises(Refused, match=f"“Ten districts” has the years {YEAR} to {YEAR + 1}"):
        phases.change(later, **changing(FundingPhase.objects.get(pk=later.pk), first_year=YEAR + 1), by=editor)
    later.refresh_from_db()
    assert (later.first_year, Change.objects.filter(kind="phase", verb="changed").count()) == (YEAR + 2, 1)


def test_years_two_people_change_apart_are_refused_when_they_do_not_fit(
    program: Program, editor: User, lead: User
) -> None:
    phase = phases.add(program, SAID, by=editor)
    mine, theirs = changing(phase, first_year=YEAR + 2), changing(phase, last_year=YEAR + 1)
    phases.change(phase, **theirs, by=lead)
    with pytest.raises(Refused, match="Somebody changed the other year meanwhile"):
        phases.change(phase, **mine, by=editor)
    phase.refresh_from_db()
    assert (phase.first_year, phase.last_year) == (YEAR, YEAR + 1)


def test_what_somebody_else_changed_is_not_overwritten(program: Program, editor: User, lead: User) -> None:
    phase = phases.add(program, SAID, by=editor)
    mine, theirs = changing(phase, name="Pilot"), changing(phase, name="First wave")
    phases.change(phase, **theirs, by=lead)
    with pytest.raises(ChangedMeanwhile):
        phases.change(phase, **mine, by=editor)
    assert FundingPhase.objects.get().name == "First wave"


def test_costs_stay_when_their_phase_goes(program: Program, editor: User) -> None:
    phase = add_phase(program)
    add_cost(program)
    for _ in range(2):
        phases.remove(phase, by=editor)
    assert (FundingPhase.objects.count(), CostLine.objects.count()) == (0, 1)
    assert Change.objects.get(verb="phase_removed").new == {
        "name": "Ten districts",
        "first": f"{YEAR}",
        "last": f"{YEAR + 1}",
    }


def test_a_form_sent_again_after_its_phase_was_removed_says_so(program: Program, editor: User) -> None:
    phases.remove(phases.add(program, SAID, by=editor, key="p" * 64), by=editor)
    with pytest.raises(Refused, match="what it made was removed since"):
        phases.add(program, SAID, by=editor, key="p" * 64)


def test_every_change_has_the_money_added_up_again(program: Program, editor: User) -> None:
    phase, counted = add_phase(program), []
    phases.change(phase, **changing(phase, name="Pilot"), by=editor)
    counted.append(FundingPlan.objects.get().inputs_seq)
    phases.change(phase, **changing(FundingPhase.objects.get()), by=editor)
    counted.append(FundingPlan.objects.get().inputs_seq)
    phases.remove(phase, by=editor)
    counted.append(FundingPlan.objects.get().inputs_seq)
    assert counted == [3, 3, 4]


@pytest.mark.parametrize("who", ["viewer", "facilitator", "donor", "other_lead"])
def test_only_the_team_plans_phases(request: pytest.FixtureRequest, program: Program, who: str) -> None:
    phase, by = add_phase(program), request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        phases.add(program, SAID | {"first_year": YEAR + 13, "last_year": YEAR + 14}, by=by)
    with pytest.raises(PermissionDenied):
        phases.change(phase, **changing(phase, name="Mine"), by=by)
    with pytest.raises(PermissionDenied):
        phases.remove(phase, by=by)
    assert list(FundingPhase.objects.values_list("name", flat=True)) == ["Ten districts"]


def test_there_are_not_endlessly_many(program: Program, editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phases, "MOST", 1)
    add_phase(program)
    with pytest.raises(Refused, match="at most 1 phases"):
        phases.add(program, SAID | {"first_year": YEAR + 13, "last_year": YEAR + 14}, by=editor)
