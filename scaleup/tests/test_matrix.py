"""Every actor at every address of every place, looking and acting: what comes of it follows from one table."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from programs.models import Program
from programs.standing import Can, Standing
from programs.views import teams
from scaleup.tests.actors import World
from scaleup.tests.routes import Route
from scaleup.tests.walks import Seen, Step, Walk, told_apart

pytestmark = pytest.mark.django_db
TEAM = "programs/<int:program_id>/team/"


def doorless(request: HttpRequest, program_id: int) -> HttpResponse:
    """The team page without its door."""
    request.program = Program.objects.get(pk=program_id)
    request.standing, request.can = Standing(frozenset(), frozenset()), frozenset(Can)
    return teams.team.__wrapped__(request)


def renaming(request: HttpRequest, program_id: int) -> HttpResponse:
    """A page that writes while somebody only looks."""
    Program.objects.filter(pk=program_id).update(name="Looked at")
    return HttpResponse("ok")


def team_route(view: Callable[..., HttpResponse]) -> Route:
    return Route("programs:team", ("program_id",), view)


def test_what_comes_of_it_follows_from_the_table(walk: Walk) -> None:
    assert [str(seen) for seen in walk.seen if seen.is_wrong] == []


def test_looking_and_being_refused_change_nothing(walk: Walk) -> None:
    assert walk.changed == set()


def test_not_yours_and_not_there_look_alike(walk: Walk) -> None:
    assert told_apart(walk.seen) == []


def test_a_page_without_its_door_is_found_out(world: World, also_serve: Callable[..., None]) -> None:
    also_serve(path(TEAM, doorless))
    wrong = {str(seen) for seen in Walk(world, "stranger").along([team_route(doorless)]).seen if seen.is_wrong}
    assert wrong >= {"stranger: GET programs:team at own → in, not not found"}


def test_a_page_that_writes_while_looked_at_is_found_out(world: World, also_serve: Callable[..., None]) -> None:
    also_serve(path(TEAM, renaming))
    assert Walk(world, "viewer").along([team_route(renaming)]).changed == {"programs_program"}


def test_two_kinds_of_not_found_are_found_out() -> None:
    steps = [Step("stranger", team_route(doorless), place, "GET") for place in ("own", "absent")]
    seen = [Seen(step, "not found", set(), refusal=step.place) for step in steps]
    assert told_apart(seen) == ["stranger GET programs:team "]
