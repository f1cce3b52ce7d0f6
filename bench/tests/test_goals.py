"""Holding figures against goals: what is missed is said, and times that do not count judge nothing."""

from typing import Any

import pytest

from bench import goals
from bench.goals import Verdict

PAGES = ("empty page", "checklist", "portfolio", "portfolio, deep", "donor dashboard", "autosave, c=1", "autosave, c=4")


def size(programs: int, *, counts: bool = True, in_h: float = 4.0, queries: int = 2) -> dict[str, Any]:
    page = {"counts": counts, "queries": queries, "in_h": in_h, "p95": 9.0, "rate": 300.0, "bytes": 700}
    scoring = {"one_statement_per_s": 300, "row_loop_per_s": 3, "one_score_ms": 0.2, "memory_over_start_mb": 20}
    return {
        "programs": programs,
        "pages": dict.fromkeys(PAGES, page),
        "memory_mb": {"resident": 100},
        "scoring": {"counts": counts, "found": scoring | {"disagreeing": 0}},
    }


def missed(*sizes: dict[str, Any]) -> list[str]:
    return [str(verdict) for verdict in goals.judge({"sizes": list(sizes)}) if not verdict.is_met]


def test_a_good_run_misses_nothing() -> None:
    assert missed(size(100), size(1_000)) == []


def test_a_page_that_grows_is_seen() -> None:
    assert "Growth: checklist from 100 to 1,000, times: 1.5 (≤ 1.3) MISSED by 15 %" in missed(
        size(100), size(1_000, in_h=6.0)
    )


def test_one_query_more_is_seen() -> None:
    assert "Growth: portfolio from 100 to 1,000, more queries: 1 (≤ 0) MISSED by 1" in missed(
        size(100), size(1_000, queries=3)
    )


def test_times_that_do_not_count_judge_nothing_but_queries_do() -> None:
    found = missed(size(100, counts=False, in_h=90.0, queries=7))
    assert [line for line in found if ", H:" in line or "times" in line] == []
    assert "G3: checklist at 100, queries: 7 (≤ 6) MISSED by 17 %" in found


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict("G4", "rate", 250, 250, at_least=True), "G4: rate: 250 (≥ 250) met"),
        (Verdict("G4", "rate", 125, 250, at_least=True), "G4: rate: 125 (≥ 250) MISSED by 100 %"),
        (Verdict("G2", "queries", 9, 6), "G2: queries: 9 (≤ 6) MISSED by 50 %"),
    ],
)
def test_a_verdict_says_by_how_much(verdict: Verdict, words: str) -> None:
    assert str(verdict) == words


def test_a_page_that_does_not_count_is_held_against_nothing_it_grew_from() -> None:
    assert missed(size(100, counts=False), size(1_000, in_h=6.0)) == [
        "G1: empty page at 1,000, H: 6 (≤ 5) MISSED by 20 %"
    ]


def test_the_first_view_counts_only_with_a_steady_h() -> None:
    seen = {"fcp": 2000, "lcp": 2000, "again_fcp": 100, "cls": 0, "blocked": 0}
    page = seen | {"html_and_css_bytes": 9_000, "all_bytes": 60_000}
    told = {
        steady: [verdict.what for verdict in goals.judge(run) if not verdict.is_met]
        for steady in (True, False)
        for run in [{"sizes": [size(100)], "first_view": {"counts": steady, "found": {"step": page}}}]
    }
    assert told == {
        True: ["step, first paint, s", "step, largest paint, s", "step, in all, kB"],
        False: ["step, in all, kB"],
    }


@pytest.mark.parametrize(
    ("steady", "what"),
    [
        (True, ["one round's score, ms", "ways of scoring rounds that differ from NumPy's"]),
        (False, ["ways of scoring rounds that differ from NumPy's"]),
    ],
)
def test_rounds_are_held_against_time_only_with_a_steady_h(steady: bool, what: list[str]) -> None:
    found = {"in all": {"one_score_ms": 2.5, "disagreeing": 1}}
    verdicts = goals.judge({"sizes": [size(100)], "rating_rounds": {"counts": steady, "found": found}})
    assert [verdict.what for verdict in verdicts if not verdict.is_met] == what
