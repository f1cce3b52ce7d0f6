"""One form of the product as its tests send it: who, where, and a good answer to each of its fields."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import get_resolver, reverse

from scaleup.tests.bad_values import LEFT_OUT, Field
from scaleup.tests.routes import routes_of
from scaleup.tests.scenes import Scene, in_days

ROUTES = {route.name: route for route in routes_of(get_resolver().url_patterns)}


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its address, its sender, what must be so before, and its fields."""

    address: str
    actor: str
    fields: dict[str, Field] = field(default_factory=dict)
    ready: Callable[[Scene], None] = lambda scene: None
    page: str = ""  # the address of the page it stands on, if that is another one
    variant: str = ""
    success: int = 302
    changes_nothing: bool = False  # but sessions
    again: str = ""  # what sending it again is meant to write once more: a table
    is_saved_by_field: bool = False  # what is right is saved, whatever is wrong beside it

    @property
    def is_counted(self) -> bool:
        """Whether tries are counted, as at every page of signing in."""
        return self.address.startswith(("account", "mfa_"))

    def __str__(self) -> str:
        return f"{self.address} {self.variant}".strip()

    def url(self, scene: Scene, *, page: bool = False) -> str:
        name = self.page if page and self.page else self.address
        return reverse(name, kwargs={param: scene.numbers[param] for param in ROUTES[name].params})

    def good(self, scene: Scene) -> dict[str, Any]:
        """What somebody careful sends."""
        said = {name: one.good(scene) if callable(one.good) else one.good for name, one in self.fields.items()}
        return {name: value for name, value in said.items() if value is not LEFT_OUT}


def person(actor: str) -> Callable[[Scene], int]:
    return lambda scene: scene.world.people[actor].pk


def of(place: str, number: str) -> Callable[[Scene], int]:
    """A number of a place."""
    return lambda scene: scene.world.places[place].ids[number]


def days(number: int) -> Callable[[Scene], str]:
    """So many days from now."""
    return lambda scene: in_days(number).isoformat()
