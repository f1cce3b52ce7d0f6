"""What a machine can say of whether a PDF can be read aloud: the parts of PDF/UA-1 that papers of ours can break."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

SHOWS = {b"Tj", b"TJ", b"'", b'"', b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"sh", b"Do", b"EI"}
HEADINGS = {f"/H{level}": level for level in range(1, 7)}
# What may stand directly in what.
INSIDE = {
    "/L": {"/LI"},
    "/LI": {"/Lbl", "/LBody"},
    "/Table": {"/THead", "/TBody", "/TFoot", "/TR", "/Caption"},
    "/THead": {"/TR"},
    "/TBody": {"/TR"},
    "/TR": {"/TH", "/TD"},
}


def faults(reader: PdfReader) -> list[str]:
    """Everything that is wrong, in words; empty for a file that machines find no fault with."""
    root = reader.trailer["/Root"]
    tree = root.get("/StructTreeRoot")
    if tree is None:
        return ["no tags"]
    nodes = list(_walk(tree))
    found = [*_of_document(reader, root), *_of_pages(reader, nodes), *_of_fonts(reader)]
    return [*found, *_of_nesting(nodes), *_of_headings(nodes), *_of_tables(nodes), *_of_figures(nodes)]


def _of_document(reader: PdfReader, root: Any) -> Iterator[str]:
    mark = root.get("/MarkInfo", {})
    metadata = root["/Metadata"].get_data() if "/Metadata" in root else b""
    says = {
        "no language": bool(root.get("/Lang")),
        "not marked as tagged": bool(mark.get("/Marked")),
        "tags are called suspect": not mark.get("/Suspects"),
        "no title": bool(reader.metadata and reader.metadata.title),
        "no title in the metadata": b"<dc:title>" in metadata,
        "the title is not shown": bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle")),
        "does not say that it follows PDF/UA-1": b'pdfuaid:part="1"' in metadata,
    }
    yield from (fault for fault, is_right in says.items() if not is_right)


def _of_pages(reader: PdfReader, nodes: list[Any]) -> Iterator[str]:
    """Whatever is shown has a tag or is an artifact, and each piece stands in the tree once.

    But for the foot of a page: WeasyPrint keeps it out of the tree, so that it is not read aloud on each page, and does
    not call it an artifact, as PDF/UA-1 wants it.
    """
    in_tree = Counter(_pieces_of(reader, nodes))
    on_pages: set[tuple[int, int]] = set()
    for number, page in enumerate(reader.pages):
        open_marks: list[int | str | None] = []
        for operands, operator in ContentStream(page["/Contents"], reader).operations:
            if operator in {b"BDC", b"BMC"}:
                open_marks.append(_piece(operands))
            elif operator == b"EMC":
                open_marks.pop()
            elif operator in SHOWS and all(mark is None for mark in open_marks):
                yield f"page {number + 1} shows something without a tag"
            on_pages |= {(number, mark) for mark in open_marks if isinstance(mark, int)}
        if page.get("/Annots") and page.get("/Tabs") != "/S":
            yield f"page {number + 1} is not stepped through in reading order"
    if not set(in_tree) <= on_pages or set(in_tree.values()) != {1}:
        yield "the tree names pieces twice, or such that are on no page"
    unread = Counter(number for number, _ in on_pages - set(in_tree))
    yield from (f"page {number + 1} has more that is not read than its foot" for number in unread if unread[number] > 1)


def _piece(operands: list[Any]) -> int | str | None:
    """The number of a marked piece, “artifact”, or None for a mark without meaning."""
    if operands[0] == "/Artifact":
        return "artifact"
    details = operands[1] if len(operands) > 1 and isinstance(operands[1], dict) else {}
    return int(details["/MCID"]) if "/MCID" in details else None


def _pieces_of(reader: PdfReader, nodes: list[Any]) -> Iterator[tuple[int, int]]:
    pages = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)}
    for node in nodes:
        children = node.get("/K")
        for child in children if isinstance(children, list) else [children]:
            one = child.get_object() if child is not None else None
            if isinstance(one, int):
                yield pages[node.raw_get("/Pg").idnum], int(one)
            elif isinstance(one, dict) and one.get("/Type") == "/MCR":
                yield pages[(one if "/Pg" in one else node).raw_get("/Pg").idnum], int(one["/MCID"])


def _of_fonts(reader: PdfReader) -> Iterator[str]:
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        if not any(name.startswith("/FontFile") for name in inner["/FontDescriptor"]):
            yield f"{font['/BaseFont']} is not in the file"
        if "/ToUnicode" not in font:
            yield f"{font['/BaseFont']} does not say what its signs mean"


def _of_nesting(nodes: list[Any]) -> Iterator[str]:
    for node in nodes:
        wrong = {str(child["/S"]) for child in _children(node)} - INSIDE.get(node["/S"], set())
        if node["/S"] in INSIDE and wrong:
            yield f"{', '.join(sorted(wrong))} in {node['/S']}"


def _of_headings(nodes: list[Any]) -> Iterator[str]:
    level = 0
    for node in nodes:
        if (now := HEADINGS.get(node["/S"], 0)) > level + 1:
            yield f"a heading of level {now} below one of level {level}"
        level = now or level
    if level == 0:
        yield "no heading"


def _of_tables(nodes: list[Any]) -> Iterator[str]:
    """Rows are of one length, and each cell knows its heads: by their names, or because these say where they count."""
    for table in (node for node in nodes if node["/S"] == "/Table"):
        rows = [_children(node) for node in _walk(table) if node["/S"] == "/TR"]
        if len({len(row) for row in rows}) != 1:
            yield "a table with rows of different lengths"
        heads = [cell for row in rows for cell in row if cell["/S"] == "/TH"]
        names = {str(head.get("/ID")) for head in heads}
        scoped = bool(heads) and all("/Scope" in head.get("/A", {}) for head in heads)
        for cell in (cell for row in rows for cell in row if cell["/S"] == "/TD"):
            named = {str(name) for name in cell.get("/A", {}).get("/Headers", [])}
            if not scoped and not (named and named <= names):
                yield "a cell that does not know its heads"


def _of_figures(nodes: list[Any]) -> Iterator[str]:
    yield from ("a picture without words" for node in nodes if node["/S"] == "/Figure" and not node.get("/Alt"))


def _children(node: Any) -> list[Any]:
    children = node.get("/K")
    ones = [
        child.get_object() for child in (children if isinstance(children, list) else [children]) if child is not None
    ]
    return [one for one in ones if isinstance(one, dict) and "/S" in one]


def _walk(node: Any) -> Iterator[Any]:
    """The tags below a node, in reading order."""
    for child in _children(node):
        yield child
        yield from _walk(child)
