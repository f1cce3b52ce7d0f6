"""Every page, as everybody who may open it: read by axe in all looks, narrow too, and no complaint of the browser."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.urls import get_resolver

from accounts.models import User
from programs.models import GuideItem
from scaleup.tests import routes
from scaleup.tests.actors import World
from scaleup.tests.browser.visitors import NARROW, WIDE, Visitors
from scaleup.tests.walks import Step, address, steps

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = (settings.BASE_DIR / "scaleup" / "tests" / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The first look is held to all rules, the others to what theme, direction and width can break.
LOOKS = [
    (WIDE, "light", "ltr", RULES),
    (WIDE, "light", "rtl", ["target-size"]),
    (NARROW, "dark", "rtl", ["color-contrast", "target-size"]),
    (NARROW, "dark", "ltr", ["target-size"]),
]
NO_PAGES = {  # files, parts of pages, and what scripts ask for
    "programs:evidence_file",
    "dashboards:portfolio_csv",
    "assessments:live",
    "assessments:room_live",
    "assessments:room_item_live",
    "assessments:projector_live",
    "assessments:rater_room_live",
    "assessments:rating_progress",
    "assessments:rating_before",
    "assessments:instrument_export",
    "assessments:results_live",
    "assessments:results_csv",
    "assessments:results_xlsx",
    "partners:agreement_file",
    "partners:annex_docx",
    "partners:annex_pdf",
    "partners:annex_live",
    "funding:funding_xlsx",
    "journal:session",
}
OPEN_STEP = 3  # of the world: step 1 is decided, step 2 submitted
READ = """async ([direction, runOnly]) => {
    document.documentElement.dir = direction;
    for (const fold of document.querySelectorAll("main details")) fold.open = true;
    const { violations } = await axe.run(document, { runOnly, resultTypes: ["violations"], preload: false });
    return { violations, isTooWide: document.documentElement.scrollWidth > innerWidth };
}"""
# Puts four faults on a page: words too pale in the light, others in the dark, no name, and too wide.
SPOIL = """() => {
    const main = document.querySelector("main");
    for (const colour of ["#eee", "#222"]) main.append(Object.assign(document.createElement("p"), { id: colour }));
    for (const line of main.querySelectorAll("p[id]")) line.append("Hard to read");
    for (const line of main.querySelectorAll("p[id]")) line.style.color = line.id;
    const picture = document.createElement("img");
    picture.src = "/static/icons/favicon.svg";
    main.append(picture);
    main.style.minInlineSize = "400px";
}"""


def addresses(world: World, role: str) -> Iterator[str]:
    """All addresses the role may read at its own place; pages about nobody in particular are read by the lead.

    Of a program an administrator reads what the facilitator reads; of theirs only the pages the lead has not.
    """
    known = list(routes.routes_of(get_resolver().url_patterns))
    leads = {step.route.name for step in steps("lead", known) if _is_page(step)} if role == "admin" else set()
    for step in steps(role, known):
        is_about_them = role == "lead" or step.route.about not in {"open", "signed in"}
        if _is_page(step) and is_about_them and step.route.name not in leads:
            yield address(step, world.places["own"])
    if role in {"admin", "donor", "rater"}:
        return
    step = f"/programs/{world.places['own'].ids['program_id']}/steps/{OPEN_STEP}/"
    item = GuideItem.objects.filter(step__number=OPEN_STEP).earliest("position").key
    yield from (step, f"{step}check/", f"{step}review/", f"{step}timeline/", f"{step}items/{item}/")


def _is_page(step: Step) -> bool:
    """Pages of our own; django-allauth's are read, in all their states, by the tests of the accounts."""
    is_here = step.method == "GET" and step.place == "own" and bool(step.route.about)
    return is_here and ":" in step.route.name and step.route.name not in NO_PAGES and step.expected == "in"


def faults(page: "Page") -> Iterator[str]:
    """What is wrong with the page that is open, in any look."""
    page.evaluate(AXE)
    shown = None
    for size, theme, direction, rules in LOOKS:
        if (size, theme) != shown:  # each change lays the page out anew
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=theme)
        shown, seen = (size, theme), page.evaluate(READ, [direction, rules])
        for fault in seen["violations"]:
            yield f"{theme} {direction}: {fault['id']}: {[node['html'][:160] for node in fault['nodes'][:3]]}"
        if seen["isTooWide"]:
            yield f"{theme} {direction}: scrolls sideways at {size['width']}"


LEAST = {"lead": 30, "facilitator": 25, "donor": 3, "admin": 12, "rater": 4}  # pages to be found


@pytest.mark.parametrize(("role", "least"), LEAST.items())
def test_every_page_in_every_look(visitors: Visitors, world: World, role: str, least: int) -> None:
    page, seen, found = visitors.open(world.people[role], "/home/"), set(), []
    for path in dict.fromkeys(addresses(world, role)):
        page.set_viewport_size(WIDE)
        response = page.goto(path)
        assert response, path
        assert response.status == HTTPStatus.OK, path
        if page.url not in seen:
            found += [f"{path}: {fault}" for fault in faults(page)]
        seen.add(page.url)
    assert found == []
    assert len(seen) >= least


def test_a_spoilt_page_is_found_out(visitors: Visitors, lead: User) -> None:
    page = visitors.open(lead, "/account/")
    assert list(faults(page)) == []
    page.set_viewport_size(WIDE)
    page.evaluate(SPOIL)
    assert [fault.split(": [")[0] for fault in faults(page)] == [
        "light ltr: color-contrast",
        "light ltr: image-alt",
        "dark rtl: color-contrast",
        "dark rtl: scrolls sideways at 320",
        "dark ltr: scrolls sideways at 320",
    ]
