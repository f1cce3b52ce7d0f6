"""Every form of the product, each field spoiled in every way that applies: told, kept, and nothing changed.

What a reader is told of each kind of bad input, and which tests show it, stands in docs/bad-input.md.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.timezone import localdate

from programs.access import program_view
from programs.domain import reach
from programs.forms.programs import ReachForm
from programs.models import Remark
from programs.standing import Can
from programs.views.remarks import step_remark
from scaleup.tests.form import Form
from scaleup.tests.form_table import FORMS, NO_FORM
from scaleup.tests.posting import Trial, told_apart
from scaleup.tests.read_pages import Page
from scaleup.tests.routes import TABLES
from scaleup.tests.scenes import Scene

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
NOT_TYPED = {"csrfmiddlewaretoken", "next"}
REACH = [form for form in FORMS if form.address == "programs:reach"]
SHARING = [form for form in FORMS if any(one.foreign for one in form.fields.values())]


@program_view(Can.READ)
def gullible(request: HttpRequest) -> HttpResponse:
    """Takes whatever comes."""
    reach.record_figure(request.program, count=7, as_of=localdate(), how_counted="guessed", by=request.user)
    return redirect("programs:reach", request.program.pk)


@program_view(Can.READ)
def forgetful(request: HttpRequest) -> HttpResponse:
    """Refuses everything, without a word and without what was typed."""
    page = {"form": ReachForm(), "figures": [], "reach": None, "sentence": ""}
    return render(request, "programs/reach.html", page, status=422)


@program_view(Can.READ)
def talkative(request: HttpRequest, number: int) -> HttpResponse:
    """Says of a thread whether there is such a one, somewhere."""
    if Remark.objects.filter(pk=request.POST.get("thread") or 0).exists():
        return HttpResponse("This thread is not yours.", status=404)
    return step_remark(request, request.program.pk, number)


def unlisted(addresses: Iterable[str]) -> set[str]:
    """Addresses that take a form and stand in no table."""
    return set(addresses) - {form.address for form in FORMS} - NO_FORM


def unknown_fields(page: Page, form: Form, scene: Scene) -> set[str]:
    """Fields that the page or the table has, but not both. Which buttons a page has depends."""
    buttons = {name for name, one in form.fields.items() if one.is_button}
    return (page.names(form.url(scene)) - NOT_TYPED ^ form.fields.keys()) - buttons


def read(form: Form, scene: Scene) -> Page:
    """The page a form stands on."""
    here = form.url(scene, page=True)
    return Page(scene.browser.get(here).text, here=here)


def test_every_address_that_takes_a_form_is_in_the_table() -> None:
    posting = {name for table in TABLES.values() for name, (_, post) in table.items() if post}
    assert unlisted(posting) == set()
    assert {form.address for form in FORMS} - posting == set()
    assert unlisted({*posting, "programs:new_form"}) == {"programs:new_form"}


def test_the_table_knows_every_field(form: Form, scene: Scene) -> None:
    assert unknown_fields(read(form, scene), form, scene) == set()


def test_what_is_good_is_taken(form: Form, scene: Scene) -> None:
    answer = Trial(form, scene).send()
    assert (answer.status, answer.page.summary, bool(answer.changed)) == (form.success, [], not form.changes_nothing)


def test_what_is_bad_is_told_and_kept_and_changes_nothing(form: Form, scene: Scene) -> None:
    assert list(Trial(form, scene).complaints()) == []


@pytest.mark.parametrize("form", SHARING, ids=str)
def test_what_belongs_to_others_is_answered_like_what_is_not_there(form: Form, scene: Scene) -> None:
    assert list(told_apart(Trial(form, scene))) == []


@pytest.mark.parametrize(
    "body",
    [
        {"how_counted": "x" * 3_000_000},
        {f"field-{number}": "x" for number in range(1_100)},
        "count=7&how_counted=%ff%fe&as_of=2026-01-01",
    ],
    ids=["three megabytes", "a thousand fields", "no text"],
)
@pytest.mark.parametrize("form", REACH, ids=str)
def test_what_no_browser_sends_is_answered_too(form: Form, scene: Scene, body: object) -> None:
    kind = {"content_type": "application/x-www-form-urlencoded"} if isinstance(body, str) else {}
    response = scene.browser.post(form.url(scene), body, **kind)
    assert (response.status_code, "Nothing was changed." in response.text) in {(400, True), (302, False)}


def test_every_test_that_the_page_about_bad_input_names_is_there() -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", (ROOT / "docs/bad-input.md").read_text())
    assert len(named) > 20
    assert [name for file, name in named if f"def {name}(" not in (ROOT / file).read_text()] == []


@pytest.mark.parametrize("form", REACH, ids=str)
def test_a_field_that_is_not_in_the_table_is_found_out(form: Form, scene: Scene) -> None:
    here = form.url(scene)
    html = scene.browser.get(here).text.replace('name="count"', 'name="sum"')
    assert unknown_fields(Page(html, here=here), form, scene) == {"count", "sum"}


@pytest.mark.parametrize("form", REACH, ids=str)
def test_a_form_that_takes_anything_is_found_out(form: Form, scene: Scene, also_serve: Callable[..., None]) -> None:
    also_serve(path("programs/<int:program_id>/reach/", gullible))
    refused = [name for name, one in form.fields.items() for _, outcome in one.spoiled.values() if outcome == "refused"]
    complaints = list(Trial(form, scene).complaints())
    assert [complaint.split()[1] for complaint in complaints] == refused
    assert all(
        "changed ['journal_change', 'programs_program', 'programs_reachfigure']" in complaint
        for complaint in complaints
    )


@pytest.mark.parametrize("form", REACH, ids=str)
def test_a_form_that_loses_what_was_typed_is_found_out(
    form: Form, scene: Scene, also_serve: Callable[..., None]
) -> None:
    also_serve(path("programs/<int:program_id>/reach/", forgetful))
    soon = next(complaint for complaint in Trial(form, scene).complaints() if "as_of word" in complaint)
    assert soon == (
        "programs:reach: as_of word should be refused: no sentence at the field; lost ['count', 'as_of', 'how_counted']"
    )


@pytest.mark.parametrize("form", [form for form in FORMS if form.address == "programs:step_remark"], ids=str)
def test_a_form_that_tells_what_others_have_is_found_out(
    form: Form, scene: Scene, also_serve: Callable[..., None]
) -> None:
    also_serve(path("programs/<int:program_id>/steps/<int:number>/remarks/", talkative))
    assert list(told_apart(Trial(form, scene))) == ["programs:step_remark: thread"]
