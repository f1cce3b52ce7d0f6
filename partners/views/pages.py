"""What pages of this app share: changing the facts of a row by a form."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest

from journal.facts import ChangedMeanwhile
from partners.domain.partners import Refused
from programs.forms.facts import SeenForm


def refused_change(request: HttpRequest, form: SeenForm, verb: Callable[..., None], row: Any) -> HTTPStatus | None:
    """Changes a row by a valid form. None: it is done; else the status to show the form again with, which says why."""
    try:
        verb(row, wanted=form.facts, seen=form.cleaned_data["seen"], by=request.user)
    except ChangedMeanwhile as clash:
        form.tell_clash(clash)
        return HTTPStatus.CONFLICT
    except Refused as error:
        form.add_error(None, str(error))
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return None
