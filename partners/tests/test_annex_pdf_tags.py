"""The PDF of an annex can be read aloud: what a machine can say of that, and that each fault would be seen."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, NameObject, NumberObject

from partners.domain.annex_content import Covered, Role
from partners.tests.annex_cases import content
from partners.tests.tagged_pdf import faults
from partners.tests.test_annex_pdf import draw

LONG = tuple(Covered(f"Function {number}", roles=(Role("Health office", "A"),)) for number in range(60))


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return draw(content())


@pytest.mark.parametrize(
    "said",
    [{}, {"language": "ar"}, {"functions": LONG}, {"bodies": (), "dispute_path": "", "ambition": ""}],
    ids=["usual", "right to left", "over many pages", "little said"],
)
def test_a_machine_finds_no_fault(said: dict[str, Any]) -> None:
    assert faults(PdfReader(BytesIO(draw(content(**said))))) == []


def tags(writer: PdfWriter, name: str) -> Iterator[DictionaryObject]:
    yield from (one for one in writer._objects if isinstance(one, DictionaryObject) and one.get("/S") == name)


def without(key: str) -> Callable[[PdfWriter], None]:
    def spoil(writer: PdfWriter) -> None:
        del writer.root_object[key]

    return spoil


def renamed(old: str, new: str) -> Callable[[PdfWriter], None]:
    """One tag, the first there is, becomes another."""

    def spoil(writer: PdfWriter) -> None:
        next(tags(writer, old))[NameObject("/S")] = NameObject(new)

    return spoil


def untagged(writer: PdfWriter) -> None:
    page = writer.pages[0]
    stream = ContentStream(page["/Contents"], writer)
    stream.operations = [one for one in stream.operations if one[1] not in {b"BDC", b"BMC", b"EMC"}]
    page[NameObject("/Contents")] = writer._add_object(stream)


def without_heads(writer: PdfWriter) -> None:
    del next(tags(writer, "/TD"))["/A"]


def with_a_row_too_short(writer: PdfWriter) -> None:
    row = next(tags(writer, "/TR"))
    row[NameObject("/K")] = ArrayObject(row["/K"][:-1])


def said_twice(writer: PdfWriter) -> None:
    node = next(one for one in tags(writer, "/Span") if isinstance(one["/K"], ArrayObject))
    node[NameObject("/K")] = ArrayObject([*node["/K"], *node["/K"]])


def left_out(writer: PdfWriter) -> None:
    node = next(tags(writer, "/H1"))
    node[NameObject("/K")] = ArrayObject()


def without_meaning(writer: PdfWriter) -> None:
    font = next(iter(writer.pages[0]["/Resources"]["/Font"].values())).get_object()
    del font["/ToUnicode"]


def suspect(writer: PdfWriter) -> None:
    writer.root_object["/MarkInfo"][NameObject("/Suspects")] = NumberObject(1)


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (without("/StructTreeRoot"), "no tags"),
        (without("/Lang"), "no language"),
        (without("/MarkInfo"), "not marked as tagged"),
        (suspect, "tags are called suspect"),
        (without("/ViewerPreferences"), "the title is not shown"),
        (without("/Metadata"), "does not say that it follows PDF/UA-1"),
        (untagged, "page 1 shows something without a tag"),
        (said_twice, "the tree names pieces twice, or such that are on no page"),
        (left_out, "page 1 has more that is not read than its foot"),
        (without_meaning, "does not say what its signs mean"),
        (renamed("/LI", "/P"), "/P in /L"),
        (renamed("/H2", "/H3"), "a heading of level 3 below one of level 1"),
        (with_a_row_too_short, "a table with rows of different lengths"),
        (without_heads, "a cell that does not know its heads"),
        (renamed("/P", "/Figure"), "a picture without words"),
    ],
)
def test_each_fault_is_seen(drawn: bytes, spoil: Callable[[PdfWriter], None], fault: str) -> None:
    writer = PdfWriter(clone_from=BytesIO(drawn))
    spoil(writer)
    spoiled = BytesIO()
    writer.write(spoiled)
    assert any(fault in one for one in faults(PdfReader(spoiled)))
