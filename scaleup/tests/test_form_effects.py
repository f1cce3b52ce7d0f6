"""What a form does beside what it says: fields it does not have are no way in, and sent twice it does it once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.timezone import localdate

from programs.access import program_view
from programs.domain import reach
from programs.models import Program
from programs.standing import Can
from scaleup.tests.bad_values import LEFT_OUT
from scaleup.tests.effects import Rows, difference, everything, same_numbers, slipped_in
from scaleup.tests.form import Form
from scaleup.tests.form_table import FORMS
from scaleup.tests.posting import touched_since, writes
from scaleup.tests.scenes import Scene, undone

pytestmark = pytest.mark.django_db
REACH = [form for form in FORMS if form.address == "programs:reach"]


@program_view(Can.READ)
def gullible(request: HttpRequest) -> HttpResponse:
    """Takes every field of a program, and counts again each time."""
    said = request.POST.dict()
    Program.objects.filter(pk=request.program.pk).update(about=said.get("about", ""))
    reach.record_figure(request.program, count=7, as_of=localdate(), how_counted="guessed", by=request.user)
    return redirect("programs:reach", request.program.pk)


def effect(form: Form, scene: Scene, *, times: int = 1, **extra: Any) -> Rows:
    """The rows there are after sending a form, in the tables it wrote; then everything is taken back."""
    cookies = scene.browser.cookies.copy()
    with same_numbers(), undone():
        counted = writes()
        url, said = form.url(scene), {name: value for name, value in form.good(scene).items() if value is not LEFT_OUT}
        for _ in range(times):
            cache.clear()  # counters of tries, and codes that were used
            scene.browser.post(url, extra | said)
            rewind(said)
        left = everything(touched_since(counted))
    scene.browser.cookies = cookies
    return left


def rewind(said: dict[str, Any]) -> None:
    """A file can be read once, unless it is taken back to its beginning."""
    for value in said.values():
        if hasattr(value, "seek"):
            value.seek(0)


def test_fields_a_form_does_not_have_change_nothing(form: Form, scene: Scene) -> None:
    extra = slipped_in(scene, taken=set(form.fields))
    honest, sly = effect(form, scene), effect(form, scene, **extra)
    assert difference(honest, sly) == []


def test_sent_twice_it_is_done_once(form: Form, scene: Scene) -> None:
    more = difference(effect(form, scene), effect(form, scene, times=2))
    assert [row for row in more if row.split()[1] != form.again] == []


@pytest.mark.parametrize("form", REACH, ids=str)
def test_a_form_that_takes_any_field_is_found_out(form: Form, scene: Scene, also_serve: Callable[..., None]) -> None:
    also_serve(path("programs/<int:program_id>/reach/", gullible))
    extra = slipped_in(scene, taken=set(form.fields))
    more = difference(effect(form, scene), effect(form, scene, **extra))
    assert [row.split()[:2] for row in more] == [["+", "programs_program"], ["-", "programs_program"]]
    assert "slipped in" in more[0]


@pytest.mark.parametrize("form", REACH, ids=str)
def test_a_form_that_does_it_again_is_found_out(form: Form, scene: Scene, also_serve: Callable[..., None]) -> None:
    also_serve(path("programs/<int:program_id>/reach/", gullible))
    more = difference(effect(form, scene), effect(form, scene, times=2))
    assert "+ programs_reachfigure" in {" ".join(row.split()[:2]) for row in more}
