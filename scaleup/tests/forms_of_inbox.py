"""Forms of the inbox, of putting off, and of how a program chases what is late."""

import json

from reminders.domain import chasing, inbox
from reminders.models import Notice
from scaleup.tests.bad_values import REFUSED, Field, button, choice, day, hidden, line, nonce
from scaleup.tests.form import Form, days
from scaleup.tests.scenes import Scene


def put_away(scene: Scene) -> None:
    """The notice was put away."""
    inbox.put_away(Notice.objects.get(pk=scene.numbers["notice_id"]))


def plan_seen(scene: Scene) -> str:
    return json.dumps(chasing.seen(scene.program))


WHY = {"reason": line("The ministry answers next week."), "nonce": nonce()}
UNUSED_DAY = Field("")  # another choice was made
FORMS: list[Form] = [
    Form("reminders:notice_open", "lead", page="reminders:inbox"),
    Form("reminders:notice_done", "lead", {"wanted": button("done")}, page="reminders:inbox"),
    Form(
        "reminders:notice_done",
        "lead",
        {"wanted": button("undo")},
        ready=put_away,
        page="reminders:inbox",
        variant="back",
    ),
    Form("reminders:inbox_read", "lead", page="reminders:inbox"),
    Form("reminders:snooze", "lead", {"when": choice("week"), "until_on": UNUSED_DAY} | WHY),
    Form(
        "reminders:snooze",
        "lead",
        {"when": choice("day"), "until_on": day(days(9)).also(past="2026-01-01", far="2031-01-01")} | WHY,
        variant="until a day",
    ),
    Form("reminders:snooze_end", "lead", page="reminders:inbox"),
    Form(
        "reminders:chasing",
        "lead",
        {
            "lead_after": choice("3", required=False),
            "facilitator_after": choice("30", required=False),
            "silent_after": choice("60", required=False),
            "seen": hidden(plan_seen, word=("x", REFUSED), number=("7", REFUSED)),
            "nonce": nonce(),
        },
    ),
]
