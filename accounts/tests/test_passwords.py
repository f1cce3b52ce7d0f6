"""Rules for passwords: long, not common, not made of names; nothing about signs and digits."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import Organisation, User

SOMEBODY = User(email="noor.haddad@example.org", name="Noor Haddad")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "mango river lantern",
        "onlylowercase",
        "ខ្ញុំ ចូលចិត្ត ស្វាយ",
        "8143 5560 2971",
        "x1" + "long enough " * 20,
        "my scaleup mango tree",
    ],
)
def test_good_ones(password: str) -> None:
    validate_password(password, SOMEBODY)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short words", "at least 12 characters"),
        ("password1234", "Many people use"),
        ("Password!!!!2026", "Many people use"),
        ("123456789012", "Many people use"),
        ("aaaaaaaaaaaaaa", "Many people use"),
        ("abababababab", "Many people use"),
        ("ScaleUp2026!!", "little more than a name"),
        ("scale-up scale-up", "little more than a name"),
        ("noor.haddad@example.org", "too similar"),
        ("Noor Haddad 1", "too similar"),
    ],
)
def test_bad_ones(password: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        validate_password(password, SOMEBODY)


def test_the_name_of_the_organisation_is_no_password(lead: User, organisation: Organisation) -> None:
    organisation.name = "Kampong Health Trust"
    organisation.save()
    with pytest.raises(ValidationError, match="little more than a name"):
        validate_password("kamponghealth-2026", lead)
    validate_password("kampong mango lantern", lead)


def test_it_is_known_of_somebody_who_has_no_account_yet() -> None:
    newcomer = User(email="new@example.org", name="New")
    newcomer.context_names = ["Kampong Health Trust"]
    with pytest.raises(ValidationError, match="little more than a name"):
        validate_password("kampong health trust", newcomer)
