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
from functools import partial
from typing import Any

from bench import goals
from bench.site import ROOT, Site
from bench.unit import Held, Unit, say

COLUMNS = ("programs", "page", "queries", "H ms", "web ms", "PG ms", "H", "p50 ms", "p95 ms", "per s", "bytes")


def main() -> None:
    options = read_options()
    with Site.running() as site:
        site.use_here()
        with Unit.running(site) as unit:
            run = measure(site, unit, options)
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


def measure(site: Site, unit: Unit, options: argparse.Namespace) -> dict[str, Any]:
    """Everything, in one run. The imports need Django, which needs the site."""
    from bench import filling, first_view, measuring, reuse, rounds

    run: dict[str, Any] = about(options)
    effort = measuring.Effort(options.seconds, options.rounds)
    filling.lay_foundation()
    there = 0
    for programs in options.sizes:
        say(f"{programs:,} programs: filling")
        filled = filling.grow(there, programs, open_connection=site.connect)
        say(f"{programs:,} programs: measuring")
        size = {"programs": programs, "filled_in_s": filled} | measuring.measure(site, unit, effort=effort)
        run["sizes"].append(size | {"scoring": told(unit.around("scoring", partial(score, site, programs)))})
        there = programs
    say("connections")
    run["reuse"] = told(unit.around("connections", partial(reuse.measure, site, seconds=options.seconds)))
    say("rating rounds")
    many = rounds.ROUNDS // 10 if options.quick else rounds.ROUNDS
    run["rating_rounds"] = told(unit.around("rating rounds", partial(rounds.measure, many)))
    if not options.no_first_view:
        say("first view")
        run["first_view"] = told(unit.around("first view", partial(first_view.measure, site)))
    return run


def told(held: Held[dict[str, Any]]) -> dict[str, Any]:
    return {"counts": held.counts, "h_ms": round(held.h, 4), "found": held.found}


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
        for name, page in size["pages"].items():
            cells = [f"{size['programs']:,}", name, *map(str, page_cells(page))]
            lines.append(f"| {' | '.join(cells)} |")
        notes += [note(f"{at}: scoring", size["scoring"]), f"{at}: memory in MB: {spell(size['memory_mb'])}"]
    for part in ("reuse", "rating_rounds", "first_view"):
        for name, found in ((run.get(part) or {}).get("found") or {}).items():
            notes.append(note(f"{part.replace('_', ' ')}: {name}", run[part] | {"found": found}))
    return "\n".join([*lines, "", *notes, ""])


def page_cells(page: dict[str, Any]) -> list[Any]:
    """Figures in time stand in brackets when they do not count."""
    times = [page[name] for name in ("h_ms", "web_ms", "postgres_ms", "in_h", "p50", "p95", "rate")]
    return [page["queries"], *(times if page["counts"] else [f"({each})" for each in times]), page["bytes"]]


def note(name: str, part: dict[str, Any]) -> str:
    return f"{name}: {spell(part['found'])}" + ("" if part["counts"] else " (TIMES DO NOT COUNT: H changed)")


def spell(figures: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in figures.items())


if __name__ == "__main__":
    main()
