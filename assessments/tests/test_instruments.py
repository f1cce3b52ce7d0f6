"""Loading, importing, publishing and discarding instruments; what is published never changes."""

from collections.abc import Callable
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, transaction

from accounts.models import Organisation, User
from assessments import instrument_file
from assessments.domain import instruments, questionnaires
from assessments.domain.instruments import InstrumentRefused
from assessments.instrument_file import InstrumentFileError
from assessments.models import Instrument, InstrumentDimension, InstrumentItem
from assessments.tests.instrument_cases import TEXT, keep_draft, publish, version, with_deputy
from conftest import Tenant
from journal.models import Change

pytestmark = pytest.mark.django_db
BUILT_IN = [path.name.removesuffix(".v1.toml").replace("_", "-") for path in instrument_file.builtin()]


def history(*, verb: str = "") -> list[tuple[str, str, int]]:
    lines = Change.objects.filter(kind="instrument").order_by("pk")
    found = [(line.verb, line.actor.name, line.details["version"]) for line in lines]
    return [line for line in found if verb in line[0]]


# The built-in ones


def test_built_in_instruments_are_whole(instrument: Instrument) -> None:
    entry = instrument_file.read(instrument_file.CONTENT / "scale_up_readiness.v1.toml")
    assert questionnaires.entry_of(instrument) == entry
    dimensions = list(instrument.dimensions.values_list("number", "key", "title", "lede"))
    assert dimensions == [(n, one.key, one.title, one.lede) for n, one in enumerate(entry.dimensions, start=1)]
    rows = list(instrument.items.values_list("position", "key", "dimension__key"))
    placed = [(item.key, dimension.key) for dimension in entry.dimensions for item in dimension.items]
    assert rows == [(position, *names) for position, names in enumerate(placed, start=1)]
    assert (instrument.state, instrument.organisation, instrument.created_by) == ("published", None, None)


def test_rows_say_what_the_file_says(instrument: Instrument) -> None:
    first, entry = instrument.items.get(number="3.2"), questionnaires.entry_of(instrument).dimensions[2].items[1]
    same = ("key", "text", "help", "construct", "weight", "is_critical", "is_reversed", "may_pass", "shows")
    assert [getattr(first, name) for name in same] == [getattr(entry, name) for name in same]
    assert first.anchors == [list(anchor) for anchor in entry.anchors]
    assert (first.position, first.dimension.number) == (10, 3)


def test_loading_again_changes_nothing(instrument: Instrument) -> None:
    before = list(InstrumentItem.objects.values_list("pk"))
    assert sorted(one.key for one in instruments.load_built_in()) == BUILT_IN
    assert list(InstrumentItem.objects.values_list("pk")) == before
    assert history() == []


def test_a_newer_built_in_version_supersedes(instrument: Instrument) -> None:
    newer = instrument.text.replace("version = 1", "version = 2")
    loaded = instruments.load(instrument_file.parse(newer, name="x"), newer)
    instrument.refresh_from_db()
    assert (instrument.state, loaded.state, loaded.items.count()) == ("superseded", "published", 40)
    assert instruments.load(questionnaires.entry_of(instrument), instrument.text) == instrument


def test_built_in_version_with_other_content_is_refused(instrument: Instrument) -> None:
    entry = replace(questionnaires.entry_of(instrument), minutes=61)
    with pytest.raises(InstrumentRefused) as refused:
        instruments.load(entry, instrument_file.export(entry))
    assert str(refused.value) == (
        "scale-up-readiness, version 1, is already published, and what is published never changes. "
        "This is version 1: raise the number to 2."
    )
    assert Instrument.objects.filter(key="scale-up-readiness").count() == 1


def test_the_command_publishes_and_tells(instrument: Instrument) -> None:
    out = StringIO()
    call_command("load_instruments", stdout=out)
    assert "Scale-up readiness, version 1: published\n" in out.getvalue()


def test_the_command_tells_what_is_wrong(instrument: Instrument, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "broken.v1.toml"
    path.write_text('key = "x"\nversion = "one"\n')
    monkeypatch.setattr(instrument_file, "builtin", lambda: (path,))
    with pytest.raises(CommandError, match=r"broken\.v1\.toml, line 2: "):
        call_command("load_instruments")


def test_a_programs_organisation_chooses_among_published_ones(organisation: Organisation, admin: User) -> None:
    publish(organisation, admin)
    newest = publish(organisation, admin, version(4))
    keep_draft(organisation, admin, version(5))
    offered = Instrument.objects.for_program_of(organisation.pk).exclude(organisation=None)
    assert list(offered) == [newest]


# Drafts


def test_an_import_is_kept_as_a_draft(organisation: Organisation, admin: User) -> None:
    draft = keep_draft(organisation, admin)
    draft.refresh_from_db()
    assert (draft.state, draft.text, draft.created_by, draft.published_at) == ("draft", TEXT, admin, None)
    assert (draft.items.count(), [len(part.items) for part in questionnaires.parts_of(draft)]) == (0, [2, 1])
    assert history() == [("imported", admin.name, 3)]


def test_a_new_import_takes_the_place_of_the_draft(organisation: Organisation, admin: User) -> None:
    first, other = keep_draft(organisation, admin), keep_draft(organisation, admin, version(4))
    again = keep_draft(organisation, admin, version(3, title='"A better title"'))
    assert set(organisation.instruments.values_list("pk", "title")) == {
        (first.pk, "A better title"),
        (other.pk, "A small instrument"),
    }
    assert again.pk == first.pk
    assert history() == [("imported", admin.name, 3), ("imported", admin.name, 4), ("replaced", admin.name, 3)]


def test_the_same_import_again_changes_nothing(organisation: Organisation, admin: User) -> None:
    assert keep_draft(organisation, admin) == keep_draft(organisation, admin)
    assert history() == [("imported", admin.name, 3)]


def test_every_mistake_of_an_import_is_told(organisation: Organisation, admin: User) -> None:
    text = TEXT.replace("minutes = 20", "minutes = 2000").replace('label = "Fully"', 'label = "Partly"')
    with pytest.raises(InstrumentFileError) as refused:
        keep_draft(organisation, admin, text)
    assert str(refused.value).split("\n") == [
        'x.toml, line 10: "minutes" is 2000; it must be 1 to 600',
        'x.toml, line 28: another level has the label "Partly" (line 23)',
    ]
    assert organisation.instruments.count() == 0


@pytest.mark.parametrize("number", [2, 3])
def test_versions_only_go_up(organisation: Organisation, admin: User, number: int) -> None:
    publish(organisation, admin)
    with pytest.raises(InstrumentRefused, match=rf"version 3, is already .* This is version {number}: .* to 4\."):
        keep_draft(organisation, admin, version(number))
    assert organisation.instruments.count() == 1


def test_organisations_do_not_stand_in_each_others_way(tenant: Tenant, other_tenant: Tenant) -> None:
    publish(other_tenant.organisation, other_tenant.admin, version(9))
    mine = publish(tenant.organisation, tenant.admin)
    assert set(Instrument.objects.filter(state="published").exclude(organisation=None).values_list("version")) == {
        (3,),
        (9,),
    }
    assert mine.version == 3


def test_what_is_exported_comes_back_as_the_same(organisation: Organisation, admin: User) -> None:
    for source in Instrument.objects.filter(organisation=None):
        draft = keep_draft(organisation, admin, source.text)
        assert (draft.key, draft.fingerprint) == (source.key, source.fingerprint)
        canonical = keep_draft(organisation, admin, instrument_file.export(questionnaires.entry_of(source)))
        assert (canonical.pk, canonical.fingerprint) == (draft.pk, source.fingerprint)


# Publishing


def test_publishing_freezes_and_supersedes(organisation: Organisation, admin: User) -> None:
    former = publish(organisation, admin)
    draft = keep_draft(organisation, admin, with_deputy(4))
    published = instruments.publish(draft, fingerprint=draft.fingerprint, by=admin)
    former.refresh_from_db()
    assert (former.state, published.state, published.published_at is None) == ("superseded", "published", False)
    assert list(published.items.values_list("number", "key")) == [
        ("1.1", "named-lead"),
        ("1.2", "team"),
        ("1.3", "deputy"),
    ]
    assert former.items.count() == 3
    assert history(verb="published") == [("published", admin.name, 3), ("published", admin.name, 4)]


def test_publishing_twice_is_publishing_once(organisation: Organisation, admin: User) -> None:
    draft = keep_draft(organisation, admin)
    for _ in range(2):
        instruments.publish(draft, fingerprint=draft.fingerprint, by=admin)
    assert (draft.items.count(), history(verb="published")) == (3, [("published", admin.name, 3)])


def test_a_draft_that_was_replaced_meanwhile_is_not_published(organisation: Organisation, admin: User) -> None:
    read = keep_draft(organisation, admin)
    keep_draft(organisation, admin, version(3, minutes="21"))
    with pytest.raises(InstrumentRefused, match="has changed since you read it"):
        instruments.publish(read, fingerprint=read.fingerprint, by=admin)
    read.refresh_from_db()
    assert read.is_draft


def test_a_draft_that_was_discarded_meanwhile_is_not_published(organisation: Organisation, admin: User) -> None:
    read = keep_draft(organisation, admin)
    instruments.discard(Instrument.objects.get(pk=read.pk), by=admin)
    with pytest.raises(InstrumentRefused, match="has changed since you read it"):
        instruments.publish(read, fingerprint=read.fingerprint, by=admin)


def test_a_draft_that_was_overtaken_is_not_published(organisation: Organisation, admin: User) -> None:
    draft = keep_draft(organisation, admin)
    publish(organisation, admin, version(4))
    with pytest.raises(InstrumentRefused, match=r"This is version 3: raise the number to 5\."):
        instruments.publish(draft, fingerprint=draft.fingerprint, by=admin)
    draft.refresh_from_db()
    assert (draft.is_draft, draft.items.count()) == (True, 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: Instrument.objects.filter(pk=one.pk).update(title="Another"),
        lambda one: Instrument.objects.filter(pk=one.pk).update(text="Another"),
        lambda one: Instrument.objects.filter(pk=one.pk).update(state="draft"),
        lambda one: InstrumentDimension.objects.filter(instrument=one).update(lede="Another"),
        lambda one: InstrumentItem.objects.filter(instrument=one).update(weight=5),
    ],
    ids=["title", "text", "state", "dimension", "item"],
)
def test_the_database_refuses_to_change_what_is_published(
    organisation: Organisation, admin: User, change: Callable[[Instrument], int]
) -> None:
    with pytest.raises(ProgrammingError, match="is frozen: UPDATE refused"), transaction.atomic():
        change(publish(organisation, admin))


def test_a_draft_can_be_discarded(organisation: Organisation, admin: User) -> None:
    draft = keep_draft(organisation, admin)
    for _ in range(2):
        instruments.discard(draft, by=admin)
    assert organisation.instruments.count() == 0
    assert history(verb="discarded") == [("discarded", admin.name, 3)]


def test_what_is_published_cannot_be_discarded(organisation: Organisation, admin: User) -> None:
    published = publish(organisation, admin)
    with pytest.raises(InstrumentRefused, match="It stays for ever"):
        instruments.discard(published, by=admin)
    assert list(organisation.instruments.all()) == [published]


# Versions


def test_differences_to_the_published_version(organisation: Organisation, admin: User) -> None:
    assert instruments.differences_to_published(publish(organisation, admin)) is None
    found = instruments.differences_to_published(keep_draft(organisation, admin, with_deputy(4)))
    assert [item.key for item in found.new] == ["deputy"]
    assert [(each.new.key, each.parts) for each in found.changed] == [("team", ("weight",))]
    assert ([item.key for item in found.gone], found.is_scale_changed) == (["budget"], False)


def test_drafts_are_never_what_a_version_is_compared_with(organisation: Organisation, admin: User) -> None:
    keep_draft(organisation, admin)
    assert instruments.differences_to_published(keep_draft(organisation, admin, with_deputy(4))) is None


def test_the_next_version_keeps_comments(organisation: Organisation, admin: User) -> None:
    publish(organisation, admin, version(4))
    older = Instrument.objects.create(
        **questionnaires.columns_of(instrument_file.parse(TEXT, name="x"), f"# Why: see below.\n{TEXT}"),
        organisation=organisation,
        state="superseded",
        published_at="2026-01-01T00:00Z",
    )
    expected = f"# Why: see below.\n{TEXT}".replace("version = 3", "version = 5")
    assert instruments.next_version_text(older) == expected


def test_a_version_that_hides_is_found_by_reading(organisation: Organisation, admin: User) -> None:
    """The first line that looks like the version stands inside a text here."""
    hidden = TEXT.replace("Two sentences. On two", "Two sentences. On\nversion = 3").replace("version = 3", "", 1)
    text = f"{hidden.split('[[sources]]')[0]}version=3\n\n[[sources]]{hidden.split('[[sources]]', 1)[1]}"
    published = publish(organisation, admin, text)
    again = instrument_file.parse(instruments.next_version_text(published), name="x")
    assert again == replace(questionnaires.entry_of(published), version=4)


def test_where_a_draft_is_begun_it_is_the_next_version(organisation: Organisation, admin: User) -> None:
    published = publish(organisation, admin)
    draft = keep_draft(organisation, admin, with_deputy(4))
    assert instruments.next_version_text(published) == instruments.next_version_text(draft) == with_deputy(4)
