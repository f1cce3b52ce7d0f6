"""Amounts and rates as they are shown and as they are typed: what is shown parses back to the same, and no guess."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from funding.domain.amounts import by_currency, rate_shown, shown
from funding.forms.fields import AmountField, RateField, SumField, YearField

LANGUAGES = ("en", "fr", "de", "pt", "es", "ar", "hi", "sw", "km", "de-ch")
amounts = st.decimals("0.01", "9999999999999.99", places=2)
rates = st.decimals("0.00000001", "99999999.99999999", places=8)


def refusal(field: SumField, typed: str) -> tuple[str, str]:
    """The kind of mistake, and the sentence about it."""
    with pytest.raises(ValidationError) as refused:
        field.clean(typed)
    return refused.value.code or "", refused.value.messages[0]


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("7", "7"),
        ("1234.5", "1234.50"),
        ("1234,5", "1234.50"),
        ("0.05", "0.05"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1\u00a0234\u00a0567", "1234567"),
        ("1\u202f234", "1234"),
        ("1’234.50", "1234.50"),
        ("1'234", "1234"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1.234.567,8", "1234567.80"),
        ("12,50,000", "1250000"),
        ("1,23,456.75", "123456.75"),
        ("  400 ", "400"),
        ("007", "7"),
        ("9999999999999.99", "9999999999999.99"),
        ("12,000", "12000"),  # as the English page itself writes it
    ],
)
def test_amounts_as_people_write_them(typed: str, amount: str) -> None:
    assert AmountField().clean(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed",
    [
        "many", "-1", "1.5.5", "1,2,3", "12.345", "1234.567", "1234,567", "0.234", "0,234", "1,234.567", "1.234,5.6",
        "1 234 5", "1 23", "1, 234", "1e3", "4²", ".5", "5.", "1_000", "USD 5", "1 234.567,8", "1,234,50",
        "4\x002", "9" * 41, "9" * 200_000, "1,234 567", "NaN", "Infinity",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(typed: str) -> None:
    code, sentence = refusal(AmountField(), typed)
    assert code in {"invalid", "ambiguous"}
    assert sentence.startswith(("Enter a number in digits, at most 2 of them after the decimal sign", "“"))


def test_a_lone_sign_before_three_digits_is_asked_again() -> None:
    sentence = "“1.234” can be read in two ways. Write 1234.00 or 1.23, whichever you mean."
    assert refusal(AmountField(), "1.234") == ("ambiguous", sentence)
    with translation.override("de"):
        assert AmountField().clean("1.234") == 1234  # the German page writes it so
        assert refusal(AmountField(), "1,234")[0] == "ambiguous"


@pytest.mark.parametrize("language", ["fr", "hi", "sw"])
def test_elsewhere_a_point_before_three_digits_is_never_a_guess(language: str) -> None:
    with translation.override(language):
        assert refusal(AmountField(), "1.234")[0] == "ambiguous"


@pytest.mark.parametrize("typed", ["0", "0.00", "0,0"])
def test_nothing_is_no_amount(typed: str) -> None:
    assert refusal(AmountField(), typed) == ("min_value", "Enter a number above zero.")


def test_thirteen_digits_fit() -> None:
    code, sentence = refusal(AmountField(), "1" + "0" * 13)
    assert (code, sentence) == ("max_value", "That is too much: at most 13 digits fit before the decimal sign.")


def test_nothing_typed_is_left_out() -> None:
    assert refusal(AmountField(), "  ")[0] == "required"
    assert AmountField(required=False).clean("") is None


@given(amount=amounts, language=st.sampled_from(LANGUAGES))
def test_an_amount_that_is_shown_is_read_back_as_the_same(amount: Decimal, language: str) -> None:
    with translation.override(language):
        assert AmountField().clean(shown(amount)) == amount


@given(rate=rates, language=st.sampled_from(LANGUAGES))
def test_a_rate_that_is_shown_is_read_back_as_the_same(rate: Decimal, language: str) -> None:
    with translation.override(language):
        assert RateField().clean(rate_shown(rate)) == rate


@given(
    whole=st.integers(1, 999), part=st.integers(0, 999), sign=st.sampled_from(".,"), language=st.sampled_from(LANGUAGES)
)
def test_one_sign_and_three_digits_never_become_a_rate(whole: int, part: int, sign: str, language: str) -> None:
    with translation.override(language):
        assert refusal(RateField(), f"{whole}{sign}{part:03}")[0] == "ambiguous"


@given(typed=st.text(alphabet="0123456789., '’\u00a0-", max_size=16))
def test_whatever_is_taken_has_the_digits_that_were_typed(typed: str) -> None:
    try:
        amount = AmountField(required=False).clean(typed)
    except ValidationError:
        return
    digits = "".join(mark for mark in typed if mark.isdigit())
    places = {f"{amount:.{places}f}".replace(".", "").lstrip("0") for places in (0, 1, 2)} if amount else {""}
    assert digits.lstrip("0") in places


@pytest.mark.parametrize(
    ("typed", "rate"),
    [("0.00025", "0.00025"), ("0,00025", "0.00025"), ("0.123", "0.123"), ("1.0830", "1.083"), ("4 100", "4100"),
     ("4,100.00", "4100"), ("99999999.99999999", "99999999.99999999"), ("1,234.567", "1234.567")],
)  # fmt: skip
def test_rates_as_people_write_them(typed: str, rate: str) -> None:
    assert RateField().clean(typed) == Decimal(rate)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("4,100", "ambiguous"),
        ("1.083", "ambiguous"),
        ("0.123456789", "invalid"),
        ("100000000", "max_value"),
        ("0", "min_value"),
    ],
)
def test_what_is_no_rate_is_refused(typed: str, code: str) -> None:
    assert refusal(RateField(), typed)[0] == code


def test_a_rate_that_could_be_two_says_both() -> None:
    sentence = "“1.083” can be read in two ways. Write 1083.00 or 1.0830, whichever you mean."
    assert refusal(RateField(), "1.083")[1] == sentence


@pytest.mark.parametrize("typed", ["27", "1989", "2101", "2,027", "2027.0", "20 27", "-2027", "２０２７"])
def test_what_is_no_year_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="Enter a year from 1990 to 2100, for example 2027"):
        YearField().clean(typed)


@pytest.mark.parametrize(("typed", "year"), [("1990", 1990), (" 2100 ", 2100), ("2027", 2027)])
def test_years_of_the_plan(typed: str, year: int) -> None:
    assert YearField().clean(typed) == year


@pytest.mark.parametrize(
    ("amount", "words"),
    [("1200", "1,200"), ("1200.00", "1,200"), ("1200.5", "1,200.50"), ("0.05", "0.05"), ("1E+3", "1,000")],
)
def test_amounts_as_they_are_shown(amount: str, words: str) -> None:
    assert (shown(Decimal(amount)), shown(Decimal(amount), "USD")) == (words, f"{words}\u00a0USD")


def test_sums_keep_currencies_apart() -> None:
    amounts = [(Decimal("0.10"), "USD"), (Decimal(4_000), "KHR"), (Decimal("0.20"), "USD")]
    assert by_currency(amounts) == ["4,000\u00a0KHR", "0.30\u00a0USD"]
    assert by_currency([]) == []
