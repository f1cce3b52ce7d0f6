"""What an annex “who does what” says, as plain facts: frozen when it is asked for, kept on its row as JSON.

Plain Python: no Django, no clock. Texts are what people typed, with nothing in them that a document cannot hold.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

ACCOUNTABLE = "A"
LETTERS = ("A", "R", "C", "I")
# What XML cannot hold, and marks that turn the direction of all that follows: in an agreement nothing may
# read otherwise than it is written.
UNPRINTABLE = re.compile(
    "[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)


@dataclass(frozen=True, slots=True)
class Party:
    """A partner the agreement is between: its kind and the levels it works at, in words."""

    name: str
    kind: str = ""
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """What one partner has to do with a function (R, A, C or I), who holds it, from and until."""

    partner: str
    letter: str
    is_party: bool = True
    person: str = ""
    duty: str = ""
    deputy: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """A function the agreement covers: the levels at which it is needed, for which step alone, and its roles."""

    name: str
    levels: tuple[str, ...] = ()
    step: int | None = None
    roles: tuple[Role, ...] = ()

    def held_as(self, letter: str) -> list[Role]:
        return [role for role in self.roles if role.letter == letter]


@dataclass(frozen=True, slots=True)
class Body:
    """Where parties of the agreement meet."""

    name: str
    level: str
    rhythm: str
    members: tuple[str, ...] = ()
    next_meeting_on: date | None = None


@dataclass(frozen=True, slots=True)
class AnnexContent:
    """Everything the paper says. `language` is the program's; words of lists stand in it already."""

    language: str
    number: int
    as_of: date
    program: str
    ambition: str
    agreement: str
    kind: str
    starts_on: date | None = None
    ends_on: date | None = None
    parties: tuple[Party, ...] = ()
    functions: tuple[Covered, ...] = ()
    decision_rights: str = ""
    dispute_path: str = ""
    exit_terms: str = ""
    bodies: tuple[Body, ...] = ()


def as_json(content: AnnexContent) -> dict[str, Any]:
    """As it is kept in the table; days are written as 2027-03-04."""
    kept: dict[str, Any] = json.loads(json.dumps(asdict(content), default=str))
    return kept


def from_json(kept: Mapping[str, Any]) -> AnnexContent:
    """As it was kept, with every text made printable."""
    said: dict[str, Any] = printable(kept)
    return AnnexContent(
        **said
        | _days(said, "as_of", "starts_on", "ends_on")
        | {
            "parties": tuple(Party(**one | {"levels": tuple(one["levels"])}) for one in said["parties"]),
            "functions": tuple(_function(one) for one in said["functions"]),
            "bodies": tuple(_body(one) for one in said["bodies"]),
        }
    )


def printable(value: Any) -> Any:
    """The same without the characters a document cannot hold, however deep they stand."""
    if isinstance(value, str):
        return UNPRINTABLE.sub("", value)
    if isinstance(value, Mapping):
        return {name: printable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [printable(one) for one in value]
    return value


def _function(kept: Mapping[str, Any]) -> Covered:
    roles = tuple(Role(**{**one, **_days(one, "since", "until")}) for one in kept["roles"])
    return Covered(kept["name"], tuple(kept["levels"]), kept["step"], roles)


def _body(kept: Mapping[str, Any]) -> Body:
    return Body(**{**kept, "members": tuple(kept["members"]), **_days(kept, "next_meeting_on")})


def _days(kept: Mapping[str, Any], *names: str) -> dict[str, date | None]:
    return {name: date.fromisoformat(kept[name]) if kept[name] else None for name in names}
