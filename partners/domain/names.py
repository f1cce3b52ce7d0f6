"""When two names of organisations are almost the same. Plain Python: no Django."""

import unicodedata
from difflib import SequenceMatcher

FILLERS = frozenset(("a", "an", "and", "at", "for", "in", "of", "the", "de", "des", "du", "et", "la", "le", "les"))
ALIKE = 0.8
SHORTEST = 5  # a letter less in a shorter word makes another word
ACRONYMS = range(2, 9)


def are_alike(one: str, other: str) -> bool:
    """Whether both probably name the same: every word of the shorter name stands in the longer one, or nearly.

    Capitals, accents, small words and marks do not count. An acronym is like the name it stands for. Names with
    different numbers are never alike: “Health post 1” and “Health post 2”.
    """
    first, second = _words(one), _words(other)
    if not first or not second or _numbers(first) != _numbers(second):
        return False
    return (
        (len(first) <= len(second) and _stands_in(first, second))
        or (len(second) <= len(first) and _stands_in(second, first))
        or _is_acronym(first, other)
        or _is_acronym(second, one)
    )


def _words(name: str) -> list[str]:
    """Those that mean something; of a name of small words alone, all."""
    words = _all_words(name)
    return [word for word in words if word not in FILLERS] or words


def _all_words(name: str) -> list[str]:
    marks = unicodedata.normalize("NFKD", name.casefold())
    kept = (
        mark if unicodedata.category(mark)[0] in "LMN" else " " for mark in marks if not unicodedata.combining(mark)
    )
    return "".join(kept).split()


def _numbers(words: list[str]) -> list[str]:
    return sorted(word for word in words if word.isdecimal())


def _stands_in(short: list[str], long: list[str]) -> bool:
    return all(any(_are_near(word, other) for other in long) for word in short)


def _are_near(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < SHORTEST:
        return False
    first, second = sorted((one, other))  # the ratio depends on the order
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def _is_acronym(words: list[str], name: str) -> bool:
    """“MoH” of “Ministry of Health”, “FHO” of “Field Health Office”."""
    if len(words) != 1 or len(words[0]) not in ACRONYMS:
        return False
    return words[0] in {"".join(word[0] for word in found) for found in (_all_words(name), _words(name))}
