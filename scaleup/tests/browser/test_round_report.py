"""The results of a round on paper: a page of what to talk about and a page of all items, whatever the instrument."""

import re

import pytest

from accounts.models import User
from assessments.models import Assessment, Instrument, Statement
from assessments.tests.result_cases import large_round
from programs.models import Program
from scaleup.tests.browser.visitors import Visitors

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = re.compile(rb"/Type\s*/Page\b")


def disagree_at_length(found: Assessment) -> None:
    """On more items than the report has room for."""
    said = {"rater": found.raters.first(), "kind": Statement.Kind.DISSENT, "value": 0}
    for consensus in found.consensuses.all()[:12]:
        Statement.objects.create(consensus=consensus, text="Nobody could show it to me. " * 20, **said)


@pytest.mark.parametrize(
    "groups", [("team",) * 3 + ("ministry",) * 3, ("team", "ministry", "partner", "community") * 12]
)
def test_forty_items_take_two_pages(
    visitors: Visitors, lead: User, program: Program, instrument: Instrument, groups: tuple[str, ...]
) -> None:
    first = large_round(program, instrument, groups=groups)
    second = large_round(program, instrument, groups=groups, previous=first, values=lambda rater, item: item % 4)
    disagree_at_length(second)
    for found in (first, second):
        page = visitors.open(lead, f"/programs/{program.pk}/rounds/{found.pk}/results/?view=print")
        assert len(PAGE.findall(page.pdf(format="A4", prefer_css_page_size=True))) == 2
        page.context.close()
