"""Writing annexes, in the worker: as DOCX here, as PDF in a process of its own; once, whoever tries it together."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone

from partners.domain import annex_content, annex_paper, annex_pdf
from partners.domain.annex_paper import Paper
from partners.domain.annex_pdf import NoPdf, NotInstalled, TooSlow
from partners.models import Annex
from programs.domain.file_store import stored
from programs.domain.uploads import KINDS, Checked

logger = logging.getLogger("scaleup.partners")
MOST_ATTEMPTS = 3
BATCH = 50
LOCK = 0x616E6E65  # names our kind among the locks of the database
CODES: dict[type[NoPdf], str] = {NotInstalled: "not-installed", TooSlow: "too-slow"}
STYLE = settings.BASE_DIR / "templates" / "partners" / "annex_paper.css"


def waiting(limit: int = BATCH) -> list[int]:
    """Annexes that nobody has written yet, the longest waiting first."""
    rows = Annex.objects.filter(state=Annex.State.WAITING).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def write(annex_id: int) -> None:
    """Writes one annex, if it waits and nobody else is writing it.

    A worker that is killed leaves it waiting, and counts as an attempt; after three of them it has failed. What
    cannot be drawn as PDF is there as DOCX, and says why.
    """
    with alone(annex_id) as is_alone:
        annex = _claimed(annex_id) if is_alone else None
        if annex is None:
            return
        if annex.attempts > MOST_ATTEMPTS:
            _give_up(annex)
            return
        paper = annex_paper.paper_of(annex_content.from_json(annex.content))
        files = {} if annex.docx else {"docx": _written(paper)}
        drawn, why = _drawn(paper, annex)
        _keep(annex, files | drawn, why)


@contextmanager
def alone(annex_id: int) -> Iterator[bool]:
    """Whether nobody else is writing this annex. The lock ends with this connection, however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, annex_id % 2**31])
        is_alone = cursor.fetchone() == (True,)
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, annex_id % 2**31])


def _claimed(annex_id: int) -> Annex | None:
    """The annex with one attempt more, if it still waits; its agreement may be deleted at this moment."""
    rows = Annex.objects.filter(pk=annex_id, state=Annex.State.WAITING)
    if rows.update(attempts=F("attempts") + 1) == 0:
        return None
    return Annex.objects.select_related("agreement").filter(pk=annex_id).first()


def _written(paper: Paper) -> bytes:
    from partners.domain import annex_docx  # seventeen megabytes that only who writes one needs

    return annex_docx.write(paper)


def _drawn(paper: Paper, annex: Annex) -> tuple[dict[str, bytes], str]:
    """The PDF, or the code of why there is none (`annexes.WHY`)."""
    html = render_to_string("partners/annex_paper.html", {"paper": paper})
    try:
        return {"pdf": annex_pdf.draw(html, STYLE.read_text())}, ""
    except NoPdf as error:
        logger.warning("annex %d has no PDF (%s): %s", annex.pk, type(error).__name__, error)
        return {}, CODES.get(type(error), "not-drawn")


def _keep(annex: Annex, files: dict[str, bytes], why: str) -> None:
    """Stores the files and settles the row together. If another worker settled it first, its files stay."""
    folder = f"annexes/{annex.agreement.program_id}"
    with ExitStack() as stack:
        kept = {
            name: stack.enter_context(stored(*_file(content, f".{name}"), folder=folder))
            for name, content in files.items()
        }
        stack.enter_context(transaction.atomic())
        rows = Annex.objects.filter(pk=annex.pk, state=Annex.State.WAITING)
        paths = {name: one.path for name, one in kept.items()}
        if rows.update(state=Annex.State.READY, why=why, written_at=timezone.now(), **paths):
            for one in kept.values():
                one.take()


def _file(content: bytes, ending: str) -> tuple[ContentFile, Checked]:
    return ContentFile(content), Checked(f"annex{ending}", KINDS[ending][0], len(content))


def _give_up(annex: Annex) -> None:
    logger.error("annex %d was given up after %d attempts", annex.pk, MOST_ATTEMPTS)
    rows = Annex.objects.filter(pk=annex.pk, state=Annex.State.WAITING)
    rows.update(state=Annex.State.FAILED, why="given-up")
