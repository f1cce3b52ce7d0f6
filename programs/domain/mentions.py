"""Telling people of a remark: by “@” and their name in it, or chosen from a list; plain Python."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Protocol
from unicodedata import normalize


class Named(Protocol):
    """A person as far as a remark knows them."""

    pk: int
    name: str


def named_in(text: str, people: Iterable[Named]) -> set[int]:
    """Who is named after an “@”: by the whole name, or by its first word where only one of them has it.

    The longest name that fits counts, so that “@Ana Maria” does not tell Ana. Two people of one name are both told.
    """
    ids = _ids_by_name(list(people))
    if not ids:
        return set()
    names = "|".join(re.escape(name) for name in sorted(ids, key=len, reverse=True))
    found = re.finditer(rf"(?<!\w)@({names})(?!\w)", _plain(text))
    return {pk for one in found for pk in ids[one[1]]}


def _ids_by_name(people: list[Named]) -> Mapping[str, set[int]]:
    ids: dict[str, set[int]] = {}
    for person in people:
        if name := _plain(person.name):
            ids.setdefault(name, set()).add(person.pk)
    firsts = Counter(_plain(person.name).split(" ")[0] for person in people)
    for person in people:
        first = _plain(person.name).split(" ")[0]
        if first and firsts[first] == 1:
            ids.setdefault(first, {person.pk})
    return ids


def _plain(text: str) -> str:
    """As names are compared: composed, without regard to case and to how much space is between words."""
    return " ".join(normalize("NFC", text).casefold().split())
