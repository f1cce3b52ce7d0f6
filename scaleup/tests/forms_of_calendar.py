"""Forms of the personal calendar."""

from reminders.domain import calendar
from scaleup.tests.bad_values import LEFT_OUT, LONG, NUL, TOLD, UNKNOWN, Field, choice, hidden, nonce, tick
from scaleup.tests.form import Form
from scaleup.tests.scenes import Scene

NO_FEED = {"word": "new", "negative": "-1", "huge": "9" * 30, "nul": NUL, "long": LONG, "unknown": str(UNKNOWN)}
TOLD_ALL = {name: (value, TOLD) for name, value in NO_FEED.items()}


def with_address(scene: Scene) -> None:
    calendar.make(scene.person, instead_of=None, nonce=f"{7:064x}")


def feed(scene: Scene) -> int:
    return calendar.feed_of(scene.person).pk


def number_of_feed(*, empty: str = "") -> Field:
    """The one that is open; `empty` is what comes of none."""
    spoiled = TOLD_ALL | ({"empty": ("", empty), "left out": (LEFT_OUT, empty)} if empty else {})
    return hidden(feed if empty else "", **spoiled)


FORMS = [
    Form("reminders:calendar", "lead", {"alarm": choice("morning"), "names_programs": tick("on")}, ready=with_address),
    Form(
        "reminders:calendar_make",
        "lead",
        {"nonce": nonce(), "instead_of": number_of_feed()},
        page="reminders:calendar",
        success=200,
    ),
    Form(
        "reminders:calendar_make",
        "lead",
        {"nonce": nonce(), "instead_of": number_of_feed(empty=TOLD)},
        ready=with_address,
        page="reminders:calendar",
        variant="another",
        success=200,
    ),
    Form(
        "reminders:calendar_end",
        "lead",
        {"feed_id": number_of_feed(empty=TOLD)},
        ready=with_address,
        page="reminders:calendar",
    ),
]
