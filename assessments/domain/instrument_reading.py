"""Reading instruments: those a person may see, those an organisation keeps, and the versions of one."""

from collections.abc import Iterable

from django.db.models import Count, F, QuerySet

from accounts.models import Organisation, User
from assessments.domain.questionnaires import entry_of
from assessments.models import Instrument


def known(user: User, instrument_id: int) -> Instrument | None:
    """One instrument, if the person may see it."""
    found = Instrument.objects.known_to(user).select_related("organisation")
    return found.filter(pk=instrument_id).first()


def known_to(user: User) -> list[Instrument]:
    """Drafts and newest versions the person may see, built-in ones first, each with its `item_count`."""
    found = Instrument.objects.known_to(user).exclude(state=Instrument.State.SUPERSEDED)
    order = (F("organisation__name").asc(nulls_first=True), "organisation", "title", "version")
    return _counted(found.select_related("organisation").order_by(*order))


def kept_by(organisation: Organisation) -> list[Instrument]:
    """All versions an organisation keeps, the newest of each instrument first, each with its `item_count`."""
    found = organisation.instruments.select_related("created_by")
    return _counted(found.order_by("key", "-version"))


def one_kept_by(organisation: Organisation, instrument_id: int) -> Instrument | None:
    return organisation.instruments.filter(pk=instrument_id).first()


def versions_of(instrument: Instrument, *, seen_by: User) -> list[Instrument]:
    """The versions of an instrument that somebody may see, the newest first."""
    versions = Instrument.objects.known_to(seen_by).filter(organisation=instrument.organisation, key=instrument.key)
    return list(versions.order_by("-version"))


def _counted(instruments: QuerySet[Instrument]) -> list[Instrument]:
    """With `item_count`: of drafts there are no rows to count, so their file is read."""
    found = list(instruments.annotate(item_count=Count("items")))
    for draft in _drafts(found):
        draft.item_count = len(entry_of(draft).items)
    return found


def _drafts(instruments: Iterable[Instrument]) -> Iterable[Instrument]:
    return (instrument for instrument in instruments if instrument.is_draft)
