"""The overview of money: its sentences, its figures and where they lead, for those who may read it."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from funding.models import FundingPlan
from funding.tests.page_reader import lede, table, words
from funding.tests.rows_of_money import DAY, add_cost, add_phase, add_rate, add_source, give, year
from programs.models import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(lead: User, client_for: Callable[..., Client]) -> Client:
    return client_for(lead)


def address(program: Program, of_year: int = 0) -> str:
    found = reverse("funding:funding", args=[program.pk])
    return f"{found}?year={of_year}" if of_year else found


def page(browser: Client, program: Program, of_year: int = 0) -> str:
    answer = browser.get(address(program, of_year))
    assert answer.status_code == 200
    return answer.content.decode()


def test_nothing_yet_says_where_to_begin(browser: Client, program: Program) -> None:
    html = page(browser, program)
    assert "Two lists make this page" in html
    links = [reverse(f"funding:{name}", args=[program.pk]) for name in ("costs", "sources", "cost_add", "plan_edit")]
    assert [one in html for one in links] == [True] * 4
    assert "spreadsheet" not in html


def test_who_may_not_write_is_offered_no_form(
    program: Program, viewer: User, client_for: Callable[..., Client]
) -> None:
    browser = client_for(viewer)
    forms = [reverse(f"funding:{name}", args=[program.pk]) for name in ("cost_add", "plan_edit", "rate_add")]
    assert [one in page(browser, program) for one in forms] == [False] * 3
    add_cost(program, currency="KHR")
    html = page(browser, program)
    assert [one in html for one in forms] == [False] * 3
    assert reverse("funding:funding_xlsx", args=[program.pk]) in html


def test_the_first_sentence(browser: Client, program: Program) -> None:
    add_cost(program, 1_000_000, year=year(1))
    add_cost(program, 2_000_000, year=year(2))
    years = f"{year(1)}–{year(2)}"
    assert lede(page(browser, program)) == f"Nothing of the 3.0 million USD for {years} is secured."
    ministry = add_source(program)
    give(ministry, 1_200_000, year=year(2))
    give(ministry, 500_000, year=year(1), status="pledged")
    assert lede(page(browser, program)) == (
        f"Secured money covers 1.2 million USD of the 3.0 million USD for {years}; 1.8 million USD is missing, most "
        f"of it in {year(1)}. If all pledges came, 1.3 million USD would be missing."
    )
    give(ministry, 900_000, year=year(2), status="hoped")
    assert lede(page(browser, program)).endswith("missing; if all hopes came too, 500,000 USD.")
    give(ministry, 1_000_000, year=year(1))
    assert f"800,000 USD is missing, all of it in {year(2)}. If all that is hoped for came, 0 USD" in lede(
        page(browser, program)
    )
    give(ministry, 800_000, year=year(2))
    assert lede(page(browser, program)) == f"Secured money covers all of the 3.0 million USD for {years}."


def test_money_without_costs(browser: Client, program: Program) -> None:
    source = add_source(program)
    assert lede(page(browser, program)) == "No cost is in the sums yet, so nobody can see what is missing."
    give(source, 400)
    html = page(browser, program)
    assert lede(html).startswith(f"400 USD is secured for {year(1)}, but no cost is in the sums")
    assert "No cost is entered yet." in html


def test_costs_without_money(browser: Client, program: Program) -> None:
    add_cost(program)
    assert "Nobody is entered yet who gives something." in page(browser, program)


def test_figures_of_every_year(browser: Client, program: Program) -> None:
    add_cost(program, 300, year=year(-1))
    add_cost(program, 5000, year=year(1))
    add_cost(program, 7000, year=year(2))
    ministry = add_source(program)
    give(ministry, 2000, year=year(1))
    give(ministry, 500, year=year(1), status="received")
    give(ministry, 1000, year=year(1), status="pledged")
    give(ministry, 700, year=year(2), status="hoped")
    assert table(page(browser, program), "Year by year") == [
        [f"{year(-1)} past", "300", "0", "", "", "300", "", ""],
        [str(year(1)), "5,000", "2,500", "1,000", "", "2,500", "1,500", ""],
        [str(year(2)), "7,000", "0", "", "700", "7,000", "", "6,300"],
        [f"{year(1)}–{year(2)}", "12,000", "2,500", "1,000", "700", "9,500", "8,500", "7,800"],
    ]


def test_every_figure_leads_to_its_lines(browser: Client, program: Program) -> None:
    add_cost(program, 5000)
    give(add_source(program), 2000, status="pledged")
    html = page(browser, program)
    links = re.findall(rf'href="(\?year={year(1)}#[\w-]+)"', html)
    assert set(links) == {f"?year={year(1)}#{place}" for place in ("lines", "of-costs", "of-money", "of-gap")}
    opened = page(browser, program, year(1))
    assert [f'id="{place}"' in opened for place in ("lines", "of-costs", "of-money", "of-gap")] == [True] * 4
    assert 'id="lines"' not in html


def test_a_year_opened(browser: Client, program: Program) -> None:
    cost = add_cost(program, 1200, quantity=40, kind="per_site", text="Visits")
    kits = add_cost(program, 400_000_000, currency="KHR", kind="start_up", text="Kits")
    motorcycle = add_cost(program, 9, currency="EUR", text="Motorcycle")
    add_cost(program, 5, year=year(2), text="Another year")
    ministry = add_source(program)
    given = give(ministry, 50_000, covers="per_site", is_in_budget=True)
    give(ministry, 10_000, is_in_kind=True, note="rooms")
    add_rate(program)
    html = page(browser, program, year(1))
    text = words(html)
    costs = reverse("funding:costs", args=[program.pk])
    assert [f'{costs}#cost-{one.pk}"' in html for one in (cost, kits, motorcycle)] == [True] * 3
    assert f'{reverse("funding:source", args=[program.pk, ministry.pk])}#contribution-{given.pk}"' in html
    assert "Visits per site 40 × 1,200 USD = 48,000 USD" in text
    assert f"Kits start-up; 1 KHR = 0.00025 USD of 1 Jun {DAY.year} 400,000,000 KHR = 100,000 USD" in text
    assert "Motorcycle recurrent 9 EUR in no sum: no rate" in text
    assert "Ministry of Health signed, for per site costs, in its approved budget 50,000 USD" in text
    assert "Ministry of Health signed, in kind 10,000 USD" in text
    assert "Another year" not in text
    why, lacks = "(cannot be added up: no rate for EUR)", "(without 1 amount: no rate for EUR)"
    assert table(html, "How what is missing is reckoned") == [
        ["start-up", "100,000", "0", "100,000"],
        ["per site", "48,000", "50,000", "0"],
        ["recurrent", f"– {why}", "0", f"– {why}"],
        ["Left to pay of all kinds", f"100,000* {lacks}"],
        ["Secured, bound to nothing", "− 10,000"],
        ["Missing", f"90,000* {lacks}"],
    ]


@pytest.mark.parametrize("asked", ["0", "1066", "99999", "x", "٢٠٢٧", "²027", "-202", ""])
def test_a_year_there_is_not_opens_nothing(browser: Client, program: Program, asked: str) -> None:
    add_cost(program)
    answer = browser.get(address(program), {"year": asked})
    assert answer.status_code == 200
    assert 'id="lines"' not in answer.content.decode()


def test_what_has_no_rate_is_named(browser: Client, program: Program) -> None:
    add_cost(program, 1000)
    add_cost(program, 5_000_000, currency="KHR", text="Kits")
    give(add_source(program, "Sunrise"), 30, currency="EUR", year=year(2))
    html = page(browser, program)
    text = words(html)
    assert "2 amounts are in no sum: nobody entered what one unit of EUR and KHR is worth in USD." in text
    assert f"Kits {year(1)}, recurrent 5,000,000 KHR Sunrise {year(2)}, signed 30 EUR" in text
    add = reverse("funding:rate_add", args=[program.pk])
    assert re.findall(rf'{add}\?currency=(\w+)"', html) == ["EUR", "KHR"]
    assert [row[0] for row in table(html, "Year by year")] == [str(year(1)), str(year(2)), f"{year(1)}–{year(2)}"]
    assert f"{year(1)} without 1 amount: no rate for KHR {year(2)} cannot be added up: no rate for EUR" in text
    assert "“Sunrise” cannot be added up: no rate for EUR" in text
    add_rate(program)
    add_rate(program, "EUR", "1.1")
    html = page(browser, program)
    assert "in no sum" not in html
    assert f"1 EUR = 1.10 USD 1 June {DAY.year} National bank" in words(html)


def test_of_many_without_a_rate_the_first_are_named(browser: Client, program: Program) -> None:
    for number in range(42):
        add_cost(program, 9, currency="KHR", text=f"Cost {number}")
    text = words(page(browser, program))
    assert "42 amounts are in no sum" in text
    assert text.count("recurrent 9 KHR") == 40
    assert "and 2 more" in text


def test_after_a_change_of_currency_old_rates_no_longer_apply(browser: Client, program: Program) -> None:
    add_cost(program, 4000, currency="KHR")
    add_rate(program)
    FundingPlan.objects.filter(pk=program.pk).update(currency="EUR")
    text = words(page(browser, program))
    assert "1 amount is in no sum: nobody entered what one unit of KHR is worth in EUR." in text
    assert "National bank" not in text


def test_phases(browser: Client, program: Program) -> None:
    add_cost(program, 5000, year=year(1))
    add_cost(program, 700, year=year(4))
    phase = add_phase(program, "Ten districts", 1, 2)
    html = page(browser, program)
    assert table(html, "Phase by phase") == [
        [f"Ten districts no cost in the sums of {year(2)}", f"{year(1)}–{year(2)}", "5,000", "0", "5,000"]
    ]
    assert f"In no phase: {year(4)}." in words(html)
    assert f'{reverse("funding:costs", args=[program.pk])}#phase-{phase.pk}"' in html


def test_sources_and_what_hangs_on_them(browser: Client, program: Program) -> None:
    ministry, fund = add_source(program), add_source(program, "Sunrise", kind="donor")
    add_cost(program, 1000)
    give(ministry, 100, covers="recurrent", is_in_budget=True)
    give(fund, 300)
    give(fund, 200, status="pledged")
    html = page(browser, program)
    assert table(html, "Who pays, ") == [
        ["Sunrise", "donor", "300", "75 %", "200", "", ""],
        ["Ministry of Health", "government budget", "100", "25 %", "", "", ""],
    ]
    text = words(html)
    assert f"“Sunrise” gives 75 % of what is secured for {year(1)}. The limit is 50 %." in text
    assert "1 donor has signed or paid. With one donor alone" in text
    assert f"10 % of the recurrent cost of {year(1)} stands in budgets of governments or partners." in text
    FundingPlan.objects.filter(pk=program.pk).update(largest_share=75)
    assert f"The largest source of {year(1)} is “Sunrise” with 75 %" in words(page(browser, program))


def test_a_share_just_above_the_limit_is_not_written_as_the_limit(browser: Client, program: Program) -> None:
    give(add_source(program), "50.01")
    give(add_source(program, "Sunrise"), "49.99")
    assert "“Ministry of Health” gives just over 50 % of what is secured" in words(page(browser, program))


def test_single_years_above_the_limit(browser: Client, program: Program) -> None:
    one, two = add_source(program, "One"), add_source(program, "Two")
    for ahead in (1, 2):
        give(one if ahead == 1 else two, 50, year=year(ahead))
    text = words(page(browser, program))
    assert f"The largest sources of {year(1)}–{year(2)} are “One” and “Two” with 50 % each" in text
    assert f"Single years above the limit: {year(1)}: “One”, 100 % {year(2)}: “Two”, 100 %" in text


def test_money_that_comes_too_late_or_is_bound(browser: Client, program: Program) -> None:
    ministry = add_source(program)
    add_cost(program, 100, year=year(1))
    give(ministry, 40, year=year(1), covers="central")
    add_cost(program, 100, year=year(2))
    give(ministry, 180, year=year(2))
    text = words(page(browser, program))
    assert f"{year(1)}: 100 USD is missing, while later years have 80 USD more than they can spend." in text
    assert f"{year(1)}: 40 USD is bound to a kind of cost that needs less, while others lack money." in text
    assert f"{year(2)}: 80 USD more is secured than the year costs." in text
    assert "Of what is secured, 120 USD cannot be spent in its year." in text


def test_where_the_money_fits_nothing_is_said_of_it(browser: Client, program: Program) -> None:
    add_cost(program, 100)
    give(add_source(program), 100)
    html = page(browser, program)
    assert "cash-flow" not in html


def test_in_kind(browser: Client, program: Program) -> None:
    give(add_source(program), 250, is_in_kind=True, note="rooms")
    give(add_source(program, "Sunrise"), 750)
    assert "250 USD of what is secured, or 25 %, is given in kind." in words(page(browser, program))


def test_all_years_past(browser: Client, program: Program) -> None:
    add_cost(program, 100, year=year(-2))
    text = words(page(browser, program))
    assert f"Nothing is entered for {year()} or later. These are the years before." in text
    assert f"Nothing of the 100 USD for {year(-2)} is secured." in text


def test_who_may_read_it(
    program: Program, viewer: User, facilitator: User, donor: User, stranger: User, client_for: Callable[..., Client]
) -> None:
    people = {"viewer": viewer, "facilitator": facilitator, "donor": donor, "stranger": stranger}
    assert {name: client_for(one).get(address(program)).status_code for name, one in people.items()} == {
        "viewer": 200, "facilitator": 200, "donor": 403, "stranger": 404
    }  # fmt: skip


def fill(program: Program, number: int) -> None:
    for ahead in range(number):
        add_cost(program, year=year(ahead), currency="KHR")
        add_cost(program, year=year(ahead), currency="EUR")
        add_phase(program, first=ahead + 10 * number, last=ahead + 10 * number)
        give(add_source(program, f"Source {ahead} {number}"), year=year(ahead))
        add_rate(program)


def test_more_lines_take_no_more_queries(browser: Client, program: Program, django_assert_num_queries) -> None:
    fill(program, 1)
    page(browser, program)
    with django_assert_num_queries(8):  # who is it, may they, and six to read
        page(browser, program, year())
    fill(program, 3)
    with django_assert_num_queries(8):
        page(browser, program, year())


def test_a_year_that_cannot_be_added_up_shows_a_dash_and_why(browser: Client, program: Program) -> None:
    add_cost(program, 9_000_000, currency="KES")
    add_cost(program, 1000, year=year(2))
    add_cost(program, 500, currency="KES", year=year(2))
    give(add_source(program), 300, year=year(2))
    html = page(browser, program)
    why, lacks = "(cannot be added up: no rate for KES)", "(without 1 amount: no rate for KES)"
    both = "(without 2 amounts: no rate for KES)"
    assert table(html, "Year by year") == [
        [str(year(1)), f"– {why}", "0", "", "", f"– {why}", "", ""],
        [str(year(2)), f"1,000* {lacks}", "300", "", "", f"700* {lacks}", "", ""],
        [f"{year(1)}–{year(2)}", f"1,000* {both}", "300", "", "", f"700* {both}", "", ""],
    ]
    bars = html.split('<table class="bars">')[1].split("</table>")[0]
    assert words(f"<main>{bars}</main>").endswith(f"{year(1)} – {why} – {why} {year(2)} 1,000* {lacks} 700* {lacks}")
    assert lede(html).endswith("These sums are without 2 amounts: no rate for KES.")
    said = f"{year(1)} cannot be added up: no rate for KES {year(2)} without 1 amount: no rate for KES"
    assert said in words(html)


def test_where_no_cost_can_be_added_up_the_first_sentence_says_so(browser: Client, program: Program) -> None:
    add_cost(program, 9_000_000, currency="KES")
    give(add_source(program), 300, status="hoped")
    assert lede(page(browser, program)) == "What it costs cannot be added up: no rate for KES."


def test_money_that_cannot_be_added_up_is_no_nought_either(browser: Client, program: Program) -> None:
    phase = add_phase(program, first=1, last=1)
    add_cost(program, 1000)
    ministry = add_source(program)
    give(ministry, 30, currency="KES", covers="recurrent", is_in_budget=True)
    give(add_source(program, "Sunrise", kind="donor"), 70, status="pledged")
    html = page(browser, program, year(1))
    why, lacks = "(cannot be added up: no rate for KES)", "(without 1 amount: no rate for KES)"
    assert table(html, "Phase by phase") == [[phase.name, str(year(1)), "1,000", f"– {why}", f"1,000* {lacks}"]]
    assert table(html, "Who pays, ") == [
        ["Sunrise", "donor", "0", f"– {why}", "70", "", ""],
        [
            "Ministry of Health",
            "government budget",
            f"– {why}",
            f"– {why}",
            "",
            "",
            "",
        ],
    ]
    assert f"“{phase.name}” without 1 amount: no rate for KES" in words(html)
    assert table(html, "What comes back every year")[0] == [str(year(1)), "1,000", f"– {why}", f"0 %* {lacks}"]
    assert "not known What is secured cannot be added up: no rate for KES." in words(html)


def test_recurrent_cost_nobody_can_add_up_is_said(browser: Client, program: Program) -> None:
    add_cost(program, 1000, currency="KES")
    give(add_source(program), 300)
    text = words(page(browser, program))
    assert "not known The recurrent cost cannot be added up: no rate for KES." in text
