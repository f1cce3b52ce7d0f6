"""Pages only a measurement asks for: two empty ones, and a way of saving that must lose and double."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template import engines
from django.utils import timezone

from journal.models import Change
from programs.models import ItemAnswer

EMPTY = '{% extends "base.html" %}'


def answer(request: HttpRequest) -> HttpResponse:
    """Nothing, for somebody signed in: the floor of every page."""
    return HttpResponse(f"{request.user.pk}", content_type="text/plain")


def page(request: HttpRequest) -> HttpResponse:
    """An empty page in the frame all pages share."""
    return HttpResponse(engines["django"].from_string(EMPTY).render({}, request))


def careless_save(request: HttpRequest) -> JsonResponse:
    """Saving as one would write it first: no key that makes it once, no transaction, no lock.

    The harness must find it wanting, or it would find nothing.
    """
    row = get_object_or_404(ItemAnswer.objects.select_related("plan"), pk=request.POST["id"])
    old, new, key = row.answer, request.POST["value"], request.POST["key"]
    version = row.versions.get("answer", [0])[0] + 1
    row.answer, row.versions["answer"] = new, [version, request.user.pk, "", timezone.now().isoformat()]
    row.save()
    Change.objects.create(
        kind="answer", object_id=row.pk, program_id=row.plan.program_id, actor=request.user,
        field="answer", old=old, new={"value": new, "key": key},
    )  # fmt: skip
    return JsonResponse({"result": "applied", "version": version})
