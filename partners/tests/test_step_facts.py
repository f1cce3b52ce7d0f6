"""What is known beside items of steps 7 and 9, and when it proves them."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from partners.domain import step_facts
from partners.models import AgreementFile, CapacityCheck, CoordinationBody, Function, Partner, Partnership
from partners.tests.role_cases import add_partner, function_of, give, sign
from programs.domain.known import Known
from programs.models import Program

pytestmark = pytest.mark.django_db
SIDES = {"individual": 2, "leadership": 2, "organisation": 3, "system": 2}


def facts(program: Program, today: date | None = None) -> dict[str, Known]:
    today = today or timezone.localdate()
    found = [*step_facts.beside_partners(program, today), *step_facts.beside_roles(program, today)]
    return {known.item: known for known in found}


def only_training(program: Program) -> None:
    Function.objects.filter(program=program).exclude(key="training").delete()


def paper(partner: Partner, *, ends: date | None) -> None:
    """A signed agreement with everything an agreement can say."""
    made = sign(partner, ends=ends)
    type(made).objects.filter(pk=made.pk).update(
        exit_terms="Three months", decision_rights="Lead", dispute_path="Board"
    )
    AgreementFile.objects.create(
        agreement=made, version=1, file="a.pdf", file_name="a.pdf", media_type="x", size=1, added_by=made.created_by
    )


def test_nothing_is_known_without_partners(program: Program) -> None:
    assert facts(program) == {}


def test_a_list_proves_its_item_once_everybody_says_what_they_bring_and_want(program: Program) -> None:
    first = add_partner(program, "Health office", brings="Staff", wants="Fewer deaths")
    second = add_partner(program, "Reading Trust", brings="Training")
    assert facts(program)["partner-list"].text == ("Partners: 2; of 1 it is said what they bring and what they want.")
    assert facts(program)["partner-list"].proof is None
    second.delete()
    proof = facts(program)["partner-list"].proof
    assert proof is not None
    assert proof.text.endswith("Health office (government) brings: Staff. It wants: Fewer deaths.")
    first.refresh_from_db()


def test_who_left_is_no_partner(program: Program) -> None:
    add_partner(program, "Health office", until_on=timezone.localdate() - timedelta(days=1))
    assert facts(program) == {}


def test_the_matrix_proves_its_item_once_one_answers_for_each_function(program: Program) -> None:
    office, trust = add_partner(program), add_partner(program, "Reading Trust")
    give(office, "A")
    assert facts(program)["responsibility-matrix"].text == "1 of 10 functions have one partner who answers for them."
    assert facts(program)["responsibility-matrix"].proof is None
    only_training(program)
    give(trust, "R")
    proof = facts(program)["responsibility-matrix"].proof
    assert proof is not None
    assert proof.text.splitlines()[-1] == "Training: Health office (A), Reading Trust (R)"
    give(trust, "A")
    assert facts(program)["responsibility-matrix"].proof is None


def test_agreements_prove_their_item_with_a_paper_for_every_partner_until_the_first_ends(program: Program) -> None:
    ends, office = timezone.localdate() + timedelta(days=50), add_partner(program)
    sign(office, ends=None)
    assert facts(program)["signed-agreements"].text == "1 of 1 partners are party to a signed agreement in force."
    assert facts(program)["signed-agreements"].proof is None  # no paper, and nothing on how to leave
    office.agreements.all().delete()
    paper(office, ends=ends)
    proof = facts(program)["signed-agreements"].proof
    assert (proof is not None and proof.expires_on) == ends
    add_partner(program, "Reading Trust")
    assert facts(program)["signed-agreements"].proof is None
    assert "signed-agreements" in facts(program, ends + timedelta(days=1))


def test_decision_rights_must_stand_in_every_agreement_in_force(program: Program) -> None:
    office = add_partner(program)
    assert "decision-rights" not in facts(program)
    paper(office, ends=None)
    assert facts(program)["decision-rights"].proof is not None
    sign(office)
    assert facts(program)["decision-rights"].proof is None


def test_bodies_are_told_with_the_levels_that_have_none_and_prove_nothing(program: Program) -> None:
    add_partner(program)
    assert "coordination-groups" not in facts(program)
    Partnership.objects.filter(program=program).update(levels=["national", "district"])
    CoordinationBody.objects.create(program=program, name="Team", level="district", rhythm="monthly")
    known = facts(program)["coordination-groups"]
    assert known.text == "Coordination bodies meet at these levels: district. None at: national."
    assert known.proof is None


def test_capacity_proves_its_item_once_every_accountable_role_is_checked(program: Program) -> None:
    office = add_partner(program)
    assert "capacity-check" not in facts(program)
    give(office, "A")
    assert facts(program)["capacity-check"].proof is None
    CapacityCheck.objects.create(
        partner=office, function=function_of(program), checked_on=timezone.localdate(), recorded_by=program.created_by,
        **SIDES,
    )  # fmt: skip
    known = facts(program)["capacity-check"]
    assert known.text == "1 of 1 accountable roles have a capacity check; in 0 it is below what is needed."
    assert known.proof is not None
    assert known.proof.text.splitlines()[-1] == "Training, Health office: 2 / 2"
