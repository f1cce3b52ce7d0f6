"""Log lines that tell nothing private: no e-mail addresses, no query strings, no secret links."""

import logging
import re

_PRIVATE = [
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*"), "[e-mail]"),
    (re.compile(r"(?<=[\w/])\?[^\s'\"]*=[^\s'\"]*"), "?[query]"),
    # Detail lines of PostgreSQL carry what somebody typed.
    (re.compile(r"^DETAIL: .*$", re.MULTILINE), "DETAIL: [left out]"),
    # A long piece of a path is a key to something: an invitation, a new password. Not a host, and no module of ours.
    (re.compile(r"(?<=/)(?<!//)(?![\w.-]*\.py\b)[\w:=.%~+-]{19,}[\w=-]"), "[key]"),
]


def discreet(text: str) -> str:
    """The text without what must not stand in a log."""
    for pattern, instead in _PRIVATE:
        text = pattern.sub(instead, text)
    return text


class DiscreetFormatter(logging.Formatter):
    """One plain line (and a traceback if there is one), cleaned of what is private."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", "%Y-%m-%dT%H:%M:%S%z", style="{")

    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))
