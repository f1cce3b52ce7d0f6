"""Instruments: the built-in ones loaded, drafts imported, published for ever or discarded."""

import re
from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import Affiliation, Organisation, User
from assessments import instrument_differences, instrument_file
from assessments.domain import questionnaires
from assessments.instrument_differences import Differences
from assessments.instrument_file import InstrumentEntry, InstrumentFileError
from assessments.models import Instrument
from journal.record import record

KIND = "instrument"
State = Instrument.State
VERSION_LINE = re.compile(r"^version[ \t]*=[ \t]*\d+", re.MULTILINE)


class InstrumentRefused(Exception):
    """An instrument that is well written but must not be kept or published; the message says why."""


def load_built_in() -> list[Instrument]:
    """Publishes every instrument file of the product that is not yet there; older versions first.

    Raises InstrumentFileError for a file with mistakes and InstrumentRefused as `load` does.
    """
    files = {f"assessments/content/{path.name}": path.read_text(encoding="utf-8") for path in instrument_file.builtin()}
    found = [(instrument_file.parse(text, name=name), text) for name, text in files.items()]
    return [load(entry, text) for entry, text in sorted(found, key=lambda pair: (pair[0].key, pair[0].version))]


@transaction.atomic
def load(entry: InstrumentEntry, text: str) -> Instrument:
    """Publishes one version of a built-in instrument, whose file is `text`; the same again changes nothing.

    Raises InstrumentRefused when this version was published with other content, or a higher one was.
    """
    found = Instrument.objects.filter(organisation=None, key=entry.key, version=entry.version).first()
    if found is not None and found.fingerprint == entry.fingerprint:
        return found
    _refuse_published(None, entry)
    instrument = Instrument.objects.create(**questionnaires.columns_of(entry, text))
    _publish(instrument)
    return instrument


@transaction.atomic
def import_draft(organisation: Organisation, text: str, *, name: str, by: User) -> Instrument:
    """Keeps the text of an instrument file as a draft, instead of an earlier draft of the same version.

    Raises InstrumentFileError with every mistake of the text, which they call `name`, and
    InstrumentRefused for a version that is not higher than what is published.
    """
    entry = instrument_file.parse(text, name=name)
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    _refuse_published(organisation, entry)
    versions = Instrument.objects.filter(organisation=organisation, key=entry.key, version=entry.version)
    earlier = versions.first()
    if earlier is not None and earlier.text == text:
        return earlier
    columns = questionnaires.columns_of(entry, text) | {"created_by": by, "created_at": Now()}
    draft, is_new = Instrument.objects.update_or_create(
        organisation=organisation, key=columns.pop("key"), version=columns.pop("version"), defaults=columns
    )
    _record("imported" if is_new else "replaced", draft, by=by)
    return draft


@transaction.atomic
def publish(draft: Instrument, *, fingerprint: str, by: User) -> Instrument:
    """Freezes a draft for ever and supersedes the version before; published already, it stays as it is.

    `fingerprint` is of the draft as the person read it. Raises InstrumentRefused when the draft was
    replaced or discarded meanwhile, and when a version as high was published.
    """
    held = _hold(draft)
    if held is None or held.fingerprint != fingerprint:
        raise InstrumentRefused(_("The draft has changed since you read it. Read it again, then publish it."))
    if held.is_draft:
        _refuse_published(held.organisation, questionnaires.entry_of(held))
        _publish(held)
        _record("published", held, by=by)
    return held


@transaction.atomic
def discard(draft: Instrument, *, by: User) -> None:
    """Throws a draft away. Raises InstrumentRefused when it is published; a second click changes nothing."""
    held = _hold(draft)
    if held is None:
        return
    if not held.is_draft:
        raise InstrumentRefused(_("This version is published. It stays for ever."))
    _record("discarded", held, by=by)
    held.delete()


def is_kept_by(user: User, instrument: Instrument) -> bool:
    """Whether the person may import, publish and discard here: an administrator of its organisation."""
    kept = Affiliation.objects.filter(user=user, is_admin=True, organisation=instrument.organisation_id)
    return instrument.organisation_id is not None and kept.exists()


def version_before(instrument: Instrument, *, among: Iterable[Instrument]) -> Instrument | None:
    """Of some versions of an instrument, the newest that was published before this one."""
    lower = [one for one in among if one.version < instrument.version and not one.is_draft]
    return max(lower, key=lambda one: one.version, default=None)


def differences_to_published(instrument: Instrument) -> Differences | None:
    """What is new in this version against the one published before it; None where it is the first."""
    before = version_before(instrument, among=_versions(instrument))
    return differences_between(before, instrument) if before else None


def differences_between(old: Instrument, new: Instrument) -> Differences:
    return instrument_differences.differences(questionnaires.entry_of(old), questionnaires.entry_of(new))


def next_version_text(instrument: Instrument) -> str:
    """The file with the number of the next version, to edit; or the draft, where there is one already.

    Comments and line breaks stay, wherever the line with the version can be told.
    """
    newest = _versions(instrument).latest("version")
    if newest.is_draft:
        return newest.text
    entry = replace(questionnaires.entry_of(instrument), version=newest.version + 1)
    text = VERSION_LINE.sub(f"version = {entry.version}", instrument.text, count=1)
    return text if _says(text, entry) else instrument_file.export(entry)


def _says(text: str, entry: InstrumentEntry) -> bool:
    try:
        return instrument_file.parse(text, name="instrument") == entry
    except InstrumentFileError:
        return False


def _versions(instrument: Instrument) -> QuerySet[Instrument]:
    return Instrument.objects.filter(organisation=instrument.organisation_id, key=instrument.key)


def _hold(draft: Instrument) -> Instrument | None:
    """The row as it is now. The organisation is locked, so two administrators cannot publish at once."""
    Organisation.objects.select_for_update(of=("self",)).filter(instruments=draft.pk).first()
    return Instrument.objects.select_related("organisation").filter(pk=draft.pk).first()


def _publish(draft: Instrument) -> None:
    _versions(draft).filter(state=State.PUBLISHED).update(state=State.SUPERSEDED)
    questionnaires.fill(draft)
    Instrument.objects.filter(pk=draft.pk).update(state=State.PUBLISHED, published_at=Now())
    draft.refresh_from_db(fields=["state", "published_at"])


def _refuse_published(organisation: Organisation | None, entry: InstrumentEntry) -> None:
    """Versions only go up: raises InstrumentRefused for one that is not higher than all published ones."""
    published = Instrument.objects.filter(organisation=organisation, key=entry.key).exclude(state=State.DRAFT)
    newest = max(published.values_list("version", flat=True), default=0)
    if entry.version <= newest:
        raise InstrumentRefused(_frozen(entry, newest=newest))


def _frozen(entry: InstrumentEntry, *, newest: int) -> str:
    return _(
        "%(key)s, version %(newest)s, is already published, and what is published never changes. "
        "This is version %(version)s: raise the number to %(next)s."
    ) % {"key": entry.key, "version": entry.version, "newest": newest, "next": newest + 1}


def _record(verb: str, instrument: Instrument, *, by: User) -> None:
    names = ("title", "key", "version", "fingerprint", "organisation_id")
    record(verb, KIND, instrument.pk, by=by, new={name: getattr(instrument, name) for name in names})
