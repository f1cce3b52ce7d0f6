"""What the product knows beside items of steps 7 and 9: partners, the matrix, agreements, bodies, capacity.

A fact proves its item only where it shows all of what counts as evidence for it; minutes of a meeting, for one, it
does not know. See `programs.domain.known`.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.domain import gathering, partners
from partners.domain.arrangement import ACCOUNTABLE, Arrangement
from partners.domain.checks import complaints_of
from partners.models import Agreement, CoordinationBody, Partner
from partners.models.partners import levels_in_words
from programs.domain.known import Known, Proof
from programs.models import Program
from scaleup.addresses import address

OF_PARTNERS = ("partner-list",)
OF_ROLES = ("responsibility-matrix", "signed-agreements", "decision-rights", "coordination-groups", "capacity-check")
PLACES: dict[str, Promise] = {
    "partners:partners": gettext_lazy("Partners"),
    "partners:matrix": gettext_lazy("Who does what"),
    "partners:agreements": gettext_lazy("Agreements"),
    "partners:capacity": gettext_lazy("Capacity"),
}
NOT_ONE = frozenset({"none-accountable", "several-accountable"})
MANY = 10_000  # characters a note takes

TITLES: dict[str, Promise] = {
    "partner-list": gettext_lazy("Partners with what each brings and wants"),
    "responsibility-matrix": gettext_lazy("Who does what: the matrix of functions and partners"),
    "signed-agreements": gettext_lazy("Signed agreements in force"),
    "decision-rights": gettext_lazy("Decision rights and dispute paths in agreements"),
    "capacity-check": gettext_lazy("Capacity checks of accountable partners"),
}


def beside_partners(program: Program, today: date) -> Iterator[Known]:
    """The list of partners."""
    here = [one for one in partners.of_program(program) if one.until_on is None or one.until_on >= today]
    if not here:
        return
    said = [one for one in here if one.brings and one.wants]
    words = {"all": len(here), "said": len(said)}
    text = _("Partners: %(all)s; of %(said)s it is said what they bring and what they want.") % words
    lines = [_partner_line(one) for one in here]
    yield _known("partner-list", text, "partners:partners", program, lines if len(said) == len(here) else [])


def beside_roles(program: Program, today: date) -> Iterator[Known]:
    """The matrix, agreements, bodies and capacity, as soon as there are partners."""
    arrangement = gathering.arrangement_of(program, today)
    if not arrangement.here():
        return
    yield _matrix(program, arrangement)
    in_force = _in_force(program, today)
    yield _signed(program, arrangement, in_force)
    yield from _deciding(program, in_force)
    yield from _meeting(program, arrangement)
    yield from _capacity(program, arrangement)


def _in_force(program: Program, today: date) -> list[Agreement]:
    rows = Agreement.objects.filter(program=program, state=Agreement.State.SIGNED).order_by("pk")
    return [one for one in rows.prefetch_related("parties__organisation", "files") if one.is_in_force(today)]


def _matrix(program: Program, arrangement: Arrangement) -> Known:
    unclear = {one.subject_id for one in complaints_of(arrangement) if one.code in NOT_ONE}
    clear = [one for one in arrangement.functions if one.pk not in unclear]
    words = {"clear": len(clear), "all": len(arrangement.functions)}
    text = _("%(clear)s of %(all)s functions have one partner who answers for them.") % words
    lines = [f"{one.name}: {_doing(arrangement, one.pk)}" for one in arrangement.functions]
    return _known("responsibility-matrix", text, "partners:matrix", program, [] if unclear else lines)


def _doing(arrangement: Arrangement, function: int) -> str:
    """ "Health office (A), Reading Trust (R)": who has to do with a function, by letter."""
    roles = sorted(
        (one for one in arrangement.standing() if one.function == function),
        key=lambda one: (one.letter != ACCOUNTABLE, one.letter, one.pk),
    )
    return ", ".join(f"{arrangement.partner_of[one.partner].name} ({one.letter})" for one in roles)


def _signed(program: Program, arrangement: Arrangement, in_force: Sequence[Agreement]) -> Known:
    bound = {party.pk for one in in_force for party in one.parties.all()}
    here = arrangement.here()
    signed = [one for one in here if one.pk in bound]
    ends = min((one.ends_on for one in in_force if one.ends_on), default=None)
    words = {"signed": len(signed), "all": len(here)}
    text = _("%(signed)s of %(all)s partners are party to a signed agreement in force.") % words
    if ends:
        text += " " + _("The next one ends on %(day)s.") % {"day": date_format(ends)}
    is_proven = len(signed) == len(here) and all(one.files.all() and one.exit_terms for one in in_force)
    lines = [_agreement_line(one) for one in in_force]
    return _known(
        "signed-agreements", text, "partners:agreements", program, lines if is_proven else [], expires_on=ends
    )


def _deciding(program: Program, in_force: Sequence[Agreement]) -> Iterator[Known]:
    if not in_force:
        return
    said = [one for one in in_force if one.decision_rights and one.dispute_path]
    words = {"said": len(said), "all": len(in_force)}
    text = _("%(said)s of %(all)s agreements in force say who decides what and how a dispute is settled.") % words
    lines = [f"{one.title}\n{one.decision_rights}\n{one.dispute_path}" for one in in_force]
    ends = min((one.ends_on for one in in_force if one.ends_on), default=None)
    is_proven = len(said) == len(in_force)
    yield _known("decision-rights", text, "partners:agreements", program, lines if is_proven else [], expires_on=ends)


def _meeting(program: Program, arrangement: Arrangement) -> Iterator[Known]:
    """No proof: it takes minutes too."""
    there = set(CoordinationBody.objects.filter(program=program, dissolved_at=None).values_list("level", flat=True))
    if there:
        text = _("Coordination bodies meet at these levels: %(levels)s.") % {"levels": levels_in_words(there)}
        if missing := arrangement.levels - there:
            text += " " + _("None at: %(levels)s.") % {"levels": levels_in_words(missing)}
        yield _known("coordination-groups", text, "partners:agreements", program, [])


def _capacity(program: Program, arrangement: Arrangement) -> Iterator[Known]:
    roles = [(one, role) for one in arrangement.functions for role in arrangement.accountable(one.pk)]
    if not roles:
        return
    checked = [(one, role) for one, role in roles if (role.partner, one.pk) in arrangement.capacity]
    low = [one for one, role in checked if arrangement.capacity[role.partner, one.pk] < one.capacity_needed]
    words = {"checked": len(checked), "all": len(roles), "low": len(low)}
    text = _("%(checked)s of %(all)s accountable roles have a capacity check; in %(low)s it is below what is needed.")
    lines = [
        f"{one.name}, {arrangement.partner_of[role.partner].name}: "
        f"{arrangement.capacity[role.partner, one.pk]} / {one.capacity_needed}"
        for one, role in checked
    ]
    is_proven = len(checked) == len(roles)
    yield _known("capacity-check", text % words, "partners:capacity", program, lines if is_proven else [])


def _known(
    item: str, text: str, page: str, program: Program, lines: Sequence[str], *, expires_on: date | None = None
) -> Known:
    """A fact; its lines are the note it offers, none where it proves nothing."""
    proof = Proof(str(TITLES[item]), "\n".join([text, "", *lines])[:MANY], expires_on) if lines else None
    return Known(item, item, text, PLACES[page], address(page, program.pk), proof)


def _partner_line(partner: Partner) -> str:
    words = {"name": partner, "kind": partner.get_kind_display(), "brings": partner.brings, "wants": partner.wants}
    return _("%(name)s (%(kind)s) brings: %(brings)s. It wants: %(wants)s.") % words


def _agreement_line(agreement: Agreement) -> str:
    parties = ", ".join(str(one) for one in agreement.parties.all())
    return f"{agreement.title}: {parties}; {_day(agreement.signed_on)} – {_day(agreement.ends_on)}"


def _day(day: date | None) -> str:
    return date_format(day) if day else _("no end")
