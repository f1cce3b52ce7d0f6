"""Parts of a page that are rendered once: what is kept, and what is told apart."""

from collections.abc import Iterator

import pytest
from django.template import engines
from django.utils import timezone, translation
from pytest_django import Settings

from dashboards.domain.figures import Figures
from scaleup.templatetags import ui

PAGE = engines["django"].from_string(
    '{% load ui %}{% kept "dashboards/_donor_figures.html" figures=figures was=None %}'
)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    ui._kept.cache_clear()
    yield
    ui._kept.cache_clear()


def page(**figures: object) -> str:
    return PAGE.render({"figures": Figures.from_data(figures)})


def hits() -> int:
    return ui._kept.cache_info().hits


def test_the_same_values_are_rendered_once() -> None:
    data = {"programs": 3, "countries": {"KH": 2, "KE": 1}}
    assert page(**data) == page(**data)
    assert hits() == 1


def test_other_values_are_other_parts_even_where_their_hash_is_the_same() -> None:
    one, two = page(programs=3, countries={"KH": 3}), page(programs=3, countries={"KH": 2, "KE": 1})
    assert ("in 1 country" in " ".join(one.split()), "in 2 countries" in " ".join(two.split())) == (True, True)
    assert hits() == 0


def test_each_language_has_its_own() -> None:
    page(programs=3)
    with translation.override("fr"):
        page(programs=3)
    assert hits() == 0


def test_each_time_zone_has_its_own() -> None:
    page(programs=3)
    with timezone.override("Asia/Phnom_Penh"):
        page(programs=3)
    assert hits() == 0


def test_who_edits_templates_sees_the_change(settings: Settings) -> None:
    settings.DEBUG = True
    page(programs=3)
    assert ui._kept.cache_info().currsize == 0
