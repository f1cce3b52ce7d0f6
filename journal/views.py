"""The two addresses of the saving path: save one value, and ask whose session this is."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from journal import saving
from journal.doors import known_json, open_to_all
from journal.models import Outcome
from journal.saving import Actor, NotFound, Proposal, Refused, Result

KEY_LENGTHS = range(16, 65)


@known_json
@require_POST
def save(request: HttpRequest) -> JsonResponse:
    """Saves one field by the protocol of docs/saving.md and answers what became of it."""
    actor = Actor.of(request)
    if request.POST.get("user", actor.name) != actor.name:
        message = _("Somebody else is signed in here now. Sign in as yourself to save what you typed.")
        return JsonResponse({"result": "other_user", "message": message}, status=HTTPStatus.UNAUTHORIZED)
    try:
        result = saving.save(_proposal(request), actor=actor)
    except NotFound:
        return _refusal(HTTPStatus.NOT_FOUND, _("This is no longer here, or not for you."))
    except PermissionDenied as error:
        return _refusal(HTTPStatus.FORBIDDEN, str(error) or _("You may not change this."))
    except Refused as error:
        return _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    except ValidationError as error:
        return _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, " ".join(error.messages))
    status = HTTPStatus.CONFLICT if result.outcome == Outcome.CONFLICT else HTTPStatus.OK
    return JsonResponse(_answer(result), status=status)


@open_to_all
@require_GET
@never_cache
def session(request: HttpRequest) -> JsonResponse:
    """Whose session this is, and a fresh CSRF token: asked before what waited in a browser is sent."""
    actor = Actor.of(request)
    user = actor.user.pk if actor.user else actor.name if actor.is_somebody else None
    return JsonResponse({"user": user, "csrf": get_token(request)})


def _proposal(request: HttpRequest) -> Proposal:
    data = request.POST
    key, number = data.get("key", ""), data.get("id", "")
    if len(key) not in KEY_LENGTHS or not key.isascii() or not key.isalnum():
        raise ValidationError(_("The page sent a change without a key. Reload the page and try again."))
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise NotFound
    return Proposal(
        key=key,
        kind=data.get("kind", ""),
        object_id=int(number),
        field=data.get("field", ""),
        value=data.get("value", ""),
        base=saving.parse_version(data.get("base", "")),
    )


def _answer(result: Result) -> dict[str, Any]:
    answer = result.as_json()
    answer["result"] = "repeat" if result.is_repeat else answer.pop("outcome").value
    answer.pop("outcome", None)
    if result.theirs is not None:
        answer["result"] = "conflict"
        answer["theirs"] = result.theirs | {"when": _when(result.theirs["at"])}
    return answer | {"message": _message(result)}


def _when(at: str) -> str:
    """A moment as its reader writes it, in their time zone: the browser may be set to another."""
    return date_format(timezone.localtime(datetime.fromisoformat(at)), "SHORT_DATETIME_FORMAT") if at else ""


def _message(result: Result) -> str:
    if result.theirs is not None:
        return _("%(name)s changed this first. Both versions are kept: choose one.") % {"name": result.theirs["by"]}
    at = timezone.localtime(datetime.fromisoformat(result.at) if result.at else None)
    if at.date() != timezone.localdate():
        return _("Saved on %(when)s") % {"when": date_format(at, "SHORT_DATETIME_FORMAT")}
    return _("Saved at %(time)s") % {"time": time_format(at, "H:i")}


def _refusal(status: HTTPStatus, message: str) -> JsonResponse:
    return JsonResponse({"result": "refused", "message": message}, status=status)
