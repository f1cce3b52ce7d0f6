"""The built-in guide: its shape, and the rules its wording keeps."""

import re
from collections.abc import Iterator

import pytest

from programs.guide_file import CONTENT, GuideFile, StepEntry, read_guide

SOURCES = {
    "Community mobilization, phase 7",
    "MoPoTsyo peer educators, Cambodia",
    "Scaling Community of Practice, workshop 2021",
    "Scaling what works through communities of practice",
    "Why intentional planning is needed for scaling, 2023",
}
# Words that only people of the trade understand; the glossary's own words are allowed.
JARGON = (
    "stakeholder|beneficiar|leverag|synerg|empower|paradigm|holistic|modalit|operationali|"
    "sensiti[sz]|utili[sz]|facilitate|capacity.building|buy-in|roll.?out|cohort|disaggregat|"
    "granular|actionable|robust|framework|theory of change|log.?frame|deliverable|scalab"
)


@pytest.fixture(scope="module")
def guide() -> GuideFile:
    return read_guide(CONTENT / "eleven_steps.v1.toml")


def test_guide_and_its_file_agree(guide: GuideFile) -> None:
    assert (guide.key, guide.version, guide.language) == ("eleven-steps", 1, "en")


def test_eleven_steps_in_two_phases(guide: GuideFile) -> None:
    assert [(step.number, step.phase, step.short_title) for step in guide.steps] == [
        (1, "before", "Vision"),
        (2, "before", "Effectiveness"),
        (3, "before", "Potential"),
        (4, "before", "Refine"),
        (5, "before", "Consensus"),
        (6, "before", "Policies"),
        (7, "during", "Partners"),
        (8, "during", "Funding"),
        (9, "during", "Capacity"),
        (10, "during", "Monitoring"),
        (11, "during", "Institutions"),
    ]


def test_every_step_has_its_items(guide: GuideFile) -> None:
    assert [len(step.items) for step in guide.steps] == [7, 8, 7, 8, 7, 7, 8, 8, 8, 8, 8]
    assert len(guide.items) == 84


def test_each_step_has_one_to_three_critical_items(guide: GuideFile) -> None:
    critical = [[item.number for item in step.items if item.is_critical] for step in guide.steps]
    assert critical == [
        ["1.1", "1.3", "1.5"],
        ["2.3", "2.7"],
        ["3.4", "3.7"],
        ["4.1", "4.6"],
        ["5.4", "5.5", "5.7"],
        ["6.3"],
        ["7.2", "7.3"],
        ["8.1", "8.5"],
        ["9.3", "9.5"],
        ["10.1", "10.4"],
        ["11.1", "11.5"],
    ]


def test_critical_items_weigh_most(guide: GuideFile) -> None:
    assert {item.weight for item in guide.items if item.is_critical} == {3}
    assert {item.weight for item in guide.items} == {1, 2, 3}


def test_yearly_items(guide: GuideFile) -> None:
    assert [item.key for item in guide.items if item.is_yearly] == [
        "vision-review",
        "partnership-check",
        "funding-table",
        "funding-gap",
        "data-quality-check",
        "second-person",
        "lasting-check",
    ]


def test_evidence_of_a_yearly_item_says_how_old_it_may_be(guide: GuideFile) -> None:
    silent = [i.key for i in guide.items if i.is_yearly and "twelve months" not in i.evidence]
    assert silent == []


def test_every_lesson_names_a_known_source(guide: GuideFile) -> None:
    assert {lesson.source for step in guide.steps for lesson in step.lessons} == SOURCES


def test_why_has_two_to_four_sentences(guide: GuideFile) -> None:
    assert [step.key for step in guide.steps if not 2 <= len(_sentences(step.why)) <= 4] == []


def test_help_has_one_or_two_sentences(guide: GuideFile) -> None:
    assert [item.key for item in guide.items if len(_sentences(item.help)) > 2] == []


def test_sentences_are_short(guide: GuideFile) -> None:
    long = [s for text in _texts(guide) for s in _sentences(text) if len(s.split()) > 30]
    assert long == []


def test_lists_read_as_lists(guide: GuideFile) -> None:
    """Items and evidence are phrases; exit lines go on from “you should now have”."""
    for item in guide.items:
        for text in (item.text, item.evidence):
            assert re.fullmatch(r"[A-Z].*[^.:;,]", text), text
        assert item.help[-1] in ".?!”", item.help
    for step in guide.steps:
        for line in step.exit_list:
            assert re.fullmatch(r"[a-z].*[^.:;,]", line), line


def test_no_jargon(guide: GuideFile) -> None:
    found = [text for text in _texts(guide) if re.search(JARGON, text, re.IGNORECASE)]
    assert found == []


def test_typography(guide: GuideFile) -> None:
    """Curly quotation marks, one sign for each thing, one spelling of organisation."""
    wrong = re.compile(r"""["'`]|\.\.\.|--| - |organiz""")
    texts = [*_texts(guide), *(entry.meaning for entry in guide.terms)]
    assert [text for text in texts if wrong.search(text)] == []


def test_glossary_is_in_order_and_used(guide: GuideFile) -> None:
    terms = [entry.term for entry in guide.terms]
    assert terms == sorted(terms)
    everything = "\n".join(_texts(guide)).lower()
    assert [t for t in terms if not re.search(rf"\b{re.escape(t)}(s|es)?\b", everything)] == []


def test_health_education_and_agriculture_recognise_themselves(guide: GuideFile) -> None:
    everything = "\n".join(_texts(guide))
    health, education = "clinic|nurse|nursing|mother|injection", "school|teacher|reading"
    for sector in (health, education, "farm|seed|harvest"):
        assert len(re.findall(sector, everything)) >= 5, sector


def _texts(guide: GuideFile) -> list[str]:
    """Everything a reader sees but the glossary."""
    return [guide.title, guide.summary, *(text for step in guide.steps for text in _step(step))]


def _step(step: StepEntry) -> Iterator[str]:
    yield from (step.title, step.short_title, step.lede, step.why, *step.exit_list)
    yield from (lesson.text for lesson in step.lessons)
    for item in step.items:
        yield from (item.text, item.evidence, item.help)


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])”?\s+(?=[A-Z“])", text)
