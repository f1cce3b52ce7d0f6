"""The annex as a paper: its parts in order, in words, for both files and for the page that shows it.

Whoever writes a file only draws headings, lines, lists and tables, so that all say the same.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from partners.domain import annex_openings
from partners.domain.annex_content import ACCOUNTABLE, LETTERS, AnnexContent, Covered, Role
from partners.models import Letter

DOING = frozenset({"A", "R"})
NOTHING = "–"
STRONG = {"L": False, "R": True, "AL": True}


@dataclass(frozen=True, slots=True)
class Cell:
    """Lines of one cell; the quiet ones below explain."""

    lines: tuple[str, ...]
    quiet: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a section begins."""

    shape: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs; quiet ones explain."""

    shape: ClassVar[str] = "text"
    lines: tuple[str, ...]
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    shape: ClassVar[str] = "points"
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names of facts, and the facts."""

    shape: ClassVar[str] = "pairs"
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; the first cell of a row names it. Widths are shares of a hundred."""

    shape: ClassVar[str] = "table"
    name: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def labelled_rows(self) -> list[tuple[Cell, list[tuple[str, Cell]]]]:
        """Each row as its first cell, and the others with their heads."""
        return [(row[0], list(zip(self.heads[1:], row[1:], strict=True))) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Room for each party to sign."""

    shape: ClassVar[str] = "signatures"
    parties: tuple[str, ...]
    lines: tuple[str, ...]


Block = Heading | Text | Points | Pairs | Table | Signatures


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper."""

    title: str
    about: str
    language: str
    is_rtl: bool
    blocks: tuple[Block, ...]


def paper_of(content: AnnexContent) -> Paper:
    """The annex in the language of its program, whoever reads it."""
    with translation.override(content.language):
        return Paper(
            title=_("Annex %(number)s: who does what") % {"number": content.number},
            about=content.agreement,
            language=content.language,
            is_rtl=content.language.split("-")[0] in settings.LANGUAGES_BIDI,
            blocks=tuple(_blocks(content)),
        )


def _blocks(content: AnnexContent) -> Iterator[Block]:
    said = _("The agreement does not say this yet.")
    sections = (
        (_("The parties"), _parties(content)),
        (_("Who does what"), _functions(content)),
        (_("Who holds each role"), _holders(content)),
        (_("Who decides what"), [Text(_lines(content.decision_rights) or (said,))]),
        (_("How a dispute is settled"), [Text(_lines(content.dispute_path) or (said,))]),
        (_("How a party can leave"), [Text(_lines(content.exit_terms) or (said,))]),
        (_("Where the parties meet"), _bodies(content)),
        (_("What is still open"), _open(content)),
        (_("Signatures"), _signatures(content)),
    )
    yield from _opening(content)
    for number, (title, blocks) in enumerate(sections, start=1):
        yield Heading(f"{number}. {title}")
        yield from blocks


def _opening(content: AnnexContent) -> Iterator[Block]:
    yield Pairs(
        (
            (_("Program"), content.program),
            (_("What it is to reach"), content.ambition),
            (_("Agreement"), f"{content.agreement} ({content.kind})"),
            (_("In force"), span(content.starts_on, content.ends_on)),
        )
    )
    said = _("This annex is part of the agreement. It says who does what, as written down on %(day)s.")
    yield Text((said % {"day": _day(content.as_of)},), is_quiet=True)


def _parties(content: AnnexContent) -> Iterator[Block]:
    yield Table(
        _("The parties"),
        (_("Party"), _("Kind"), _("Works at")),
        (50, 25, 25),
        tuple((_cell(one.name), _cell(capfirst(one.kind)), _cell(_levels(one.levels))) for one in content.parties),
    )


def _functions(content: AnnexContent) -> Iterator[Block]:
    heads = (_("Function"), *(str(Letter(letter).label) for letter in LETTERS))
    rows = tuple((_name(one), *(_held_as(one, letter) for letter in LETTERS)) for one in content.functions)
    yield Table(_("Who does what"), heads, (24, 19, 19, 19, 19), rows)
    said = _("Accountable includes responsible: who answers for a function also does it, alone or with others.")
    yield Text((said,), is_quiet=True)


def _name(function: Covered) -> Cell:
    quiet = []
    if function.levels:
        quiet.append(_("needed at: %(levels)s") % {"levels": ", ".join(function.levels)})
    if function.step:
        quiet.append(_("only for step %(number)s") % {"number": function.step})
    return Cell((function.name,), tuple(quiet))


def _held_as(function: Covered, letter: str) -> Cell:
    nobody = _("nobody yet") if letter == ACCOUNTABLE else NOTHING
    return _cell(*map(_partner, function.held_as(letter)), otherwise=nobody)


def _partner(role: Role) -> str:
    return role.partner if role.is_party else _("%(partner)s (not a party)") % {"partner": role.partner}


def _holders(content: AnnexContent) -> Iterator[Block]:
    """Whoever does something; who is only asked or told, if somebody is named for it."""
    shown = [
        (function, role)
        for function in content.functions
        for role in function.roles
        if role.letter in DOING or role.person or role.since or role.until
    ]
    if not shown:
        yield Text((_("Nobody has a role in these functions yet."),))
        return
    yield Table(
        _("Who holds each role"),
        (_("Function"), _("Partner and role"), _("Held by"), _("Deputy"), _("From – until")),
        (20, 26, 20, 16, 18),
        tuple(_holder(function, role) for function, role in shown),
    )


def _holder(function: Covered, role: Role) -> tuple[Cell, ...]:
    return (
        _cell(function.name),
        Cell((_partner(role),), (str(Letter(role.letter).label),)),
        Cell((role.person,), _some(role.duty)) if role.person else _cell(_("no person named")),
        _cell(role.deputy or (_("none named") if role.person else NOTHING)),
        _cell(span(role.since, role.until)),
    )


def _bodies(content: AnnexContent) -> Iterator[Block]:
    if not content.bodies:
        yield Text((_("No coordination body of these parties is named yet."),))
        return
    yield Table(
        _("Where the parties meet"),
        (_("Coordination body"), _("Level"), _("How often"), _("Members"), _("Next meeting")),
        (26, 14, 16, 28, 16),
        tuple(
            (
                _cell(one.name),
                _cell(capfirst(one.level)),
                _cell(capfirst(one.rhythm)),
                _cell(*one.members),
                _cell(_day(one.next_meeting_on)),
            )
            for one in content.bodies
        ),
    )


def _open(content: AnnexContent) -> Iterator[Block]:
    points = tuple(annex_openings.openings(content))
    if not points:
        yield Text((_("Nothing: every function has one accountable party, and the agreement says the rest."),))
        return
    yield Text((_("Agree on these points before you sign:"),))
    yield Points(points)


def _signatures(content: AnnexContent) -> Iterator[Block]:
    lines = (_("Name"), _("Position"), _("Date"), _("Signature"))
    yield Signatures(tuple(_("For %(party)s") % {"party": one.name} for one in content.parties), lines)


def is_rtl(text: str) -> bool | None:
    """Whether a text is read from right to left, by its first letter that has a direction; None if none has."""
    return next((STRONG[kind] for kind in map(unicodedata.bidirectional, text) if kind in STRONG), None)


def span(since: date | None, until: date | None) -> str:
    """From when until when, in words."""
    if since and until:
        return _("%(since)s to %(until)s") % {"since": _day(since), "until": _day(until)}
    if since:
        return _("from %(since)s, no end named") % {"since": _day(since)}
    return _("until %(until)s") % {"until": _day(until)} if until else _("no days named")


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def _lines(text: str) -> tuple[str, ...]:
    """Paragraphs as they were typed, without empty ones."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _levels(levels: tuple[str, ...]) -> str:
    return capfirst(", ".join(levels))


def _some(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _cell(*lines: str, otherwise: str = NOTHING) -> Cell:
    """Lines that say something, or else that there is nothing."""
    return Cell(tuple(line for line in lines if line) or (otherwise,))
