"""Holding figures against goals: what is missed is said, and times that do not count judge nothing."""

from typing import Any

import pytest

from bench import goals
from bench.goals import Verdict

PAGES = ("empty page", "checklist", "portfolio", "portfolio, deep", "donor dashboard", "autosave, c=1", "autosave, c=4")


def size(programs: int, *, counts: bool = True, in_h: float = 4.0, queries: int = 2) -> dict[str, Any]:
    page = {"queries": queries, "in_h": in_h, "p95": 9.0, "rate": 300.0, "bytes": 700}
    scoring = {"one_statement_per_s": 300, "row_loop_per_s": 3, "one_score_ms": 0.2, "memory_over_start_mb": 20}
    return {
        "programs": programs,
        "counts": counts,
        "pages": dict.fromkeys(PAGES, page),
        "memory_mb": {"resident": 100},
        "scoring": scoring | {"disagreeing": 0},
    }


def missed(*sizes: dict[str, Any]) -> list[str]:
    return [
        str(verdict) for verdict in goals.judge({"sizes": list(sizes), "last_parts_count": True}) if not verdict.is_met
    ]


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


def test_slow_parts_after_the_sizes_count_only_with_a_steady_h() -> None:
    seen = {"fcp": 2000, "lcp": 2000, "again_fcp": 100, "cls": 0, "blocked": 0}
    page = seen | {"html_and_css_bytes": 9_000, "all_bytes": 60_000}
    run = {"sizes": [size(100)], "first_view": {"step": page}}
    told = {
        steady: [verdict.what for verdict in goals.judge(run | {"last_parts_count": steady}) if not verdict.is_met]
        for steady in (True, False)
    }
    assert told == {
        True: ["step, first paint, s", "step, largest paint, s", "step, in all, kB"],
        False: ["step, in all, kB"],
    }
