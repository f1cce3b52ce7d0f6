"""The matrix of functions and partners, as its page shows it, and one cell of it."""

from partners.models import Responsibility
from programs.models import Program


def find(program: Program, responsibility_id: int) -> Responsibility | None:
    """One cell of a program's matrix."""
    rows = Responsibility.objects.select_related("partner__organisation", "function", "held_by")
    return rows.filter(pk=responsibility_id, partner__program=program).first()
