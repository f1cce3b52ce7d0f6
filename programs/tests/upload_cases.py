"""Files a kind person or an attacker may upload, made on the spot."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
TYPES = '<?xml version="1.0"?><Types/>'
OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
OPEN = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def image(kind: str, *, size: tuple[int, int] = (40, 30)) -> bytes:
    content = BytesIO()
    Image.new("RGB", size, "teal").save(content, kind)
    return content.getvalue()


def archive(members: dict[str, bytes | str], *, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", packed) as file:
        for name, text in members.items():
            file.writestr(name, text)
    return content.getvalue()


def office(kind: str, **others: bytes | str) -> bytes:
    return archive({"[Content_Types].xml": TYPES, OFFICE[kind]: "<document/>"} | others)


def open_document(kind: str) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("mimetype", OPEN[kind])
        file.writestr("content.xml", "<office/>", zipfile.ZIP_DEFLATED)
    return content.getvalue()


def with_member(info: zipfile.ZipInfo, text: bytes = b"x") -> bytes:
    """A Word file with one more member, described by hand."""
    content = BytesIO(office("docx"))
    with zipfile.ZipFile(content, "a") as file:
        file.writestr(info, text)
    return content.getvalue()


def symlink() -> bytes:
    info = zipfile.ZipInfo("word/link.xml")
    info.external_attr = 0o120777 << 16
    return with_member(info, b"/etc/passwd")


def locked() -> bytes:
    """A member marked as encrypted, in its own header and in the directory."""
    content = bytearray(office("docx"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(mark) + offset
        content[at] |= 1
    return bytes(content)


def lying() -> bytes:
    """Unpacks to 40 MB, while headers and directory say 1 kB with a checksum to match."""
    real = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = real.compress(b"\0" * 40_000_000) + real.flush()
    said, name = b"\0" * 1_000, b"word/bomb.xml"
    sizes = struct.pack("<LLL", zlib.crc32(said), len(packed), len(said))
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes + struct.pack("<HH", len(name), 0) + name
    directory = (
        b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes
        + struct.pack("<HHHHHLL", len(name), 0, 0, 0, 0, 0, 0) + name
    )  # fmt: skip
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 1, 1, len(directory), len(local) + len(packed), 0)
    return local + packed + directory + end


def overlapping() -> bytes:
    """A hundred members in the directory that all point at the same bytes."""
    body = zlib.compress(b"\0" * 1_000_000, 9)[2:-4]
    crc = zlib.crc32(b"\0" * 1_000_000)
    sizes = struct.pack("<LLL", crc, len(body), 1_000_000)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes + struct.pack("<HH", 1, 0) + b"a"
    entry = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes
    entries = [entry + struct.pack("<HHHHHLL", 3, 0, 0, 0, 0, 0, 0) + b"%03d" % at for at in range(100)]
    directory = b"".join(entries)
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 100, 100, len(directory), len(local) + len(body), 0)
    return local + body + directory + end


def huge_picture() -> bytes:
    """A small PNG whose header says 30,000 × 30,000 pixels."""
    content = bytearray(image("PNG"))
    content[16:24] = struct.pack(">LL", 30_000, 30_000)
    content[29:33] = struct.pack(">L", zlib.crc32(bytes(content[12:29])))
    return bytes(content)


GOOD = {
    "minutes.pdf": PDF,
    "photo.jpg": image("JPEG"),
    "photo.JPEG": image("JPEG"),
    "chart.png": image("PNG"),
    "small.webp": image("WEBP"),
    "plan.docx": office("docx"),
    "budget.xlsx": office("xlsx"),
    "visit.pptx": office("pptx"),
    "plan.odt": open_document("odt"),
    "list.ods": open_document("ods"),
    "sites.csv": b"site,visits\nAmani,12\n",
    "old.csv": "Straße;Größe\n".encode("cp1252"),
    "excel.csv": "site\tvisits\n".encode("utf-16"),
    "note.txt": "ទំព័រ\n".encode(),
}
SCRIPT = b"<script>alert(1)</script>"
HOSTILE = {
    # other kinds of file, whatever they are called
    "page.html": SCRIPT,
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "program.exe": b"MZ\x90\x00",
    "macro.docm": office("docx"),
    "archive.zip": archive({"a.txt": "a"}),
    "noending": PDF,
    ".pdf": PDF,
    "invoice.pdf.exe": PDF,
    "report.pdf\x00.exe": PDF,
    "photo\u202egpj.exe": image("JPEG"),
    "script.js": b"alert(1)",
    "picture.gif": image("GIF"),
    # a right ending on something else
    "page.pdf": SCRIPT,
    "drawing.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "program.jpg": b"MZ\x90\x00",
    "late.pdf": SCRIPT + PDF,
    "gif.png": image("GIF"),
    "png.jpg": image("PNG"),
    "cut.png": image("PNG")[:40],
    "truncated.jpg": image("JPEG")[:12],
    "zip.pdf": archive({"a.txt": "a"}),
    "plain.docx": archive({"a.txt": "a"}),
    "sheet.docx": office("xlsx"),
    "text.odt": open_document("ods"),
    "notzip.xlsx": b"PK\x03\x04 and then nothing of the kind",
    "page.txt": b"  <!DOCTYPE html><title>x</title>",
    "page.csv": b"\xef\xbb\xbf<html>",
    "drawing.txt": b"<?xml version='1.0'?><svg/>",
    "binary.txt": b"abc\x00def",
    "escape.csv": b"a,\x1b[2J",
    "shell.txt": b"#!/bin/sh\nrm -rf /",
    # archives made to harm
    "bomb.docx": office("docx", **{"word/media/x.bin": b"\0" * 60_000_000}),
    "lying.docx": lying(),
    "overlapping.docx": overlapping(),
    "crowd.docx": office("docx", **{f"word/{at}.xml": "" for at in range(3_100)}),
    "upwards.docx": office("docx", **{"../../etc/cron.d/x": "x"}),
    "absolute.docx": office("docx", **{"/etc/passwd": "x"}),
    "windows.docx": office("docx", **{"C:\\x.xml": "x"}),
    "symlink.docx": symlink(),
    "locked.docx": locked(),
    "macro.xlsx": office("xlsx", **{"xl/vbaProject.bin": "x"}),
    "carrier.pptx": office("pptx", **{"ppt/embeddings/run.exe": "MZ"}),
    "nested.docx": office("docx", **{"word/more.zip": archive({"a": "a"})}),
    # pictures made to harm
    "huge.png": huge_picture(),
    # nothing at all
    "empty.pdf": b"",
}
