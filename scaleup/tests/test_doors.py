"""Every address has a door and stands in the table of who may; forms of other sites are refused at all of them."""

from collections.abc import Callable, Iterable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver, path
from django.views.decorators.csrf import csrf_exempt

from scaleup.tests.actors import World
from scaleup.tests.routes import TABLES, Route, routes_of
from scaleup.tests.walks import NOT_COUNTED, Step, address, fingerprints, typed

DOORS = {
    "open": {"open"},
    "key": {"open", "signed in"},
    "signed in": {"signed in", "known (json)", "open"},
    "program": {"program"},
    "portfolio": {"portfolio"},
    "organisation": {"organisation"},
    "instrument": {"instrument"},
    "rater": {"rater"},
    "owned": {"owned"},
    "inviting": {"inviting"},
}
# Open although a person is needed: the step after the password, which asks for itself.
OPEN_YET_PERSONAL = {"mfa_authenticate"}
EVERYWHERE = list(routes_of(get_resolver().url_patterns))


@csrf_exempt
def gullible(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Done.")


def without_a_door(routes: Iterable[Route]) -> list[str]:
    """Addresses whose view has no door, or another one than the table says."""
    return [route.name for route in routes if getattr(route.view, "door", "") not in DOORS.get(route.about, set())]


def unlisted(routes: Iterable[Route]) -> list[str]:
    return [route.name for route in routes if not route.about]


def test_every_address_has_the_door_of_its_table() -> None:
    assert without_a_door(EVERYWHERE) == []
    found = {route.name for route in EVERYWHERE if route.about == "signed in" and route.view.door == "open"}
    assert found == OPEN_YET_PERSONAL


def test_every_address_is_listed_and_every_listed_one_is_there() -> None:
    assert unlisted(EVERYWHERE) == []
    assert sorted(name for table in TABLES.values() for name in table) == sorted(route.name for route in EVERYWHERE)


def test_a_new_address_without_a_door_is_found_out() -> None:
    routes = list(routes_of([path("left-open/", gullible, name="left_open")]))
    assert (without_a_door(routes), unlisted(routes)) == (["left_open"], ["left_open"])


def test_forms_without_the_token_are_refused_everywhere(world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies, before = world.browser("lead").cookies, fingerprints()
    taken = [route.name for route in EVERYWHERE if _sent_without_token(browser, route, world) != 403]
    changed = {table for table, _ in before.items() ^ fingerprints().items()} - NOT_COUNTED
    assert (taken, changed) == ([], set())


@pytest.mark.django_db
def test_a_form_that_needs_no_token_is_found_out(also_serve: Callable[..., None]) -> None:
    also_serve(path("gullible/", gullible))
    assert Client(enforce_csrf_checks=True).post("/gullible/").status_code != 403


def _sent_without_token(browser: Client, route: Route, world: World) -> int:
    kind = "program" if route.about == "inviting" else ""
    step, place = Step("lead", route, "own", "POST", kind), world.places["own"]
    return browser.post(address(step, place), typed(place, step)).status_code
