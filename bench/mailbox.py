"""The mail server of `bench.mail_faults`: keeps when which mail came, and is in another mood every second or so."""

import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from email import message_from_bytes

from scaleup.testing.smtp_server import DROP, HANG, KEEP_AND_DROP, SAY_AND_DROP, SmtpServer, Talk

REFUSES = ("body", DROP)
# Stage and what is done there; well half of the time. What is refused for good would be given up, and be no fault.
MOODS = (
    *[("", "")] * 8,
    ("connect", DROP),
    ("connect", "421 too busy"),
    ("mail", "451 later"),
    ("rcpt", "450 mailbox busy"),
    ("data", DROP),
    ("body", HANG),
    REFUSES,
    ("body", "452 no room"),
    ("body", SAY_AND_DROP),
)
LOSES_ANSWERS = ("body", KEEP_AND_DROP)  # the stated window, made wide
MOOD_SECONDS = (0.3, 2.0)


@dataclass
class Mailbox(SmtpServer):
    """Moments, on the clock of this machine, at which each mail was taken, by its Message-ID."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    unsaid: int = 0  # taken, but the 250 was never said

    def _keep(self, talk: Talk, *, was_acknowledged: bool) -> None:
        with self.lock:
            self.taken[message_from_bytes(talk.content)["Message-ID"]].append(time.time())
            self.unsaid += not was_acknowledged


class Moods:
    """Changes what the server does until it is stopped; then all is well."""

    def __init__(self, mailbox: Mailbox, *, dice: random.Random, loses_answers: bool = True) -> None:
        self.mailbox, self.dice = mailbox, dice
        self.moods = [*MOODS, *[LOSES_ANSWERS] * loses_answers]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Moods":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self.mailbox.misbehave("", "")

    def _run(self) -> None:
        while not self._stop.wait(self.dice.uniform(*MOOD_SECONDS)):
            self.mailbox.misbehave(*self.dice.choice(self.moods))
