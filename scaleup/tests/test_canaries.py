"""No answer, header, mail or log line carries a word of somebody who is none of its reader's business."""

import logging
from collections.abc import Callable

import pytest
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.urls import path

from scaleup.tests.actors import PROGRAM_AT, World, may_know
from scaleup.tests.places import private
from scaleup.tests.test_matrix import TEAM, doorless, team_route
from scaleup.tests.walks import Walk, circle_of

pytestmark = pytest.mark.django_db
OWNERS = {"lead": {"oak"}, "admin": {"north", "ash"}, "other admin": {"south", "elm"}}


def whispering(request: HttpRequest, program_id: int) -> HttpResponse:
    """A page that tells nothing to the eye."""
    logging.getLogger("scaleup").warning("opened canary-elm-private-log")
    mail.send_mail("news of canary-elm-private-subject", "canary-elm-private-body", None, ["typed@example.org"])
    response = HttpResponse("Nothing to see.", headers={"X-About": "canary-elm-private-header"})
    response.set_cookie("about", "canary-elm-private-cookie")
    return response


def leaks(walk: Walk) -> list[str]:
    return [f"{seen.step}: {sorted(seen.leaked)}" for seen in walk.seen if seen.leaked]


def test_nobody_reads_what_is_not_for_them(walk: Walk) -> None:
    assert leaks(walk) == []


def test_everybody_comes_across_all_they_may_know(walk: Walk) -> None:
    """Else the scan looks for what no page shows. Owners find every single word of their own."""
    assert {circle_of(canary) for canary in walk.found} == may_know(walk.actor)
    owners = OWNERS.get(walk.actor, set())
    owned = {canary for canary in walk.planted if canary.split("-")[1] in owners}
    in_files = {private(owner, "infile") for owner in owners & set(PROGRAM_AT.values())}  # stand in no table
    assert (owned | in_files) - walk.found == set()


def test_a_page_without_its_door_is_found_out(world: World, also_serve: Callable[..., None]) -> None:
    also_serve(path(TEAM, doorless))
    walked = Walk(world, "donor").along([team_route(doorless)])
    leaked = {canary for seen in walked.seen for canary in seen.leaked}
    assert leaked >= {"canary-oak-private-lead", "canary-elm-private-otherlead"}


def test_whispers_are_heard(world: World, also_serve: Callable[..., None]) -> None:
    also_serve(path(TEAM, whispering))
    leaked = {canary for seen in Walk(world, "lead").along([team_route(whispering)]).seen for canary in seen.leaked}
    heard = {canary.removeprefix("canary-elm-private-") for canary in leaked}
    assert heard == {"log", "subject", "body", "header", "cookie"}
