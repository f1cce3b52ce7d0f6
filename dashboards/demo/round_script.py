"""The rounds of a story, as `content/rounds/*.toml` tells them, and the days they take."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

UNABLE, SILENT = "u", "."
SETTING_UP = 0  # hours after the first event of a day
OPENING = 1
TALKING = 2
CLOSING = 4


@dataclass(frozen=True, slots=True)
class RoundScript:
    """One round. Days such as `opened` count back from today; `due` counts on from it, as everywhere.

    `items` says by number what each rater gave, in the order of `raters`, and behind “=” what was agreed:
    a value, “open”, or nothing yet. “u” is unable to answer, “.” not rated yet; spaces only help to read.
    """

    title: str
    instrument: str
    set_up: int
    opened: int
    due: int
    raters: dict[str, dict[str, Any]]
    items: dict[str, str]
    facilitator: str = "facilitator"
    keyer: str = ""
    after: str = ""  # the title of an earlier round
    revealed: int | None = None
    closed: int | None = None
    reasons: dict[str, str] = field(default_factory=dict)
    comments: list[dict[str, str]] = field(default_factory=list)
    statements: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)

    def answers_of(self, key: str) -> dict[str, str]:
        """By item, as the saving path spells it; without what this rater has not rated."""
        place = list(self.raters).index(key)
        given = {number: self._given(number)[place] for number in self.items}
        return {number: "unable" if one == UNABLE else one for number, one in given.items() if one != SILENT}

    def agreed_on(self, number: str) -> str:
        return self.items[number].partition("=")[2].strip()

    def words_of(self, key: str) -> list[dict[str, str]]:
        return [words for words in self.comments if words["by"] == key]

    def days(self) -> Iterator[dict[str, Any]]:
        """What happened on which day, for the verbs of `round_acts`."""
        runs = {"by": self.facilitator}
        yield runs | {"ago": self.set_up, "hour": SETTING_UP, "set_up_round": self}
        yield runs | {"ago": self.opened, "hour": OPENING, "open_round": self}
        for key, said in self.raters.items():
            if "rated" in said:
                yield runs | {"ago": said["rated"], "hour": TALKING + said.get("hour", 0), "rate": (self, key)}
        if self.revealed is not None:
            yield runs | {"ago": self.revealed, "hour": SETTING_UP, "reveal": self}
            yield runs | {"ago": self.revealed, "hour": TALKING, "discuss": self}
        if self.closed is not None:
            yield runs | {"ago": self.closed, "hour": CLOSING, "close_round": self}
        for action in self.actions:
            if "done" in action:
                yield {"ago": action["done"], "by": action["owner"], "finish_action": action}

    def _given(self, number: str) -> str:
        return self.items[number].partition("=")[0].replace(" ", "")
