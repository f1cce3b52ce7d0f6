"""`make bench`: fills a database of its own, measures every size, and holds the figures against the goals.

    make bench                       100, 10,000 and 100,000 programs
    make bench ARGS=--quick          100 and 1,000, short rounds
    make bench ARGS="--sizes 100 --seconds 3 --rounds 5"

Prints a table, then one line of JSON. docs/performance.md says how to read both.
"""

import argparse
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

from bench import goals
from bench.site import ROOT, Site

COLUMNS = ("programs", "page", "queries", "web ms", "PG ms", "H", "p50 ms", "p95 ms", "per s", "bytes")


def main() -> None:
    options = read_options()
    with Site.running() as site:
        site.use_here()
        run = measure(site, options)
    verdicts = goals.judge(run)
    print(table(run))
    print("\n".join(map(str, verdicts)))
    run["goals"] = [{"goal": each.goal, "met": each.is_met, "said": str(each)} for each in verdicts]
    print(json.dumps(run))


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure pages, saving and scoring.")
    parser.add_argument("--quick", action="store_true", help="100 and 1,000 programs, one short round each")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of programs, growing (100 or more)")
    parser.add_argument("--seconds", type=float, help="of load in a round")
    parser.add_argument("--rounds", type=int, help="of each page; medians are told")
    parser.add_argument("--no-first-view", action="store_true", help="leave Chromium out")
    options = parser.parse_args()
    options.sizes = sorted(options.sizes or ([100, 1_000] if options.quick else [100, 10_000, 100_000]))
    options.seconds = options.seconds or (1.0 if options.quick else 3.0)
    options.rounds = options.rounds or (1 if options.quick else 3)
    if options.sizes[0] < 100:
        parser.error("The smallest size is 100 programs: below it a page of the table is not full.")
    return options


def measure(site: Site, options: argparse.Namespace) -> dict[str, Any]:
    """Everything, in one run. The imports need Django, which needs the site."""
    from bench import filling, first_view, measuring, reuse

    run: dict[str, Any] = about(options)
    filling.lay_foundation()
    there = 0
    for programs in options.sizes:
        measuring.say(f"{programs:,} programs: filling")
        filled = filling.grow(there, programs, open_connection=site.connect)
        measuring.say(f"{programs:,} programs: measuring")
        effort = measuring.Effort(options.seconds, options.rounds)
        size = {"programs": programs, "filled_in_s": filled} | measuring.measure(site, effort=effort)
        run["sizes"].append(size | {"scoring": score(site, programs)})
        there = programs
    measuring.say("connections")
    run["reuse"] = reuse.measure(site, seconds=options.seconds)
    if not options.no_first_view:
        measuring.say("first view")
        run["first_view"] = first_view.measure(site)
    h = run["sizes"][-1]["h_after_ms"], measuring.h_of(site, effort=effort)
    run["last_parts_count"] = max(h) / min(h) - 1 <= measuring.AGREE
    return run


def about(options: argparse.Namespace) -> dict[str, Any]:
    version = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": f"make bench ARGS={' '.join(sys.argv[1:])!r}",
        "version": version.stdout.strip(),
        "cores": os.cpu_count(),
        "load_average": os.getloadavg(),
        "seconds": options.seconds,
        "rounds": options.rounds,
        "sizes": [],
    }


def score(site: Site, programs: int) -> dict[str, Any]:
    """In a process of its own, whose memory can be told."""
    command = [sys.executable, "-m", "bench.scoring", str(programs)]
    environment = site.environment | {"STATEMENT_TIMEOUT": "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def table(run: dict[str, Any]) -> str:
    """One line a page and size in Markdown, and below it what fits into no column."""
    lines = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    notes = []
    for size in run["sizes"]:
        at = f"{size['programs']:,} programs"
        told = "" if size["counts"] else f"; DOES NOT COUNT, H {size['h_apart']:.0%} apart"
        notes.append(f"{at}: H {size['h_before_ms']} and {size['h_after_ms']} ms{told}")
        for name, page in size["pages"].items():
            cells = [f"{size['programs']:,}", name, *map(str, page_cells(page, counts=size["counts"]))]
            lines.append(f"| {' | '.join(cells)} |")
        notes.append(f"{at}: scoring: {spell(size['scoring'])}")
        notes.append(f"{at}: memory in MB: {spell(size['memory_mb'])}")
    notes += [f"{name}: {spell(rates)}" for name, rates in run["reuse"].items()]
    notes += [f"first view of {name}: {spell(seen)}" for name, seen in (run.get("first_view") or {}).items()]
    if not run["last_parts_count"]:
        notes.append("Times of connections and first view DO NOT COUNT: H changed meanwhile.")
    return "\n".join([*lines, "", *notes, ""])


def page_cells(page: dict[str, Any], *, counts: bool) -> list[Any]:
    """Figures in time stand in brackets when they do not count."""
    times = [page[name] for name in ("web_ms", "postgres_ms", "in_h", "p50", "p95", "rate")]
    return [page["queries"], *(times if counts else [f"({each})" for each in times]), page["bytes"]]


def spell(figures: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in figures.items())


if __name__ == "__main__":
    main()
