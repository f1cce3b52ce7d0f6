"""What the forms over one row share: it is changed, or the form comes back with why not and with what was typed."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from funding.domain.holding import Refused, Removed, is_there
from journal.facts import facts_of
from programs.forms.facts import SeenForm
from programs.views.pages import refused_change, status_of

REMOVED = "removed"


def seen(request: HttpRequest, row: Model, names: Iterable[str]) -> dict[str, Any] | None:
    """The facts a form over a row is opened with; a form that is sent carries its own."""
    return None if request.method == "POST" else facts_of(row, names)


def shown_again(request: HttpRequest, form: SeenForm, change: Callable[..., object], row: Model) -> int | None:
    """Changes a row by its form. None: it is changed, and that is said. Else the status to show the form with."""
    if not form.is_bound:
        return HTTPStatus.OK
    if not is_there(row):
        return refuse_removed(form)
    if not form.is_valid():
        return status_of(form)
    try:
        status = refused_change(request, form, change, row)
    except Removed:
        return refuse_removed(form)
    except Refused as error:
        form.add_error(None, str(error))
        return HTTPStatus.UNPROCESSABLE_ENTITY
    if status is None:
        messages.success(request, _("Saved."))
    return status


def refuse_removed(form: SeenForm) -> int:
    """Says above the form, beside whatever else is wrong in it, that there is nothing to change any more."""
    form.add_error(None, ValidationError(str(Removed()), code=REMOVED))
    return HTTPStatus.CONFLICT


def is_removed(form: SeenForm) -> bool:
    """Whether the form came back because its row is gone: it can be added anew then, and not be saved."""
    return form.is_bound and form.has_error(NON_FIELD_ERRORS, REMOVED)
