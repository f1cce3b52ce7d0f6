"""Reading instruments: those a person may see, those an organisation keeps, and the versions of one."""

from dataclasses import dataclass

from django.db.models import Count, F, QuerySet

from accounts.models import Organisation, User
from assessments.domain.questionnaires import entry_of
from assessments.models import Instrument


@dataclass(frozen=True, slots=True)
class Listed:
    """An instrument as a list shows it."""

    instrument: Instrument
    item_count: int


def known(user: User, instrument_id: int) -> Instrument | None:
    """One instrument, if the person may see it."""
    found = Instrument.objects.known_to(user).select_related("organisation")
    return found.filter(pk=instrument_id).first()


def known_to(user: User) -> list[Listed]:
    """Drafts and newest versions the person may see, built-in ones first."""
    found = Instrument.objects.known_to(user).exclude(state=Instrument.State.SUPERSEDED)
    order = (F("organisation__name").asc(nulls_first=True), "organisation", "title", "version")
    return _counted(found.select_related("organisation").order_by(*order))


def kept_by(organisation: Organisation) -> list[Listed]:
    """All versions an organisation keeps, the newest of each instrument first."""
    found = organisation.instruments.select_related("created_by")
    return _counted(found.order_by("key", "-version"))


def one_kept_by(organisation: Organisation, instrument_id: int) -> Instrument | None:
    return organisation.instruments.filter(pk=instrument_id).first()


def versions_of(instrument: Instrument, *, seen_by: User) -> list[Instrument]:
    """The versions of an instrument that somebody may see, the newest first."""
    versions = Instrument.objects.known_to(seen_by).filter(organisation=instrument.organisation, key=instrument.key)
    return list(versions.order_by("-version"))


def _counted(instruments: QuerySet[Instrument]) -> list[Listed]:
    """Of drafts there are no rows to count, so their file is read."""
    found = instruments.annotate(item_count=Count("items"))
    return [Listed(one, len(entry_of(one).items) if one.is_draft else one.item_count) for one in found]
