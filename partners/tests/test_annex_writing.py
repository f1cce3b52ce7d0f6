"""The worker writes an annex once, whatever happens to it meanwhile."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from docx import Document

from partners import tasks
from partners.domain import annex_docx, annex_pdf, annex_writing, annexes
from partners.domain.annex_pdf import NoPdf, NotInstalled, TooSlow
from partners.models import Annex
from partners.tests.annex_cases import agreed
from programs.models import PendingFile, Program
from scaleup import doorbell
from scaleup.tests.browser.worker import url_of_test_database

State = Annex.State
PATH = r"annexes/%d/[\w-]{24}\.%s"


@pytest.fixture
def annex(program: Program) -> Annex:
    return annexes.ask(agreed(program), by=program.created_by)


class Draws:
    """Stands in for the process that draws: counts, and gives what it is told to."""

    def __init__(self) -> None:
        self.count = 0
        self.then: Callable[[], object] = lambda: None

    def __call__(self, html: str, css: str) -> bytes:
        self.count += 1
        self.then()
        return b"%PDF-1.7 drawn"


@pytest.fixture
def draws(monkeypatch: pytest.MonkeyPatch) -> Draws:
    made = Draws()
    monkeypatch.setattr(annex_pdf, "draw", made)
    return made


def fail_with(error: BaseException) -> Callable[[], object]:
    def fail() -> None:
        raise error

    return fail


def now(annex: Annex) -> Annex:
    return Annex.objects.get(pk=annex.pk)


def kept_files(program: Program) -> list[str]:
    folder = f"annexes/{program.pk}"
    return sorted(default_storage.listdir(folder)[1]) if default_storage.exists(folder) else []


def test_both_files_are_written_under_names_nobody_can_guess(annex: Annex, program: Program) -> None:
    before = timezone.now()
    tasks.write_annex(annex.pk)

    found = now(annex)
    assert (found.state, found.attempts, found.why) == (State.READY, 1, "")
    assert before < found.written_at < timezone.now()
    assert re.fullmatch(PATH % (program.pk, "docx"), found.docx.name)
    assert re.fullmatch(PATH % (program.pk, "pdf"), found.pdf.name)
    with found.docx.open() as docx, found.pdf.open() as pdf:
        assert Document(BytesIO(docx.read())).paragraphs[1].text == "Annex 1: who does what"
        assert pdf.read(8) == b"%PDF-1.7"
    assert not PendingFile.objects.exists()


def test_it_says_what_stood_in_the_matrix_when_it_was_asked_for(annex: Annex, draws: Draws) -> None:
    annex.agreement.functions.clear()
    annex.agreement.parties.clear()
    type(annex.agreement).objects.update(title="Renamed")
    tasks.write_annex(annex.pk)

    with now(annex).docx.open() as file:
        document = Document(BytesIO(file.read()))
    assert document.paragraphs[0].text == "Agreement on training"
    assert [row.cells[0].text for row in document.tables[2].rows][1:] == ["Training\nneeded at: district"]


def test_it_is_written_once_however_often_the_bell_rings(annex: Annex, draws: Draws, program: Program) -> None:
    for _ in range(3):
        tasks.write_annex(annex.pk)
    tasks.write_annex(annex.pk + 1_000)
    assert (draws.count, now(annex).attempts, len(kept_files(program))) == (1, 1, 2)


@pytest.fixture
def other_worker(db: None) -> Iterator[BaseDatabaseWrapper]:
    """Another connection to the same database."""
    found = connection.copy()
    yield found
    found.close()


def test_what_somebody_else_is_writing_is_left_to_them(
    annex: Annex, draws: Draws, other_worker: BaseDatabaseWrapper
) -> None:
    with other_worker.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [annex_writing.LOCK, annex.pk])
    tasks.write_annex(annex.pk)
    assert (draws.count, now(annex).state, now(annex).attempts) == (0, State.WAITING, 0)

    other_worker.close()  # as when it was killed
    wait_until(lambda: not is_locked(annex))
    tasks.write_annex(annex.pk)
    assert (draws.count, now(annex).state, now(annex).attempts) == (1, State.READY, 1)
    assert not is_locked(annex)


def is_locked(annex: Annex) -> bool:
    with connection.cursor() as cursor:
        values = [annex_writing.LOCK, annex.pk]
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND (classid, objid) = (%s, %s)", values
        )
        return cursor.fetchone() != (0,)


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_two_workers_together_write_it_once(annex: Annex, draws: Draws, program: Program) -> None:
    is_drawing, may_go_on = threading.Event(), threading.Event()
    draws.then = lambda: is_drawing.set() or may_go_on.wait(30)
    first = threading.Thread(target=write_apart, args=[annex.pk])
    first.start()
    assert is_drawing.wait(30)
    tasks.write_annex(annex.pk)
    assert (draws.count, now(annex).state) == (1, State.WAITING)

    may_go_on.set()
    first.join()
    assert (draws.count, now(annex).state, now(annex).attempts) == (1, State.READY, 1)
    assert len(kept_files(program)) == 2


def write_apart(annex_id: int) -> None:
    try:
        tasks.write_annex(annex_id)
    finally:
        connection.close()


HANGING = """
import sys, time, django
django.setup()
from partners.domain import annex_pdf, annex_writing
annex_pdf.draw = lambda *page: print("drawing", flush=True) or time.sleep(120)
annex_writing.write(int(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_leaves_it_to_the_next(annex: Annex, draws: Draws, program: Program) -> None:
    environment = os.environ | {"DATABASE_URL": url_of_test_database(), "DJANGO_SETTINGS_MODULE": "scaleup.settings"}
    command = [sys.executable, "-c", HANGING, str(annex.pk)]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE) as worker:
        assert worker.stdout.readline() == b"drawing\n"
        assert is_locked(annex)
        worker.send_signal(signal.SIGKILL)
    wait_until(lambda: not is_locked(annex))
    assert (now(annex).state, now(annex).attempts, kept_files(program)) == (State.WAITING, 1, [])
    assert annex_writing.waiting() == [annex.pk]

    tasks.write_annex(annex.pk)
    assert (now(annex).state, now(annex).attempts, len(kept_files(program))) == (State.READY, 2, 2)


def test_after_three_tries_it_has_failed(annex: Annex, draws: Draws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annex_docx, "write", lambda paper: fail_with(ValueError("no ink"))())
    for attempt in (1, 2, 3):
        with pytest.raises(ValueError, match="no ink"):
            tasks.write_annex(annex.pk)
        assert (now(annex).state, now(annex).attempts) == (State.WAITING, attempt)
        assert not is_locked(annex)
    tasks.write_annex(annex.pk)
    assert (now(annex).state, now(annex).why, draws.count) == (State.FAILED, "given-up", 0)
    assert annex_writing.waiting() == []


@pytest.mark.parametrize(
    ("error", "why"),
    [(NotInstalled("no pango"), "not-installed"), (TooSlow("30 s"), "too-slow"), (NoPdf("exit code 1"), "not-drawn")],
)
def test_without_a_pdf_the_word_file_is_there_and_why(
    annex: Annex, draws: Draws, program: Program, error: NoPdf, why: str
) -> None:
    draws.then = fail_with(error)
    tasks.write_annex(annex.pk)
    found = now(annex)
    assert (found.state, found.why, found.pdf.name) == (State.READY, why, "")
    assert kept_files(program) == [Path(found.docx.name).name]

    draws.then = lambda: None
    annexes.ask_again(found, by=program.created_by)
    assert (now(annex).state, now(annex).why, now(annex).attempts) == (State.WAITING, "", 0)
    tasks.write_annex(annex.pk)
    assert (now(annex).state, now(annex).why) == (State.READY, "")
    assert now(annex).docx.name == found.docx.name
    assert kept_files(program) == sorted(Path(name).name for name in (found.docx.name, now(annex).pdf.name))


def test_what_is_on_this_machine_makes_no_difference_to_the_word_file(
    annex: Annex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole run where the process that draws finds no Pango."""
    missing = "import sys\nsys.modules['weasyprint'] = None\nfrom partners.domain import annex_pdf\nannex_pdf.main()"
    real = annex_pdf.draw
    command = [sys.executable, "-c", missing]
    monkeypatch.setattr(annex_pdf, "draw", lambda html, css: real(html, css, command=command))
    tasks.write_annex(annex.pk)
    found = now(annex)
    assert (found.state, bool(found.docx), bool(found.pdf), found.why) == (State.READY, True, False, "not-installed")


def test_files_nobody_points_at_do_not_stay(annex: Annex, draws: Draws, program: Program) -> None:
    """Another worker, which had lost its lock, settled it first."""
    draws.then = lambda: Annex.objects.update(state=State.READY, docx="theirs.docx", pdf="theirs.pdf")
    tasks.write_annex(annex.pk)
    assert (now(annex).docx.name, now(annex).pdf.name) == ("theirs.docx", "theirs.pdf")
    assert kept_files(program) == []


def test_a_store_that_fails_leaves_nothing_behind(
    annex: Annex, draws: Draws, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = default_storage.save
    full = lambda path, file: fail_with(OSError("full"))() if path.endswith(".pdf") else real(path, file)  # noqa: E731
    monkeypatch.setattr(default_storage, "save", full)
    with pytest.raises(OSError, match="full"):
        tasks.write_annex(annex.pk)
    assert (now(annex).state, now(annex).docx.name, kept_files(program)) == (State.WAITING, "", [])


def test_the_sweep_rings_for_what_waits(
    annex: Annex, program: Program, draws: Draws, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[tuple] = []
    monkeypatch.setattr(doorbell, "ring_now", lambda task, *ids, expires: rung.append((task, *ids, expires)))
    more = [annexes.ask(annex.agreement, by=program.created_by) for _ in range(3)]
    tasks.write_annex(more[0].pk)
    Annex.objects.filter(pk=more[1].pk).update(state=State.FAILED)

    tasks.sweep_annexes()
    assert rung == [(tasks.write_annex.name, annex.pk, 60), (tasks.write_annex.name, more[2].pk, 60)]
    assert tasks.write_annex.name == annexes.WRITE


def test_the_longest_waiting_come_first_and_not_all_at_once(annex: Annex, program: Program) -> None:
    more = [annexes.ask(annex.agreement, by=program.created_by) for _ in range(3)]
    assert annex_writing.waiting(limit=3) == [annex.pk, more[0].pk, more[1].pk]
