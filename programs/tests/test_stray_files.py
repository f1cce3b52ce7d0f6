"""Stray files go after a day; a file with a row, a young file and one whose row is being written stay."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from programs import tasks
from programs.domain import evidencing, file_store, stray_files
from programs.domain.evidencing import Piece
from programs.domain.uploads import Checked
from programs.models import Evidence, PendingFile, Program
from programs.tests.saving_cases import at_once, item_of

Add = Callable[[str], Evidence]
LONG_AGO = timedelta(hours=25)


class Killed(BaseException):
    """Stands for a process that ended: nothing after it is done."""


@pytest.fixture
def files(tmp_path: Path, settings) -> Path:
    """A store of our own."""
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": storage}
    return tmp_path


@pytest.fixture
def add(files: Path, program: Program) -> Add:
    """Adds a file as evidence."""

    def add(title: str) -> Evidence:
        checked = Checked(f"{title}.pdf", "application/pdf", 5)
        piece = Piece("file", title, date(2026, 1, 1), file=ContentFile(title.encode()), checked=checked)
        return evidencing.add(item_of(program), piece, by=program.created_by)

    return add


@pytest.fixture
def add_and_die(add: Add, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Adds a file in a process that is killed before the row: not even its own clearing up is done."""

    def create(*args: object, **fields: object) -> None:
        raise Killed

    def die(title: str) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(evidencing, "_create", create)
            patch.setattr(file_store, "default_storage", SimpleNamespace(save=default_storage.save, delete=id))
            with pytest.raises(Killed):
                add(title)

    return die


def contents(files: Path) -> set[str]:
    return {path.read_text() for path in files.rglob("*") if path.is_file()}


def test_only_an_old_file_without_a_row_goes(add: Add, add_and_die: Callable, files: Path) -> None:
    kept = add("kept")
    add_and_die("stray")
    PendingFile.objects.update(since=timezone.now() - LONG_AGO)
    add_and_die("young")
    assert contents(files) == {"kept", "stray", "young"}

    tasks.sweep_stray_files()
    assert contents(files) == {"kept", "young"}
    assert default_storage.exists(kept.file.name)
    assert stray_files.sweep(timezone.now()) == 0


def test_what_was_announced_and_never_kept_is_forgotten(files: Path, db: None) -> None:
    PendingFile.objects.create(path="evidence/1/never.pdf", since=timezone.now() - LONG_AGO)
    assert (stray_files.sweep(timezone.now()), PendingFile.objects.count()) == (1, 0)


def test_evidence_is_announced_no_more(add: Add) -> None:
    older = add("older")
    piece = Piece("file", "newer", date(2026, 1, 2), file=ContentFile(b"newer"), checked=Checked("n.pdf", "", 5))
    evidencing.replace(older, piece, by=older.added_by)
    assert (Evidence.objects.count(), PendingFile.objects.count()) == (2, 0)


def test_a_file_is_announced_before_it_is_kept(add: Add, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    announced: list[str] = []

    def full(path: str, content: object) -> str:
        announced.extend(PendingFile.objects.values_list("path", flat=True))
        raise OSError("the disk is full")

    monkeypatch.setattr(file_store, "default_storage", SimpleNamespace(save=full))
    with pytest.raises(OSError, match="full"):
        add("minutes")
    assert [Path(path).suffix for path in announced] == [".pdf"]


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_row_is_being_written_is_passed_over(files: Path, guide: object) -> None:
    pending = PendingFile.objects.create(path="evidence/1/slow.pdf", since=timezone.now() - LONG_AGO)
    default_storage.save(pending.path, ContentFile(b"slow"))
    with transaction.atomic():
        PendingFile.objects.filter(pk=pending.pk).delete()  # as the transaction that writes the row does
        assert at_once(1, lambda: stray_files.sweep(timezone.now())) == [0]
    assert contents(files) == {"slow"}
