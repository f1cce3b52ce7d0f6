"""Annexes as their pages show them: what they say, and how far the worker has come with their files."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.domain import annex_content, annex_paper
from partners.domain.annex_paper import Paper
from partners.models import Agreement, Annex
from programs.models import Program

# Why something could not be written, by the code the worker leaves.
WHY: dict[str, Promise] = {
    "not-installed": gettext_lazy(
        "This ScaleUp cannot draw PDF files yet. Whoever runs it must install Pango"
        " (on Debian and Ubuntu: libpango-1.0-0 and libpangoft2-1.0-0). Then try again."
    ),
    "too-slow": gettext_lazy("Drawing the PDF took too long, so it was stopped."),
    "not-drawn": gettext_lazy("The PDF could not be drawn."),
    "given-up": gettext_lazy("Something went wrong three times. If trying again does not help, tell who runs ScaleUp."),
}
NOT_IN_A_NAME = dict.fromkeys(map(ord, '/\\:*?"<>|'), "-")
LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class AnnexPage:
    """One annex; `paper` is what it says, `why` why a file is not there."""

    annex: Annex
    paper: Paper | None
    why: str

    @property
    def is_waiting(self) -> bool:
        return self.annex.state == Annex.State.WAITING

    @property
    def lacks_something(self) -> bool:
        """Whether it was tried, and something could not be written."""
        return not self.is_waiting and not self.annex.pdf


def read(annex: Annex) -> AnnexPage:
    """All that the page of one annex shows."""
    paper = annex_paper.paper_of(annex_content.from_json(annex.content)) if annex.content else None
    return AnnexPage(annex, paper, str(WHY.get(annex.why, annex.why)))


def of_agreement(agreement: Agreement) -> QuerySet[Annex]:
    """The newest first."""
    return Annex.objects.filter(agreement=agreement).select_related("asked_by").defer("content")


def find(program: Program, annex_id: int) -> Annex | None:
    """One annex of a program."""
    rows = Annex.objects.select_related("agreement", "asked_by")
    found = rows.filter(pk=annex_id, agreement__program=program).first()
    if found is not None:
        found.agreement.program = program
    return found


def file_name(annex: Annex, ending: str) -> str:
    """The name under which people keep it."""
    said = {"number": annex.number, "agreement": annex.agreement.title.translate(NOT_IN_A_NAME)[:LONGEST_TITLE]}
    return f"{_('Annex %(number)s – %(agreement)s') % said}.{ending}"
