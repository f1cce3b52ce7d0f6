"""The goals, and whether a run meets them. A goal is a ratio taken within one run, never a time alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

GROWTH = {"portfolio": 1.3, "portfolio, deep": 1.3, "checklist": 1.3, "autosave, c=1": 1.3, "donor dashboard": 1.2}
CPU_AND_QUERIES = {  # goal, page, H, queries
    "G1": ("empty page", 5, 2),
    "G2": ("portfolio", 20, 6),
    "G2 deep": ("portfolio, deep", 20, 6),
    "G3": ("checklist", 20, 6),
    "G4": ("autosave, c=1", 10, 5),
    "G5": ("donor dashboard", 10, 5),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One goal held against one figure. `margin` is value / limit (or limit / value where more is better)."""

    goal: str
    what: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        words = "met" if self.is_met else f"MISSED by {self._missed_by}"
        return f"{self.goal}: {self.what}: {self.value:g} ({sign} {self.limit:g}) {words}"

    @property
    def _missed_by(self) -> str:
        if not self.limit:
            return f"{self.value:g}"
        apart = self.limit / self.value if self.at_least and self.value else self.value / self.limit
        return f"{(apart - 1) * 100:.0f} %"


def judge(run: dict[str, Any]) -> list[Verdict]:
    """All goals this run has figures for. What does not count is held against no goal in time."""
    verdicts = [verdict for size in run["sizes"] for verdict in _of_size(size)]
    return [
        *verdicts,
        *_of_growth(run["sizes"]),
        *_of_reuse(run.get("reuse")),
        *_of_rounds(run.get("rating_rounds")),
        *_of_first_view(run.get("first_view")),
    ]


def _of_size(size: dict[str, Any]) -> Iterator[Verdict]:
    pages, at = size["pages"], f"at {size['programs']:,}"
    for goal, (name, most_h, most_queries) in CPU_AND_QUERIES.items():
        yield Verdict(goal, f"{name} {at}, queries", pages[name]["queries"], most_queries)
        if pages[name]["counts"]:
            yield Verdict(goal, f"{name} {at}, H", pages[name]["in_h"], most_h)
    yield Verdict("G2", f"portfolio {at}, bytes gzip", pages["portfolio"]["bytes"], 8_000)
    yield Verdict("G4", f"autosave {at}, bytes", pages["autosave, c=1"]["bytes"], 1_000)
    if pages["autosave, c=4"]["counts"]:
        yield Verdict("G4", f"autosave {at}, c=4, p95 ms", pages["autosave, c=4"]["p95"], 15)
        yield Verdict("G4", f"autosave {at}, c=4, rate", pages["autosave, c=4"]["rate"], 250, at_least=True)
    yield Verdict("G10", f"master + 1 worker {at}, MB", round(size["memory_mb"]["resident"]), 130)
    yield from _of_scoring(size["scoring"]["found"], at, counts=size["scoring"]["counts"])


def _of_scoring(scoring: dict[str, Any], at: str, *, counts: bool) -> Iterator[Verdict]:
    if counts:
        ratio = scoring["one_statement_per_s"] / scoring["row_loop_per_s"]
        yield Verdict("G6", f"one program's score {at}, ms", scoring["one_score_ms"], 2)
        yield Verdict("G6", f"one statement {at}, times the row loop", round(ratio, 1), 30, at_least=True)
    yield Verdict("G6", f"memory over start {at}, MB", scoring["memory_over_start_mb"], 50)
    yield Verdict("G6", f"scores {at} that differ from the statement's", scoring["disagreeing"], 0)


def _of_growth(sizes: list[dict[str, Any]]) -> Iterator[Verdict]:
    first, last = sizes[0], sizes[-1]
    if first is last:
        return
    between = f"from {first['programs']:,} to {last['programs']:,}"
    for name, limit in GROWTH.items():
        small, large = first["pages"][name], last["pages"][name]
        yield Verdict("Growth", f"{name} {between}, more queries", large["queries"] - small["queries"], 0)
        if small["counts"] and large["counts"]:
            yield Verdict("Growth", f"{name} {between}, times", round(large["in_h"] / small["in_h"], 2), limit)


def _of_reuse(reuse: dict[str, Any] | None) -> Iterator[Verdict]:
    if not reuse:
        return
    for what, times in (("request", 5), ("task", 3)):
        kept, new = reuse["found"][f"kept {what}"], reuse["found"][f"new {what}"]
        yield Verdict("G9", f"new connections per 100 {what}s", kept["connections_per_100"], 5)
        if reuse["counts"]:
            rate = round(kept["per_s"] / new["per_s"], 1)
            yield Verdict("G9", f"{what}s, times the rate without reuse", rate, times, at_least=True)


def _of_rounds(rounds: dict[str, Any] | None) -> Iterator[Verdict]:
    if not rounds:
        return
    found = rounds["found"]["in all"]
    if rounds["counts"]:
        yield Verdict("G6", "one round's score, ms", found["one_score_ms"], 2)
    yield Verdict("G6", "ways of scoring rounds that differ from NumPy's", found["disagreeing"], 0)


def _of_first_view(view: dict[str, Any] | None) -> Iterator[Verdict]:
    times = {
        "fcp": ("first paint, s", 1.6, 1000),
        "lcp": ("largest paint, s", 1.6, 1000),
        "again_fcp": ("first paint again, s", 0.7, 1000),
        "blocked": ("blocked, ms", 50, 1),
    }
    sizes = {
        "cls": ("layout shift", 0, 1),
        "html_and_css_bytes": ("HTML + CSS, kB", 26, 1000),
        "all_bytes": ("in all, kB", 50, 1000),
    }
    if not view or not view["found"]:
        return
    for page, seen in view["found"].items():
        for name, (what, limit, divisor) in (times | sizes if view["counts"] else sizes).items():
            yield Verdict("G11", f"{page}, {what}", round(seen[name] / divisor, 3), limit)
