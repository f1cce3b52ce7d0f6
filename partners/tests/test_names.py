"""When two names of organisations are almost the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.domain.names import are_alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ministry of Health", "ministry of HEALTH"),
        ("Ministry of Health", "Health Ministry"),
        ("Ministry of Health", "Minisry of Health"),
        ("Ministry of Health", "The Ministry of Health and Family Welfare"),
        ("Ministry of Health", "MoH"),
        ("UNICEF", "Unicef Cambodia"),
        ("Ministère de la Santé", "Ministere de la sante"),
        ("Save the Children", "Save the Children (Amani office)"),
        ("Health post 1", "Health post  1"),
        ("ក្រសួងសុខាភិបាល", "ក្រសួងសុខាភិបាល "),
    ],
)
def test_these_probably_name_the_same(one: str, other: str) -> None:
    assert (are_alike(one, other), are_alike(other, one)) == (True, True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ministry of Health", "Ministry of Education"),
        ("Amani District Health Office", "Chamkar District Health Office"),
        ("Health post 1", "Health post 2"),
        ("Health post", "Health post 2"),
        ("Plan", "Plant"),
        ("Red Cross", "Red Crescent"),
        ("MoE", "Ministry of Health"),
        ("", "Ministry of Health"),
        ("…", "Ministry of Health"),
    ],
)
def test_these_do_not(one: str, other: str) -> None:
    assert (are_alike(one, other), are_alike(other, one)) == (False, False)


@given(st.text(max_size=40), st.text(max_size=40))
def test_it_does_not_matter_which_comes_first(one: str, other: str) -> None:
    assert are_alike(one, other) == are_alike(other, one)


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=8), min_size=1, max_size=5))
def test_a_name_is_like_itself(words: list[str]) -> None:
    assert are_alike(" ".join(words), " ".join(words).upper())
