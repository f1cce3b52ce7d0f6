"""What was typed and is shown again says by words what each sum was."""

from django.test import RequestFactory

from journal.kept import show_again


def test_sums_and_years_are_shown_with_their_words() -> None:
    typed = {"amount": "1 200", "unit_amount": "96", "quantity": "40", "year": "2027", "rate": "0.00058", "then": "x"}
    page = show_again(RequestFactory().post("/funding/", typed), status=401).content.decode()
    words = ("Amount", "Cost of one", "How many", "Year", "Rate")
    assert [word for word in words if f"<dt>{word}</dt>" not in page] == []
