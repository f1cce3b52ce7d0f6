"""The door of every page about one program, and of every page about one portfolio."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from accounts.models import Portfolio
from programs.models import Program
from programs.standing import Can, program_for, refusal

View = Callable[..., HttpResponse]
Find = Callable[[Program, int], Any]
Gone = Callable[[HttpRequest, Any], HttpResponse | None]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

# In front of every page of a portfolio, so written by hand, as `programs.standing.WITH_ROLES` is.
WATCHED = f"""
SELECT {", ".join(f"portfolio.{field.column}" for field in Portfolio._meta.concrete_fields)}, watcher.role
FROM accounts_portfolio portfolio JOIN accounts_watcher watcher ON watcher.portfolio_id = portfolio.id
WHERE portfolio.id = %(portfolio)s AND watcher.user_id = %(user)s AND watcher.role = ANY(%(roles)s)
"""  # noqa: S608  all words are our own


def program_view(needs: Can, *, to_post: Can | None = None) -> Callable[[View], View]:
    """Opens a page about one program to those whose standing allows `needs` (and `to_post`, to write).

    Sets `request.program`, `request.standing` and `request.can`. Not visible is 404, visible but
    not allowed 403; archived programs allow nothing that writes.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, program_id: int, *args: object, **kwargs: object) -> HttpResponse:
            try:
                request.program, request.standing = program_for(request.user, program_id)
            except Program.DoesNotExist:
                raise Http404 from None
            request.can = request.standing.can
            wanted = needs if request.method in SAFE else to_post or needs
            if not {needs, wanted} <= request.can:
                raise PermissionDenied(refusal(request.program))
            return view(request, *args, **kwargs)

        door.door = "program"
        door.needs, door.to_post = needs, to_post or needs
        return door

    return decorate


def part_view(
    name: str,
    find: Find,
    needs: Can,
    *,
    to_post: Can | None = None,
    removed: Find = lambda program, number: None,
    gone: Gone = lambda request, left: None,
) -> Callable[[View], View]:
    """Opens a page about one part of a program (a partner, an agreement …), as `program_view` does.

    The address has `<name>_id`; `find(program, id)` gives the part, set as `request.<name>`, or None: 404.
    Parts that people remove while others have their pages open: `removed(program, id)` gives what is left of one that
    was in this very program, set in its place. Then `gone(request, left)` answers; if it does not, the view does.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: object, **kwargs: Any) -> HttpResponse:
            number = kwargs.pop(f"{name}_id")
            part = find(request.program, number)
            left = removed(request.program, number) if part is None else None
            if part is None and left is None:
                raise Http404
            setattr(request, name, part or left)
            answer = gone(request, left) if left else None
            return view(request, *args, **kwargs) if answer is None else answer

        return program_view(needs, to_post=to_post)(inner)

    return decorate


def portfolio_view(*roles: str) -> Callable[[View], View]:
    """Opens a page about one portfolio to those who watch it in one of the roles; else 404.

    Sets `request.portfolio`; its `role` is the person's.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, portfolio_id: int, *args: object, **kwargs: object) -> HttpResponse:
            values = {"portfolio": portfolio_id, "user": request.user.pk, "roles": [str(role) for role in roles]}
            request.portfolio = next(iter(Portfolio.objects.raw(WATCHED, values)), None)
            if request.portfolio is None:
                raise Http404
            return view(request, *args, **kwargs)

        door.door = "portfolio"
        door.roles = roles
        return door

    return decorate
