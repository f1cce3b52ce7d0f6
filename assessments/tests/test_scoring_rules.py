"""The rules file: what is published, and what is refused in which words."""

from dataclasses import replace
from fractions import Fraction

import pytest

from assessments import instrument_file, wording
from assessments.domain import rules
from assessments.tests.scoring_cases import GOOD, item, scored, step

TEXT = (rules.CONTENT / "readiness_rules.v1.toml").read_text(encoding="utf-8")


def test_version_1_stays_as_it_was_published():
    assert rules.built_in(1) == rules.Rules(
        version=1,
        nearly_steps_passed=Fraction(4, 6),
        nearly_open_critical_items=0,
        ready_steps_passed=Fraction(1),
        ready_open_critical_items=0,
        ready_coverage=Fraction(4, 5),
        assessment_months=12,
        assessment_share=Fraction(2, 3),
        assessment_open_items=0,
    )


def test_version_2_is_version_1_with_rounds_of_one_instrument_alone():
    assert rules.built_in(2) == replace(rules.built_in(1), version=2, assessment_instrument="scale-up-readiness")


def test_every_instrument_the_rules_name_is_built_in_and_has_words():
    named = {rules.built_in(version).assessment_instrument for version in range(1, rules.CURRENT_VERSION + 1)}
    titles = {entry.key: entry.title for entry in map(instrument_file.read, instrument_file.builtin())}

    assert set(wording.INSTRUMENTS) == named
    assert [str(words) for key, words in wording.INSTRUMENTS.items() if key] == [
        f"“{titles[key]}”" for key in wording.INSTRUMENTS if key
    ]


def test_every_file_is_a_published_version():
    names = {path.name for path in rules.CONTENT.glob("readiness_rules.*")}
    versions = range(1, rules.CURRENT_VERSION + 1)

    assert names == {f"readiness_rules.v{version}.toml" for version in versions}
    assert [rules.built_in(version).version for version in versions] == list(versions)
    assert rules.built_in() == rules.built_in(rules.CURRENT_VERSION)


def test_unknown_version_is_not_found():
    with pytest.raises(FileNotFoundError):
        rules.built_in(99)


NO_SHARE = '"ready.coverage" must be a fraction from 0 to 1 in quotes, such as "4/5"'
NO_INSTRUMENT = '"ready.assessment.instrument" must be the key of an instrument, such as "scale-up-readiness"'
NO_MONTHS = '"ready.assessment.months" must be a whole number from 1'


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ('"4/5"', "0.8", [NO_SHARE]),
        ('"4/5"', '"5/4"', [NO_SHARE]),
        ('"4/5"', '"1/0"', [NO_SHARE]),
        ('"4/5"', '"most"', [NO_SHARE]),
        ("months = 12", "months = 0", [NO_MONTHS]),
        ("months = 12", "months = true", [NO_MONTHS]),
        (
            "months = 12",
            "month = 12",
            ['unknown key "ready.assessment.month"', 'missing key "ready.assessment.months"'],
        ),
        (
            "open_items = 0",
            "open_items = -1",
            ['"ready.assessment.open_items" must be a whole number from 0'],
        ),
        ("version = 1", "version = ", ["Invalid value (at line 5, column 11)"]),
        ("months = 12", "months = 12\ninstrument = 5", [NO_INSTRUMENT]),
        ("months = 12", 'months = 12\ninstrument = "Scale up"', [NO_INSTRUMENT]),
        (
            'steps_passed = "6/6"',
            'steps_passed = "1/2"',
            ['"ready.steps_passed" asks for less than "nearly.steps_passed"'],
        ),
        (
            '"6/6"\nopen_critical_items = 0',
            '"6/6"\nopen_critical_items = 1',
            ['"ready.open_critical_items" allows more than "nearly.open_critical_items"'],
        ),
    ],
)
def test_faults_are_named_with_file_and_key(old, new, faults):
    assert TEXT.count(old) == 1

    with pytest.raises(rules.RulesError) as refusal:
        rules.read(TEXT.replace(old, new), source="r.toml")

    assert refusal.value.errors == tuple(f"r.toml: {fault}" for fault in faults)


def test_all_faults_are_told_at_once():
    with pytest.raises(rules.RulesError) as refusal:
        rules.read("version = 0\nextra = 1", source="r.toml")

    assert len(refusal.value.errors) == 1 + 1 + 8


def test_a_file_under_the_wrong_number_is_refused(tmp_path, monkeypatch):
    (tmp_path / "readiness_rules.v7.toml").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(rules, "CONTENT", tmp_path)

    with pytest.raises(rules.RulesError, match=r"v7\.toml: holds version 1"):
        rules.built_in(7)


def test_other_rules_judge_otherwise():
    easy = rules.read(
        TEXT.replace('"4/6"', '"1/6"').replace('"6/6"', '"1/3"').replace('"4/5"', '"1/2"'),
        source="easy.toml",
    )
    steps = [step(n, item(f"{n}.1", "done", has_evidence=n < 4), passed=n < 3) for n in range(1, 7)]

    assert scored(*steps, assessment=GOOD).band == "not_yet"
    assert scored(*steps, assessment=GOOD, rules=easy).band == "ready"
