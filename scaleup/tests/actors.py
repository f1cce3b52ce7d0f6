"""The world of the access tests: who there is, how each stands to each place, and what each may come to know."""

from dataclasses import dataclass

from django.core.cache import cache
from django.test import Client

from accounts.models import Portfolio, User, Watcher
from assessments.models import Rater
from assessments.tasks import summarise
from dashboards.domain import rollups
from journal.saving import LINK
from programs.domain import describing, guides
from programs.models import Guide, Program
from scaleup.tests.places import Keeper, Place, join_team, list_also, nowhere, person, private

# How each actor stands to the program at each place. Who is not named there may not know of it.
STANDS: dict[str, dict[str, str]] = {
    "anonymous": {},
    "deactivated": {},  # an editor of the own program once, with a cookie that still lives
    "stranger": {},
    "lead": {"own": "lead", "archived": "lead"},
    "editor": {"own": "editor", "archived": "editor"},
    "viewer": {"own": "viewer", "archived": "viewer"},
    "facilitator": {"own": "home facilitator", "archived": "home facilitator"},
    "guest facilitator": {"own": "facilitator", "sibling": "home facilitator"},
    "donor": {"own": "donor", "archived": "donor"},
    "admin": {"own": "admin", "sibling": "admin", "archived": "admin"},
    "other facilitator": {"other": "home facilitator"},
    "other donor": {"other": "donor"},
    "other admin": {"other": "admin"},
    # Who rate in the round at the own place, and have nothing else to do with its program.
    "rater": {},
    "rater by link": {},
}
RATERS = {"rater", "rater by link"}
SIGNED_OUT = {"anonymous", "deactivated", "rater by link"}
# The organisations: the own one keeps all places but the other.
BELONGS = {
    "lead": {"own": "member"},
    "admin": {"own": "admin"},
    "other admin": {"other": "admin"},
}
# Instruments: of the own organisation one is published (own) and one a draft (sibling).
KNOWS_INSTRUMENT = {
    "lead": {"own": "member"},
    "admin": {"own": "keeper", "sibling": "keeper"},
    "other admin": {"other": "keeper"},
}
WATCHES = {
    "facilitator": {"own": "facilitator", "archived": "facilitator"},
    "guest facilitator": {"sibling": "facilitator"},
    "donor": {"own": "donor", "archived": "donor"},
    "other facilitator": {"other": "facilitator"},
    "other donor": {"other": "donor"},
}
ORGANISATION_OF = {"own": "north", "sibling": "north", "archived": "north", "other": "south"}
PROGRAM_AT = {"own": "oak", "sibling": "ash", "archived": "fir", "other": "elm"}


def may_know(actor: str) -> set[str]:
    """Owners and secrecies whose words an actor may read, such as `oak-private`."""
    if actor in RATERS:  # of the round, whose; what was said by a link in another browser is told to nobody
        return {"oak-public", "oak-private", "north-private"}
    known: set[str] = set()
    for place, role in STANDS[actor].items():
        if role == "donor" and place == "archived":
            continue
        secrecies = ("public",) if role == "donor" else ("public", "private")
        for owner in (PROGRAM_AT[place], ORGANISATION_OF[place]):
            known |= {f"{owner}-{secrecy}" for secrecy in secrecies}
    return known


@dataclass
class World:
    """Everything there is."""

    places: dict[str, Place]
    people: dict[str, User]

    def browser(self, actor: str) -> Client:
        """A browser of the actor's own, signed in where the actor can be."""
        browser = Client(raise_request_exception=False)
        if actor == "rater by link":
            open_link(browser, self.places["own"].ids["rater_id"])
        elif actor != "anonymous":
            browser.force_login(self.people[actor])
        if actor == "deactivated":
            User.objects.filter(pk=self.people[actor].pk).update(is_active=False)
        return browser


def open_link(browser: Client, rater_id: int) -> None:
    """What “Start” behind a personal link leaves in a browser."""
    session = browser.session
    session[LINK] = Rater.objects.get(pk=rater_id).link_number
    session.save()


def build() -> World:
    """Two organisations; three programs in the one, one in the other; and all the actors."""
    cache.clear()  # counters of failed tries
    guide = Guide.objects.first() or guides.load_built_in()[0]
    named = ({*STANDS} | {"sibling lead", "other lead"}) - {"anonymous", "admin", "other admin"} - RATERS
    people = {actor: person(_name(actor)) for actor in sorted(named)}
    north, south = Keeper("north", guide), Keeper("south", guide)
    people |= {"admin": north.admin, "other admin": south.admin}
    home = north.portfolio("portfolio", people["facilitator"])
    guests = north.portfolio("guests", people["guest facilitator"])
    abroad = south.portfolio("portfolio", people["other facilitator"])
    for watched, donor in ((home, "donor"), (abroad, "other donor")):
        Watcher.objects.create(portfolio=watched, user=people[donor], role=Watcher.Role.DONOR)
    team = {"lead": people["lead"], "reviewer": people["facilitator"]}
    own, archived = north.place("oak", home=home, **team), north.place("fir", home=home, **team)
    sibling = north.place("ash", home=guests, lead=people["sibling lead"], reviewer=people["guest facilitator"])
    sibling.ids["instrument_id"] = north.instrument("ash", is_published=False)
    other = south.place("elm", home=abroad, lead=people["other lead"], reviewer=people["other facilitator"])
    for role in ("editor", "viewer"):
        join_team(own, people[role], role)
        join_team(archived, people[role], role)
    join_team(own, people["deactivated"], "editor")
    list_also(own, guests)
    places = {"own": own, "sibling": sibling, "other": other, "archived": archived}
    people["rater"] = own.people["rater"]
    _settle(places, archived, [home, guests, abroad])
    places |= {"absent": nowhere(own), "crossed": own.crossed_with(other)}
    return World(places, people)


def _settle(places: dict[str, Place], archived: Place, portfolios: list[Portfolio]) -> None:
    """What workers would have done by now; then one program is archived."""
    for place in places.values():
        summarise(place.ids["program_id"])
    for portfolio in portfolios:
        rollups.refresh(portfolio)
    describing.archive(Program.objects.get(pk=archived.ids["program_id"]), by=archived.people["lead"])


def _name(actor: str) -> str:
    """Names are canaries of the smallest circle that may know them; readers and strangers have plain ones."""
    owners = {"other lead": "elm", "sibling lead": "ash", "other facilitator": "south", "guest facilitator": "north"}
    owners |= dict.fromkeys(("lead", "editor", "viewer", "deactivated"), "oak") | {"facilitator": "north"}
    plain = actor.replace(" ", "")
    return private(owners[actor], plain) if actor in owners else f"{plain} person"
