"""For annexes: those of an agreement on its page, and in which direction a text is read."""

from django import template

from accounts.forms.once import new_nonce
from partners.domain import annex_reading
from partners.domain.annex_paper import is_rtl
from partners.models import Agreement, Annex

register = template.Library()
register.simple_tag(new_nonce)


@register.simple_tag
def annexes_of(agreement: Agreement) -> list[Annex]:
    """The newest first."""
    return list(annex_reading.of_agreement(agreement))


@register.filter
def direction(text: str) -> str:
    """What a `dir` says of a text. "auto" is left to those that have no letter with a direction: PDFs ignore it."""
    found = is_rtl(text)
    return "auto" if found is None else "rtl" if found else "ltr"
