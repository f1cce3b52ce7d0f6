"""What pages of this app share: the status of a form, a step or item by its address."""

from collections.abc import Callable, Collection
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest
from django.forms import BaseForm
from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone

from journal.facts import ChangedMeanwhile
from programs.domain import steps
from programs.domain.steps import StepReading
from programs.forms.facts import SeenForm
from programs.models import ItemAnswer, StepPlan


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: what was posted, also when nothing was filled in."""
    return request.POST if request.method == "POST" else None


def pressed(request: HttpRequest, name: str, *, among: Collection[str]) -> str:
    """Which of several buttons sent the form; one that is not there was pressed by nobody, and does nothing."""
    value = request.POST.get(name, "")
    if value not in among:
        raise BadRequest(f"There is no such button: {name}.")
    return value


def status_of(form: BaseForm) -> int:
    """422 for a form that was sent with mistakes, else 200."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK


def refused_change(
    request: HttpRequest,
    form: SeenForm,
    verb: Callable[..., object],
    row: Any,
    *,
    refused: type[Exception] | tuple[()] = (),
) -> HTTPStatus | None:
    """Changes the facts of a row by a valid form. None: it is done; else the status to show the form again with.

    The form then says why: somebody was first, or the verb raised its `refused`.
    """
    try:
        verb(row, wanted=form.facts, seen=form.cleaned_data["seen"], by=request.user)
    except ChangedMeanwhile as clash:
        form.tell_clash(clash)
        return HTTPStatus.CONFLICT
    except refused as error:
        form.add_error(None, str(error))
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return None


def reading_at(request: HttpRequest, number: int) -> StepReading:
    """The step of the request's program with this number, read whole, or Http404."""
    reading = steps.read(request.program, number, today=timezone.localdate())
    if reading is None:
        raise Http404
    return reading


def plan_at(request: HttpRequest, number: int) -> StepPlan:
    """The step of the request's program with this number, or Http404."""
    plan = steps.find_step(request.program, number)
    if plan is None:
        raise Http404
    plan.program = request.program
    return plan


def item_at(request: HttpRequest, key: str) -> ItemAnswer:
    """The item of the request's program with this key, or Http404."""
    answer = steps.find_item(request.program, key)
    if answer is None:
        raise Http404
    answer.plan.program = request.program
    return answer
