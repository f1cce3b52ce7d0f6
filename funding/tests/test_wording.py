"""How sums, shares and years of money are written, and how bars are drawn."""

import re
from decimal import Decimal

import pytest

from funding import charts, wording
from funding.domain.arithmetic import Sums
from funding.domain.reliance import Share
from funding.tests.money_cases import rate

D = Decimal


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "0"),
        ("0.3", "0.30"),
        ("999.99", "999.99"),
        ("1000", "1,000"),
        ("1234.50", "1,235"),
        ("1e9", "1,000,000,000"),
    ],
)
def test_a_sum_in_a_table(amount: str, words: str) -> None:
    assert wording.sum_shown(D(amount)) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "0 USD"),
        ("0.01", "0.01 USD"),
        ("999999.4", "999,999 USD"),
        ("1000000", "1.0 million USD"),
        ("1250000", "1.3 million USD"),
        ("2949999", "2.9 million USD"),
        ("41000000000", "41.0 billion USD"),
        ("214748364699999785036886935300000.22", "214,748,364,699,999,785,036,886.9 billion USD"),
    ],
)
def test_a_sum_in_a_sentence(amount: str, words: str) -> None:
    assert wording.about(D(amount), "USD").replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 0, "–"), (0, 9, "0 %"), (1, 1000, "1 %"), (1, 3, "33 %"), (999, 1000, "99 %"), (9, 9, "100 %")],
)
def test_only_all_is_a_hundred_percent(part: int, whole: int, words: str) -> None:
    assert wording.percent(Share(D(part), D(whole))).replace("\u00a0", " ") == words


def test_years_and_rates() -> None:
    assert (wording.stretch([2027]), wording.stretch([2027, 2028, 2031])) == ("2027", "2027–2031")
    assert wording.listed([2027, 2029, 2031]) == "2027, 2029 and 2031"
    assert wording.rate_words(rate()).replace("\u00a0", " ") == "1 KHR = 0.00025 USD"
    assert wording.times(D(5), 1, D(5), "USD").replace("\u00a0", " ") == "5 USD"
    assert wording.times(D("1.5"), 4, D(6), "USD").replace("\u00a0", " ") == "4 × 1.50 USD = 6 USD"


def drawn(sums: Sums, largest: int) -> list[tuple[str, str, str]]:
    found = re.findall(
        r'<rect class="([\w-]+)"[^>]* x="([\d.]+)%" width="([\d.]+)%"', charts.cost_bar(sums, largest=D(largest))
    )
    return sorted(found, key=lambda one: float(one[1]))


def test_a_bar_has_four_parts_from_the_surest_on() -> None:
    sums = Sums(cost=D(80), gap=D(60), gap_if_pledged=D(50), gap_if_hoped=D(10))
    assert drawn(sums, 100) == [
        ("bar-value", "0.0", "20.0"),
        ("bar-part", "20.0", "10.0"),
        ("bar-was", "30.0", "40.0"),
        ("bar-track", "70.0", "10.0"),
    ]
    assert 'x1="80.0%" x2="80.0%"' in charts.cost_bar(sums, largest=D(100))


def test_parts_there_are_not_are_not_drawn() -> None:
    assert drawn(Sums(cost=D(50)), 100) == [("bar-value", "0.0", "50.0")]
    missing = Sums(cost=D(50), gap=D(50), gap_if_pledged=D(50), gap_if_hoped=D(50))
    assert drawn(missing, 50) == [("bar-track", "0.0", "100.0")]


def test_where_nothing_costs_there_is_no_bar() -> None:
    with pytest.raises(ValueError, match="above 0"):
        charts.cost_bar(Sums(), largest=D(0))
