"""The tags of the ui kit: what they write, and what they refuse."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.template import Context, Template, TemplateSyntaxError
from django.utils import timezone

from scaleup.ui.signs import SIGNS
from scaleup.ui.tags import ANSWER_TAGS, STEP_TAGS

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def show(tag: str, **context: object) -> str:
    return Template("{% load ui %}{% " + tag + " %}").render(Context(context))


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    "tag",
    [
        "tag 'good' 'x' colour='red'",
        "icon 'check' 'Done' 'more'",
        "bar 1 2 3",
        "progress 1 2 left=3",
        "levels 1 'done'",
        "levels 1 'done' legend='x' level=3",
        "empty 'x' link='/'",
        "task 'x' href='/'",
        "ago",
        "due d when=d",
        "count 'Inbox' 3",
        "sparkline v largest=1",
    ],
)
def test_a_wrong_argument_is_an_error_when_the_template_is_read(tag: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        Template("{% load ui %}{% " + tag + " %}")


@pytest.mark.parametrize(
    ("tag", "error"),
    [
        ("tag 'nice' 'x'", ValueError),
        ("icon 'unicorn'", KeyError),
        ("step_tag 'decided'", KeyError),
        ("answer_tag 'verified'", KeyError),
        ("levels 1 'verified' legend='x'", ValueError),
        ("bar 1 0", ValueError),
        ("sparkline v largest=0 label='x'", ValueError),
        ("empty 'x' url='/'", ValueError),
        ("task 'x'", ValueError),
    ],
)
def test_a_value_there_is_not_is_an_error(tag: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        show(tag, v=[1])


def test_a_tag_says_its_word_and_escapes_it() -> None:
    assert show("tag 'bad' text", text="<2 days") == '<span class="tag tag--bad">&lt;2 days</span>'


@pytest.mark.parametrize("state", STEP_TAGS)
def test_every_state_of_a_step_has_a_word(state: str) -> None:
    assert words(show(f"step_tag '{state}'"))


def test_done_and_verified_never_look_alike() -> None:
    done, verified = show("answer_tag 'done'"), show("answer_tag 'done' is_verified=True")
    assert (words(done), words(verified)) == ("Done", "Verified")
    assert re.search("tag--(\\w+)", done)[1] != re.search("tag--(\\w+)", verified)[1]
    assert show("answer_tag 'under_way' is_verified=True") == show("answer_tag 'under_way'")


def test_no_two_answers_share_a_sign() -> None:
    assert len({sign for _, sign in ANSWER_TAGS.values()}) == len(ANSWER_TAGS)


@pytest.mark.parametrize("name", SIGNS)
def test_a_sign_is_silent_unless_it_has_a_label(name: str) -> None:
    assert ' aria-hidden="true"' in show(f"icon '{name}'")
    assert ' role="img" aria-label="a &lt;word"' in show(f"icon '{name}' 'a <word'")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("4 7 few", "4 of 7 done; missing: 4.5, 4.6"),
        ("7 7", "7 of 7 done"),
        ("0 0", "nothing here applies"),
        ("2 10 many", "2 of 10 done; missing: 1, 2, 3, 4, 5, 6 and 2 more"),
    ],
)
def test_progress_says_what_is_missing(arguments: str, said: str) -> None:
    assert words(show(f"progress {arguments}", few=["4.5", "4.6"], many=list("12345678"))) == said


def test_a_bar_stays_within_its_ends_and_leaves_speaking_to_the_table() -> None:
    html = show("bar 120 100 part=50 target=70 was=-5")
    assert re.findall(r' width="([\d.]+%)" height="8"', html) == ["100%", "100%", "50%"]
    assert 'x1="70%"' in html
    assert 'cx="0%"' in html
    assert 'aria-hidden="true"' in html


def test_a_line_leaves_gaps_where_nothing_is_known() -> None:
    html = show("sparkline values largest=10 label='rising'", values=[None, 0, None, 5, 10])
    assert re.search(r'class="spark-line" d="([^"]+)"', html)[1] == "M26 24M70 14L92 4"
    assert show("sparkline values largest=10 label='none'", values=[None, None]).count("<path") == 0


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 23, 9, 5, tzinfo=UTC), "today at 09:05"),
        (date(2026, 11, 23), "today"),
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), "yesterday"),
        (date(2026, 11, 20), "3 days ago"),
        (date(2026, 11, 16), "16 Nov 2026"),
        (date(2027, 1, 2), "2 Jan 2027"),
    ],
)
def test_ago_speaks_as_people_do_and_keeps_the_exact_time(moment: date, said: str) -> None:
    with time_machine.travel(NOON, tick=False):
        html = show("ago moment", moment=moment)
    assert html == f'<time datetime="{moment.isoformat()}">{said}</time>'


def test_ago_counts_days_on_the_clock_of_the_reader() -> None:
    late = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    with time_machine.travel(NOON, tick=False), timezone.override("Africa/Nairobi"):
        assert words(show("ago moment", moment=late)) == "today at 01:30"


@pytest.mark.parametrize(
    ("day", "kind", "said"),
    [
        (date(2026, 11, 21), "bad", "2 days late"),
        (date(2026, 11, 22), "bad", "1 day late"),
        (date(2026, 11, 23), "warn", "due today"),
        (date(2026, 11, 29), "warn", "6 days left"),
        (date(2026, 11, 30), "calm", "7 days left"),
    ],
)
def test_due_counts_days(day: date, kind: str, said: str) -> None:
    html = show("due day today=today", day=day, today=date(2026, 11, 23))
    assert words(html) == said
    assert f"tag--{kind}" in html


def test_levels_are_six_native_radios_of_one_group() -> None:
    html = show("levels 12 'done' legend='Answer to 4.1' version=3")
    radios = re.findall(r'<input type="radio" name="(\w+)" value="(\w+)" id="([\w-]+)"( checked)?>', html)
    assert [(name, value, mark) for name, value, _, mark in radios] == [
        ("answer", "not_started", ""),
        ("answer", "under_way", ""),
        ("answer", "done", " checked"),
        ("answer", "not_applicable", ""),
        ("answer", "dont_know", ""),
        ("answer", "later", ""),
    ]
    assert re.findall(r'<label for="([\w-]+)">', html) == [spot for _, _, spot, _ in radios]
    assert html.startswith('<fieldset class="levels" data-field="answer" data-version="3"><legend')


def test_levels_of_two_items_share_no_id() -> None:
    both = show("levels 1 'done' legend='x'") + show("levels 2 'done' legend='x'")
    ids = re.findall(r' id="([^"]+)"', both)
    assert len(ids) == len(set(ids)) == 12


def test_closed_levels_say_why_and_verified_ones_by_whom() -> None:
    html = show("levels 7 'done' legend='x' closed='The step is submitted.' verified='Verified by Amina'")
    assert html.count(" disabled>") == 6
    assert 'aria-describedby="closed-7"' in html
    assert 'id="closed-7"' in html
    assert "The step is submitted." in words(html)
    assert "Verified by Amina" in words(html)


def test_a_task_without_an_address_says_why() -> None:
    html = show("task 'Decide' why_closed='Opens when step 4 has passed.' state='Cannot start yet'")
    assert "<a" not in html
    assert words(html) == "Decide Opens when step 4 has passed. Cannot start yet"


def test_an_empty_state_leads_on() -> None:
    html = show("empty 'No evidence yet' 'Add a file.' url='/add/' action='Add evidence'")
    assert words(html) == "No evidence yet Add a file. Add evidence"
    assert 'href="/add/"' in html


def test_small_things_of_the_masthead() -> None:
    assert words(show("count 'Inbox' 3 url='/inbox/'")) == "Inbox 3"
    assert show("nav_link 'Team' '/team/' here=True") == '<li><a href="/team/" aria-current="page">Team</a></li>'
    assert show("nav_link 'Team' '/team/'") == '<li><a href="/team/">Team</a></li>'
    assert words(show("term 'baseline' 'What is measured before.'")) == "baseline What is measured before."
