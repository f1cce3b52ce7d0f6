"""Addresses found by name once: the same as Django's own, and as strict about names."""

import pytest
from django.urls import NoReverseMatch, reverse

from scaleup.addresses import address


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("dashboards:home", ()),
        ("programs:program", (7,)),
        ("programs:step", (7, 4)),
        ("programs:item", (7, 4, "core-components")),
        ("programs:item", (8, 11, "a")),
    ],
)
def test_an_address_is_the_one_django_finds(name: str, parts: tuple[int | str, ...]) -> None:
    assert address(name, *parts) == reverse(name, args=parts)


@pytest.mark.parametrize(("name", "parts"), [("programs:nothing", ()), ("programs:step", (7,))])
def test_a_page_there_is_not_is_an_error(name: str, parts: tuple[int, ...]) -> None:
    with pytest.raises(NoReverseMatch):
        address(name, *parts)
