"""The results page of a round: what to talk about first, then figures, each open to its answers."""

import gzip
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.domain import actions, result_keeping
from assessments.domain.actions import NewAction
from assessments.models import Assessment, Instrument, Rater, Statement
from assessments.tests.result_cases import large_round, scored_round, settle_each
from assessments.tests.round_cases import item, make_round, rate_all, settle, small_instrument
from journal.models import Change
from programs.models import Program

pytestmark = pytest.mark.django_db
SIX = [(f"Rater {number}", group) for number, group in enumerate(("team",) * 3 + ("ministry",) * 2 + ("partner",))]
FIFTY = ["team"] * 12 + ["ministry"] * 15 + ["partner"] * 11 + ["community"] * 10 + ["facilitator"] * 2


@pytest.fixture
def browser(lead: User, client_for: Callable[..., Client]) -> Client:
    return client_for(lead)


def address(found: Assessment, name: str = "results") -> str:
    return reverse(f"assessments:{name}", args=[found.program_id, found.pk])


def results(client: Client, found: Assessment, query: str = "") -> str:
    response = client.get(address(found) + query)
    assert response.status_code == 200
    return response.text


def words(page: str) -> str:
    """What is read on a page, without its head and its contents."""
    shown = re.sub(r"<nav[^>]*On this page.*?</nav>", " ", page[page.index("<main") :], flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


def part(page: str, start: str, end: str) -> str:
    said = words(page)
    return said[said.index(start) : said.index(end)]


# Before the figures are there


@pytest.mark.parametrize("state", ["setup", "rating"])
def test_before_the_reveal_the_page_says_when_it_will_be_there(browser: Client, program: Program, state: str) -> None:
    found = make_round(program, state=state)
    if state == "rating":
        rate_all(found.raters.first(), {"vision": 3})
    said = words(results(browser, found))
    assert "right after the ratings are revealed" in said
    assert "median" not in said
    for name in ("results_csv", "results_xlsx"):
        answer = browser.get(address(found, name))
        assert (answer.status_code, answer["Location"]) == (302, address(found))


def test_while_the_worker_computes_the_page_waits(browser: Client, program: Program) -> None:
    found = make_round(program, state="discussing")
    assert "Being computed" in words(results(browser, found))
    waiting = browser.get(address(found, "results_live"))
    assert ("X-Live" in waiting, "Being computed" in waiting.text) == (False, True)
    result_keeping.keep([found.pk])
    there = browser.get(address(found, "results_live"))
    assert (there["X-Live"], "Show the results" in there.text) == ("done", True)
    assert "The weakest items" in words(results(browser, found))


def test_after_the_closing_the_medians_do_not_stand_in_for_what_was_agreed(browser: Client, program: Program) -> None:
    found = scored_round(program, state="discussing")
    settle(found)
    Assessment.objects.filter(pk=found.pk).update(state="closed", closed_at=timezone.now())
    assert "Being computed" in words(results(browser, found))


# What the page says


def test_what_to_talk_about_stands_before_any_total(browser: Client, program: Program) -> None:
    said = words(results(browser, scored_round(program)))
    order = ("The weakest items", "Where raters differ most", "Actions", "Dimensions", "All items", "Total")
    places = [said.index(title) for title in order]
    assert places == sorted(places)
    assert said.count("Total") == 1
    assert "A score opens a talk; it foretells nothing." in said[places[-1] :]


def test_without_a_closing_the_figures_are_medians_and_say_so(browser: Client, program: Program) -> None:
    said = words(results(browser, scored_round(program, state="discussing")))
    assert "These are the medians of the raters" in said
    closed = words(results(browser, scored_round(program, instrument=Instrument.objects.get(key="small-round"))))
    assert "These are the values the room agreed on" in closed


def test_a_weak_item_stands_with_its_level_and_the_next(browser: Client, program: Program) -> None:
    found = make_round(program, state="discussing")
    settle_each(found, {"vision": 3, "plan": 0, "budget": 1, "delay": 0})
    Assessment.objects.filter(pk=found.pk).update(state="closed", closed_at=timezone.now())
    result_keeping.keep([found.pk])
    weak = part(results(browser, found), "The weakest items", "Where raters differ most")
    assert re.findall(r"\d\.\d There is a \w+|2\.2 Supplies come late", weak) == [
        "1.2 There is a plan",
        "2.1 There is a budget",
    ]  # what is at its best is no weakness
    assert "Now: the agreed value 0 Not yet No plan Next: 1, on the way to 3 3 Fully A plan with dates" in weak
    assert (
        "Now: the agreed value 1 Begun For one year Next: 2, on the way to 3 3 Fully In the budget of the ministry"
        in weak
    )


def test_where_high_is_bad_better_is_lower(browser: Client, program: Program) -> None:
    found = make_round(program, state="discussing")
    settle_each(found, {"vision": 3, "plan": 3, "budget": 3, "delay": 3})
    Assessment.objects.filter(pk=found.pk).update(state="closed", closed_at=timezone.now())
    result_keeping.keep([found.pk])
    page = results(browser, found)
    weak = part(page, "The weakest items", "Where raters differ most")
    assert "2.2 Supplies come late high is bad" in weak
    assert "Now: the agreed value 3 Fully Every month Next: 2, on the way to 0 0 Not yet Never" in weak
    assert "1 Leading 100 %" in words(page)
    assert "2 Doing bottleneck 50 %" in words(page)  # budget at 3 of 3, delay turned round: 0


def test_items_on_which_raters_agree_are_not_disputed(browser: Client, program: Program) -> None:
    alike = [{"vision": 2, "plan": 2, "budget": 0, "delay": 1}, {"vision": 2, "plan": 2, "budget": 3, "delay": 1}]
    page = results(browser, scored_round(program, state="discussing", values=alike))
    assert re.findall(r'id="disputed-(\w+)"', page) == ["budget"]


def test_what_was_agreed_stands_with_its_reason_and_who_disagrees(browser: Client, program: Program) -> None:
    found = make_round(program, state="discussing")
    settle_each(found, {"vision": 1, "plan": 2, "delay": 0}, reason="Seen in the field.")
    vision = found.consensuses.get(item__key="vision")
    said = {"rater": found.raters.first(), "kind": Statement.Kind.DISSENT}
    Statement.objects.create(consensus=vision, value=3, text="I saw more.", **said)
    Statement.objects.create(consensus=vision, text="A mere remark.", rater=found.raters.first())
    Assessment.objects.filter(pk=found.pk).update(state="closed", closed_at=timezone.now())
    result_keeping.keep([found.pk])
    said = part(results(browser, found), "All items", "How much the figures can carry")
    assert "1 Begun Seen in the field. Ana Sok disagrees, and sees 3: I saw more." in said
    assert "left open Nobody knows." in said
    assert "2 comments" in said
    assert "A mere remark." not in said


def test_a_dissent_stands_on_the_card_of_its_item(browser: Client, program: Program) -> None:
    found = make_round(program, state="discussing")
    settle_each(found, {"vision": 1, "plan": 2, "budget": 2, "delay": 0})
    vision = found.consensuses.get(item__key="vision")
    said = {"rater": found.raters.first(), "kind": Statement.Kind.DISSENT}
    Statement.objects.create(consensus=vision, text="Look again.", **said)
    Assessment.objects.filter(pk=found.pk).update(state="closed", closed_at=timezone.now())
    result_keeping.keep([found.pk])
    weak = part(results(browser, found), "The weakest items", "Where raters differ most")
    assert weak.count("Ana Sok disagrees: Look again.") == 1


def test_an_item_that_is_weak_and_disputed_has_its_levels_once(browser: Client, program: Program) -> None:
    values = [{"vision": 0, "plan": 3, "budget": 3, "delay": 0}, {"vision": 2, "plan": 3, "budget": 3, "delay": 0}]
    page = results(browser, scored_round(program, state="discussing", values=values))
    disputed = part(page, "Where raters differ most", "Actions")
    assert disputed.count("Its levels stand above, among the weakest") == 1
    assert "One level up" not in disputed
    assert page.count('href="#weak-vision"') == page.count('id="weak-vision"') == 1


def test_while_it_is_discussed_now_is_the_median_beside_what_is_agreed(browser: Client, program: Program) -> None:
    found = scored_round(program, state="discussing")
    page = results(browser, found)
    assert "the level the room agreed on" not in words(page)  # nothing is framed yet
    found.consensuses.filter(item__key="plan").update(state="agreed", value=1, reason="We looked.")
    said = words(results(browser, found))
    assert "Now: the median of the raters" in said
    assert "Now: the agreed value" not in said
    assert "the room agreed on 1 Begun" in said
    assert "the level the room agreed on" in said


def test_a_level_without_words_of_its_own_says_its_label_once(browser: Client, program: Program) -> None:
    instrument = Instrument.objects.get(key="sustainability", state="published")
    found = large_round(program, instrument, values=lambda rater, place: 3)
    weak = part(results(browser, found), "The weakest items", "Where raters differ most")
    label = next(level["label"] for level in instrument.scale if level["value"] == 3)
    assert weak.count(f"Now: the agreed value 3 {label} ") == 5
    assert f"{label} {label}" not in weak


def test_an_action_stands_on_the_card_and_in_the_list(browser: Client, program: Program, lead: User) -> None:
    found = scored_round(program)
    made = actions.add(found, item(found, "plan"), NewAction("Write it.", lead, timezone.localdate()), by=lead)
    page = results(browser, found)
    assert words(page).count("Write it.") == 3  # the third, hidden, says what “It is done” is about
    assert page.count(f'href="#action-{made.pk}"') == page.count(f'id="action-{made.pk}"') == 1


def test_the_contents_lead_to_every_part(browser: Client, program: Program) -> None:
    page = results(browser, scored_round(program))
    contents = re.search(r"<nav[^>]*On this page.*?</nav>", page, re.DOTALL)
    assert contents
    led_to = re.findall(r'href="#([\w-]+)"', contents[0])
    assert led_to == re.findall(r'id="(of-[\w-]+|total)"', page)
    assert len(led_to) == 7


def test_one_bottleneck_is_named_and_open(browser: Client, program: Program, instrument: Instrument) -> None:
    found = large_round(program, instrument, values=lambda rater, place: 1 if 4 < place <= 8 else 2)
    page = results(browser, found)
    assert "The bottleneck is 2 " in words(page)
    assert page.count("</svg>bottleneck</span>") == 2  # beside its bar and its items
    opened = re.findall(r"<details class=\"fold part\"\s+open.*?id=\"(dimension-[\w-]+)\"", page, re.DOTALL)
    second = instrument.dimensions.get(number=2)
    assert opened == [f"dimension-{second.key}"]


def test_many_lowest_dimensions_are_counted_and_none_is_flagged(
    browser: Client, program: Program, instrument: Instrument
) -> None:
    found = large_round(program, instrument, values=lambda rater, place: 1 if 8 < place <= 20 else 2)
    page = results(browser, found)
    said = part(page, "Dimensions", "How much")
    assert "3 dimensions share the lowest value, 33 %: 3 Need and fit, 4 " in said
    assert "bottleneck" not in said
    assert re.findall(r"<details class=\"fold part\"\s+open", page) == []


def test_dimensions_that_are_all_alike_say_so(browser: Client, program: Program, instrument: Instrument) -> None:
    found = large_round(program, instrument, state="discussing", values=lambda rater, place: 2)
    assert "All dimensions came to the same: 67 %." in words(results(browser, found))


def test_comparing_is_offered_once_there_is_another_closed_round(browser: Client, program: Program) -> None:
    first = scored_round(program)
    other = small_instrument(changed={'key = "small-round"': 'key = "other-round"', "A small": "The other"})
    scored_round(program, instrument=other, title="Another instrument")
    scored_round(program, instrument=first.instrument, state="discussing", title="Not closed")
    assert "Compare with other rounds" not in words(results(browser, first))
    scored_round(program, instrument=first.instrument, title="Second round")
    assert "Compare with other rounds" in words(results(browser, first))


def test_small_role_groups_are_shown_together(browser: Client, program: Program) -> None:
    values = [dict.fromkeys(("vision", "plan", "budget", "delay"), number % 3) for number in range(6)]
    page = results(browser, scored_round(program, state="discussing", raters=SIX, values=values))
    labels = set(re.findall(r'class="spread"[^>]*aria-label="([^"]+)"', page))
    assert labels == {
        "Team: 1 at level 0, 1 at level 1, 1 at level 2; Ministry, partner: 1 at level 0, 1 at level 1, 1 at level 2"
    }
    assert "Team 3 Ministry, partner 3" in words(page)


@pytest.mark.parametrize(
    ("names", "all_agree", "shown"), [("agreed", True, True), ("agreed", False, False), ("never", True, False)]
)
def test_the_page_says_whether_names_are_shown(
    browser: Client, program: Program, names: str, all_agree: bool, shown: bool
) -> None:
    found = scored_round(program, state="discussing", names=names)
    Rater.objects.filter(assessment=found).update(shows_name=True)
    if not all_agree:
        Rater.objects.filter(pk=found.raters.first().pk).update(shows_name=None)
    page = results(browser, found)
    said = ("All raters agreed to show their names" in page, "No name stands beside a rating." in page)
    assert said == (shown, not shown)
    assert "Ana Sok" not in page  # they stand on the pages of the items


def test_the_last_round_stands_beside_the_dimensions(browser: Client, program: Program) -> None:
    first = scored_round(program)
    second = scored_round(program, instrument=first.instrument, previous=first, title="Second round")
    page = results(browser, second)
    assert page.count('class="bar-was"') == 2
    assert "Ring: the last round, “First round”" in page
    assert "In the last round it was" in words(page)
    assert 'class="bar-was"' not in results(browser, first)


def test_a_last_round_on_another_scale_is_not_compared(browser: Client, program: Program) -> None:
    first = scored_round(program)
    five = {'value = 3\nlabel = "Fully"': 'value = 3\nlabel = "Nearly"\n\n[[scale]]\nvalue = 4\nlabel = "Fully"'}
    longer = small_instrument(version=2, changed=five | {"\n3 = ": "\n4 = "})
    page = results(browser, scored_round(program, instrument=longer, previous=first))
    assert 'class="bar-was"' not in page
    assert "used another scale" in page


def test_the_gap_is_told_only_with_three_on_either_side(browser: Client, program: Program) -> None:
    # leading: 2; doing: the mean of 2 and 0; over both: 1.5
    values = [dict.fromkeys(("vision", "plan", "budget"), 3 if number < 3 else 1) | {"delay": 1} for number in range(6)]
    told = scored_round(program, state="discussing", raters=SIX, values=values)
    assert "The team sees it 1.5 levels better than raters from outside." in words(results(browser, told))
    untold = scored_round(program, state="discussing", instrument=told.instrument)
    assert "Not told: it takes three raters" in words(results(browser, untold))


def test_every_figure_opens_to_its_answers(browser: Client, program: Program) -> None:
    found = scored_round(program)
    page = results(browser, found)
    for key in ("vision", "plan", "budget", "delay"):
        url = reverse("assessments:room_item", args=[program.pk, found.pk, key])
        assert page.count(f'href="{url}"') >= 2
        assert browser.get(url).status_code == 200
    assert {'href="#dimension-leading"', 'href="#dimension-doing"'} <= set(re.findall(r'href="#dim[^"]+"', page))


def test_who_only_reads_is_offered_no_action(
    program: Program, viewer: User, lead: User, client_for: Callable[..., Client]
) -> None:
    found = scored_round(program)
    due_on = timezone.localdate() + timedelta(days=9)
    actions.add(found, item(found, "plan"), NewAction("Write it.", lead, due_on), by=lead)
    pages = {who: results(client_for(who), found) for who in (lead, viewer)}
    assert {who: "Make this an action" in page for who, page in pages.items()} == {lead: True, viewer: False}
    assert {who: "It is done" in page for who, page in pages.items()} == {lead: True, viewer: False}
    assert "Write it." in pages[viewer]


def test_looking_writes_nothing(browser: Client, program: Program) -> None:
    found = scored_round(program)
    before = Change.objects.count()
    results(browser, found)
    assert Change.objects.count() == before


def test_an_instrument_without_a_meaningful_total_does_not_lead_with_it(browser: Client, program: Program) -> None:
    instrument = Instrument.objects.get(key="normalisation", state="published")
    levels = [level["value"] for level in instrument.scale]
    found = large_round(program, instrument, values=lambda rater, place: levels[(rater + place) % len(levels)])
    page = results(browser, found)
    said = words(page)
    assert said.index("All items") < said.index("Total")
    assert "Total" not in said[: said.index("How much the figures can carry")]
    assert "high is bad" in said


# On paper


def test_the_report_shows_colours_and_the_same_figures(browser: Client, program: Program) -> None:
    found = scored_round(program)
    page = results(browser, found, "?view=print")
    assert re.findall(r'<rect class="bar-\w+" fill="(#\w+)"', page) == ["#dfe5e6", "#3d5a5e"] * 2
    assert "masthead" not in page
    assert "Make this an action" not in page
    rows = re.findall(r"\d\.\d [A-Z][\w ]+", part(page, "All items", "ScaleUp: plan"))
    assert [row.split()[0] for row in rows] == ["1.1", "1.2", "2.1", "2.2"]


def test_the_report_says_why_items_are_open_and_who_disagrees(
    browser: Client, program: Program, instrument: Instrument
) -> None:
    found = large_round(program, instrument)
    said = words(results(browser, found, "?view=print"))
    left = found.consensuses.get(state="left")
    number = found.consensuses.order_by("place")[0].item.number
    assert f"{left.item.number} left open: {left.reason}" in said
    assert f"{number} Rater 0 disagrees, and sees 0: Nobody could show it to me." in said


# What it costs


def queries_of(client: Client, found: Assessment, query: str = "") -> int:
    client.get(address(found) + query)
    with CaptureQueriesContext(connection) as asked:
        results(client, found, query)
    return len([each for each in asked if "django_session" not in each["sql"]])


def test_fifty_raters_and_forty_items_ask_as_much_as_two_and_four(
    browser: Client, program: Program, instrument: Instrument, lead: User
) -> None:
    small = scored_round(program)
    first = large_round(program, instrument)
    large = large_round(program, instrument, groups=FIFTY, previous=first)
    for found in (first, large):
        for asked in found.instrument.items.all()[: 1 if found == first else 3]:
            due_on = timezone.localdate() + timedelta(days=9)
            actions.add(found, asked, NewAction("Write it.", lead, due_on), by=lead)
    counts = [queries_of(browser, found) for found in (small, first, large)]
    assert counts == [counts[0]] * 3
    assert counts[0] <= 15
    assert queries_of(browser, large, "?view=print") == counts[0]


def test_the_page_of_fifty_raters_is_light(browser: Client, program: Program, instrument: Instrument) -> None:
    """With its style sheets it stays within the 26 kB of a first view."""
    page = results(browser, large_round(program, instrument, groups=FIFTY))
    assert len(gzip.compress(page.encode())) <= 12 * 1024
