"""The door of every page about one program, and of every page about one portfolio."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Portfolio, User
from programs.models import Program
from programs.standing import Can, Standing

View = Callable[..., HttpResponse]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def program_for(user: User, program_id: int) -> tuple[Program, Standing]:
    """The program and the person's standing, in one query. Raises Http404 when it is not theirs to know."""
    program = (
        Program.objects.with_standing(user)
        .select_related("organisation", "guide")
        .filter(pk=program_id)
        .first()
    )
    if program is None:
        raise Http404
    standing = Standing.of(program)
    if not standing.can:
        raise Http404
    return program, standing


def program_view(needs: Can, *, to_post: Can | None = None) -> Callable[[View], View]:
    """Opens a page about one program to those whose standing allows `needs` (and `to_post`, to write).

    Sets `request.program`, `request.standing` and `request.can`. Not visible is 404, visible but
    not allowed 403; archived programs allow nothing that writes.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, program_id: int, *args: object, **kwargs: object) -> HttpResponse:
            request.program, request.standing = program_for(request.user, program_id)
            request.can = request.standing.can
            wanted = needs if request.method in SAFE else to_post or needs
            if not {needs, wanted} <= request.can:
                raise PermissionDenied(refusal(request.program))
            return view(request, *args, **kwargs)

        door.door = "program"
        door.needs, door.to_post = needs, to_post or needs
        return door

    return decorate


def refusal(program: Program) -> str:
    """Why something is not allowed, in words."""
    if program.is_archived:
        return _("This program is archived: it can be read, not changed.")
    return _("Your role in this program does not allow this.")


def portfolio_view(*roles: str) -> Callable[[View], View]:
    """Opens a page about one portfolio to those who watch it in one of the roles; else 404.

    Sets `request.portfolio`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, portfolio_id: int, *args: object, **kwargs: object) -> HttpResponse:
            watched = Portfolio.objects.watched_by(request.user, *roles)
            request.portfolio = watched.filter(pk=portfolio_id).first()
            if request.portfolio is None:
                raise Http404
            return view(request, *args, **kwargs)

        door.door = "portfolio"
        door.roles = roles
        return door

    return decorate
