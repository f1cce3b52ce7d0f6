"""The path: how its string is read, said and drawn."""

import re
from html.parser import HTMLParser

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from scaleup.ui import path_mini
from scaleup.ui.path import parse, sentence
from scaleup.ui_gallery import PATHS, TITLES

MIDDLE = "g99g97c88p52n10n00|n00n00n00n00n00"
ALL_PASSED = "|".join(["g99" * 6, "g99" * 5])


class Elements(HTMLParser):
    """The elements of a fragment with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def show(arguments: str, **context: object) -> str:
    return Template("{% load ui %}{% path " + arguments + " %}").render(Context(context))


def test_a_path_string_is_read_step_by_step() -> None:
    steps = parse("g99C52|n00")
    assert [(step.number, step.state, step.said, step.proven, step.needs_look, step.phase) for step in steps] == [
        (1, "g", 9, 9, False, 1),
        (2, "c", 5, 2, True, 1),
        (3, "n", 0, 0, False, 2),
    ]
    assert [step.is_first for step in steps] == [True, False, True]


@pytest.mark.parametrize("wrong", ["", "|", "g9", "g99|", "N00", "x00", "g99 g99", "g99\n", "g99||n00", '"><b>'])
def test_anything_else_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="Not a path string"):
        parse(wrong)


@pytest.mark.parametrize(
    ("string", "current", "said"),
    [
        (MIDDLE, 4, "Steps 1 to 3 passed, step 3 with conditions, now at step 4 (in progress)"),
        ("n00" * 6, 1, "No step passed yet, now at step 1 (not started)"),
        ("g00n00", 2, "Step 1 passed, now at step 2 (not started)"),
        (ALL_PASSED, None, "All 11 steps passed"),
        ("g99g99s90|p00", 3, "Steps 1 and 2 passed, now at step 3 (submitted)"),
        ("g00n00g00g00g00", 2, "Steps 1 and 3 to 5 passed, now at step 2 (not started)"),
        (
            "c00C00h00s00p00",
            5,
            (
                "Steps 1 and 2 passed, steps 1 and 2 with conditions, step 4 submitted, step 3 on hold,"
                " the decision on step 2 needs a look, now at step 5 (in progress)"
            ),
        ),
    ],
)
def test_the_sentence_for_those_who_hear_the_page(string: str, current: int | None, said: str) -> None:
    assert sentence(string, current) == said


def test_the_small_path_says_its_sentence_and_draws_each_kind_of_step_differently() -> None:
    elements = Elements(show("p 4 size='mini'", p=MIDDLE))
    assert elements.all("svg") == [
        {"class": "mini", "viewbox": "0 0 162 22", "role": "img", "aria-label": sentence(MIDDLE, 4)}
    ]
    shapes = {attributes["class"]: attributes["d"] for attributes in elements.all("path")}
    assert set(shapes) == {"g", "c", "p", "n", "u", "b", "d"}
    relative = [re.sub(r"M[\d.]+ ", "M", shapes[state] or "").split("M")[1] for state in "gcp"]
    assert len(set(relative)) == 3


def test_all_states_have_a_shape_of_their_own() -> None:
    drawn = {state: path_mini.SHAPES[state] for state in "npsgchr"}
    assert drawn.pop("n") == drawn["g"]  # a small and a large dot: the thickness of the line tells them apart
    assert len(set(drawn.values())) == 6


def test_the_evidence_line_is_as_long_as_the_share() -> None:
    lines = Elements(show("p size='mini'", p="n00g97p50n00")).all("path")[-2:]
    assert [(line["class"], line["d"], line["stroke-dasharray"]) for line in lines] == [
        ("b", "M16 20h19", "10 4 5"),  # under the dots at 21 and 35: 10 long for all, 5 for five ninths
        ("d", "M16 20h7", "7"),
    ]


@pytest.mark.parametrize("string", [path for path, _ in PATHS.values()])
def test_a_small_path_costs_at_most_600_bytes(string: str) -> None:
    assert len(show("p 4 size='mini'", p=string).encode()) <= 600


def test_the_small_path_is_drawn_again_for_another_language() -> None:
    path_mini.mini_in.cache_clear()
    with translation.override("en"):
        show("p 4 size='mini'", p=MIDDLE)
        before = path_mini.mini_in.cache_info().misses
        show("p 4 size='mini'", p=MIDDLE)
        assert path_mini.mini_in.cache_info().misses == before
    with translation.override("ar"):
        show("p 4 size='mini'", p=MIDDLE)
        assert path_mini.mini_in.cache_info().misses == before + 1


def test_the_full_path_names_every_step_and_marks_where_one_is() -> None:
    html = show("p 4 short_titles=titles urls=urls", p=MIDDLE, titles=TITLES, urls=[f"/{n}/" for n in range(1, 12)])
    elements = Elements(html)
    assert [link["href"] for link in elements.all("a")] == [f"/{number}/" for number in range(1, 12)]
    assert [at for at, step in enumerate(elements.all("li"), 1) if step.get("aria-current") == "step"] == [4]
    assert re.findall(r'path-phase">([^<]+)<', html) == ["Before you scale up", "As you scale up"]
    assert re.findall(r'path-name">([^<]+)<', html) == list(TITLES)
    assert elements.all("div")[0]["aria-label"] == sentence(MIDDLE, 4)


def test_the_full_path_says_state_and_evidence_of_each_step() -> None:
    html = show("p 2", p="g97C52n00")
    said = [
        " ".join(re.sub(r"<[^>]+>", "", small).split())
        for small in re.findall(r"<small>(.*?)</small>", html, re.DOTALL)
    ]
    assert said == [
        "passed; all said done, about 80 % proven",
        "passed with conditions, needs a look; about 60 % said done, about 20 % proven",
        "not started",
    ]


def test_a_passed_dot_keeps_its_rings() -> None:
    rings = [
        ring.get("stroke-dasharray") for ring in Elements(show("p", p="g92")).all("circle") if "pathlength" in ring
    ]
    assert rings == [None, "22 100"]  # all said, two ninths proven


def test_without_titles_and_addresses_steps_have_their_numbers() -> None:
    html = show("p", p="n00n00")
    assert re.findall(r'path-name">([^<]+)<', html) == ["Step 1", "Step 2"]
    assert Elements(html).all("a") == []


def test_titles_that_do_not_fit_the_path_are_an_error() -> None:
    with pytest.raises(ValueError, match="3 steps, but 2"):
        show("p short_titles=titles", p="n00n00n00", titles=["a", "b"])


def test_titles_are_escaped() -> None:
    assert "<b>" not in show("p short_titles=titles", p="n00", titles=["<b>"])


@pytest.mark.parametrize("arguments", ["p colour='red'", "p 4 5 6", ""])
def test_unknown_arguments_are_an_error(arguments: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        show(arguments, p=MIDDLE)


def test_an_unknown_size_is_an_error() -> None:
    with pytest.raises(ValueError, match="huge"):
        show("p size='huge'", p=MIDDLE)
