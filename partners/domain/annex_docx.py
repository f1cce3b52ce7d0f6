"""A paper as a Word file: real headings, tables whose head stands on every page, right to left where it is read so.

Texts are written as texts: no field, link or macro ever comes out of what somebody typed.
"""

from collections.abc import Callable, Iterable
from io import BytesIO

from docx import Document
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm
from docx.table import Table as WordTable
from docx.table import _Row
from docx.text.paragraph import Paragraph

from partners.domain import annex_docx_marks as marks
from partners.domain.annex_paper import Block, Cell, Heading, Pairs, Paper, Points, Signatures, Table, Text, is_rtl

PAGE = (Cm(21), Cm(29.7))
MARGIN = Cm(2)
ROOM = 17.0  # centimetres between the margins
SIGNING = (4.0, 9.0)
LINE_TO_SIGN = Cm(1)
INK, MUTED, SHADE = "1A2421", "555F5B", "EAEFEC"
# Style: what it is based on, size in points, colour, room before and after in points.
STYLES: dict[str, tuple[str, float, str, float, float]] = {
    "Normal": ("", 10.5, INK, 0, 5),
    "Heading 1": ("Normal", 20, INK, 0, 8),
    "Heading 2": ("Normal", 13, INK, 16, 6),
    "Heading 3": ("Normal", 11, INK, 12, 4),
    "List Bullet": ("Normal", 10.5, INK, 0, 3),
    "Quiet": ("Normal", 9.5, MUTED, 3, 5),
    "Cell": ("Normal", 9.5, INK, 1, 1),
    "Quiet Cell": ("Cell", 8.5, MUTED, 0, 1),
    "Head Cell": ("Cell", 9, INK, 1, 1),
}
BOLD = frozenset({"Heading 1", "Heading 2", "Heading 3", "Head Cell"})


def write(paper: Paper) -> bytes:
    """The paper as the bytes of a .docx file."""
    word = Document()
    _set_up(word, paper)
    hand = Hand(word, is_rtl=paper.is_rtl)
    hand.say(word.add_paragraph(style="Quiet"), paper.about)
    hand.say(word.add_paragraph(style="Heading 1"), paper.title)
    for block in paper.blocks:
        hand.draw(block)
    hand.foot(f"{paper.title} – {paper.about}")
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _set_up(word: Word, paper: Paper) -> None:
    """Size of the page, styles, language and title."""
    section = word.sections[0]
    section.page_width, section.page_height = PAGE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    for name, (base, size, colour, before, after) in STYLES.items():
        if name not in word.styles:
            word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style = word.styles[name]
        if base:
            style.base_style = word.styles[base]
        marks.set_look(style, size=size, colour=colour, is_bold=name in BOLD, before=before, after=after)
    marks.set_language(word, paper.language)
    if paper.is_rtl:
        marks.turn_section(section)
    about = word.core_properties
    about.title = f"{paper.title} – {paper.about}"[:255]
    about.subject, about.language = paper.about[:255], paper.language
    about.author = about.last_modified_by = "ScaleUp"
    about.comments = ""


class Hand:
    """Draws the parts of a paper into a Word file, each text in its own direction."""

    def __init__(self, word: Word, *, is_rtl: bool) -> None:
        self.word, self.is_rtl = word, is_rtl

    def draw(self, block: Block) -> None:
        draw: dict[str, Callable] = {
            "heading": self.heading,
            "text": self.text,
            "points": self.points,
            "pairs": self.pairs,
            "table": self.table,
            "signatures": self.signatures,
        }
        draw[block.shape](block)

    def say(self, paragraph: Paragraph, text: str, *, is_ours: bool = False) -> None:
        """What we say ourselves is read as the paper is, whoever's name it begins with."""
        run = paragraph.add_run(text)
        own = None if is_ours else is_rtl(text)
        if self.is_rtl if own is None else own:
            marks.turn(paragraph, run)
        if own is not None and own != self.is_rtl:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT  # its own end: so all begin at one edge of the paper

    def heading(self, block: Heading) -> None:
        self.say(self.word.add_paragraph(style="Heading 2"), block.text)

    def text(self, block: Text) -> None:
        for line in block.lines:
            self.say(self.word.add_paragraph(style="Quiet" if block.is_quiet else "Normal"), line)

    def points(self, block: Points) -> None:
        for line in block.lines:
            self.say(self.word.add_paragraph(style="List Bullet"), line, is_ours=True)

    def pairs(self, block: Pairs) -> None:
        table = self._table(len(block.rows), [ROOM * 0.25, ROOM * 0.75])
        for row, (name, said) in zip(table.rows, block.rows, strict=True):
            self._fill(row, [Cell((name,)), Cell((said,))], first="Head Cell")
        self._end()

    def table(self, block: Table) -> None:
        table = self._table(len(block.rows) + 1, [ROOM * width / 100 for width in block.widths])
        marks.describe(table, block.name)
        head, *rows = table.rows
        self._fill(head, [Cell((name,)) for name in block.heads], first="Head Cell", others="Head Cell")
        marks.repeat(head, shade=SHADE)
        for row, cells in zip(rows, block.rows, strict=True):
            self._fill(row, cells, first="Head Cell")
        self._end()

    def signatures(self, block: Signatures) -> None:
        """The lines of one party stay together on one page."""
        for party in block.parties:
            self.say(self.word.add_paragraph(style="Heading 3"), party)
            table = self._table(len(block.lines), list(SIGNING))
            for row, name in zip(table.rows, block.lines, strict=True):
                row.height = LINE_TO_SIGN
                self._fill(row, [Cell((name,)), Cell(("",))])
            for row in list(table.rows)[:-1]:
                _keep_with_next(row)
            self._end()

    def foot(self, text: str) -> None:
        """Which paper this is, and which page of how many."""
        paragraph = self.word.sections[0].footer.paragraphs[0]
        paragraph.style = self.word.styles["Quiet Cell"]
        self.say(paragraph, f"{text} · ")
        marks.add_page_numbers(paragraph)

    def _table(self, rows: int, widths: list[float]) -> WordTable:
        """Of fixed widths, so that a long word wraps inside its cell."""
        table = self.word.add_table(rows, len(widths), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for row in table.rows:
            marks.keep_whole(row)
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Cm(width)
        if self.is_rtl:
            marks.turn_table(table)
        return table

    def _fill(self, row: _Row, cells: Iterable[Cell], *, first: str = "Cell", others: str = "Cell") -> None:
        for place, (drawn, cell) in enumerate(zip(row.cells, cells, strict=True)):
            style = others if place else first
            lines = [(style, line) for line in cell.lines] + [("Quiet Cell", line) for line in cell.quiet]
            for number, (name, line) in enumerate(lines):
                paragraph = drawn.add_paragraph() if number else drawn.paragraphs[0]
                paragraph.style = self.word.styles[name]
                self.say(paragraph, line)

    def _end(self) -> None:
        """Two tables that touch would be one."""
        self.word.add_paragraph(style="Quiet Cell")


def _keep_with_next(row: _Row) -> None:
    for cell in row.cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True
