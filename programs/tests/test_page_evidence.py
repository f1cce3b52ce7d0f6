"""Evidence on an item: added, replaced, withdrawn, fetched, and never served as anything but a download."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from journal.models import Change
from programs.domain import verifying
from programs.models import Evidence, ItemAnswer, Program, StepPlan, StepState
from programs.tests.saving_cases import at_once, item_of, item_url
from programs.tests.upload_cases import HOSTILE, PDF, image

ClientFor = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """Files of these tests lie in a folder of their own."""
    backend = "django.core.files.storage.FileSystemStorage"
    own = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path), "base_url": None}}
    settings.STORAGES = settings.STORAGES | {"default": own}
    return tmp_path


def kept(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


@pytest.fixture
def row(program: Program) -> ItemAnswer:
    return item_of(program)


@pytest.fixture
def browser(client_for: ClientFor, editor: User) -> Client:
    return client_for(editor)


def today(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days)).isoformat()


def handed_in(kind: str = "link", **fields: object) -> dict[str, object]:
    given = {"kind": kind, "title": "Signed list", "dated_on": today(), "expires_on": "", "nonce": "a" * 32}
    return given | {"url": "https://example.org/list", "text": ""} | fields


def add(browser: Client, row: ItemAnswer, kind: str = "link", **fields: object) -> HttpResponse:
    url = reverse("programs:evidence_add", args=[row.plan.program_id, row.item.key])
    return browser.post(url, handed_in(kind, **fields))


def upload(name: str = "minutes.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def current(row: ItemAnswer) -> list[tuple[str, int]]:
    return list(Evidence.objects.filter(answer=row, is_current=True).values_list("title", "version"))


def test_link_is_added(browser: Client, row: ItemAnswer, program: Program, editor: User) -> None:
    seq = Program.objects.get(pk=program.pk).inputs_seq
    response = add(browser, row)
    assert (response.status_code, response["Location"]) == (302, f"{item_url(row)}#evidence")
    evidence = Evidence.objects.get()
    assert (evidence.kind, evidence.url, evidence.added_by) == ("link", "https://example.org/list", editor)
    assert Change.objects.get(verb="evidence_added").object_id == row.pk
    assert Program.objects.get(pk=program.pk).inputs_seq == seq + 1


def test_note_is_added(browser: Client, row: ItemAnswer) -> None:
    add(browser, row, "note", url="", text="Seen by the district officer.\r\nHe agreed.", title="")
    evidence = Evidence.objects.get()
    assert (evidence.title, evidence.text) == (
        "Seen by the district officer.",
        "Seen by the district officer.\nHe agreed.",
    )


def test_file_is_kept_under_a_random_name(browser: Client, row: ItemAnswer, store: Path) -> None:
    assert add(browser, row, "file", url="", file=upload("../Minutes of May.pdf"), title="").status_code == 302
    evidence = Evidence.objects.get()
    assert (evidence.title, evidence.file_name, evidence.media_type, evidence.size) == (
        "Minutes of May",
        "Minutes of May.pdf",
        "application/pdf",
        len(PDF),
    )
    assert [path.relative_to(store).as_posix() for path in kept(store)] == [evidence.file.name]
    assert "Minutes" not in evidence.file.name


def test_file_is_sent_as_a_harmless_download(browser: Client, row: ItemAnswer) -> None:
    add(browser, row, "file", url="", file=upload("បញ្ជី “list”.pdf"))
    evidence = Evidence.objects.get()
    response = browser.get(reverse("programs:evidence_file", args=[row.plan.program_id, evidence.pk]))
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E1%9E%94")
    assert response["X-Content-Type-Options"] == "nosniff"
    policy = {part.strip() for part in response["Content-Security-Policy"].split(";")}
    closed = {f"{name} 'none'" for name in ("default-src", "img-src", "form-action")}
    assert policy == closed | {f"{name} 'none'" for name in ("object-src", "base-uri", "frame-ancestors")} | {"sandbox"}
    assert response["Cache-Control"] == "private, no-store"


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
def test_only_readers_of_the_program_fetch_a_file(
    request: pytest.FixtureRequest, browser: Client, client_for: ClientFor, row: ItemAnswer, who: str, status: int
) -> None:
    add(browser, row, "file", url="", file=upload())
    url = reverse("programs:evidence_file", args=[row.plan.program_id, Evidence.objects.get().pk])
    response = client_for(request.getfixturevalue(who)).get(url)
    response.close()
    assert response.status_code == status


def test_file_of_another_program_is_not_here(
    browser: Client, row: ItemAnswer, client_for: ClientFor, other_lead: User, other_program: Program
) -> None:
    add(client_for(other_lead), item_of(other_program), "file", url="", file=upload())
    evidence = Evidence.objects.get()
    for name in ("evidence_file", "evidence_replace", "evidence_withdraw"):
        url = reverse(f"programs:{name}", args=[row.plan.program_id, evidence.pk])
        assert browser.get(url).status_code == 404


@pytest.mark.parametrize("name", ["page.pdf", "drawing.svg", "bomb.docx", "program.jpg", "invoice.pdf.exe"])
def test_hostile_file_leaves_nothing_behind(browser: Client, row: ItemAnswer, store: Path, name: str) -> None:
    response = add(browser, row, "file", url="", file=upload(name, HOSTILE[name]), title="Kept title")
    assert (response.status_code, Evidence.objects.count(), kept(store)) == (422, 0, [])
    page = response.content.decode()
    assert ("There is a problem" in page, "Kept title" in page) == (True, True)


def test_file_over_the_limit_is_not_even_read(browser: Client, row: ItemAnswer, store: Path, settings: Any) -> None:
    settings.EVIDENCE_FILE_LIMIT = 100_000
    response = add(browser, row, "file", url="", file=upload("large.pdf", PDF + b"\n" * 200_000), title="Kept title")
    page = response.content.decode()
    assert (response.status_code, Evidence.objects.count(), kept(store)) == (422, 0, [])
    words = "Make it smaller, or add a link to where it is kept."
    assert ("This file is larger than" in page, words in page, "Kept title" in page) == (True, True, True)


def test_photo_is_taken(browser: Client, row: ItemAnswer) -> None:
    add(browser, row, "file", url="", file=upload("visit.jpg", image("JPEG")))
    assert Evidence.objects.get().media_type == "image/jpeg"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "file"}, "Choose a file."),
        ({"kind": "link", "url": ""}, "Enter the address"),
        ({"kind": "note", "text": " "}, "Write what was seen"),
        ({"kind": "song"}, "Select a valid choice"),
        ({"url": "javascript:alert(1)"}, "begins with https:// or http://"),
        ({"url": "ftp://example.org/list"}, "begins with https:// or http://"),
        ({"url": "https://"}, "begins with https:// or http://"),
        ({"url": "https://[::1"}, "begins with https:// or http://"),
        ({"url": "data:text/html,x"}, "begins with https:// or http://"),
        ({"url": "https://example.org/" + "x" * 700}, "too long"),
        ({"dated_on": "yesterday"}, "year-month-day"),
        ({"dated_on": ""}, "Fill in: Date of the evidence"),
        ({"dated_on": today(1)}, "Enter a date between"),
        ({"dated_on": "1850-01-01"}, "Enter a date between"),
        ({"expires_on": today(-1)}, "cannot run out before"),
        ({"title": "x" * 161}, "at most 160 fit"),
        ({"kind": "note", "text": "a\x00b"}, "control character"),
    ],
)
def test_wrong_evidence_gets_a_sentence(
    browser: Client, row: ItemAnswer, fields: dict[str, object], words: str
) -> None:
    response = add(browser, row, **fields)
    assert (response.status_code, Evidence.objects.count()) == (422, 0)
    assert words in response.content.decode()


def test_fields_of_other_kinds_do_not_count(browser: Client, row: ItemAnswer) -> None:
    assert add(browser, row, "note", url="not an address", text="Seen.").status_code == 302
    assert Evidence.objects.get().url == ""


@pytest.mark.django_db(transaction=True)
def test_double_click_adds_once(guide, row: ItemAnswer, client_for: ClientFor, editor: User, store: Path) -> None:
    cookies = client_for(editor).cookies

    def post() -> int:
        twin = Client()
        twin.cookies = cookies
        return add(twin, row, "file", url="", file=upload()).status_code

    assert at_once(5, post) == [302] * 5
    assert (Evidence.objects.count(), len(kept(store))) == (1, 1)


def replace(browser: Client, row: ItemAnswer, **fields: object) -> HttpResponse:
    evidence = Evidence.objects.get(is_current=True)
    url = reverse("programs:evidence_replace", args=[row.plan.program_id, evidence.pk])
    return browser.post(url, handed_in(title="Newer list", **fields))


def withdraw(browser: Client, row: ItemAnswer, evidence: Evidence) -> HttpResponse:
    return browser.post(reverse("programs:evidence_withdraw", args=[row.plan.program_id, evidence.pk]))


def test_replacing_keeps_the_older_version(browser: Client, row: ItemAnswer) -> None:
    add(browser, row)
    assert replace(browser, row).status_code == 302
    assert current(row) == [("Newer list", 2)]
    page = browser.get(item_url(row))
    piece = page.context["pieces"][0]
    assert (piece.newest.title, [older.title for older in piece.older]) == ("Newer list", ["Signed list"])


def test_replaced_version_cannot_be_replaced_again(browser: Client, row: ItemAnswer) -> None:
    add(browser, row)
    first = Evidence.objects.get()
    replace(browser, row)
    url = reverse("programs:evidence_replace", args=[row.plan.program_id, first.pk])
    response = browser.post(url, handed_in(title="Late list", nonce="b" * 32))
    assert response.status_code == 422
    assert "replaced or withdrew this piece meanwhile" in response.content.decode()
    assert current(row) == [("Newer list", 2)]


def test_withdrawing_keeps_it_in_the_list(browser: Client, row: ItemAnswer) -> None:
    add(browser, row)
    withdraw(browser, row, Evidence.objects.get())
    assert current(row) == []
    assert "withdrawn" in browser.get(item_url(row)).content.decode()


@pytest.fixture
def verified(browser: Client, row: ItemAnswer, facilitator: User) -> ItemAnswer:
    add(browser, row)
    ItemAnswer.objects.filter(pk=row.pk).update(answer="done")
    verifying.verify(row, by=facilitator)
    return row


def is_verified(row: ItemAnswer) -> bool:
    return ItemAnswer.objects.get(pk=row.pk).is_verified


def test_more_evidence_leaves_a_verification(browser: Client, verified: ItemAnswer) -> None:
    add(browser, verified, url="https://example.org/more", nonce="c" * 32)
    assert is_verified(verified) is True


def test_replacing_what_it_rests_on_ends_a_verification(browser: Client, verified: ItemAnswer) -> None:
    replace(browser, verified)
    assert is_verified(verified) is False
    assert Change.objects.get(verb="lapsed").new == {"why": "its evidence “Signed list” was replaced"}


def test_withdrawing_what_it_rests_on_ends_a_verification(browser: Client, verified: ItemAnswer) -> None:
    withdraw(browser, verified, Evidence.objects.get())
    assert is_verified(verified) is False


@pytest.mark.parametrize("state", [StepState.SUBMITTED, StepState.GO])
def test_closed_steps_still_take_evidence(browser: Client, row: ItemAnswer, state: str) -> None:
    StepPlan.objects.filter(pk=row.plan_id).update(state=state)
    assert add(browser, row).status_code == 302


@pytest.mark.parametrize("who", ["viewer", "facilitator", "admin"])
def test_readers_add_nothing(request: pytest.FixtureRequest, client_for: ClientFor, row: ItemAnswer, who: str) -> None:
    assert add(client_for(request.getfixturevalue(who)), row).status_code == 403


def test_missing_file_is_said_to_be_missing(browser: Client, row: ItemAnswer) -> None:
    add(browser, row, "file", url="", file=upload())
    evidence = Evidence.objects.get()
    default_storage.delete(evidence.file.name)
    url = reverse("programs:evidence_file", args=[row.plan.program_id, evidence.pk])
    assert browser.get(url).status_code == 404
