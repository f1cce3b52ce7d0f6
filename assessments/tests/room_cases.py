"""The consensus room in tests: a round in discussion, its addresses, and a rater’s phone."""

import re

from django.test import Client
from django.urls import reverse

from assessments.domain import consensus, rounds
from assessments.domain.consensus import Said
from assessments.models import Assessment, Consensus, Instrument, Rater, Rating
from assessments.tests.round_cases import ITEMS, give_link, make_round
from journal.saving import LINK
from programs.models import Program

# Alike on vision, one level apart on plan, two on budget; of delay one cannot say.
SAID = [{"vision": 2, "plan": 1, "budget": 0, "delay": 1}, {"vision": 2, "plan": 2, "budget": 2, "delay": "unable"}]


def at(name: str, found: Assessment, *more: str) -> str:
    return reverse(f"assessments:{name}", args=[found.program_id, found.pk, *more])


def row(found: Assessment, key: str) -> Consensus:
    return Consensus.objects.select_related("item", "assessment").get(assessment=found, item__key=key)


def phone_of(rater: Rater) -> Client:
    """A browser in whose session the rater’s personal link was opened."""
    if not rater.has_living_link:
        give_link(rater)
    browser = Client()
    session = browser.session
    session[LINK] = rater.link_number
    session.save()
    browser.cookies["sessionid"] = session.session_key
    return browser


def own(name: str, rater: Rater, *more: str) -> str:
    return reverse(f"assessments:{name}", args=[rater.pk, *more])


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def room_of(program: Program, *, raters: int, items: int) -> Assessment:
    """A round in discussion with so many raters, and items rated and spoken of."""
    people = [(f"Rater {number}", ("team", "ministry", "partner")[number % 3]) for number in range(raters)]
    values = [dict.fromkeys(ITEMS[:items], number % 4) for number in range(raters)]
    found = make_round(program, raters=people, state="discussing", values=values, title=f"{raters} and {items}")
    for key in ITEMS[:items]:
        for rater in found.raters.all():
            consensus.say(row(found, key), Said(f"About {key}."), rater=rater, by=None)
    return found


def crowd_of(program: Program, instrument: Instrument, *, raters: int = 50) -> Assessment:
    """A large round in discussion: everybody rated everything, each in their own way."""
    groups = ("team", "ministry", "partner", "community")
    people = [(f"Rater {number}", groups[number % len(groups)]) for number in range(raters)]
    found = make_round(program, raters=people, state="rating", instrument=instrument, title="Crowd")
    rows = list(Rating.objects.filter(rater__assessment=found).order_by("pk"))
    for number, rating in enumerate(rows):
        rating.value = instrument.low + number * number % len(instrument.scale)
    Rating.objects.bulk_update(rows, ["value"])
    rounds.reveal(found, by=program.created_by)
    return Assessment.objects.get(pk=found.pk)
