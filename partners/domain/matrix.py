"""The matrix of functions and partners, as its pages show it, and one cell of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.models import Change
from partners.domain import functions, partners
from partners.domain.agreement_reading import Shown, standing_of, time_in_words
from partners.domain.assigning import KIND, version_of
from partners.domain.capacity import Pair
from partners.models import Agreement, CapacityCheck, FocalPerson, Function, Letter, Partner, Responsibility
from programs.domain import history
from programs.domain.history import Line
from programs.models import Program

MOST_AT_ONCE = 480  # cells in one form: a browser sends one field for each, and the server takes a thousand
NEWEST_CHANGES = 12

# The letters in one word, in the order in which people read them.
NAMES: dict[str, Promise] = {
    Letter.ACCOUNTABLE: gettext_lazy("Accountable"),
    Letter.RESPONSIBLE: gettext_lazy("Responsible"),
    Letter.CONSULTED: gettext_lazy("Consulted"),
    Letter.INFORMED: gettext_lazy("Informed"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one partner has to do with one function; `notes` say in short who holds the role, from when, until when."""

    role: Responsibility
    notes: Sequence[str]
    is_over: bool

    @property
    def name(self) -> Promise | str:
        return NAMES[self.role.letter] if self.role.letter else ""

    @property
    def version(self) -> int:
        return version_of(self.role)


@dataclass(frozen=True, slots=True)
class Row:
    """One function with its cells, in the order of the partners. `about` says for what and where it is needed."""

    function: Function
    covers: Promise | str
    about: Sequence[str]
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Functions × partners. Partners who left have no column. `steps` are those one can ask for, with their titles."""

    partners: Sequence[Partner]
    left: Sequence[Partner]
    rows: Sequence[Row]
    steps: Mapping[int, str]
    step: int | None = None
    partner: Partner | None = None

    @property
    def columns(self) -> Iterator[tuple[Partner, list[tuple[Row, Cell]]]]:
        """Each partner with what it has a letter for."""
        for place, partner in enumerate(self.partners):
            mine = ((row, row.cells[place]) for row in self.rows)
            yield partner, [(row, cell) for row, cell in mine if cell.role.letter]

    @property
    def is_too_large(self) -> bool:
        """Too large to be changed as a whole."""
        return len(self.partners) * len(self.rows) > MOST_AT_ONCE


@dataclass(frozen=True, slots=True)
class CellPage:
    """Everything about one cell: who may hold it, what was agreed on it, what was found, what happened to it."""

    cell: Cell
    covers: Promise | str
    people: Sequence[FocalPerson]
    agreements: Sequence[Shown]
    pair: Pair
    lines: Sequence[Line]


def find(program: Program, responsibility_id: int) -> Responsibility | None:
    """One cell of a program's matrix."""
    rows = Responsibility.objects.select_related("partner__organisation", "function", "held_by")
    return rows.filter(pk=responsibility_id, partner__program=program).first()


def read(program: Program, *, today: date, step: int | None = None, partner: int | None = None) -> Matrix:
    """The matrix in four queries: all of it, or what is for one step or the whole, or one partner alone.

    A step or a partner that is not there is as if none was asked for.
    """
    everybody = list(partners.of_program(program))
    here = [one for one in everybody if not one.has_left(today)]
    asked = next((one for one in here if one.pk == partner), None)
    shown = [asked] if asked else here
    titles = functions.steps_of(program)
    all_functions = functions.in_order(program)
    step = step if step in titles else None
    cells = _cells(shown, all_functions, today)
    rows = [
        Row(one, functions.covers(one), functions.about(one), [cells[other.pk, one.pk] for other in shown])
        for one in all_functions
        if (step is None or one.step in (None, step)) and all((other.pk, one.pk) in cells for other in shown)
    ]
    used = {one.step for one in all_functions} | {step}
    steps = {number: title for number, title in titles.items() if number in used}
    return Matrix(shown, [one for one in everybody if one not in here], rows, steps, step, asked)


def read_cell(role: Responsibility, *, today: date) -> CellPage:
    """Everything about one cell."""
    people = FocalPerson.objects.filter(Q(left_on=None) | Q(pk=role.held_by_id), partner=role.partner)
    checks = CapacityCheck.objects.filter(partner=role.partner, function=role.function)
    changes = Change.objects.about(KIND, role.pk).newest_first()[:NEWEST_CHANGES]
    return CellPage(
        cell=_cell(role, today),
        covers=functions.covers(role.function),
        people=list(people.order_by("name", "pk")),
        agreements=_agreements(role, today),
        pair=Pair(role.partner, role.function, role.letter, list(checks[:1])),
        lines=history.lines(changes, program_id=role.partner.program_id),
    )


def _agreements(role: Responsibility, today: date) -> list[Shown]:
    rows = Agreement.objects.filter(parties=role.partner, functions=role.function).order_by("-starts_on", "-pk")
    standings = [(one, standing_of(one, today)) for one in rows]
    return [Shown(one, standing, time_in_words(one, standing, today)) for one, standing in standings]


def _cells(shown: Sequence[Partner], rows: Sequence[Function], today: date) -> dict[tuple[int, int], Cell]:
    """By partner and function."""
    there, used = {one.pk: one for one in shown}, {one.pk: one for one in rows}
    found = Responsibility.objects.filter(partner__in=there, function__in=used).select_related("held_by")
    cells = {}
    for role in found:
        role.partner, role.function = there[role.partner_id], used[role.function_id]
        cells[role.partner_id, role.function_id] = _cell(role, today)
    return cells


def _cell(role: Responsibility, today: date) -> Cell:
    is_over = role.until_on is not None and role.until_on < today
    return Cell(role, list(_notes(role, today)) if role.letter else [], is_over)


def _notes(role: Responsibility, today: date) -> Iterator[str]:
    if role.held_by:
        yield role.held_by.name
    if role.since_on and role.since_on > today:
        yield _("from %(day)s") % {"day": date_format(role.since_on, "SHORT_DATE_FORMAT")}
    if role.until_on:
        words = _("ended %(day)s") if role.until_on < today else _("until %(day)s")
        yield words % {"day": date_format(role.until_on, "SHORT_DATE_FORMAT")}
