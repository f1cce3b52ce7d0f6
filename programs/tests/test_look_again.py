"""Why a decision asks for a look: kept as facts, worded for its reader, and what was kept as words before."""

from datetime import date
from importlib import import_module

import pytest
from django.db import connection
from django.utils import translation

from programs import look_again
from programs.models import Program

MARCH = look_again.reopened(2, on=date(2026, 3, 9))


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ({}, ""),
        (look_again.LOWERED, "an answer was lowered after the decision"),
        (look_again.FILLED_IN, "its answers were filled in after the decision was recorded"),
        (MARCH, "step 2 was reopened on 9 March 2026"),
        ("was reopened for a reason of its own", "was reopened for a reason of its own"),
    ],
)
def test_a_reason_in_words(why: look_again.Why | str, words: str) -> None:
    assert look_again.in_words(why) == words


def test_it_is_worded_when_it_is_read() -> None:
    with translation.override("fr"):
        assert look_again.in_words(MARCH).endswith("9 mars 2026")


WORDS = {
    1: "",
    2: "an answer was lowered after the decision",
    3: "step 2 was reopened on 9 March 2026",
    4: "l’étape 2 a été rouverte le 9 mars 2026",
    5: "step 2 was reopened on 9 Smarch 2026",
}


def test_words_kept_before_become_facts_and_unknown_ones_stay(program: Program) -> None:
    migration = import_module("programs.migrations.0003_look_again_as_facts")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(migration.TO_WORDS)
        for number, words in WORDS.items():
            plan = program.step_plans.filter(step__number=number).values_list("pk", flat=True).get()
            cursor.execute("UPDATE programs_stepplan SET look_again = %s WHERE id = %s", [words, plan])
        cursor.execute(migration.TO_FACTS)
    facts = program.step_plans.filter(step__number__in=WORDS).order_by("step__number")
    assert list(facts.values_list("look_again", flat=True)) == [{}, look_again.LOWERED, MARCH, WORDS[4], WORDS[5]]

    with connection.cursor() as cursor:
        cursor.execute(migration.TO_WORDS)
        plans = [plan.pk for plan in facts]
        cursor.execute("SELECT look_again FROM programs_stepplan WHERE id = ANY(%s) ORDER BY id", [plans])
        assert [words for (words,) in cursor.fetchall()] == list(WORDS.values())
        cursor.execute(migration.TO_FACTS)
