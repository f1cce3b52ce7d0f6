"""Which form mends a complaint of the matrix, and what its button says. One form for each complaint.

The address of the form says which complaint it mends, so that its page leads back there (`partners.views.coming_back`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.domain.checks import CHECKS, Complaint, Name
from scaleup.addresses import address

PARAMETER = "mending"
ANCHOR = re.compile(r"([a-z-]{1,40})-(function|partner|role|program)-([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mend:
    """What to do, and the address of the form where it is done."""

    label: Promise
    url: str


Facts = Mapping[str, Any]
FORMS: dict[str, Callable[[int, Complaint], Mend]] = {}


def mend_of(program_id: int, complaint: Complaint) -> Mend:
    """The form that mends it. Addresses are looked up now: forms are in other modules than checks."""
    found = FORMS[complaint.code](program_id, complaint)
    return replace(found, url=_for(complaint.name, found.url))


def anchor_of(name: Name) -> str:
    """The name of a complaint as it stands in addresses: “no-agreement-role-7”."""
    code, subject = name
    return f"{code}-{subject.replace(':', '-')}"


def name_at(anchor: str) -> Name | None:
    """The name that stands in an address, or None for what is no name of a complaint."""
    match = ANCHOR.fullmatch(anchor)
    return (match[1], f"{match[2]}:{match[3]}") if match and match[1] in CHECKS else None


def _for(name: Name, url: str) -> str:
    path, mark, place = url.partition("#")
    return f"{path}{'&' if '?' in path else '?'}{PARAMETER}={anchor_of(name)}{mark}{place}"


def _in_row(label: Promise) -> Callable[[int, Complaint], Mend]:
    """In the row of the function, where all partners stand beside each other."""

    def form(program_id: int, complaint: Complaint) -> Mend:
        return Mend(label, f"{address('partners:matrix_edit', program_id)}#function-{complaint.facts['function_id']}")

    return form


def _in_cell(label: Promise) -> Callable[[int, Complaint], Mend]:
    """On the page of the cell the complaint is about."""

    def form(program_id: int, complaint: Complaint) -> Mend:
        return Mend(label, address("partners:responsibility", program_id, complaint.subject_id))

    return form


def _gap(program_id: int, complaint: Complaint) -> Mend:
    """The dates of the role beside it; a gap that a partner leaves is filled by another one."""
    if role := complaint.facts["role_id"]:
        return Mend(_("Change the days of the role"), address("partners:responsibility", program_id, role))
    return _in_row(_("Choose who else is accountable"))(program_id, complaint)


def _no_agreement(program_id: int, complaint: Complaint) -> Mend:
    if draft := complaint.facts.get("draft_id"):
        return _sign(program_id, draft)
    if other := complaint.facts.get("agreement_id"):
        url = f"{address('partners:agreement_edit', program_id, other)}?function={complaint.facts['function_id']}"
        return Mend(_("Name it in that agreement"), url)
    query = "partner={partner_id}&function={function_id}".format_map(complaint.facts)
    return Mend(_("Write an agreement"), f"{address('partners:agreement_add', program_id)}?{query}")


def _not_begun(program_id: int, complaint: Complaint) -> Mend:
    """A role mostly begins with its agreement; the days on the signed paper stay as they are."""
    if draft := complaint.facts.get("draft_id"):
        return _sign(program_id, draft)
    return _in_cell(_("Let the role begin later"))(program_id, complaint)


def _too_short(program_id: int, complaint: Complaint) -> Mend:
    """The next agreement: the days on the signed paper stay as they are."""
    if draft := complaint.facts.get("draft_id"):
        return _sign(program_id, draft)
    url = f"{address('partners:agreement_add', program_id)}?renew={complaint.facts['agreement_id']}"
    return Mend(_("Write the next agreement"), url)


def _sign(program_id: int, draft: int) -> Mend:
    return Mend(_("Say that the draft is signed"), address("partners:agreement_sign", program_id, draft))


def _level(program_id: int, complaint: Complaint) -> Mend:
    if partner := complaint.facts.get("partner_id"):
        return Mend(_("Enter where the partner works"), address("partners:partner_edit", program_id, partner))
    return _in_row(_("Choose who does it there"))(program_id, complaint)


def _shared_out(program_id: int, complaint: Complaint) -> Mend:
    return Mend(_("Share the functions out"), address("partners:matrix_edit", program_id))


def _deputy(program_id: int, complaint: Complaint) -> Mend:
    return Mend(_("Name a deputy"), address("partners:person_edit", program_id, complaint.facts["person_id"]))


def _support(program_id: int, complaint: Complaint) -> Mend:
    return Mend(_("Plan support, check again"), _capacity("capacity_of", program_id, complaint.facts))


def _first_check(program_id: int, complaint: Complaint) -> Mend:
    return Mend(_("Check it now"), _capacity("capacity_check", program_id, complaint.facts))


def _capacity(page: str, program_id: int, facts: Facts) -> str:
    return address(f"partners:{page}", program_id, facts["partner_id"], facts["function_id"])


def _levels(program_id: int, complaint: Complaint) -> Mend:
    return Mend(_("Enter the levels"), address("partners:levels", program_id))


FORMS.update(
    {
        "none-accountable": _in_row(_("Choose who is accountable")),
        "several-accountable": _in_row(_("Choose one of them")),
        "accountable-gap": _gap,
        "no-agreement": _no_agreement,
        "agreement-not-begun": _not_begun,
        "agreement-too-short": _too_short,
        "level-without-anybody": _level,
        "too-much-on-one": _shared_out,
        "holder-left": _in_cell(_("Choose who holds it now")),
        "no-deputy": _deputy,
        "capacity-too-low": _support,
        "capacity-unknown": _first_check,
        "levels-unknown": _levels,
    }
)
