"""From a complaint of the matrix to the form that mends it and back, with what came of it.

The address of the form says which complaint it is to mend. What the matrix complained about when the form was opened
is kept in the session; the way back leads to the complaints of the same program and nowhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from partners.domain import aftermath, complaints
from partners.domain.aftermath import Aftermath
from partners.domain.checks import Name
from partners.domain.complaints import Reading, Told
from partners.domain.mending import PARAMETER, anchor_of, name_at
from programs.models import Program
from programs.standing import Can
from scaleup.addresses import address

KEPT = "complaints_before"  # in the session: the program, the complaint, and the names of all there were
MENDED = "mended"

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Mending:
    """What a form is to mend; pages that show the form can ask it for the ways on."""

    program: Program
    name: Name

    @property
    def query(self) -> str:
        """For the next page on the way to the form."""
        return f"?{PARAMETER}={anchor_of(self.name)}"

    @property
    def back(self) -> str:
        """To the complaint, with nothing done."""
        return f"{self._matrix}#{anchor_of(self.name) if self.told else 'complaints'}"

    @property
    def done(self) -> str:
        """To the complaints, with what came of it."""
        return f"{self._matrix}?{MENDED}={anchor_of(self.name)}#complaints"

    @cached_property
    def reading(self) -> Reading:
        return complaints.read(self.program, timezone.localdate())

    @property
    def told(self) -> Told | None:
        """None: the matrix does not complain about it any more."""
        return self.reading.find(*self.name)

    @property
    def _matrix(self) -> str:
        return address("partners:matrix", self.program.pk)


def mends(view: View) -> View:
    """A page whose form mends complaints: opened from one, it leads back there once something was done.

    Stands below the door. Sets `request.mending`, None for those who came another way, and `request.mending_query`,
    which the next page on the way to the form is asked with.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        request.mending = mending = _mending_of(request)
        request.mending_query = mending.query if mending else ""
        if mending and request.method == "GET":
            _keep(request, mending)
        response = view(request, *args, **kwargs)
        if mending and request.method == "POST" and response.status_code == 302:
            response["Location"] = mending.done
        return response

    return inner


def what_came_of_it(request: HttpRequest, reading: Reading) -> Aftermath | None:
    """What the page of complaints tells somebody who comes back from mending one."""
    name = name_at(request.GET.get(MENDED, ""))
    kept = request.session.get(KEPT) if name else None
    if not kept or kept["asked"] != [request.program.pk, *name]:
        return None
    before = [tuple(one) for one in kept["before"]]
    return aftermath.tell(request.program, reading, before=before, asked=name)


def _mending_of(request: HttpRequest) -> Mending | None:
    name = name_at(request.GET.get(PARAMETER, ""))
    return Mending(request.program, name) if name and Can.WRITE in request.can else None


def _keep(request: HttpRequest, mending: Mending) -> None:
    """A page that is loaded again after the mending keeps the earlier reading: it tells more."""
    asked = [request.program.pk, *mending.name]
    if mending.told or request.session.get(KEPT, {}).get("asked") != asked:
        request.session[KEPT] = {"asked": asked, "before": mending.reading.names}
