"""Exchange rates: the newest counts, none is ever changed, and what has none is named."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from funding.domain import rates
from funding.domain.holding import Refused
from funding.models import ExchangeRate, FundingPlan
from funding.tests.rows_of_money import add_cost, add_rate, add_source, hope
from journal.models import Change
from programs.models import Program

SAID: dict[str, Any] = {
    "currency": "KHR",
    "rate": Decimal("0.00025"),
    "dated_on": date(2026, 3, 31),
    "source": "National bank",
}


def states(program: Program) -> list[tuple[str, list[tuple[str, str]]]]:
    """By currency, what each rate is and what it is good for."""
    page = rates.read(program)
    return [
        (one.code, [(row.shown.replace("\u00a0", " "), str(row.state)) for row in one.rows]) for one in page.currencies
    ]


def sums_in(program: Program, currency: str) -> None:
    FundingPlan.objects.update_or_create(program=program, defaults={"currency": currency})


def test_a_rate_is_entered_once(program: Program, editor: User) -> None:
    first, second = (rates.add(program, SAID, into="USD", by=editor, key="r" * 64) for _ in range(2))
    row = ExchangeRate.objects.get()
    assert (first, {name: getattr(row, name) for name in SAID}) == (second, SAID)
    assert (row.into, row.recorded_by, FundingPlan.objects.get().inputs_seq) == ("USD", editor, 2)
    [change] = Change.objects.filter(kind="rate")
    assert (change.verb, change.new) == (
        "rate_added",
        {"currency": "KHR", "rate": "0.00025", "into": "USD", "as_of": "2026-03-31", "source": "National bank"},
    )


def test_the_currency_of_the_sums_needs_none(program: Program, editor: User) -> None:
    sums_in(program, "KHR")
    with pytest.raises(Refused, match="Sums are in KHR: it needs no rate"):
        rates.add(program, SAID, into="KHR", by=editor)


def test_a_rate_of_a_day_to_come_is_refused(program: Program, editor: User) -> None:
    today = timezone.localdate()
    with pytest.raises(Refused, match="A rate is of today or of a day before"):
        rates.add(program, SAID | {"dated_on": today + timedelta(days=1)}, into="USD", by=editor)
    rates.add(program, SAID | {"dated_on": today}, into="USD", by=editor)
    assert ExchangeRate.objects.values_list("dated_on", flat=True).get() == today


def test_a_rate_into_what_sums_were_in_before_is_refused(program: Program, editor: User) -> None:
    sums_in(program, "EUR")
    with pytest.raises(Refused, match="Sums are in EUR now"):
        rates.add(program, SAID, into="USD", by=editor)
    assert ExchangeRate.objects.count() == 0


def test_the_newest_counts_and_of_one_day_the_one_entered_last(program: Program) -> None:
    add_cost(program, currency="KHR")
    add_rate(program, worth="0.00024", dated_on=date(2026, 3, 1))
    add_rate(program, worth="0.00026", dated_on=date(2026, 4, 1))
    add_rate(program, worth="0.00025", dated_on=date(2026, 4, 1))
    add_rate(program, worth="0.00023", dated_on=date(2025, 12, 31))
    assert states(program) == [
        (
            "KHR",
            [
                ("1 KHR = 0.00025 USD", "counts"),
                ("1 KHR = 0.00026 USD", "superseded"),
                ("1 KHR = 0.00024 USD", "superseded"),
                ("1 KHR = 0.00023 USD", "superseded"),
            ],
        )
    ]


def test_a_rate_no_amount_needs_is_idle_and_one_into_another_currency_is_not_used(program: Program) -> None:
    add_cost(program, currency="KHR")
    add_rate(program, "EUR", "1.08")
    add_rate(program, "KHR", "0.00025")
    sums_in(program, "EUR")
    add_rate(program, "USD", "0.9251", into="EUR")
    assert states(program) == [
        ("EUR", [("1 EUR = 1.08 USD", "other")]),
        ("KHR", [("1 KHR = 0.00025 USD", "other")]),
        ("USD", [("1 USD = 0.9251 EUR", "idle")]),
    ]
    assert [one.code for one in rates.read(program).missing] == ["KHR"]


def test_currencies_without_a_rate_are_named_the_most_used_first(program: Program, other_program: Program) -> None:
    add_cost(program, currency="KHR")
    add_cost(program, currency="KES")
    add_cost(program, currency="USD")
    hope(add_source(program), currency="KHR")
    add_cost(other_program, currency="ZMW")
    missing = [(one.code, one.name, one.count) for one in rates.read(program).missing]
    assert missing == [("KHR", "Cambodian riel", 2), ("KES", "Kenyan shilling", 1)]
    add_rate(program, "KHR")
    assert [one.code for one in rates.read(program).missing] == ["KES"]
    assert rates.offered_first(program) == ["USD", "KHR", "KES"]


def test_the_page_of_nothing(program: Program) -> None:
    page = rates.read(program)
    assert (page.plan.currency, page.missing, page.currencies, rates.offered_first(program)) == ("USD", [], [], ["USD"])


@pytest.mark.parametrize("who", ["viewer", "facilitator", "donor", "other_lead"])
def test_only_the_team_enters_rates(request: pytest.FixtureRequest, program: Program, who: str) -> None:
    with pytest.raises(PermissionDenied):
        rates.add(program, SAID, into="USD", by=request.getfixturevalue(who))


def test_there_are_not_endlessly_many(program: Program, editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST", 1)
    add_rate(program)
    with pytest.raises(Refused, match="at most 1 rates"):
        rates.add(program, SAID, into="USD", by=editor)
