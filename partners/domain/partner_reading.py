"""What the pages about partners show: all of them in a list, and everything about one."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from partners.domain import agreement_reading, bodies, partners, support
from partners.domain.agreement_reading import Standing
from partners.domain.arrangement import DOING
from partners.domain.capacity import Pair
from partners.models import (
    Agreement,
    CapacityCheck,
    FocalPerson,
    Function,
    Letter,
    Partner,
    Partnership,
    Responsibility,
    SupportNeed,
)
from programs.models import Program

# How it stands with the agreements of a partner: the best of them says it.
BEST_FIRST = (
    Standing.IN_FORCE,
    Standing.ENDING,
    Standing.COMING,
    Standing.DRAFT,
    Standing.EXPIRED,
    Standing.ENDED,
)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
TELEPHONE = re.compile(r"\+?[\d\s().\-]{6,30}")
PART = Q(function__dropped_at=None)  # of the scale-up


@dataclass(frozen=True, slots=True)
class ListedPartner:
    """One partner of the list: who speaks for it, what it answers for, and its best agreement, if there is any."""

    partner: Partner
    people: Sequence[FocalPerson]
    answers_for: Sequence[Function]
    agreement: Standing | None


@dataclass(frozen=True, slots=True)
class PartnerList:
    """The partners of a program, and apart from them those who left."""

    partnership: Partnership
    here: Sequence[ListedPartner]
    gone: Sequence[ListedPartner]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks for a partner; `holds` are roles in this name, also after the person left."""

    person: FocalPerson
    contact_url: str
    deputy_url: str
    holds: Sequence[Responsibility]


@dataclass(frozen=True, slots=True)
class ShownAgreement:
    """An agreement of the partner as it stands today; `time` says how long it still is."""

    agreement: Agreement
    standing: Standing
    time: str


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """Everything about one partner."""

    people: Sequence[Speaker]
    gone: Sequence[Speaker]
    roles: Sequence[Responsibility]
    ended: Sequence[Responsibility]
    agreements: Sequence[ShownAgreement]
    pairs: Sequence[Pair]
    needs: Sequence[SupportNeed]
    bodies: Sequence[bodies.Shown]


def listed(program: Program, *, today: date) -> PartnerList:
    """All partners by name, in a number of queries that does not grow."""
    accountable = Responsibility.objects.filter(_not_ended(today), PART, letter=Letter.ACCOUNTABLE)
    rows = partners.of_program(program).prefetch_related(
        Prefetch("focal_people", FocalPerson.objects.filter(left_on=None).order_by("pk"), to_attr="speakers"),
        Prefetch(
            "responsibilities",
            accountable.select_related("function").order_by("function__position", "function"),
            to_attr="accountable",
        ),
        Prefetch("agreements", to_attr="all_agreements"),
    )
    found = [_listed(row, today) for row in rows]
    return PartnerList(
        partnership=partners.partnership_of(program),
        here=[one for one in found if not one.partner.has_left(today)],
        gone=[one for one in found if one.partner.has_left(today)],
    )


def read(partner: Partner, *, today: date) -> PartnerPage:
    """Everything about one partner, in a number of queries that does not grow."""
    roles = _roles(partner)
    standing = [role for role in roles if _goes_on(role, today)]
    speakers = _speakers(partner, standing)
    meeting = bodies.meeting_together(partner.program, today=today)
    return PartnerPage(
        people=[one for one in speakers if one.person.left_on is None],
        gone=[one for one in speakers if one.person.left_on is not None],
        roles=standing,
        ended=[role for role in roles if not _goes_on(role, today)],
        agreements=_agreements(partner, today),
        pairs=_pairs(partner, standing),
        needs=list(support.of_program(partner.program).filter(PART, partner=partner)),
        bodies=[row for row in meeting if partner in row.body.members.all()],
    )


def contact_url(contact: str) -> str:
    """An address that writes or calls, for what is one e-mail address or one telephone number; else nothing."""
    if EMAIL.fullmatch(contact):
        return f"mailto:{contact}"
    if TELEPHONE.fullmatch(contact):
        return "tel:" + re.sub(r"[^\d+]", "", contact)
    return ""


def _not_ended(today: date) -> Q:
    """As `_goes_on`. One yet to begin stands: it is agreed (as in `partners.domain.arrangement`)."""
    return Q(until_on=None) | Q(until_on__gte=today)


def _goes_on(role: Responsibility, today: date) -> bool:
    return role.until_on is None or role.until_on >= today


def _listed(row: Partner, today: date) -> ListedPartner:
    found = [agreement_reading.standing_of(one, today) for one in row.all_agreements]  # type: ignore[attr-defined]
    return ListedPartner(
        partner=row,
        people=row.speakers,  # type: ignore[attr-defined]
        answers_for=[one.function for one in row.accountable],  # type: ignore[attr-defined]
        agreement=min(found, key=BEST_FIRST.index, default=None),
    )


def _roles(partner: Partner) -> list[Responsibility]:
    """Its letters, accountable before responsible, consulted and informed."""
    rows = Responsibility.objects.filter(PART, partner=partner).exclude(letter="")
    order = list(Letter.values)
    found = rows.select_related("function", "held_by").order_by("function__position", "function")
    return sorted(found, key=lambda role: order.index(role.letter))


def _speakers(partner: Partner, roles: Iterable[Responsibility]) -> list[Speaker]:
    held: dict[int | None, list[Responsibility]] = {}
    for role in roles:
        held.setdefault(role.held_by_id, []).append(role)
    return [
        Speaker(one, contact_url(one.contact), contact_url(one.deputy_contact), held.get(one.pk, []))
        for one in partner.focal_people.order_by("pk")
    ]


def _agreements(partner: Partner, today: date) -> list[ShownAgreement]:
    found = []
    for agreement in partner.agreements.prefetch_related("functions").order_by("-starts_on", "-pk"):
        standing = agreement_reading.standing_of(agreement, today)
        words = agreement_reading.time_in_words(agreement, standing, today)
        found.append(ShownAgreement(agreement, standing, words))
    return sorted(found, key=lambda one: BEST_FIRST.index(one.standing))


def _pairs(partner: Partner, roles: Iterable[Responsibility]) -> list[Pair]:
    """What it answers for or does, and whatever else was ever checked: each with its newest check."""
    checks = CapacityCheck.objects.filter(PART, partner=partner).select_related("function").defer("note")
    newest = {
        check.function_id: check
        for check in checks.order_by("function_id", "-checked_on", "-pk").distinct("function_id")
    }
    doing = {role.function_id: role for role in roles if role.letter in DOING}
    functions = {key: one.function for key, one in (newest | doing).items()}
    pairs = [
        Pair(partner, function, doing[key].letter if key in doing else "", [newest[key]] if key in newest else ())
        for key, function in functions.items()
    ]
    return sorted(pairs, key=lambda pair: (pair.function.position, pair.function.pk))
