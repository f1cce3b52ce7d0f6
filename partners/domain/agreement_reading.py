"""Agreements as their pages show them: how each stands today, in words, and what follows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from journal.models import Change
from partners.domain import partners
from partners.domain.agreement_files import KIND
from partners.domain.agreements import why_unsigned
from partners.models import Agreement, AgreementFile
from programs.domain import history
from programs.domain.history import Line
from programs.models import Program

NEWEST_CHANGES = 12


class Standing(StrEnum):
    """How an agreement stands on a day, in the order of the register."""

    ENDING = "ending"  # in force, and its renewal should be talked about
    IN_FORCE = "in_force"
    COMING = "coming"  # signed, but its first day is yet to come
    DRAFT = "draft"
    EXPIRED = "expired"
    ENDED = "ended"


TITLES: dict[Standing, Promise] = {
    Standing.ENDING: gettext_lazy("Ending soon"),
    Standing.IN_FORCE: gettext_lazy("In force"),
    Standing.COMING: gettext_lazy("Signed, begins later"),
    Standing.DRAFT: gettext_lazy("Drafts"),
    Standing.EXPIRED: gettext_lazy("Expired"),
    Standing.ENDED: gettext_lazy("Ended"),
}
PLACE = {standing: place for place, standing in enumerate(Standing)}


@dataclass(frozen=True, slots=True)
class Shown:
    """An agreement as it stands today; `time` says in words how long it still is, or since when it is over.

    `next` is the signed one that goes on after it with the same parties and functions.
    """

    agreement: Agreement
    standing: Standing
    time: str
    next: Agreement | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Agreements of one standing."""

    standing: Standing
    rows: list[Shown]

    @property
    def title(self) -> Promise:
        return TITLES[self.standing]


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """One agreement with its papers, the newest first, and what happened to it lately.

    `lacks` says why a draft cannot be signed as it stands.
    """

    shown: Shown
    files: list[AgreementFile]
    lines: list[Line]
    lacks: str = ""

    @property
    def is_to_renew(self) -> bool:
        """Its end is near or past, and none goes on after it."""
        return self.shown.standing in {Standing.ENDING, Standing.EXPIRED} and self.shown.next is None


def register(program: Program, *, today: date) -> list[Group]:
    """All agreements of a program by how they stand: what ends first comes first, what is over last ended first."""
    agreements = _of_program(program)
    rows = sorted((_shown(one, agreements, today) for one in agreements), key=_place)
    return [Group(standing, list(found)) for standing, found in groupby(rows, key=lambda row: row.standing)]


def read(agreement: Agreement, *, today: date) -> AgreementPage:
    """All that the page of one agreement shows."""
    agreements = _of_program(agreement.program)
    found = next(one for one in agreements if one.pk == agreement.pk)
    changes = Change.objects.about(KIND, agreement.pk).newest_first()[:NEWEST_CHANGES]
    shown = _shown(found, agreements, today)
    return AgreementPage(
        shown,
        list(found.files.select_related("added_by")),
        history.lines(changes, program_id=found.program_id),
        lacks=why_unsigned(found) if shown.standing == Standing.DRAFT else "",
    )


def standing_of(agreement: Agreement, today: date) -> Standing:
    if agreement.state == Agreement.State.DRAFT:
        return Standing.DRAFT
    if agreement.state == Agreement.State.ENDED:
        return Standing.ENDED
    if agreement.is_expired(today):
        return Standing.EXPIRED
    if not agreement.is_in_force(today):
        return Standing.COMING
    is_noticed = agreement.notice_on is not None and agreement.notice_on <= today
    return Standing.ENDING if is_noticed else Standing.IN_FORCE


def follows(newer: Agreement, older: Agreement) -> bool:
    """Whether a signed agreement goes on after another, with its parties and functions or more of them."""
    if newer.pk == older.pk or newer.state != Agreement.State.SIGNED or older.ends_on is None:
        return False
    is_later = newer.ends_on is None or newer.ends_on > older.ends_on
    return is_later and all(
        set(getattr(newer, name).all()) >= set(getattr(older, name).all()) for name in ("parties", "functions")
    )


def time_in_words(agreement: Agreement, standing: Standing, today: date) -> str:
    """How long it still is, or since when it is over: what follows the word for its standing. Of a draft nothing."""
    if standing == Standing.DRAFT:
        return ""
    if standing == Standing.ENDED and agreement.ended_on:
        return _("on %(day)s") % {"day": date_format(agreement.ended_on, "SHORT_DATE_FORMAT")}
    if standing == Standing.COMING and agreement.starts_on:
        days = (agreement.starts_on - today).days
        return ngettext("in %(count)s day", "in %(count)s days", days) % {"count": days}
    if agreement.ends_on is None:
        return _("no end is written down")
    days = (agreement.ends_on - today).days
    if days < 0:
        return ngettext("%(count)s day ago", "%(count)s days ago", -days) % {"count": -days}
    if days == 0:
        return _("today is its last day")
    return ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days}


def _of_program(program: Program) -> list[Agreement]:
    parties = Prefetch("parties", partners.of_program(program))
    return list(Agreement.objects.filter(program=program).prefetch_related(parties, "functions").order_by("-pk"))


def _shown(agreement: Agreement, agreements: Sequence[Agreement], today: date) -> Shown:
    standing = standing_of(agreement, today)
    return Shown(agreement, standing, time_in_words(agreement, standing, today), _next(agreement, agreements))


def _next(agreement: Agreement, agreements: Iterable[Agreement]) -> Agreement | None:
    """The first of those that follow it, by their end; nothing follows what is only a draft."""
    if agreement.state == Agreement.State.DRAFT:
        return None
    found = [one for one in agreements if follows(one, agreement)]
    return min(found, key=lambda one: (one.ends_on or date.max, one.pk), default=None)


def _place(row: Shown) -> tuple[int, int]:
    """The order of the register: by standing, then by the day that counts; drafts stay newest first."""
    agreement, day = row.agreement, row.agreement.ends_on or date.max
    if row.standing == Standing.COMING:
        day = agreement.starts_on or date.max
    if row.standing == Standing.ENDED:
        day = agreement.ended_on or date.min
    is_over = row.standing in {Standing.EXPIRED, Standing.ENDED}
    days = 0 if row.standing == Standing.DRAFT else day.toordinal()
    return PLACE[row.standing], -days if is_over else days
