"""Looking into office files, which are zip archives: what is in them, and whether they burst."""

import zipfile
import zlib
from collections.abc import Callable
from io import SEEK_CUR, SEEK_END
from pathlib import PurePosixPath
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_MEMBERS = 3_000
MOST_UNPACKED = 150 * 1024 * 1024
MOST_RATIO = 100
RATIO_COUNTS_FROM = 10 * 1024 * 1024  # small tables of zeros pack better than any bomb, and harm nobody
PROGRAMS = frozenset({".exe", ".dll", ".scr", ".com", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jar", ".msi", ".lnk"})
ARCHIVES = frozenset({".zip", ".7z", ".rar", ".gz", ".tar", ".xz"})
ENCRYPTED = 0x1
SYMLINK = 0o120000
LOCAL_HEADER = 30  # bytes before the name of a member
PIECE = 1 << 20


class Unfit(Exception):
    """The archive is broken or is not the kind of file it says."""


def check_office(main_part: str) -> Callable[[BinaryIO], bool]:
    """Looks for a Word, Excel or PowerPoint file with this main part."""

    def look(file: BinaryIO) -> bool:
        return _look(file, lambda archive: {"[Content_Types].xml", main_part} <= set(archive.namelist()))

    return look


def check_open_document(media_type: str) -> Callable[[BinaryIO], bool]:
    """Looks for an OpenDocument file of this type."""

    def fits(archive: zipfile.ZipFile) -> bool:
        first = next(iter(archive.infolist()), None)
        if first is None or first.filename != "mimetype" or first.file_size > 100:
            return False
        return archive.read(first) == media_type.encode() and "content.xml" in archive.namelist()

    def look(file: BinaryIO) -> bool:
        return _look(file, fits)

    return look


def _look(file: BinaryIO, fits: Callable[[zipfile.ZipFile], bool]) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_sizes(members, archive_size=file.seek(0, SEEK_END))
            _check_members(members)
            _unpack(file, members)
            return fits(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError, ValueError, Unfit):
        return False


def _check_sizes(members: list[zipfile.ZipInfo], *, archive_size: int) -> None:
    unpacked, packed = (sum(getattr(one, size) for one in members) for size in ("file_size", "compress_size"))
    bursts = unpacked > RATIO_COUNTS_FROM and unpacked > MOST_RATIO * max(packed, 1)
    if packed > archive_size:  # members that share the same bytes
        raise Unfit
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or bursts:
        raise ValidationError(_("This file unpacks to far more than a document should hold. Save it as a PDF instead."))


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    for member in members:
        path = PurePosixPath(member.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in member.filename or ":" in member.filename:
            raise Unfit
        if member.external_attr >> 16 & 0o170000 == SYMLINK:
            raise Unfit
        if member.flag_bits & ENCRYPTED:
            raise ValidationError(_("This file is locked with a password. Save it without one and add it again."))
        if path.name.lower() == "vbaproject.bin" or path.suffix.lower() in PROGRAMS | ARCHIVES:
            raise ValidationError(
                _("This file has a program inside (a macro or an archive). Save it as a PDF instead.")
            )
    if len({member.filename for member in members}) < len(members):
        raise Unfit


def _unpack(file: BinaryIO, members: list[zipfile.ZipInfo]) -> None:
    """Unpacks every member to its end: the sizes in the directory may lie, the bytes cannot."""
    for member in members:
        file.seek(member.header_offset)
        header = file.read(LOCAL_HEADER)
        if len(header) < LOCAL_HEADER or header[:4] != b"PK\x03\x04":
            raise Unfit
        file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), SEEK_CUR)
        if _unpacked_size(file, member) != member.file_size:
            raise Unfit


def _unpacked_size(file: BinaryIO, member: zipfile.ZipInfo) -> int:
    """How many bytes a member really holds; stops just after what it should hold."""
    if member.compress_type == zipfile.ZIP_STORED:
        return member.compress_size
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise Unfit
    inflate, packed, size = zlib.decompressobj(-zlib.MAX_WBITS), member.compress_size, 0
    while packed > 0 and size <= member.file_size and not inflate.eof:
        piece = file.read(min(packed, PIECE))
        packed -= len(piece) or packed
        while piece and size <= member.file_size:
            size += len(inflate.decompress(piece, PIECE))
            piece = inflate.unconsumed_tail
    return size
