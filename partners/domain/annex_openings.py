"""What is still open in an annex, said plainly: better read before signing than found out afterwards."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from partners.domain.annex_content import ACCOUNTABLE, AnnexContent, Covered, Role
from partners.domain.arrangement import have_a_day_in_common, span_of


def openings(content: AnnexContent) -> Iterator[str]:
    """First functions, in their order; then parties without a part; then what the agreement leaves out."""
    for function in content.functions:
        yield from _of_function(function)
    busy = {role.partner for function in content.functions for role in function.roles if role.is_party}
    for party in content.parties:
        if party.name not in busy:
            yield _("%(party)s is a party, and has no role in these functions.") % {"party": party.name}
    if not content.decision_rights:
        yield _("The agreement does not say who decides what.")
    if not content.dispute_path:
        yield _("The agreement does not say how a dispute is settled.")
    if not content.exit_terms:
        yield _("The agreement does not say how a party can leave.")


def _of_function(function: Covered) -> Iterator[str]:
    accountable = function.held_as(ACCOUNTABLE)
    if not accountable:
        yield _("%(function)s: nobody is accountable.") % {"function": function.name}
    together = [one for one in accountable if any(_overlap(one, other) for other in accountable if other is not one)]
    if together:
        names = ", ".join(one.partner for one in together)
        said = _("%(function)s: more than one partner is accountable at the same time (%(partners)s).")
        yield said % {"function": function.name, "partners": names}
    for one in accountable:
        if not one.is_party:
            said = _("%(function)s: %(partner)s is accountable, and is not a party to this agreement.")
            yield said % {"function": function.name, "partner": one.partner}


def _overlap(one: Role, other: Role) -> bool:
    """Whether two roles are held on some same day."""
    return have_a_day_in_common(span_of(one.since, one.until), span_of(other.since, other.until))
