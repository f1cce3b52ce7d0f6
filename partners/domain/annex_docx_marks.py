"""Marks of a Word file that python-docx has no words for: direction, language, repeated heads, page numbers."""

from docx.document import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

FONT, FONT_OF_OTHER_SCRIPTS = "Calibri", "Arial"
# The format asks for one order of marks: what must follow ours.
AFTER_BIDI = ("w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr")
AFTER_BIDI_VISUAL = ("w:tblW", "w:jc", "w:tblCellSpacing", "w:tblInd", "w:tblBorders", "w:shd", "w:tblLayout")


def turn(paragraph: Paragraph, run: Run) -> None:
    """From right to left."""
    paragraph._p.get_or_add_pPr().insert_element_before(_mark("w:bidi"), *AFTER_BIDI)
    run.font.rtl = True


def turn_section(section: Section) -> None:
    """Columns and notes begin at the right."""
    section._sectPr.insert_element_before(_mark("w:bidi"), "w:rtlGutter", "w:docGrid")


def turn_table(table: Table) -> None:
    """The first column stands at the right."""
    table._tblPr.insert_element_before(_mark("w:bidiVisual"), *AFTER_BIDI_VISUAL)


def describe(table: Table, name: str) -> None:
    """What the table is about, for who cannot see it."""
    table._tblPr.append(_mark("w:tblCaption", val=name))


def repeat(row: _Row, *, shade: str) -> None:
    """A head that stands again on every page the table goes on."""
    row._tr.get_or_add_trPr().append(_mark("w:tblHeader"))
    for cell in row.cells:
        cell._tc.get_or_add_tcPr().append(_mark("w:shd", val="clear", color="auto", fill=shade))


def keep_whole(row: _Row) -> None:
    """No page ends within the row."""
    row._tr.get_or_add_trPr().append(_mark("w:cantSplit"))


def set_look(style: ParagraphStyle, *, size: float, colour: str, is_bold: bool, before: float, after: float) -> None:
    """Letters of one family in every script, so large, so dark; and the room around a paragraph."""
    style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(colour)
    style.font.bold = style.font.cs_bold = is_bold
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    fonts.set(qn("w:cs"), FONT_OF_OTHER_SCRIPTS)
    for old in properties.findall(qn("w:szCs")):
        properties.remove(old)
    properties.find(qn("w:sz")).addnext(_mark("w:szCs", val=str(round(size * 2))))


def set_language(word: Word, language: str) -> None:
    """In which language to check spelling and to read aloud."""
    defaults = word.styles.element.find(qn("w:docDefaults"))
    for said in defaults.iter(qn("w:lang")):
        for script in ("val", "bidi"):
            said.set(qn(f"w:{script}"), language)


def add_page_numbers(paragraph: Paragraph) -> None:
    """“2 / 5”, counted by the program that opens the file."""
    for field, between in (("PAGE", " / "), ("NUMPAGES", "")):
        simple = _mark("w:fldSimple", instr=field)
        simple.append(_mark("w:r"))
        paragraph._p.append(simple)
        if between:
            paragraph.add_run(between)


def _mark(name: str, **values: str) -> BaseOxmlElement:
    made = OxmlElement(name)
    for key, value in values.items():
        made.set(qn(f"w:{key}"), value)
    return made
