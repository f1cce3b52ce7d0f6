"""The readiness page of a program and its small live block."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from assessments.domain import reading, round_reading
from assessments.presenting import ReadinessPage
from programs.access import program_view
from programs.domain import steps
from programs.standing import Can


@program_view(Can.READ)
@require_safe
def readiness(request: HttpRequest) -> HttpResponse:
    """What is weakest, what would help most, then the figures; each opens to the answers behind it."""
    day = _day(request.GET.get("on", ""))
    found = reading.on(request.program, day) if day else None
    page = ReadinessPage(
        program=request.program,
        reading=found or reading.now(request.program),
        trend=reading.trend(request.program),
        step=_number(request.GET.get("step", "")),
    )
    context = {"program": request.program, "page": page, "asked_day": day, "today": timezone.localdate()}
    context["latest_round"] = round_reading.latest(request.program)
    return render(request, "assessments/readiness.html", context)


def _live_tag(request: HttpRequest, **kwargs: Any) -> str:
    program = request.program
    return f'"{program.pk}-{program.inputs_seq}-{program.summarised_seq}-{get_language()}"'


@program_view(Can.READ)
@require_safe
@condition(etag_func=_live_tag)
def live(request: HttpRequest) -> HttpResponse:
    """The block that says how ready the program is, and whether that is still being computed."""
    context = {"program": request.program, "summary": steps.summary_of(request.program)}
    response = render(request, "assessments/_live.html", context)
    if request.program.summarised_seq >= request.program.inputs_seq:
        response["X-Live"] = "done"  # nothing more to wait for: the page stops asking
    return response


def _day(raw: str) -> date | None:
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None


def _number(raw: str) -> int | None:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= 3 else None
