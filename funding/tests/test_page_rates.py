"""The pages of exchange rates."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from funding.models import ExchangeRate, FundingPlan
from funding.tests.page_reader import words
from funding.tests.rows_of_money import DAY, add_cost, add_rate
from programs.models import Program

Sign = Callable[[User | None], Client]


def url(name: str, program: Program) -> str:
    return reverse(f"funding:{name}", args=[program.pk])


def typed(**said: Any) -> dict[str, Any]:
    plain = {"currency": "KHR", "way": "direct", "rate": "0.00025", "source": "National bank", "into": "USD"}
    return plain | {"dated_on": timezone.localdate().isoformat(), "nonce": "n" * 32} | said


@pytest.fixture
def browser(client_for: Sign, editor: User) -> Client:
    return client_for(editor)


def test_where_none_is_needed_it_says_so(browser: Client, program: Program) -> None:
    add_cost(program)
    page = browser.get(url("rates", program)).text
    assert ("No rate is needed yet" in page, "Everything is in USD." in page) == (True, True)


def test_currencies_without_a_rate_come_first_with_a_link_to_add_it(
    browser: Client, client_for: Sign, viewer: User, program: Program
) -> None:
    add_cost(program, currency="KHR")
    add_cost(program, currency="KES")
    add_rate(program, "KES")
    page = browser.get(url("rates", program)).text
    link = f"{url('rate_add', program)}?currency=KHR"
    assert (page.index("Without a rate") < page.index("KES"), re.findall(r'href="([^"]+currency=\w+)"', page)) == (
        True,
        [link],
    )
    assert re.findall(r'<option value="(\w+)" selected', browser.get(link).text) == ["KHR"]
    read = client_for(viewer).get(url("rates", program)).text
    assert ("Cambodian riel" in read, "currency=" in read) == (True, False)


def test_each_rate_says_what_it_is_for(browser: Client, program: Program) -> None:
    add_cost(program, currency="KHR")
    add_rate(program)
    add_rate(program, worth="0.00026", source="Grant letter")
    add_rate(program, "ZMW", "0.0412")
    page = browser.get(url("rates", program)).text
    words = " ".join(re.sub(r"<[^>]+>", " ", page[page.index('id="rates-KHR"') :]).replace("\u00a0", " ").split())
    day = f"1 Jun {DAY.year}"
    assert f"{day} 1 KHR = 0.00026 USD sums are made with it Grant letter Own Lead Person" in words
    assert f"{day} 1 KHR = 0.00025 USD replaced by a newer one National bank" in words
    assert "1 ZMW = 0.0412 USD no amount needs it now" in words
    FundingPlan.objects.update(currency="EUR")
    assert "not used: sums are not in USD" in browser.get(url("rates", program)).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_whatever_it_shows(
    browser: Client, program: Program, django_assert_num_queries: Callable[[int], Any], count: int
) -> None:
    for code in ("KHR", "KES", "ZMW")[:count]:
        add_cost(program, currency=code)
        add_rate(program, code)
    browser.get(url("rates", program))
    with django_assert_num_queries(5):  # the person, the program, the plan, currencies in use, rates
        assert browser.get(url("rates", program)).text.count("sums are made with it") == count


def test_a_rate_is_entered_once(browser: Client, program: Program, editor: User) -> None:
    for _ in range(2):
        response = browser.post(url("rate_add", program), typed(), follow=True)
    assert "Entered: 1 KHR = 0.00025 USD." in response.text.replace("\u00a0", " ")
    row = ExchangeRate.objects.get()
    assert (row.currency, row.rate, row.into, row.dated_on) == (
        "KHR",
        Decimal("0.00025"),
        "USD",
        timezone.localdate(),
    )
    assert (row.source, row.recorded_by) == ("National bank", editor)


@pytest.mark.parametrize(
    ("rate", "kept", "shown"), [("4 050", "4050", "4,050.00"), ("4100.00", "4100", "4,100.00"), ("0.8", "0.8", "0.80")]
)
def test_a_rate_may_be_given_the_other_way_round_and_is_kept_as_it_was_said(
    browser: Client, program: Program, rate: str, kept: str, shown: str
) -> None:
    add_cost(program, "405000", currency="KHR")
    response = browser.post(url("rate_add", program), typed(way="turned", rate=rate), follow=True)
    row = ExchangeRate.objects.get()
    assert (row.rate, row.is_turned, row.currency, row.into) == (Decimal(kept), True, "KHR", "USD")
    assert str(row) == f"1 USD = {row.rate} KHR on {timezone.localdate()}"
    text = words(response.text)
    assert text.count(f"1 USD = {shown} KHR") == 2  # entered, and in the list
    history = words(browser.get(reverse("programs:history", args=[program.pk])).text)
    assert f"1 USD = {shown} KHR, says National bank" in history


def test_the_currency_of_the_sums_is_not_offered(browser: Client, program: Program) -> None:
    add_cost(program, currency="ZMW")
    page = browser.get(url("rate_add", program)).text
    offered = re.findall(r'<option value="(\w*)"', page)
    assert (offered[:3], "USD" in offered) == (["", "ZMW", "AED"], False)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"currency": "USD"}, "Choose one of the currencies shown."),
        ({"rate": "4,100"}, "“4,100” can be read in two ways. Write 4100.00 or 4.1000, whichever you mean."),
        ({"rate": "0.123456789"}, "at most 8 of them after the decimal sign, such as 0.00025."),
        ({"dated_on": "1989-12-31"}, "Enter a date between 1 January 1990 and"),
        ({"source": ""}, "Fill in: Who says so?"),
        ({"way": "sideways"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said(browser: Client, program: Program, said: dict[str, str], sentence: str) -> None:
    response = browser.post(url("rate_add", program), typed(**said))
    assert (response.status_code, sentence in response.text, ExchangeRate.objects.count()) == (422, True, 0)


def test_a_rate_of_tomorrow_is_refused(browser: Client, program: Program) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    response = browser.post(url("rate_add", program), typed(dated_on=tomorrow.isoformat()))
    assert (response.status_code, ExchangeRate.objects.count()) == (422, 0)


def test_if_sums_changed_meanwhile_the_form_asks_again_for_the_new_currency(browser: Client, program: Program) -> None:
    FundingPlan.objects.create(program=program, currency="EUR")
    response = browser.post(url("rate_add", program), typed())
    assert (response.status_code, "Sums are in EUR now" in response.text) == (422, True)
    assert ('name="rate" value="0.00025"' in response.text, 'name="into" value="EUR"' in response.text) == (True, True)
    again = {field.html_name: field.value() for field in response.context["form"]}
    assert browser.post(url("rate_add", program), again).status_code == 302
    assert ExchangeRate.objects.get().into == "EUR"


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [("lead", 200, 200), ("editor", 200, 200), ("viewer", 200, 403), ("facilitator", 200, 403), ("admin", 200, 403),
     ("donor", 403, 403), ("other_lead", 404, 404), ("stranger", 404, 404)],
)  # fmt: skip
def test_who_may_come_in(
    request: pytest.FixtureRequest, client_for: Sign, program: Program, who: str, read: int, write: int
) -> None:
    client = client_for(request.getfixturevalue(who))
    assert (client.get(url("rates", program)).status_code, client.get(url("rate_add", program)).status_code) == (
        read,
        write,
    )
    assert client.post(url("rate_add", program), typed()).status_code == (302 if write == 200 else write)
    assert ExchangeRate.objects.count() == (1 if write == 200 else 0)


def test_the_history_tells_it_in_words(browser: Client, program: Program) -> None:
    add_rate(program)
    page = browser.get(reverse("programs:history", args=[program.pk])).text
    assert f"entered a rate of 1 June {DAY.year}: 1 KHR = 0.00025 USD, says National bank" in page
