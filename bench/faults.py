"""`make faults`: saves under fire. Every part is killed at random; then every acknowledged save is looked for.

    make faults                              saves, then reminders (bench.mail_faults)
    make faults ARGS="saves"                 two minutes of kills, broker faults, half a minute of control
    make faults ARGS="saves --minutes 0.3 --control-minutes 0.3 --broker-seconds 4 --seed 7"
    make faults ARGS="mails --reminders 2000"

Ends with 1 if a save was lost, doubled or half done, if readiness did not catch up, if a broker held a
save for too long, or if the careless way of saving was found whole: then nothing would be found at all.
"""

import argparse
import json
import random
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from statistics import median
from typing import Any

from bench import mail_faults
from bench.site import ROOT, Site, answers, free_port

CAREFUL, CARELESS = "/save/", "/bench/careless-save/"
PROGRAMS = 100
SECONDS_TO_CATCH_UP = 70.0
LONGEST_HOLD = 0.3
FEW = 4  # clients while the broker fails: none should wait for another
READY_SECONDS = 90.0
WARM_SECONDS = 5.0


def main() -> int:
    """Both, or the one that is named first."""
    words = sys.argv[1:]
    if words[:1] == ["mails"]:
        return mail_faults.main(words[1:])
    failed = under_fire(read_options(words[1:] if words[:1] == ["saves"] else words))
    if words or failed:
        return failed
    return subprocess.run([sys.executable, "-m", "bench.mail_faults"], cwd=ROOT, check=False).returncode


def under_fire(options: argparse.Namespace) -> int:
    """Saves; 1 if they do not come out whole."""
    port = free_port()
    with Site.launched(port, healthy=lambda: answers(port, "/healthz")) as site:
        site.use_here()
        from bench import filling

        filling.lay_foundation()
        filling.grow(0, PROGRAMS, open_connection=site.connect)
        found = Trial(site, port, options).run()
    print(json.dumps(found, indent=1))
    for complaint in (complaints := complaints_about(found)):
        print(complaint)
    print("FAILED" if complaints else "Whole: 0 lost, 0 doubled, 0 half.")
    return 1 if complaints else 0


def read_options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description="Kill every part under load, count what was lost.")
    parser.add_argument("--minutes", type=float, default=2.0, help="of kills (default 2)")
    parser.add_argument("--control-minutes", type=float, default=0.5, help="of kills for the careless way")
    parser.add_argument("--broker-seconds", type=float, default=15.0, help="for each way a broker fails")
    parser.add_argument("--clients", type=int, default=20, help="that save at the same time (at most 40)")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="repeats the same kills")
    options = parser.parse_args(words)
    if not FEW <= options.clients <= 40:
        parser.error(f"--clients must be from {FEW} to 40.")
    return options


class Trial:
    """The three phases, on one site."""

    def __init__(self, site: Site, port: int, options: argparse.Namespace) -> None:
        from bench import verdicts

        self.site, self.port, self.options = site, port, options
        self.dice = random.Random(options.seed)
        self.first = verdicts.newest_line()

    def run(self) -> dict[str, Any]:
        """The control comes last: what it breaks stays broken."""
        options = self.options
        found: dict[str, Any] = {"seed": options.seed, "clients": options.clients}
        found["broker"] = self.with_failing_broker(options.broker_seconds)
        found["kills"] = self.under_fire(CAREFUL, seconds=options.minutes * 60)
        found["control"] = self.under_fire(CARELESS, seconds=options.control_minutes * 60)
        return found

    def under_fire(self, path: str, *, seconds: float) -> dict[str, Any]:
        """Saves while everything is killed; then the verdict, and how long readiness took to catch up."""
        from bench import chaos, stubborn, verdicts

        clients = self._clients(self.options.clients, path)
        after = verdicts.newest_line()
        say(f"{len(clients)} clients save by {path} for {seconds:.0f} s under fire")
        with chaos.Chaos(self.site, dice=self.dice) as fire:
            journals = stubborn.run_all(self.port, clients, seconds=seconds)
        is_back = chaos.wait_until(lambda: verdicts.newest_line() > 0, seconds=READY_SECONDS)
        caught_up = chaos.wait_until(lambda: verdicts.behind() == 0, seconds=SECONDS_TO_CATCH_UP)
        items = [item[0] for client in clients for item in client.items]
        verdict = verdicts.judge(journals, after=after, first=self.first, items=items)
        return {
            "seconds": seconds,
            "killed": dict(fire.killed),
            **asdict(verdict),
            "is_whole": verdict.is_whole,
            "database_back_after_s": is_back and round(is_back, 1),
            "caught_up_after_s": caught_up and round(caught_up, 1),
        }

    def with_failing_broker(self, seconds: float) -> dict[str, Any]:
        """How long saves take while the broker is well, silent, emptied and dead."""
        from bench import chaos

        ways: dict[str, Callable[[Site], AbstractContextManager[Any]]] = {
            "well": nullcontext,
            "stopped": chaos.broker_stopped,
            "emptied": chaos.broker_emptied,
            "killed": chaos.broker_killed,
        }
        found = {}
        self._times(WARM_SECONDS)  # the first saves of a new server take longer, whatever the broker does
        for way, fails in ways.items():
            say(f"{FEW} clients save for {seconds:.0f} s, broker {way}")
            with fails(self.site):
                found[way] = self._times(seconds)
            chaos.wait_until(lambda: answers(self.port, "/healthz"), seconds=READY_SECONDS)
        for way in ways:
            found[way]["slowed_by_s"] = round(found[way]["slowest_s"] - found["well"]["slowest_s"], 3)
        return found

    def _times(self, seconds: float) -> dict[str, float]:
        from bench import stubborn

        journals = stubborn.run_all(self.port, self._clients(FEW, CAREFUL), seconds=seconds)
        times = sorted(each for journal in journals for each in journal.times)
        return {
            "saves": len(times),
            "not_taken": sum(journal.retries + len(journal.refused) for journal in journals),
            "median_s": round(median(times), 4),
            "p95_s": round(times[int(len(times) * 0.95)], 4),
            "slowest_s": round(times[-1], 4),
        }

    def _clients(self, count: int, path: str) -> list[Any]:
        """Leads whose programs have steps still open, each with all open items of their program."""
        from bench.filling import signed_in
        from bench.stubborn import Stubborn
        from programs.models import ItemAnswer
        from programs.models.plans import OPEN_STATES

        leads = [number for number in range(1, PROGRAMS) if number % 12 in range(1, 7)][:count]
        clients = []
        for lead in leads:
            items = ItemAnswer.objects.filter(plan__program=lead, plan__state__in=OPEN_STATES).order_by("pk")
            found = [[item.pk, item.answer_version, item.answer] for item in items]
            clients.append(Stubborn(signed_in(lead) | {"Accept": "application/json"}, found, path))
        return clients


def complaints_about(found: dict[str, Any]) -> list[str]:
    """What did not hold, in words."""
    kills, control = found["kills"], found["control"]
    said = []
    if not kills["is_whole"]:
        said.append("Saves under fire are not whole: see kills.")
    if kills["caught_up_after_s"] is None:
        said.append(f"Readiness did not catch up within {SECONDS_TO_CATCH_UP:.0f} s of the last fault.")
    if not control["lost"] + control["doubled"] + control["half"]:
        said.append("The careless way was found whole: this harness finds nothing, or ran too briefly.")
    for way, times in found["broker"].items():
        if times["slowed_by_s"] > LONGEST_HOLD or times["not_taken"]:
            said.append(f"Broker {way}: slowed by {times['slowed_by_s']} s, {times['not_taken']} not taken.")
    return said


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
