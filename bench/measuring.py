"""One size measured: every page between two H of its own."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import psutil

from bench import cpu
from bench.load import Client, Load, drive
from bench.pages import Page, all_pages
from bench.site import Server, Site
from bench.unit import Held, Unit

WARM = 20  # requests of each client


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: seconds a round, and how many rounds."""

    seconds: float
    rounds: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One page: CPU of web server and database in ms a request; `in_h` is both in units of H, which was `h_ms`.

    Without `counts` nothing that is told in time means anything.
    """

    counts: bool
    h_ms: float
    queries: int
    web_ms: float
    postgres_ms: float
    in_h: float
    p50: float
    p95: float
    rate: float
    bytes: int


Round = tuple[Load, float, float]


def measure(site: Site, unit: Unit, *, effort: Effort) -> dict[str, Any]:
    """The figures of one size."""
    found = {}
    with site.product() as server:
        for page in all_pages():
            held = unit.around(page.name, lambda page=page: rounds(server, site, page, effort=effort))
            found[page.name] = asdict(figure(held, queries=page.queries))
        memory = cpu.memory_of(server.process)
    return {"pages": found, "memory_mb": {name: round(value, 1) for name, value in asdict(memory).items()}}


def rounds(server: Server, site: Site, page: Page, *, effort: Effort) -> list[Round]:
    drive(server.port, page.clients, seconds=0, at_least=WARM)  # templates, plans, a connection for each thread
    database = site.postgres.process()
    return [under_load(server, database, page.clients, effort=effort) for _ in range(effort.rounds)]


def under_load(server: Server, database: psutil.Process | None, clients: Sequence[Client], *, effort: Effort) -> Round:
    """A load, and the CPU in ms a request it cost web server and database."""
    trees = [server.process, *([database] if database else [])]
    before = [cpu.seconds_of(tree) for tree in trees]
    load = drive(server.port, clients, seconds=effort.seconds, at_least=WARM)
    time.sleep(0.05)  # what follows an answer belongs to it
    spent = [(cpu.seconds_of(tree) - began) * 1000 / load.requests for tree, began in zip(trees, before, strict=True)]
    return load, spent[0], spent[1] if database else 0.0


def figure(held: Held[list[Round]], *, queries: int) -> Figure:
    """The median of the rounds, each value for itself."""
    web, postgres = median(each[1] for each in held.found), median(each[2] for each in held.found)
    loads = [each[0] for each in held.found]
    return Figure(
        counts=held.counts,
        h_ms=round(held.h, 4),
        queries=queries,
        web_ms=round(web, 3),
        postgres_ms=round(postgres, 3),
        in_h=round((web + postgres) / held.h, 1),
        p50=round(median(load.p50 for load in loads), 1),
        p95=round(median(load.p95 for load in loads), 1),
        rate=round(median(load.rate for load in loads), 1),
        bytes=loads[-1].bytes,
    )
