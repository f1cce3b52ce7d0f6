"""The Word file of an annex, opened again: headings, tables, languages, and nothing that could act."""

import re
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document
from docx.document import Document as Word
from docx.oxml.ns import qn
from docx.table import Table

from partners.domain import annex_docx
from partners.domain.annex_content import AnnexContent, Covered, Party, as_json, from_json
from partners.domain.annex_paper import paper_of
from partners.tests.annex_cases import ARABIC, HOSTILE, KHMER, content
from programs.domain.office_files import check_office

HEADS = ["Accountable: answers for it", "Responsible: does it", "Consulted: is asked before", "Informed: is told after"]


def file_of(said: AnnexContent) -> bytes:
    """As it is after it was kept."""
    return annex_docx.write(paper_of(from_json(as_json(said))))


def word(said: AnnexContent) -> Word:
    return Document(BytesIO(file_of(said)))


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def table_of(document: Word, head: str) -> Table:
    """The table whose first row begins with this."""
    return next(table for table in document.tables if table.cell(0, 0).text == head)


def xml(file: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(file)) as archive:
        return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}


def test_it_has_real_headings_in_order() -> None:
    found = [(one.style.name, one.text) for one in word(content()).paragraphs if one.style.name.startswith("Heading")]
    assert found == [
        ("Heading 1", "Annex 2: who does what"),
        ("Heading 2", "1. The parties"),
        ("Heading 2", "2. Who does what"),
        ("Heading 2", "3. Who holds each role"),
        ("Heading 2", "4. Who decides what"),
        ("Heading 2", "5. How a dispute is settled"),
        ("Heading 2", "6. How a party can leave"),
        ("Heading 2", "7. Where the parties meet"),
        ("Heading 2", "8. What is still open"),
        ("Heading 2", "9. Signatures"),
        ("Heading 3", "For Health office"),
        ("Heading 3", f"For {ARABIC}"),
        ("Heading 3", f"For {KHMER}"),
    ]


def test_its_tables_say_who_does_what() -> None:
    document = word(content())
    assert rows(table_of(document, "Program")) == [
        ["Program", "Newborn visits"],
        ["What it is to reach", "By 2029, 40,000 newborns are visited."],
        ["Agreement", "Agreement on training (contract)"],
        ["In force", "1 January 2027 to 31 December 2029"],
    ]
    assert rows(table_of(document, "Party")) == [
        ["Party", "Kind", "Works at"],
        ["Health office", "Government", "District, area"],
        [ARABIC, "Government", "–"],
        [KHMER, "NGO", "–"],
    ]
    functions, holders = (table for table in document.tables if table.cell(0, 0).text == "Function")
    assert rows(functions) == [
        ["Function", *HEADS],
        ["Training\nneeded at: district", "Health office", KHMER, "University (not a party)", "–"],
        ["Supervision\nneeded at: district, area\nonly for step 7", ARABIC, "–", "–", "–"],
        ["Supply", "nobody yet", "–", "–", "–"],
        [HOSTILE, "University (not a party)", "–", "–", "Health office"],
    ]
    assert rows(holders) == [
        ["Function", "Partner and role", "Held by", "Deputy", "From – until"],
        [
            "Training",
            f"Health office\n{HEADS[0]}",
            "Sok Dara\nHead of training",
            "Chan Thy",
            "from 1 February 2027, no end named",
        ],
        ["Training", f"{KHMER}\n{HEADS[1]}", "no person named", "–", "until 1 March 2028"],
        ["Supervision", f"{ARABIC}\n{HEADS[0]}", "أحمد علي", "none named", "no days named"],
        [HOSTILE, f"University (not a party)\n{HEADS[0]}", "no person named", "–", "no days named"],
    ]
    assert rows(table_of(document, "Coordination body"))[1:] == [
        ["Steering group", "District", "Every month", f"Health office\n{KHMER}", "3 February 2027"]
    ]
    assert [rows(table) for table in document.tables[-3:]] == [
        [["Name", ""], ["Position", ""], ["Date", ""], ["Signature", ""]]
    ] * 3


def test_texts_of_the_agreement_and_open_points_stand_in_paragraphs() -> None:
    document = word(content(dispute_path=""))
    lines = [(one.style.name, one.text) for one in document.paragraphs]
    assert ("Normal", "The steering group decides on money.") in lines
    assert ("Normal", "The health office decides who is trained.") in lines
    assert ("Normal", "The agreement does not say this yet.") in lines
    assert [text for style, text in lines if style == "List Bullet"] == [
        "Supply: nobody is accountable.",
        f"{HOSTILE}: University is accountable, and is not a party to this agreement.",
        "The agreement does not say how a dispute is settled.",
    ]


def test_nothing_is_open_where_all_is_said() -> None:
    said = content()
    whole = replace(said, functions=said.functions[:2], parties=said.parties[:2], bodies=())
    lines = [one.text for one in word(whole).paragraphs]
    assert lines.count("Nothing: every function has one accountable party, and the agreement says the rest.") == 1
    assert lines.count("No coordination body of these parties is named yet.") == 1


def test_heads_stand_again_on_every_page_and_rows_stay_whole() -> None:
    for table in word(content()).tables[1:5]:
        heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert heads == [True] + [False] * (len(table.rows) - 1)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        assert table._tblPr.find(qn("w:tblLayout")).get(qn("w:type")) == "fixed"  # so that long words wrap


def test_it_knows_its_title_language_and_pages() -> None:
    file = file_of(content())
    document = Document(BytesIO(file))
    about, section = document.core_properties, document.sections[0]
    assert about.title == "Annex 2: who does what – Agreement on training"
    assert (about.language, about.subject, about.author, about.comments) == (
        "en",
        "Agreement on training",
        "ScaleUp",
        "",
    )
    assert re.findall(r'<w:lang [^>]*w:val="(\S+?)"[^>]* w:bidi="(\S+?)"', xml(file)["word/styles.xml"]) == [
        ("en", "en")
    ]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21, 29.7)
    footer = section.footer.paragraphs[0]
    assert footer.text == "Annex 2: who does what – Agreement on training ·  / "
    assert re.findall(r'w:instr="(\w+)"', footer._p.xml) == ["PAGE", "NUMPAGES"]


def turned(document: Word, text: str) -> tuple[bool, bool, str]:
    """Whether a text is read from right to left as paragraph and as run, and its alignment."""
    found = next(one for one in document.element.body.iter(qn("w:p")) if one.text == text)
    marks = [next(found.iter(qn(name)), None) for name in ("w:bidi", "w:rtl", "w:jc")]
    is_turned, is_run_turned, alignment = marks
    return is_turned is not None, is_run_turned is not None, "" if alignment is None else alignment.get(qn("w:val"))


def test_every_text_is_read_in_its_own_direction_from_the_edge_of_the_paper() -> None:
    english, arabic = word(content()), word(content(language="ar"))
    assert turned(english, ARABIC) == (True, True, "right")
    assert turned(english, "Health office") == turned(english, KHMER) == (False, False, "")
    assert turned(arabic, ARABIC) == (True, True, "")
    assert turned(arabic, "Health office") == (False, False, "right")
    assert turned(english, "–") == (False, False, "")
    assert turned(arabic, "–") == (True, True, "")


def test_a_paper_from_right_to_left_is_so_as_a_whole() -> None:
    marks = {}
    for language in ("en", "ar"):
        document = word(content(language=language))
        tables = [table._tblPr.find(qn("w:bidiVisual")) is not None for table in document.tables]
        section = document.sections[0]._sectPr.find(qn("w:bidi")) is not None
        marks[language] = {section, *tables}
    assert marks == {"en": {False}, "ar": {True}}


def test_marks_stand_in_the_order_the_format_asks_for() -> None:
    document = word(content(language="ar"))
    order = ["pStyle", "keepNext", "bidi", "spacing", "jc", "rPr"]
    for paragraph in document.element.body.iter(qn("w:p")):
        names = [child.tag.partition("}")[2] for child in paragraph.pPr]
        assert names == sorted(names, key=order.index)
    table = [child.tag.partition("}")[2] for child in document.tables[1]._tblPr]
    assert table == ["tblStyle", "bidiVisual", "tblW", "tblLayout", "tblLook", "tblCaption"]


NASTY = "".join(map(chr, range(32))) + "\x7f\ufffe\uffff\u202e]]><w:p/>&amp;"


def test_characters_that_xml_cannot_hold_do_not_break_it() -> None:
    said = content(agreement=NASTY, parties=(Party(NASTY),), functions=(Covered(NASTY),), exit_terms=NASTY)
    document = word(said)
    assert document.paragraphs[0].text.endswith("]]><w:p/>&amp;")
    with pytest.raises(ValueError, match="XML compatible"):
        annex_docx.write(paper_of(said))  # which is what cleaning is for


def test_texts_stay_texts() -> None:
    file = file_of(content())
    parts = xml(file)
    assert check_office("word/document.xml")(BytesIO(file))
    assert [name for name in parts if re.search(r"vba|embed|activeX|external", name, re.IGNORECASE)] == []
    body = parts["word/document.xml"]
    assert re.findall(r"<w:(instrText|hyperlink|object|fldChar|fldSimple)", body) == []
    assert 'TargetMode="External"' not in "".join(parts.values())
    assert "&lt;b&gt;Co&lt;/b&gt; {{ x }} =cmd|" in body


def test_a_title_longer_than_its_property_is_cut_there_alone() -> None:
    document = word(content(agreement="long " * 60))
    assert len(document.core_properties.title) == 255
    assert document.paragraphs[0].text == "long " * 60
