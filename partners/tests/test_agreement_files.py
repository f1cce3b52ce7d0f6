"""The signed paper of an agreement: taken in versions, looked into, and never sent as anything but a download."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from journal.models import Change
from partners.domain import agreement_files, agreements
from partners.domain.agreement_files import NotSigned
from partners.domain.agreements import Refused
from partners.models import Agreement, AgreementFile, Partner
from partners.tests.agreement_cases import TODAY, day, draft, now, paper, signed
from partners.tests.role_cases import add_partner
from programs.models import PendingFile, Program
from programs.tests.saving_cases import at_once
from programs.tests.upload_cases import HOSTILE, PDF, image

ClientFor = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """Files of these tests lie in a folder of their own."""
    backend = "django.core.files.storage.FileSystemStorage"
    own = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path), "base_url": None}}
    settings.STORAGES = settings.STORAGES | {"default": own}
    return tmp_path


@pytest.fixture
def agreement(office: Partner) -> Agreement:
    return signed(office)


def kept(store: Path) -> list[str]:
    return sorted(path.relative_to(store).as_posix() for path in store.rglob("*") if path.is_file())


def upload(name: str = "signed.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def url(name: str, agreement: Agreement, *parts: int) -> str:
    return reverse(f"partners:{name}", args=[agreement.program_id, *(parts or [agreement.pk])])


def hand_in(signed_in: Client, agreement: Agreement, **said: Any) -> HttpResponse:
    return signed_in.post(
        url("agreement_file_add", agreement), {"file": upload(), "note": "", "nonce": "a" * 32} | said
    )


def sign(signed_in: Client, agreement: Agreement, **said: Any) -> HttpResponse:
    return signed_in.post(
        url("agreement_sign", agreement), {"signed_on": day(-1).isoformat(), "note": "", "nonce": "a" * 32} | said
    )


def fetch(signed_in: Client, agreement: Agreement) -> HttpResponse:
    return signed_in.get(url("agreement_file", agreement, AgreementFile.objects.get().pk))


# Versions


def test_it_is_kept_under_a_random_name(
    signed_in: Client, agreement: Agreement, editor: User, program: Program, store: Path
) -> None:
    response = hand_in(signed_in, agreement, file=upload("../Memorandum of May.pdf"), note="Signed by all.")
    assert (response.status_code, response["Location"]) == (302, url("agreement", agreement))
    found = AgreementFile.objects.get()
    assert (found.agreement, found.version, found.added_by, found.note) == (agreement, 1, editor, "Signed by all.")
    assert (found.file_name, found.media_type, found.size) == ("Memorandum of May.pdf", "application/pdf", len(PDF))
    assert (kept(store), PendingFile.objects.count()) == ([found.file.name], 0)
    assert (found.file.name.startswith(f"agreements/{program.pk}/"), "Memorandum" in found.file.name) == (True, False)


def test_every_version_stays(agreement: Agreement, editor: User, store: Path, signed_in: Client) -> None:
    for number in (1, 2, 3):
        agreement_files.add(agreement, paper(f"signed {number}.pdf"), by=editor)
    newest_first = [(3, "signed 3.pdf"), (2, "signed 2.pdf"), (1, "signed 1.pdf")]
    assert (list(agreement.files.values_list("version", "file_name")), len(kept(store))) == (newest_first, 3)
    page = signed_in.get(url("agreement", agreement))
    assert [(file.version, file.file_name) for file in page.context["page"].files] == newest_first
    assert page.text.count("newest") == 1
    logged = Change.objects.filter(verb="paper_added").order_by("pk")
    assert [one.details["version"] for one in logged] == [1, 2, 3]


def test_versions_are_counted_for_each_agreement(agreement: Agreement, office: Partner, editor: User) -> None:
    for one in (agreement, agreement, signed(office)):
        agreement_files.add(one, paper(), by=editor)
    assert sorted(AgreementFile.objects.values_list("version", flat=True)) == [1, 1, 2]


def test_a_draft_has_no_signed_paper(office: Partner, signed_in: Client, editor: User, store: Path) -> None:
    made = draft(office)
    with pytest.raises(NotSigned, match="This is a draft"):
        agreement_files.add(made, paper(), by=editor)
    assert "This is a draft" in signed_in.get(url("agreement_file_add", made)).text
    response = hand_in(signed_in, made)
    assert (response.status_code, "This is a draft" in response.text, kept(store)) == (422, True, [])
    assert AgreementFile.objects.count() == 0


# With the signature


def test_it_comes_along_when_the_agreement_is_signed(office: Partner, signed_in: Client, store: Path) -> None:
    made = draft(office)
    assert sign(signed_in, made, file=upload(), note="Signed by all.").status_code == 302
    found = AgreementFile.objects.get()
    assert (now(made).state, now(made).signed_on, found.note) == ("signed", day(-1), "Signed by all.")
    assert kept(store) == [found.file.name]


def test_it_can_come_later(office: Partner, signed_in: Client, store: Path) -> None:
    made = draft(office)
    assert sign(signed_in, made).status_code == 302
    assert (now(made).state, AgreementFile.objects.count(), kept(store)) == ("signed", 0, [])


def test_a_refused_signature_takes_its_paper_along(office: Partner, signed_in: Client, store: Path) -> None:
    made = draft(office, ends_on=None)
    response = sign(signed_in, made, file=upload(), note="Signed by all.")
    assert (response.status_code, now(made).state, AgreementFile.objects.count()) == (422, "draft", 0)
    page = response.text
    assert ("Enter the day it starts" in page, "Signed by all." in page, kept(store)) == (True, True, [])


@pytest.mark.parametrize("send", [hand_in, sign])
@pytest.mark.parametrize("name", ["page.pdf", "drawing.svg", "bomb.docx", "program.jpg", "invoice.pdf.exe"])
def test_a_hostile_file_leaves_nothing_behind(
    office: Partner, signed_in: Client, store: Path, name: str, send: Callable[..., HttpResponse]
) -> None:
    made = draft(office) if send is sign else signed(office)
    before = Change.objects.count()
    response = send(signed_in, made, file=upload(name, HOSTILE[name]), note="Kept note")
    assert (response.status_code, "There is a problem" in response.text, "Kept note" in response.text) == (
        422,
        True,
        True,
    )
    assert (now(made).state, Change.objects.count(), kept(store)) == (made.state, before, [])


@pytest.mark.parametrize("send", [hand_in, sign])
def test_a_file_over_the_limit_is_not_even_read(
    office: Partner, signed_in: Client, store: Path, settings: Any, send: Callable[..., HttpResponse]
) -> None:
    made = draft(office) if send is sign else signed(office)
    settings.EVIDENCE_FILE_LIMIT = 100_000
    response = send(signed_in, made, file=upload("large.pdf", PDF + b"\n" * 200_000), note="Kept note")
    page = response.text
    assert ("This file is larger than" in page, "add a link" in page, "Kept note" in page) == (True, False, True)
    assert (response.status_code, now(made).state, kept(store)) == (422, made.state, [])


def test_without_a_file_there_is_no_version(signed_in: Client, agreement: Agreement) -> None:
    response = hand_in(signed_in, agreement, file="")
    assert (response.status_code, "Choose a file." in response.text) == (422, True)
    assert AgreementFile.objects.count() == 0


def test_a_photo_of_the_paper_is_taken(signed_in: Client, agreement: Agreement) -> None:
    hand_in(signed_in, agreement, file=upload("page 1.jpg", image("JPEG")))
    assert AgreementFile.objects.get().media_type == "image/jpeg"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("send", [hand_in, sign])
def test_a_double_click_adds_one_version(
    guide: object, office: Partner, client_for: ClientFor, editor: User, store: Path, send: Callable[..., HttpResponse]
) -> None:
    made, cookies = draft(office) if send is sign else signed(office), client_for(editor).cookies

    def post() -> int:
        twin = Client()
        twin.cookies = cookies
        return send(twin, made, file=upload()).status_code

    assert at_once(5, post) == [302] * 5
    assert (AgreementFile.objects.count(), len(kept(store))) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_versions_at_once_are_two(guide: object, program: Program, lead: User, store: Path) -> None:
    made = signed(add_partner(program))
    at_once(4, lambda: agreement_files.add(made, paper(), by=lead))
    assert (sorted(made.files.values_list("version", flat=True)), len(kept(store))) == ([1, 2, 3, 4], 4)


# Who may


def test_it_is_sent_as_a_harmless_download(signed_in: Client, agreement: Agreement) -> None:
    hand_in(signed_in, agreement, file=upload("កិច្ចព្រមព្រៀង “May”.pdf"))
    response = fetch(signed_in, agreement)
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E1%9E%80")
    assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "private, no-store")
    policy = {part.strip() for part in response["Content-Security-Policy"].split(";")}
    closed = ("default-src", "img-src", "form-action", "object-src", "base-uri", "frame-ancestors")
    assert policy == {f"{name} 'none'" for name in closed} | {"sandbox"}


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("viewer", 200),
        ("facilitator", 200),
        ("admin", 200),
        ("donor", 403),
        ("other_lead", 404),
        ("other_facilitator", 404),
        ("stranger", 404),
    ],
)
def test_only_readers_of_the_program_fetch_it(
    request: pytest.FixtureRequest, agreement: Agreement, lead: User, client_for: ClientFor, who: str, status: int
) -> None:
    agreement_files.add(agreement, paper(), by=lead)
    response = fetch(client_for(request.getfixturevalue(who)), agreement)
    response.close()
    assert response.status_code == status


@pytest.mark.parametrize("who", ["viewer", "facilitator", "admin", "donor", "stranger"])
def test_who_only_reads_adds_nothing(
    request: pytest.FixtureRequest, client_for: ClientFor, agreement: Agreement, store: Path, who: str
) -> None:
    person = request.getfixturevalue(who)
    assert hand_in(client_for(person), agreement).status_code == (404 if who == "stranger" else 403)
    with pytest.raises(PermissionDenied):
        agreement_files.add(agreement, paper(), by=person)
    assert (AgreementFile.objects.count(), kept(store)) == (0, [])


def test_the_paper_of_another_program_is_not_here(
    agreement: Agreement, signed_in: Client, other_program: Program, other_lead: User
) -> None:
    foreign = signed(add_partner(other_program))
    agreement_files.add(foreign, paper(), by=other_lead)
    assert fetch(signed_in, agreement).status_code == 404
    for name in ("agreement_file_add", "agreement_sign"):
        assert signed_in.get(url(name, agreement, foreign.pk)).status_code == 404


def test_a_missing_file_is_said_to_be_missing(signed_in: Client, agreement: Agreement, editor: User) -> None:
    made = agreement_files.add(agreement, paper(), by=editor)
    default_storage.delete(made.file.name)
    assert fetch(signed_in, agreement).status_code == 404


def test_a_signature_that_comes_too_late_leaves_no_paper(agreement: Agreement, editor: User, store: Path) -> None:
    with pytest.raises(Refused):
        agreements.sign(agreement, signed_on=TODAY, paper=paper(), by=editor)
    assert (AgreementFile.objects.count(), kept(store)) == (0, [])
