"""Reading the matrix for an annex: the functions an agreement covers, and everybody's part in them."""

from collections import defaultdict
from datetime import date
from typing import TypedDict

from django.db.models import Prefetch
from django.utils import translation

from partners.domain.annex_content import LETTERS, AnnexContent, Body, Covered, Party, Role
from partners.domain.arrangement import Span, span_of, within
from partners.models import Agreement, CoordinationBody, FocalPerson, Function, Level, Partner, Responsibility
from programs import ambition


def gather(agreement: Agreement, *, number: int, today: date) -> AnnexContent:
    """What the annex of this number says, as the matrix stands today: as many queries for one function as for many.

    Names of functions, levels and the like are written in the program's language.
    """
    program = agreement.program
    language = program.guide.language
    with translation.override(language):
        parties = list(agreement.parties.select_related("organisation").order_by("organisation__name", "pk"))
        return AnnexContent(
            language=language,
            number=number,
            as_of=today,
            program=program.name,
            ambition=ambition.sentence(program),
            agreement=agreement.title,
            kind=agreement.get_kind_display(),
            starts_on=agreement.starts_on,
            ends_on=agreement.ends_on,
            parties=tuple(Party(str(one), one.get_kind_display(), _levels(one.levels)) for one in parties),
            functions=_functions(agreement, parties, today),
            decision_rights=agreement.decision_rights,
            dispute_path=agreement.dispute_path,
            exit_terms=agreement.exit_terms,
            bodies=_bodies(parties, today),
        )


def _functions(agreement: Agreement, parties: list[Partner], today: date) -> tuple[Covered, ...]:
    """Those covered that are part of the scale-up, in the order of the matrix."""
    functions = list(agreement.functions.filter(dropped_at=None))
    roles = _roles(functions, {one.pk for one in parties}, today)
    return tuple(Covered(str(one), _levels(one.levels), one.step, tuple(roles[one.pk])) for one in functions)


def _roles(functions: list[Function], parties: set[int], today: date) -> dict[int, list[Role]]:
    """Roles by function, of those that stand (as `Arrangement.standing` has it): one yet to begin is agreed."""
    rows = (
        Responsibility.objects.filter(function__in=functions)
        .exclude(letter="")
        .select_related("partner__organisation", "held_by")
        .order_by("partner__organisation__name", "pk")
    )
    found = defaultdict(list)
    for row in sorted(rows, key=lambda row: LETTERS.index(row.letter)):
        begins, ends = _span(row)
        if begins <= ends and ends >= today:
            found[row.function_id].append(_role(row, is_party=row.partner_id in parties, today=today))
    return found


def _span(row: Responsibility) -> Span:
    """When a role is held: as long as its partner is one."""
    partner = row.partner
    return within(span_of(row.since_on, row.until_on), span_of(partner.since_on, partner.until_on))


class Holder(TypedDict, total=False):
    """Who holds a role by name."""

    person: str
    duty: str
    deputy: str


def _role(row: Responsibility, *, is_party: bool, today: date) -> Role:
    """A day on which its partner came is no news; one on which it will come or leave bounds the role."""
    begins, ends = _span(row)
    since = row.since_on if begins <= today else begins
    until = None if ends == date.max else ends
    return Role(str(row.partner), row.letter, is_party, since=since, until=until, **_holder(row.held_by, today))


def _holder(person: FocalPerson | None, today: date) -> Holder:
    """Somebody who left holds nothing any more."""
    if person is None or (person.left_on is not None and person.left_on <= today):
        return {}
    return {"person": person.name, "duty": person.duty, "deputy": person.deputy}


def _bodies(parties: list[Partner], today: date) -> tuple[Body, ...]:
    """Those that meet, with at least one of the parties in them, and all members; a day gone by is not the next."""
    members = Prefetch("members", Partner.objects.select_related("organisation").order_by("organisation__name", "pk"))
    rows = CoordinationBody.objects.filter(dissolved_at=None, members__in=parties).distinct().prefetch_related(members)
    return tuple(
        Body(
            row.name,
            row.get_level_display(),
            row.get_rhythm_display(),
            tuple(str(one) for one in row.members.all()),
            row.next_meeting_on if row.next_meeting_on and row.next_meeting_on >= today else None,
        )
        for row in rows.order_by("name", "pk")
    )


def _levels(held: list[str]) -> tuple[str, ...]:
    """In words, from the top down."""
    return tuple(str(level.label) for level in Level if level in held)
