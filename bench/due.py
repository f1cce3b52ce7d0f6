"""What a sweep for due things costs: beside one SQL statement that counts the same, with few and with many rows there.

    python -m bench.due                          10,000 and 100,000 programs of ten items each; minutes
    python -m bench.due --programs 1000 --due 20 200

Of the items none, 200, 2,000 or 20,000 fall due today, each for another person; all others much later. Each sweep
is timed when it tells them, and again when all is told, as it is every minute. Then mails are written, and sent to a
server that takes everything.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from bench.site import Site

LATER = 300  # days, so that no occasion of theirs falls on a day that is looked at
SPREAD = 600
ITEMS = 10
MAILS = 500

# What is due on the very days a sweep asks for, of items alone and without a word about it.
ONE_STATEMENT = """
SELECT count(*)
FROM programs_itemanswer answer
JOIN programs_stepplan plan ON plan.id = answer.plan_id
JOIN programs_membership member ON member.program_id = plan.program_id AND member.user_id = answer.owner_id
WHERE answer.due_on = ANY(%s) AND answer.answer <> 'done'
"""
FORGET = "TRUNCATE reminders_notice, reminders_delivery, reminders_sweepmark"
PUT_OFF = "UPDATE programs_itemanswer SET due_on = due_on + %s WHERE due_on = %s"


def main() -> None:
    options = read_options()
    with Site.running() as site:
        site.use_here()
        found = measure(site, options)
    print(table(found))
    print(json.dumps(found))


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.due", description="Measure sweeps for what is due.")
    parser.add_argument("--programs", type=int, nargs="+", default=[10_000, 100_000], help="growing")
    parser.add_argument("--due", type=int, nargs="+", default=[200, 2_000, 20_000], help="of them due today")
    return parser.parse_args()


def measure(site: Site, options: argparse.Namespace) -> dict[str, Any]:
    """Every size with every number due, then mails. The imports need Django, which needs the site."""
    from bench import filling_due

    found: dict[str, Any] = {"load_average": os.getloadavg(), "sweeps": []}
    there = 0
    for programs in sorted(options.programs):
        say(f"{programs:,} programs: filling")
        today = filling_due.fill(site, programs=programs, items=ITEMS, days=SPREAD, after=LATER, first=there + 1)
        there = programs
        with site.connect() as database:
            database.execute(PUT_OFF, [LATER, today])
        for due in (one for one in sorted({0, *options.due}) if one <= programs):
            say(f"{programs:,} programs: {due:,} due")
            found["sweeps"].append({"rows": programs * ITEMS} | sweeps(site, today, due=due))
    found["mails"] = mails(site, today)
    return found


def sweeps(site: Site, today: date, *, due: int) -> dict[str, Any]:
    """One sweep that tells what is due, the next one, and the statement, each the best of what it was tried."""
    from bench import filling_due

    with site.connect() as database:
        database.execute(FORGET)
        database.execute(filling_due.FALL_DUE, {"day": today, "count": due})
        database.execute("VACUUM (ANALYZE) programs_itemanswer")
    told, first = _timed(_sweep)
    again, second = min((_timed(_sweep) for _ in range(3)), key=lambda one: one[1])
    counted, floor = min((_timed(lambda: _count(today)) for _ in range(5)), key=lambda one: one[1])
    if (told, again, counted) != (due, 0, due):
        raise RuntimeError(f"Of {due} due things {told} were told, then {again}; the statement counts {counted}.")
    times = {"told_s": first, "told_again_s": second, "one_statement_s": floor}
    return {"due": due, **{name: round(seconds, 4) for name, seconds in times.items()}}


def mails(site: Site, today: date) -> dict[str, float]:
    """Mails a second: written alone, and sent by one sender."""
    from django.conf import settings

    from accounts.domain import mailing
    from bench.mailbox import Mailbox
    from reminders.domain import letters
    from reminders.models import Delivery

    with site.connect() as database:
        database.execute(FORGET)
    _sweep()
    rows = list(Delivery.objects.select_related("user")[:MAILS])
    _, writing = _timed(lambda: [letters.write(row) for row in rows])
    with Mailbox() as mailbox:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
        sent, sending = _timed(mailing.send_waiting)
    return {"written_per_s": round(len(rows) / writing, 1), "sent_per_s": round(sent / sending, 1), "sent": sent}


def _sweep() -> int:
    from django.utils import timezone

    from reminders.domain import telling

    return telling.tell_due(timezone.now())


def _count(today: date) -> int:
    from django.db import connection
    from django.utils import timezone

    from reminders.domain import telling

    now = timezone.now()
    days = telling._anchors(first=telling._first_day(now), last=now.date() + telling.DAY)
    with connection.cursor() as cursor:
        cursor.execute(ONE_STATEMENT, [sorted(days)])
        return int(cursor.fetchone()[0])


def _timed(act: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    found = act()
    return found, time.perf_counter() - began


def table(found: dict[str, Any]) -> str:
    names = ("rows", "due", "told_s", "told_again_s", "one_statement_s")
    lines = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(f'{one[name]:,}' for name in names)} |" for one in found["sweeps"])])


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
