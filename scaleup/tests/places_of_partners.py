"""Partners and money of the access tests: in each place a little of everything, full of canaries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from funding.models import Contribution, CostLine, ExchangeRate, FundingPhase, FundingPlan, FundingSource
from partners.domain import partners
from partners.models import (
    AcceptedComplaint,
    Agreement,
    AgreementFile,
    Annex,
    CapacityCheck,
    CoordinationBody,
    FocalPerson,
    Function,
    Partner,
    Responsibility,
    SupportNeed,
)
from programs.models import Program


@dataclass(frozen=True, slots=True)
class Partners:
    """Partners, agreements and money of one program. `private` makes canaries of its place: private(what)."""

    program: Program
    lead: User
    private: Callable[[str], str]

    def plant(self) -> dict[str, Any]:
        """Makes everything; returns the numbers addresses ask for."""
        partner = self._partner()
        function = Function.objects.get(program=self.program, key="training")
        own = self._own_function()
        cell = Responsibility.objects.get(partner=partner, function=function)
        person = self._person(partner)
        Responsibility.objects.filter(pk=cell.pk).update(letter="A", held_by=person)
        return {
            "partner_id": partner.pk,
            "focal_person_id": person.pk,
            "function_id": own.pk,
            "responsibility_id": cell.pk,
            "code": "none-accountable",
            "subject": f"function:{own.pk}",
            **self._agreements(partner, function),
            **self._capacity(partner, own),
            **self._money(partner),
        }

    def _partner(self) -> Partner:
        said = {"kind": "government", "levels": ["district"], "brings": self.private("brings")}
        return partners.add(
            self.program, self.private("partner"), said | {"wants": self.private("wants")}, by=self.lead
        )

    def _own_function(self) -> Function:
        made = Function.objects.create(program=self.program, name=self.private("function"), position=90)
        for partner in Partner.objects.filter(program=self.program):
            Responsibility.objects.create(partner=partner, function=made)
        reason, until = self.private("livewith"), timezone.localdate() + timedelta(days=60)
        AcceptedComplaint.objects.create(
            program=self.program,
            code="none-accountable",
            subject=f"function:{made.pk}",
            reason=reason,
            until_on=until,
            accepted_by=self.lead,
        )
        return made

    def _person(self, partner: Partner) -> FocalPerson:
        words = ("name", "duty", "contact", "deputy", "deputy_contact")
        return FocalPerson.objects.create(
            partner=partner, **{name: self.private(f"focal{name.replace('_', '')}") for name in words}
        )

    def _agreements(self, partner: Partner, function: Function) -> dict[str, Any]:
        today = timezone.localdate()
        texts = {
            name: self.private(name.replace("_", "")) for name in ("decision_rights", "dispute_path", "exit_terms")
        }
        made = Agreement.objects.create(
            program=self.program,
            title=self.private("agreement"),
            state=Agreement.State.SIGNED,
            signed_on=today,
            starts_on=today,
            ends_on=today + timedelta(days=40),
            created_by=self.lead,
            **texts,
        )
        made.parties.set([partner])
        made.functions.set([function])
        paper = AgreementFile(agreement=made, version=1, file_name=f"{self.private('paper')}.pdf")
        paper.media_type, paper.size, paper.added_by = "application/pdf", 9, self.lead
        paper.file.save("paper.pdf", ContentFile(b"%PDF-1.7\n"), save=True)
        annex = Annex(agreement=made, number=1, content={}, state=Annex.State.READY, asked_by=self.lead)
        annex.docx.save("annex.docx", ContentFile(b"PK"), save=False)
        annex.pdf.save("annex.pdf", ContentFile(b"%PDF-1.7\n"), save=True)
        body = CoordinationBody.objects.create(
            program=self.program, name=self.private("body"), level="district", rhythm="monthly"
        )
        body.members.set([partner])
        return {
            "agreement_id": made.pk,
            "agreement_file_id": paper.pk,
            "annex_id": annex.pk,
            "coordination_body_id": body.pk,
        }

    def _capacity(self, partner: Partner, function: Function) -> dict[str, Any]:
        today = timezone.localdate()
        sides = dict.fromkeys(("individual", "leadership", "organisation", "system"), 1)
        of = {"partner": partner, "function": function}
        CapacityCheck.objects.create(
            **of, **sides, checked_on=today, note=self.private("capacity"), recorded_by=self.lead
        )
        need = SupportNeed.objects.create(
            **of,
            kind="training",
            text=self.private("need"),
            owner=self.lead,
            due_on=today + timedelta(days=20),
            created_by=self.lead,
        )
        return {"need_id": need.pk}

    def _money(self, partner: Partner) -> dict[str, Any]:
        today = timezone.localdate()
        FundingPlan.objects.create(program=self.program)
        source = FundingSource.objects.create(
            program=self.program, name=self.private("source"), kind="partner", partner=partner
        )
        amount = {"year": today.year, "currency": "USD", "created_by": self.lead}
        given = Contribution.objects.create(
            source=source, amount=Decimal(400), note=self.private("given"), status="signed", **amount
        )
        cost = CostLine.objects.create(
            program=self.program, kind="recurrent", text=self.private("cost"), unit_amount=Decimal(1000), **amount
        )
        rate = ExchangeRate.objects.create(
            program=self.program,
            currency="KHR",
            into="USD",
            rate=Decimal("0.00025"),
            dated_on=today,
            source=self.private("bank"),
            recorded_by=self.lead,
        )
        phase = FundingPhase.objects.create(
            program=self.program, name=self.private("phase"), first_year=today.year, last_year=today.year + 1
        )
        return {
            "source_id": source.pk,
            "contribution_id": given.pk,
            "cost_id": cost.pk,
            "rate_id": rate.pk,
            "phase_id": phase.pk,
        }
