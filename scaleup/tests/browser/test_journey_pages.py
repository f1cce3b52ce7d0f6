"""Every page, as everybody who may open it: read by axe in all looks, narrow too, and no complaint of the browser."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.urls import get_resolver

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
DEPENDS_ON_LOOK = ["color-contrast", "target-size"]  # rules a second look can break; the others read the same page
LOOKS = [(WIDE, "light", "ltr"), (WIDE, "dark", "rtl"), (NARROW, "dark", "ltr"), (NARROW, "light", "rtl")]
ROLES = ("lead", "facilitator", "donor", "admin")
NO_PAGES = {  # files, parts of pages, and addresses that lead on
    "programs:evidence_file",
    "dashboards:portfolio_csv",
    "mfa_download_recovery_codes",
    "assessments:live",
    "journal:session",
}
OPEN_STEP = 3  # of the world: step 1 is decided, step 2 submitted
LOOK = """([direction, options]) => {
    document.documentElement.dir = direction;
    for (const fold of document.querySelectorAll("main details")) fold.open = true;
    return axe.run(document, options);
}"""


def addresses(world: World, role: str) -> Iterator[str]:
    """All addresses the role may read at its own place; pages about nobody in particular are read by the lead."""
    for step in steps(role, routes.routes_of(get_resolver().url_patterns)):
        if _is_page(step) and (role == "lead" or step.route.about not in {"open", "signed in"}):
            yield address(step, world.places["own"])
    if role == "donor":
        return
    step = f"/programs/{world.places['own'].ids['program_id']}/steps/{OPEN_STEP}/"
    item = GuideItem.objects.filter(step__number=OPEN_STEP).earliest("position").key
    yield from (step, f"{step}check/", f"{step}review/", f"{step}timeline/", f"{step}items/{item}/")


def _is_page(step: Step) -> bool:
    is_here = step.method == "GET" and step.place == "own" and step.route.name not in NO_PAGES
    return is_here and bool(step.route.about) and step.expected == "in"


def faults(page: "Page") -> Iterator[str]:
    """What is wrong with the page that is open, in any look."""
    page.evaluate(AXE)
    for number, (size, theme, direction) in enumerate(LOOKS):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)
        options = {"runOnly": DEPENDS_ON_LOOK if number else RULES, "resultTypes": ["violations"]}
        for fault in page.evaluate(LOOK, [direction, options])["violations"]:
            yield f"{theme} {direction}: {fault['id']}: {[node['html'][:160] for node in fault['nodes'][:3]]}"
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            yield f"{size['width']} {direction}: scrolls sideways"


@pytest.mark.parametrize("role", ROLES)
def test_every_page_in_every_look(visitors: Visitors, world: World, role: str) -> None:
    page, seen, found = visitors.open(world.people[role], "/home/"), set(), []
    for path in dict.fromkeys(addresses(world, role)):
        page.set_viewport_size(WIDE)
        response = page.goto(path)
        assert response is not None and response.status == 200, path
        if page.url not in seen:
            found += [f"{path}: {fault}" for fault in faults(page)]
        seen.add(page.url)
    assert found == []
    assert len(seen) > 5
