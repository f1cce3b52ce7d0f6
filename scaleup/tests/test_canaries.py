"""A word that is not for its reader is found wherever it is told: in an answer, a header, a mail or a log line.

That nobody reads any such word is what the walks of `test_matrix` show.
"""

import logging
from collections.abc import Callable

import pytest
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.urls import path

from scaleup.tests.actors import World
from scaleup.tests.test_matrix import TEAM, doorless, team_route
from scaleup.tests.walks import Walk

pytestmark = pytest.mark.django_db


def whispering(request: HttpRequest, program_id: int) -> HttpResponse:
    """A page that tells nothing to the eye."""
    logging.getLogger("scaleup").warning("opened canary-elm-private-log")
    mail.send_mail("news of canary-elm-private-subject", "canary-elm-private-body", None, ["typed@example.org"])
    response = HttpResponse("Nothing to see.", headers={"X-About": "canary-elm-private-header"})
    response.set_cookie("about", "canary-elm-private-cookie")
    return response


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
