"""Looking into an uploaded file: is it small enough, and is it what its name says?

Nothing is trusted but the bytes. A file that passes is kept under a random name and only ever
sent as a download, so these checks are for the people who will open it.
"""

import codecs
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.text import BIDI_CONTROLS
from programs.domain.office_files import check_office, check_open_document

MOST_PIXELS = 60_000_000
LONGEST_NAME = 120
CONTROLS = frozenset(range(32)) - {9, 10, 12, 13}
# How files begin that only pretend to be text, a page for a browser or a program.
NOT_TEXT = (
    b"<!doctype",
    b"<html",
    b"<svg",
    b"<?xml",
    b"<script",
    b"<?php",
    b"#!",
    b"mz",
    b"%pdf",
    b"{\\rtf",
    b"pk\x03\x04",
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: the name shown to people, what it is, and how large."""

    name: str
    media_type: str
    size: int


def check(upload: UploadedFile, *, can_link: bool = False) -> Checked:
    """Looks into a file. Raises ValidationError with a sentence that says what to do instead.

    `can_link`: a link to where it is kept would do too.
    """
    name = clean_name(upload.name or "")
    ending = PurePosixPath(name).suffix.lower()
    kind = KINDS.get(ending)
    if kind is None:
        raise ValidationError(
            _("Files ending in “%(ending)s” cannot be added. Use one of: %(endings)s.")
            % {"ending": ending or name, "endings": ", ".join(ending.lstrip(".") for ending in KINDS)}
        )
    _check_size(upload, can_link=can_link)
    media_type, look = kind
    upload.seek(0)
    if not look(cast(BinaryIO, upload.file)):
        raise ValidationError(
            _("This file is not what its name says (“%(ending)s”). Open it, save it again in that format, and add it.")
            % {"ending": ending}
        )
    upload.seek(0)
    return Checked(name, media_type, upload.size or 0)


def clean_name(raw: str) -> str:
    """The last part of a path as one safe line that keeps its ending."""
    text = unicodedata.normalize("NFC", raw).replace("\\", "/").rsplit("/", 1)[-1]
    plain = (" " if unicodedata.category(mark) == "Cc" else mark for mark in text if mark not in BIDI_CONTROLS)
    name = " ".join("".join(plain).split()).strip(" .")
    path = PurePosixPath(name)
    return f"{path.stem[: LONGEST_NAME - len(path.suffix)]}{path.suffix[:LONGEST_NAME]}"


def too_large(*, can_link: bool) -> str:
    """What to say of a file over the limit."""
    limit = {"limit": filesizeformat(settings.EVIDENCE_FILE_LIMIT)}
    if can_link:
        return _("This file is larger than %(limit)s. Make it smaller, or add a link to where it is kept.") % limit
    return (
        _("This file is larger than %(limit)s. Make it smaller, for example by scanning it in black and white.") % limit
    )


def _check_size(upload: UploadedFile, *, can_link: bool) -> None:
    if not upload.size:
        raise ValidationError(_("This file is empty."))
    if upload.size > settings.EVIDENCE_FILE_LIMIT:
        raise ValidationError(too_large(can_link=can_link))


def _is_pdf(file: BinaryIO) -> bool:
    return file.read(5) == b"%PDF-"


def _is_image(*formats: str) -> Callable[[BinaryIO], bool]:
    def look(file: BinaryIO) -> bool:
        from PIL import Image  # two megabytes that only who adds a picture needs

        try:
            with Image.open(file, formats=formats) as image:
                width, height = image.size
                image.verify()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise ValidationError(_bomb()) from None
        except (OSError, SyntaxError, ValueError):
            return False
        if width * height > MOST_PIXELS:
            raise ValidationError(_bomb())
        return True

    return look


def _bomb() -> str:
    return _("This picture is too large to open. Make it smaller and add it again.")


def _is_text(file: BinaryIO) -> bool:
    """Text in any usual encoding: no control characters, and nothing that begins like another format."""
    content = file.read()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeDecodeError:
            return False
    begins = content.removeprefix(codecs.BOM_UTF8).lstrip()[:16].lower()
    return not CONTROLS.intersection(content) and not begins.startswith(NOT_TEXT)


# Ending → media type and the look inside. No SVG and no HTML: both can carry programs.
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
KINDS: dict[str, tuple[str, Callable[[BinaryIO], bool]]] = {
    ".pdf": ("application/pdf", _is_pdf),
    ".jpg": ("image/jpeg", _is_image("JPEG")),
    ".jpeg": ("image/jpeg", _is_image("JPEG")),
    ".png": ("image/png", _is_image("PNG")),
    ".webp": ("image/webp", _is_image("WEBP")),
    ".docx": (f"{OFFICE}.wordprocessingml.document", check_office("word/document.xml")),
    ".xlsx": (f"{OFFICE}.spreadsheetml.sheet", check_office("xl/workbook.xml")),
    ".pptx": (f"{OFFICE}.presentationml.presentation", check_office("ppt/presentation.xml")),
    ".odt": (f"{OPEN}.text", check_open_document(f"{OPEN}.text")),
    ".ods": (f"{OPEN}.spreadsheet", check_open_document(f"{OPEN}.spreadsheet")),
    ".csv": ("text/csv", _is_text),
    ".txt": ("text/plain", _is_text),
}
