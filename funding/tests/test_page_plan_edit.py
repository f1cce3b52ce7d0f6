"""How sums are made: the currency and the largest share, and what a change of them leaves as it is."""

import json
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from funding.currencies import NAMES, choices
from funding.domain import plans
from funding.models import ExchangeRate, FundingPlan
from funding.tests.rows_of_money import add_cost, add_rate
from journal.facts import facts_of
from journal.models import Change
from programs.models import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(editor: User, client_for: Callable[..., Client]) -> Client:
    return client_for(editor)


def address(program: Program) -> str:
    return reverse("funding:plan_edit", args=[program.pk])


def said(program: Program, **changed: str) -> dict[str, str]:
    """What the form sends when it was opened now."""
    seen = facts_of(plans.of(program), plans.FACTS)
    return {name: str(value) for name, value in seen.items()} | {"seen": json.dumps(seen)} | changed


def history(program: Program) -> list[tuple[str, object, object]]:
    rows = Change.objects.filter(program_id=program.pk, kind="funding_plan").order_by("pk")
    return list(rows.values_list("field", "old", "new"))


def test_before_anything_is_planned_it_is_dollars_and_a_half(browser: Client, program: Program) -> None:
    form = browser.get(address(program)).context["form"]
    assert (form["currency"].value(), form["largest_share"].value()) == ("USD", 50)
    assert not FundingPlan.objects.exists()


def test_saving_begins_the_plan_and_says_what_changed(browser: Client, program: Program) -> None:
    answer = browser.post(address(program), said(program, currency="KHR", largest_share="40 %"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("funding:funding", args=[program.pk]))
    plan = FundingPlan.objects.get()
    assert (plan.currency, plan.largest_share, plan.inputs_seq) == ("KHR", 40, 2)
    assert history(program) == [("currency", "USD", "KHR"), ("largest_share", 50, 40)]


def test_amounts_and_rates_stay_as_they_were_entered(browser: Client, program: Program) -> None:
    cost, rate = add_cost(program, 7, currency="KHR"), add_rate(program)
    browser.post(address(program), said(program, currency="EUR"))
    cost.refresh_from_db()
    assert (cost.unit_amount, cost.currency) == (7, "KHR")
    assert [(one.pk, one.into) for one in ExchangeRate.objects.all()] == [(rate.pk, "USD")]


def test_saving_the_same_counts_nothing_anew(browser: Client, program: Program) -> None:
    add_cost(program)
    before = FundingPlan.objects.get().inputs_seq
    assert browser.post(address(program), said(program)).status_code == 302
    assert (FundingPlan.objects.get().inputs_seq, history(program)) == (before, [])


def test_what_somebody_changed_meanwhile_is_not_overwritten(browser: Client, program: Program) -> None:
    opened = said(program, currency="KHR")
    browser.post(address(program), said(program, currency="EUR"))
    answer = browser.post(address(program), opened)
    assert answer.status_code == 409
    assert "Somebody changed this meanwhile to “EUR”." in answer.content.decode()
    assert FundingPlan.objects.get().currency == "EUR"
    again = {name: answer.context["form"].data[name] for name in ("currency", "largest_share", "seen")}
    assert browser.post(address(program), again).status_code == 302
    assert FundingPlan.objects.get().currency == "KHR"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("currency", ""),
        ("currency", "XXX"),
        ("currency", "usd"),
        *(("largest_share", one) for one in ("", "0", "101", "½")),
    ],
)
def test_mistakes_are_told_and_what_was_typed_stays(browser: Client, program: Program, field: str, value: str) -> None:
    answer = browser.post(address(program), said(program, **{field: value}))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"][field].value() == value
    assert not FundingPlan.objects.exists()


def test_who_may_only_read_changes_nothing(
    program: Program, viewer: User, facilitator: User, client_for: Callable[..., Client]
) -> None:
    for person in (viewer, facilitator):
        assert client_for(person).post(address(program), said(program, currency="EUR")).status_code == 403
        with pytest.raises(PermissionDenied):
            plans.change(program, wanted={"currency": "EUR"}, seen={"currency": "USD"}, by=person)
    assert not FundingPlan.objects.exists()


def test_the_history_says_it_in_words(browser: Client, program: Program) -> None:
    browser.post(address(program), said(program, currency="EUR", largest_share="30"))
    text = browser.get(reverse("programs:history", args=[program.pk])).content.decode()
    assert "changed the currency in which money is added up" in text
    assert "changed the largest share of one source" in text


def test_currencies_are_codes_with_names_those_asked_for_first() -> None:
    found = choices(["KHR", "nonsense", "EUR", "KHR"])
    assert found[:2] == [("KHR", "KHR – Cambodian riel"), ("EUR", "EUR – Euro")]
    assert sorted(code for code, _ in found) == sorted(NAMES)
    assert all(len(code) == 3 and code.isupper() for code in NAMES)


def test_queries(browser: Client, program: Program, django_assert_num_queries) -> None:
    browser.get(address(program))
    with django_assert_num_queries(3):  # who is it, may they, the plan
        browser.get(address(program))
