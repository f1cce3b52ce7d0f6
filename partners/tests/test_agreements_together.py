"""Several people at one agreement in the same moment: each ends in words, nothing is half, no file is left behind."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from journal.facts import ChangedMeanwhile, facts_of
from journal.tests.haste import at_once
from partners.domain import agreement_files, agreements, annexes
from partners.models import Agreement, AgreementFile, Annex, Partner
from partners.tests.agreement_cases import TODAY, draft, paper, signed
from programs.models import PendingFile

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 4


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path, guide: object) -> Path:
    """Files of these tests lie in a folder of their own; the guide is there before anybody begins."""
    backend = "django.core.files.storage.FileSystemStorage"
    own = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path), "base_url": None}}
    settings.STORAGES = settings.STORAGES | {"default": own}
    return tmp_path


def change(agreement: Agreement, by: User, **said: Any) -> Callable[[], object]:
    """Sends the form as it was opened before anything happened."""
    seen = facts_of(agreement, agreements.names_of_facts(agreement))
    now = {name: getattr(agreement, name) for name in seen}
    now |= {name: list(getattr(agreement, name).all()) for name in ("parties", "functions")}
    return lambda: agreements.change(agreement, wanted=now | said, seen=seen, by=by)


def kinds(done: list[object]) -> list[str]:
    return sorted(type(one).__name__ for one in done)


def files(store: Path) -> int:
    return sum(one.is_file() for one in store.rglob("*"))


def test_two_changes_of_one_fact_one_is_told(office: Partner, lead: User) -> None:
    for number in range(TIMES):
        made = draft(office)
        acts = [change(made, lead, title=f"By {who} {number}") for who in ("me", "you")]
        done = at_once(*acts)
        assert kinds(done) == ["ChangedMeanwhile", "NoneType"]
        (clash,) = [one for one in done if isinstance(one, ChangedMeanwhile)]
        assert clash.fields == {"title": Agreement.objects.get(pk=made.pk).title}


def test_two_changes_of_different_facts_both_stand(office: Partner, lead: User) -> None:
    made = draft(office)
    acts = change(made, lead, title="New title"), change(made, lead, exit_terms="New terms")
    assert at_once(*acts) == [None, None]
    made.refresh_from_db()
    assert (made.title, made.exit_terms) == ("New title", "New terms")


def test_signed_while_it_is_changed(office: Partner, lead: User) -> None:
    """Days taken out of a draft that is being signed: whoever comes second is told."""
    seen = set()
    for _ in range(TIMES):
        made = draft(office)
        done = at_once(
            change(made, lead, ends_on=None), lambda made=made: agreements.sign(made, signed_on=TODAY, by=lead)
        )
        made.refresh_from_db()
        outcome = (kinds(done), made.state, made.ends_on is None)
        assert outcome in [(["NoneType", "Refused"], "draft", True), (["NoneType", "Refused"], "signed", False)]
        seen.add(outcome[1])
    assert seen <= {"draft", "signed"}


def test_deleted_while_it_is_changed_or_signed(office: Partner, lead: User, store: Path) -> None:
    """Signed first it stays; deleted first the others are told, and the paper that came along does not stay."""
    for _ in range(TIMES):
        made = draft(office)
        done = at_once(
            lambda made=made: agreements.delete(made, by=lead),
            change(made, lead, title="Typed"),
            lambda made=made: agreements.sign(made, signed_on=TODAY, paper=paper(), by=lead),
        )
        is_there = Agreement.objects.filter(pk=made.pk).exists()
        assert [type(one).__name__ for one in (done[0], done[2])] == (
            ["Refused", "NoneType"] if is_there else ["NoneType", "Gone"]
        )
        assert type(done[1]).__name__ in {"NoneType"} | (set() if is_there else {"Gone"})
    assert set(Agreement.objects.values_list("state", flat=True)) <= {"signed"}
    assert (AgreementFile.objects.count(), files(store)) == (Agreement.objects.count(),) * 2


def test_a_version_while_it_is_ended(office: Partner, lead: User, store: Path) -> None:
    """Both stand: the paper of what ended is still of interest."""
    made = signed(office)
    done = at_once(
        lambda: agreements.end(made, ended_on=TODAY, why="It is over.", by=lead),
        lambda: agreement_files.add(made, paper(), by=lead),
    )
    made.refresh_from_db()
    assert ([type(one).__name__ for one in done], made.state) == (["NoneType", "AgreementFile"], "ended")
    assert (made.files.count(), files(store), PendingFile.objects.count()) == (1, 1, 0)


def test_two_annexes_at_once_have_two_numbers(office: Partner, lead: User) -> None:
    made = draft(office)
    at_once(*[lambda key=key: annexes.ask(made, by=lead, key=key) for key in ("one", "two", "two", "three")])
    assert sorted(Annex.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_an_annex_of_a_draft_that_is_being_deleted(office: Partner, lead: User) -> None:
    for _ in range(TIMES):
        made = draft(office)
        done = at_once(lambda made=made: agreements.delete(made, by=lead), lambda made=made: annexes.ask(made, by=lead))
        assert done[0] is None
        assert type(done[1]).__name__ in {"Gone", "Annex"}
    assert (Agreement.objects.count(), Annex.objects.count()) == (0, 0)
