"""What may be kept as a file: decided by its bytes, told in a sentence."""

import time

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from programs.domain import uploads
from programs.tests.upload_cases import GOOD, HOSTILE, PDF


def uploaded(name: str, content: bytes) -> SimpleUploadedFile:
    """A file with its name as it came, before anybody cleaned it."""
    file = SimpleUploadedFile("x", content)
    file._name = name
    return file


@pytest.mark.parametrize("name", GOOD)
def test_good_file_is_kept_as_what_it_is(name: str) -> None:
    checked = uploads.check(uploaded(name, GOOD[name]))
    ending = "." + name.rsplit(".")[-1].lower()
    assert (checked.name, checked.media_type) == (name, uploads.KINDS[ending][0])
    assert checked.size == len(GOOD[name])


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_at_once_and_in_words(name: str) -> None:
    started = time.monotonic()
    with pytest.raises(ValidationError) as refusal:
        uploads.check(uploaded(name, HOSTILE[name]))
    assert time.monotonic() - started < 2
    assert refusal.value.messages[0].endswith(".")


def test_corpus_is_large_enough() -> None:
    assert len(HOSTILE) >= 30


def test_file_over_the_limit_is_refused() -> None:
    content = PDF + b"\n" * settings.EVIDENCE_FILE_LIMIT
    with pytest.raises(ValidationError, match="larger than 10"):
        uploads.check(uploaded("large.pdf", content))


def test_position_is_at_the_start_afterwards() -> None:
    file = uploaded("minutes.pdf", PDF)
    uploads.check(file)
    assert file.read() == PDF


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("minutes.pdf", "minutes.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\minutes.pdf", "minutes.pdf"),
        ("two  spaces\tand\nlines.pdf", "two spaces and lines.pdf"),
        ("\u202efdp.evil\u202c.pdf", "fdp.evil.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x.pdf"),
        ("trailing dots.pdf...", "trailing dots.pdf"),
        (f"{'long' * 100}.pdf", f"{('long' * 100)[:116]}.pdf"),
        ("សៀវភៅ.pdf", "សៀវភៅ.pdf"),
        ("", ""),
    ],
)
def test_names_are_cleaned_and_keep_their_ending(raw: str, clean: str) -> None:
    assert uploads.clean_name(raw) == clean
