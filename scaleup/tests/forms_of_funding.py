"""Forms of costs, sources, rates, and of how sums are made."""

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.utils import timezone

from funding.domain import contributions, costs, phases, plans, sources
from funding.models import Contribution, CostLine, FundingPhase, FundingPlan, FundingSource
from journal.facts import facts_of
from scaleup.tests.bad_values import (
    LEFT_OUT,
    NUL,
    REFUSED,
    TAKEN,
    TOLD,
    Field,
    button,
    choice,
    count,
    day,
    hidden,
    line,
    nonce,
    one_of,
    tick,
)
from scaleup.tests.form import Form, days, of
from scaleup.tests.scenes import Scene


def amount(good: str) -> Field:
    """A sum of money."""
    nothing = {"empty": ("", REFUSED), "left out": (LEFT_OUT, REFUSED)}
    return Field(good, nothing).also(
        word="much",
        negative="-1",
        zero="0",
        two_ways="1.234",
        parts="1.234,567",
        power="1e3",
        nul=f"4{NUL}2",
        huge="9" * 14,
        long="9" * 200_000,
    )


def year(after: int = 0, *, required: bool = True) -> Field:
    good = str(timezone.localdate().year + after)
    return count(good, required=required).also(short="27", early="1989", late="2101", grouped="2,027")


def seen(model: type[Model], number: str, names: Sequence[str]) -> Field:
    """The facts of a row as its page showed them; a broken memory of them overwrites nothing."""

    def good(scene: Scene) -> str:
        return json.dumps(facts_of(model._default_manager.get(pk=scene.numbers[number]), names))

    return hidden(good, word=("not json", REFUSED), list=("[]", REFUSED))


def free_source(scene: Scene) -> None:
    """The source gives nothing, and can go."""
    Contribution.objects.filter(source=scene.numbers["source_id"]).delete()


def next_year(scene: Scene) -> int:
    return timezone.localdate().year + 1


NEW: dict[str, Field] = {"seen": hidden(""), "nonce": nonce()}
COST = {
    "text": line("Supervisors of the district"),
    "kind": choice("per_site"),
    "year": year(),
    "unit_amount": amount("1 234,50"),
    "currency": choice("KHR"),
    "quantity": count("40"),
}
THEN = button("another").but(**{"left out": TAKEN})
PHASE = {"name": line("The whole region"), "first_year": year(5), "last_year": year(6).also(before="1999")}
SOURCE = {
    "name": line("District budget"),
    "kind": choice("government"),
    "partner": one_of(of("own", "partner_id"), foreign=of("other", "partner_id"), required=False),
}
CONTRIBUTION = {
    "year": year(1),
    "amount": amount("9,500.00"),
    "currency": choice("KHR"),
    "status": choice("pledged"),
    "covers": choice("recurrent", required=False),
    "is_in_budget": tick("on"),
    "is_in_kind": tick("on"),
    "note": line("Four nurses, two days a month"),
}
RATE = {
    "currency": choice("KHR").also(own="USD"),
    "way": choice("direct"),
    "rate": amount("0.00025").but(parts=TAKEN).also(many="0.123456789", two_ways_too="4,100"),
    "dated_on": day(days(0)).also(future="2099-01-01"),
    "source": line("National bank"),
    "into": hidden("USD", other=("EUR", REFUSED), word=("nonsense", REFUSED)),
    "nonce": nonce(),
}
YEARS = Field(next_year, choice("").also(early="1989").spoiled, is_shown=False)


def same(model: type[Model], number: str, names: Sequence[str]) -> dict[str, Field]:
    """What a form carries along that changes one row."""
    return {"seen": seen(model, number, names), "nonce": nonce()}


def form(name: str, fields: dict[str, Any] | None = None, **options: Any) -> Form:
    return Form(f"funding:{name}", "editor", fields or {}, **options)


PLAN = {"currency": choice("KHR"), "largest_share": count("40").also(zero="0", more="101", other_digits="٤٠")}

FORMS: list[Form] = [
    form("plan_edit", PLAN | same(FundingPlan, "program_id", plans.FACTS)),
    form("cost_add", COST | NEW | {"until": year(2, required=False), "then": THEN}),
    form("cost_edit", COST | same(CostLine, "cost_id", costs.FACTS)),
    form("cost_copy", {"years": YEARS, "nonce": nonce()}),
    form("cost_remove"),
    form("phase_add", PHASE | NEW),
    form("phase_edit", PHASE | same(FundingPhase, "phase_id", phases.FACTS)),
    form("phase_remove"),
    form("source_add", SOURCE | NEW),
    form("source_edit", SOURCE | same(FundingSource, "source_id", sources.FACTS)),
    form("source_remove", ready=free_source),
    form("contribution_add", CONTRIBUTION | NEW),
    form("contribution_edit", CONTRIBUTION | same(Contribution, "contribution_id", contributions.FACTS)),
    form(
        "contribution_move",
        {"status": button("received"), "seen": hidden("signed", word=("nonsense", TOLD))},
        page="funding:sources",
    ),
    form("contribution_remove"),
    form("rate_add", RATE),
]
