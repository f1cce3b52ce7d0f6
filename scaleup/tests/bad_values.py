"""Kinds of fields, the bad values each is spoiled with, and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaleup.tests.form_table import Scene

# What must come of a bad value:
REFUSED = "refused"  # a sentence tied to the field; what was typed is there again; nothing changed
CLEANED = "cleaned"  # taken, and what is kept has nothing of it
TAKEN = "taken"  # it is no bad value here
TOLD = "told"  # refused by a notice on the page the form stands on; nothing changed
DAMAGED = "damaged"  # the page for what a browser does not send by itself; nothing changed
NOT_FOUND = "not found"  # the page for what is not there; nothing changed
DRAFT = "shown as a draft"  # another look at what was typed; nothing changed

LONG = "many words " * 18_000  # 200 kB
NUL, BELL, OVERRIDE = "\x00", "\x07", "\u202e"
MARKS = {"nul": NUL, "control": BELL, "override": OVERRIDE}
UNKNOWN = 999_999_999
LEFT_OUT = None
BLANK = " \u00a0 "

Good = str | int | Callable[["Scene"], Any] | None


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a form sends: what is good, and what must come of each bad value."""

    good: Good
    spoiled: dict[str, tuple[Any, str]] = field(default_factory=dict)  # by a name: the bad value, what comes of it
    foreign: Callable[["Scene"], Any] | None = None  # the number of another tenant's thing of this kind
    is_shown: bool = True  # stands in the page again after a mistake
    is_button: bool = False  # which of several stands on the page depends

    def but(self, **outcomes: str) -> "Field":
        """The same, where other things come of some bad values."""
        spoiled = self.spoiled | {name: (self.spoiled[name][0], outcome) for name, outcome in outcomes.items()}
        return Field(self.good, spoiled, self.foreign, self.is_shown, self.is_button)

    def also(self, outcome: str = REFUSED, **values: str) -> "Field":
        """More bad values, which are refused unless said otherwise."""
        spoiled = self.spoiled | {name: (value, outcome) for name, value in values.items()}
        return Field(self.good, spoiled, self.foreign, self.is_shown, self.is_button)


def _empty(*, required: bool, nothing: str = "") -> dict[str, tuple[Any, str]]:
    outcome = REFUSED if required else TAKEN
    return {"empty": (nothing, outcome), "left out": (LEFT_OUT, outcome)}


def line(good: Good, *, required: bool = True) -> Field:
    """One line: what is hidden in it vanishes."""
    marked = {name: (f"one{mark}two three", CLEANED) for name, mark in MARKS.items()}
    return Field(good, {"long": (LONG, REFUSED)} | marked | _empty(required=required, nothing=BLANK))


def text(good: Good, *, required: bool = True) -> Field:
    """Several lines: hidden control characters are refused, directions may be set."""
    marked = {name: (f"one{MARKS[name]}two\nthree", REFUSED) for name in ("nul", "control")}
    return Field(good, {"long": (LONG, REFUSED)} | marked | _empty(required=required, nothing=BLANK))


def lines(good: Good) -> Field:
    """A list, one a line."""
    many = "\n".join(f"Person {number}" for number in range(21))
    return line(good, required=False).also(many=many)


def email(good: Good) -> Field:
    marked = {name: f"ama{mark}@example.org" for name, mark in MARKS.items()}
    return Field(good, _empty(required=True)).also(
        word="no address", half="ama@", long=f"{'a' * 200_000}@example.org", **marked
    )


def link(good: Good) -> Field:
    marked = {name: f"https://example.org/{mark}page" for name, mark in MARKS.items()}
    schemes = {"script": "javascript:alert(1)", "ftp": "ftp://example.org/", "data": "data:text/html,hello"}
    return Field(good, _empty(required=True)).also(
        word="no address", long=f"https://example.org/{'a' * 200_000}", **marked, **schemes
    )


def day(good: Good, *, required: bool = True) -> Field:
    return Field(good, _empty(required=required)).also(
        word="soon",
        impossible="2027-02-31",
        zero="0000-00-00",
        early="1066-10-14",
        late="9999-12-31",
        nul=f"2027-03-3{NUL}1",
        long="2" * 200_000,
    )


def count(good: Good, *, required: bool = True) -> Field:
    return Field(good, _empty(required=required)).also(
        word="many",
        negative="-1",
        part="1.5",
        comma="12,50",
        power="1e9",
        superscript="4²",
        nul=f"4{NUL}2",
        huge="9" * 30,
        long="9" * 200_000,
    )


def choice(good: Good, *, required: bool = True, outcome: str = REFUSED) -> Field:
    return Field(good, {"left out": (LEFT_OUT, outcome if required else TAKEN)}).also(
        outcome, word="nonsense", nul=f"up{NUL}", long=LONG
    )


def one_of(good: Good, *, foreign: Callable[["Scene"], Any], required: bool = True, outcome: str = REFUSED) -> Field:
    """A thing by its number, out of those one may choose."""
    found = choice(good, required=required, outcome=outcome).also(
        outcome, unknown=str(UNKNOWN), negative="-1", longer="0" * 18 + "9" * 200, part="1.5"
    )
    return Field(good, found.spoiled, foreign)


def password(good: Good, *, outcome: str = REFUSED) -> Field:
    bad = {"empty": "", "nul": f"mango{NUL}river lantern", "left out": LEFT_OUT}
    return Field(good, {name: (value, outcome) for name, value in bad.items()}, is_shown=False)


def code(good: Good) -> Field:
    bad = {"word": "nonsense", "long": "1" * 200_000, "nul": f"12345{NUL}", "empty": "", "other_digits": "١٢٣٤٥٦"}
    return Field(good, {name: (value, REFUSED) for name, value in bad.items()}, is_shown=False)


def tick(good: Good = "") -> Field:
    """A box to tick: whatever comes is a tick, nothing is none."""
    return Field(good, {"word": ("nonsense", TAKEN), "nul": (NUL, TAKEN), "long": (LONG, TAKEN)}, is_shown=False)


def button(good: Good, *, outcome: str = DAMAGED) -> Field:
    """Which button was pressed. One that there is not was pressed by nobody."""
    bad = {"word": "nonsense", "nul": f"x{NUL}", "long": LONG} | (
        {"left out": LEFT_OUT} if good is not LEFT_OUT else {}
    )
    return Field(good, {name: (value, outcome) for name, value in bad.items()}, is_shown=False, is_button=True)


def nonce() -> Field:
    """A lost name of the form is made up again: then the form counts as sent for the first time."""
    bad = {"word": "no nonce!", "long": LONG, "nul": NUL, "left out": LEFT_OUT}
    spoiled = {name: (value, TAKEN) for name, value in bad.items()}
    return Field("0123456789abcdef0123456789abcdef", spoiled, is_shown=False)


def needed_nonce() -> Field:
    """Where each field is saved by itself, a form without its name is refused."""
    return Field(nonce().good, {name: (value, REFUSED) for name, (value, _) in nonce().spoiled.items()}, is_shown=False)


def version(good: Good = "0") -> Field:
    bad = {"word": "new", "negative": "-1", "huge": "9" * 30, "nul": NUL, "empty": ""}
    return Field(good, {name: (value, REFUSED) for name, value in bad.items()}, is_shown=False)


def hidden(good: Good, **spoiled: tuple[Any, str]) -> Field:
    return Field(good, spoiled, is_shown=False)
