"""Every actor at every address of every place, looking and acting: what comes of it follows from one table.

And no answer, header, mail or log line carries a word of somebody who is none of its reader's business.
"""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver, path

from programs.models import Program
from programs.standing import Can, Standing
from programs.views import teams
from scaleup.tests.actors import STANDS, World
from scaleup.tests.findings import findings
from scaleup.tests.routes import Route, routes_of
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


@pytest.fixture
def world(stage: World) -> World:
    """One for all walks: what a walk did is taken back."""
    cache.clear()
    return stage


@pytest.mark.parametrize("actor", STANDS)
def test_everybody_everywhere_meets_what_the_tables_say(world: World, actor: str) -> None:
    """One walk for all that can be asked of it, for a walk takes long; what is wrong is told all at once."""
    walk = Walk(world, actor).along(routes_of(get_resolver().url_patterns))
    assert findings(walk) == {}


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


def test_whatever_is_wrong_about_a_walk_is_told_at_once() -> None:
    route, leaked = team_route(doorless), {"canary-elm-private-lead"}
    seen = [Seen(Step("donor", route, place, "GET"), "in", leaked, refusal="") for place in ("own", "other")]
    seen += [Seen(Step("donor", route, place, "GET"), "not found", set(), refusal=place) for place in ("own", "absent")]
    wrong = findings(Walk(World({}, {}), "donor", seen, changed={"programs_program"}))
    assert wrong == {
        "came out otherwise": [
            "donor: GET programs:team at own → in, not forbidden",
            "donor: GET programs:team at other → in, not not found",
            "donor: GET programs:team at own → not found, not forbidden",
        ],
        "changed by looking or by what was refused": ["programs_program"],
        "not found, but not alike": ["donor GET programs:team "],
        "read what is not for them": [
            f"donor: GET programs:team at {place}: ['canary-elm-private-lead']" for place in ("own", "other")
        ],
        "did not come across": ["north-public", "oak-public"],
    }
