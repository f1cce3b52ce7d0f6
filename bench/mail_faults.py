"""`make faults ARGS=mails`: reminders under fire. Everything is killed at random; then each reminder is looked for.

    make faults ARGS="mails"                                  10,000 reminders, 8 senders, three minutes of fire
    make faults ARGS="mails --reminders 200 --senders 2 --seconds 12 --control-seconds 6 --hurry 4"

Ends with 1 if a reminder was lost, told twice, or mailed twice outside the stated window (the mail server took
it, and nobody could write that down); or if one of the two careless ways of sending was found whole.
"""

import argparse
import json
import os
import random
import sys
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from bench.site import Site

LONGEST_PEACE = 240.0  # seconds after the fire in which the rest must go
SWEEP_EVERY = 5.0
SHORTEST_PAUSE = 0.9  # seconds: a mail that comes again sooner was never put off or claimed
COMMIT = 1.0  # seconds a commit may take on a busy machine
CONTROLS = {"unclaimed": "sends without claiming", "early": "marks before it sends"}

# The moment each mail was written down as sent; PostgreSQL tells it, not the sender.
WATCH = """
CREATE TABLE bench_settled (delivery_id bigint, at timestamptz DEFAULT clock_timestamp());
CREATE FUNCTION bench_settle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO bench_settled (delivery_id) VALUES (NEW.id); RETURN NULL; END $$;
CREATE TRIGGER bench_settle AFTER UPDATE OF mailed_at ON reminders_delivery FOR EACH ROW
WHEN (OLD.mailed_at IS NULL AND NEW.mailed_at IS NOT NULL) EXECUTE FUNCTION bench_settle();
"""
LEFT = "SELECT count(*) FROM reminders_delivery WHERE mail_wanted AND mailed_at IS NULL"
TOLD = "SELECT count(*), count(DISTINCT (user_id, kind, subject_id)) FROM reminders_notice"
AGAIN = """
UPDATE reminders_delivery
SET mailed_at = NULL, mail_wanted = true, mail_error = '', mail_not_before = NULL, mail_attempts = 0
"""
SETTLED = "SELECT delivery_id, extract(epoch FROM min(at)) FROM bench_settled GROUP BY 1"
SENT = "SELECT id FROM reminders_delivery WHERE mailed_at IS NOT NULL"
GIVEN_UP = "SELECT count(*) FROM reminders_delivery WHERE NOT mail_wanted AND mailed_at IS NULL"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the reminders. `in_window` came twice because nobody could write down that it went."""

    reminders: int
    untold: int
    told_twice: int
    mails: int
    lost: int
    given_up: int
    doubled: int
    in_window: int

    @property
    def is_whole(self) -> bool:
        return not self.untold + self.told_twice + self.lost + self.given_up + self.doubled and self.mails > 0


def main(words: list[str] | None = None) -> int:
    options = read_options(words)
    with Site.running() as site:
        site.use_here()
        found = Trial(site, options).run()
    print(json.dumps(found, indent=1))
    for complaint in (complaints := complaints_about(found)):
        print(complaint)
    print("FAILED" if complaints else "Whole: 0 lost, 0 told twice, 0 mailed twice outside the window.")
    return 1 if complaints else 0


def read_options(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='make faults ARGS="mails"', description="Reminders under fire.")
    parser.add_argument("--reminders", type=int, default=10_000, help="that fall due (default 10,000)")
    parser.add_argument("--each", type=int, default=4, help="for one person, in one mail (default 4)")
    parser.add_argument("--senders", type=int, default=8, help="processes that send (default 8)")
    parser.add_argument("--seconds", type=float, default=180.0, help="of fire, or until all is sent")
    parser.add_argument("--control-seconds", type=float, default=20.0, help="of fire for each careless way")
    parser.add_argument("--hurry", type=float, default=1.0, help="how many times faster it kills")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="repeats the same kills")
    return parser.parse_args(words)


class Trial:
    """The product under fire, then each careless way, on one site."""

    def __init__(self, site: Site, options: argparse.Namespace) -> None:
        self.site, self.options = site, options
        self.dice = random.Random(options.seed)
        self.people = options.reminders // options.each

    def run(self) -> dict[str, Any]:
        from bench import filling_due
        from bench.mailbox import Mailbox

        found: dict[str, Any] = {"seed": self.options.seed, "load_average": os.getloadavg()}
        filling_due.fill(self.site, programs=self.people, items=self.options.each, days=1)
        self._execute(WATCH)
        with Mailbox() as mailbox:
            found["product"] = self._under_fire(mailbox, seconds=self.options.seconds)
            for way in CONTROLS:
                self._execute(AGAIN)
                self._execute("TRUNCATE bench_settled")
                mailbox.taken.clear()
                mailbox.unsaid = 0
                found[way] = self._under_fire(mailbox, seconds=self.options.control_seconds, way=way)
        return found

    def _under_fire(self, mailbox: Any, *, seconds: float, way: str = "") -> dict[str, Any]:
        from bench.chaos import wait_until
        from bench.mail_chaos import Chaos, Senders
        from bench.mailbox import REFUSES, Moods

        environment = {"EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}", "CARELESS": way}
        senders = Senders(self.site, self.options.senders, environment, ring=Ringer(is_sweeping=not way))
        say(f"{self.options.senders} senders, {way or 'the product'}: at most {seconds:.0f} s of fire")
        mailbox.talks = 0
        mailbox.misbehave(*REFUSES)  # at first, so that who marks too early is sure to lose
        with senders.working():
            began = time.monotonic()
            wait_until(lambda: mailbox.talks > 0, seconds=60)  # they have started
            with (
                Chaos(senders, dice=self.dice, hurry=self.options.hurry) as fire,
                Moods(mailbox, dice=self.dice, loses_answers=not way),
            ):
                wait_until(self._is_done, seconds=seconds)
            burning = time.monotonic() - began
            done_after = wait_until(self._is_done, seconds=LONGEST_PEACE if not way else seconds)
        verdict = self._judge(mailbox)
        return {
            "burned_s": round(burning, 1),
            "done_after_fire_s": done_after and round(done_after, 1),
            "faults": dict(fire.did),
            "answers_lost": mailbox.unsaid,
            "mails_taken": sum(map(len, mailbox.taken.values())),
            **asdict(verdict),
            "is_whole": verdict.is_whole,
        }

    def _is_done(self) -> bool:
        [[told, _]], [[left]] = self._rows(TOLD), self._rows(LEFT)
        return told >= self.people * self.options.each and left == 0

    def _judge(self, mailbox: Any) -> Verdict:
        [[told, different]] = self._rows(TOLD)
        settled = {pk: float(at) for pk, at in self._rows(SETTLED)}
        taken: dict[int, list[float]] = defaultdict(list)  # whatever it carried at each try, it is one mail
        for name, moments in mailbox.taken.items():
            pk = int(name.split("-")[1])
            taken[pk] = sorted(taken[pk] + moments)
        again = {name: moments for name, moments in taken.items() if len(moments) > 1}
        doubled = sum(not is_in_window(moments, settled.get(name)) for name, moments in again.items())
        return Verdict(
            reminders=told,
            untold=self.people * self.options.each - different,
            told_twice=told - different,
            mails=len(taken),
            lost=sum(pk not in taken for [pk] in self._rows(SENT)),
            given_up=self._rows(GIVEN_UP)[0][0],
            doubled=doubled,
            in_window=len(again) - doubled,
        )

    def _rows(self, statement: str) -> list[Any]:
        with self.site.connect() as database:
            return database.execute(statement).fetchall()

    def _execute(self, statement: str) -> None:
        with self.site.connect() as database:
            database.execute(statement)


class Ringer:
    """Rings for sending, and from time to time for a sweep."""

    def __init__(self, *, is_sweeping: bool) -> None:
        self.is_sweeping, self.swept_at = is_sweeping, 0.0

    def __call__(self) -> None:
        from scaleup import doorbell

        doorbell.ring_now("accounts.tasks.send_pending_mail", expires=2)
        if self.is_sweeping and time.monotonic() - self.swept_at > SWEEP_EVERY:
            self.swept_at = time.monotonic()
            for _ in range(2):  # as if two beats ran
                doorbell.ring_now("reminders.tasks.sweep_due", expires=5)


def is_in_window(moments: list[float], settled_at: float | None) -> bool:
    """Whether a mail that came more than once did so only because the first could not be written down.

    Then it came again after a pause, and before anybody had written that it went.
    """
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    return min(pauses) >= SHORTEST_PAUSE and (settled_at is None or moments[-1] <= settled_at + COMMIT)


def complaints_about(found: dict[str, Any]) -> list[str]:
    """What did not hold, in words."""
    said = [] if found["product"]["is_whole"] else ["Reminders under fire are not whole: see product."]
    if found["product"]["done_after_fire_s"] is None:
        said.append(f"Not everything was sent within {LONGEST_PEACE:.0f} s after the fire.")
    whole = [words for way, words in CONTROLS.items() if found[way]["is_whole"]]
    return said + [f"The way that {words} was found whole: this finds nothing, or ran too briefly." for words in whole]


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
