"""One size measured: H, every page, H again; done once more when the two H disagree."""

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import psutil

from bench import cpu
from bench.load import Client, Load, Reader, drive
from bench.pages import Page, all_pages
from bench.site import Server, Site

AGREE = 0.10
ATTEMPTS = 3
WARM = 20  # requests of each client


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: seconds a round, and how many rounds."""

    seconds: float
    rounds: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One page: CPU of web server and database in ms a request; `in_h` is both in units of H."""

    queries: int
    web_ms: float
    postgres_ms: float
    in_h: float
    p50: float
    p95: float
    rate: float
    bytes: int


def measure(site: Site, *, effort: Effort) -> dict[str, Any]:
    """The figures of one size, and whether they count."""
    for attempt in range(1, ATTEMPTS + 1):
        before = h_of(site, effort=effort)
        with site.product() as server:
            found = {page.name: rounds(server, site, page, effort=effort) for page in all_pages()}
            memory = cpu.memory_of(server.process)
        after = h_of(site, effort=effort)
        agree = max(before, after) / min(before, after) - 1
        if agree <= AGREE:
            break
        say(f"  H was {before:.3f} ms before and {after:.3f} ms after: attempt {attempt} does not count.")
    h = (before + after) / 2
    return {
        "h_before_ms": round(before, 4),
        "h_after_ms": round(after, 4),
        "h_apart": round(agree, 3),
        "counts": agree <= AGREE,
        "attempts": attempt,
        "pages": {name: asdict(figure(loads, h=h)) for name, loads in found.items()},
        "memory_mb": {name: round(value, 1) for name, value in asdict(memory).items()},
    }


Round = tuple[int, Load, float, float]


def h_of(site: Site, *, effort: Effort) -> float:
    """CPU of one hello page in ms: the median of some rounds."""
    with site.hello() as server:
        readers = [Reader("/", {}), Reader("/", {})]
        loads = [under_load(server, site.postgres.process(), readers, effort=effort) for _ in range(effort.rounds)]
    return median(web for _, web, _ in loads)


def rounds(server: Server, site: Site, page: Page, *, effort: Effort) -> list[Round]:
    drive(server.port, page.clients, seconds=0, at_least=WARM)  # templates, plans, a connection for each thread
    database = site.postgres.process()
    loads = [under_load(server, database, page.clients, effort=effort) for _ in range(effort.rounds)]
    return [(page.queries, *each) for each in loads]


def under_load(
    server: Server, database: psutil.Process | None, clients: Sequence[Client], *, effort: Effort
) -> tuple[Load, float, float]:
    """A load, and the CPU in ms a request it cost web server and database."""
    trees = [server.process, *([database] if database else [])]
    before = [cpu.seconds_of(tree) for tree in trees]
    load = drive(server.port, clients, seconds=effort.seconds, at_least=WARM)
    time.sleep(0.05)  # what follows an answer belongs to it
    spent = [(cpu.seconds_of(tree) - began) * 1000 / load.requests for tree, began in zip(trees, before, strict=True)]
    return load, spent[0], spent[1] if database else 0.0


def figure(found: list[Round], *, h: float) -> Figure:
    """The median of the rounds, each value for itself."""
    web, postgres = median(each[2] for each in found), median(each[3] for each in found)
    loads = [each[1] for each in found]
    return Figure(
        queries=found[0][0],
        web_ms=round(web, 3),
        postgres_ms=round(postgres, 3),
        in_h=round((web + postgres) / h, 1),
        p50=round(median(load.p50 for load in loads), 1),
        p95=round(median(load.p95 for load in loads), 1),
        rate=round(median(load.rate for load in loads), 1),
        bytes=loads[-1].bytes,
    )


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
