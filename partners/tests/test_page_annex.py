"""The pages of an annex: asked for once, seen coming, fetched as downloads, by those who may."""

import re
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from partners import tasks
from partners.domain import annex_pdf, annexes
from partners.models import Agreement, Annex
from partners.tests.annex_cases import agreed
from programs.models import Program
from scaleup import doorbell

ClientFor = Callable[[User | None], Client]
State = Annex.State
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def agreement(program: Program) -> Agreement:
    return agreed(program, "World Aid")


@pytest.fixture
def annex(agreement: Agreement, program: Program) -> Annex:
    return annexes.ask(agreement, by=program.created_by)


@pytest.fixture
def written(annex: Annex, monkeypatch: pytest.MonkeyPatch) -> Annex:
    monkeypatch.setattr(annex_pdf, "draw", lambda html, css: b"%PDF-1.7 drawn")
    tasks.write_annex(annex.pk)
    annex.refresh_from_db()
    return annex


def failed(annex: Annex, **said: object) -> Annex:
    Annex.objects.filter(pk=annex.pk).update(**{"state": State.FAILED, "why": "given-up", "attempts": 4} | said)
    return annex


def of(annex: Annex, page: str = "") -> str:
    return f"/programs/{annex.agreement.program_id}/agreements/annexes/{annex.pk}{page or '/'}"


def ask_at(agreement: Agreement) -> str:
    return f"/programs/{agreement.program_id}/agreements/{agreement.pk}/annex/"


def status(browser: Client, address: str) -> int:
    """What comes of it; a file is sent to its end."""
    response = browser.get(address)
    b"".join(response.streaming_content if response.streaming else [])
    return response.status_code


# --- Asking for one ---------------------------------------------------------------------------


def test_the_button_on_the_agreement_has_one_written(
    agreement: Agreement,
    editor: User,
    client_for: ClientFor,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable,
) -> None:
    rung: list[tuple] = []
    monkeypatch.setattr(doorbell, "ring_now", lambda *what: rung.append(what))
    browser = client_for(editor)
    page = browser.get(f"/programs/{agreement.program_id}/agreements/{agreement.pk}/").text
    form = page.partition(f'action="{ask_at(agreement)}"')[2].partition("</form>")[0]
    [nonce] = re.findall(r'name="nonce" value="(\w+)"', form)
    with django_capture_on_commit_callbacks(execute=True):
        response = browser.post(ask_at(agreement), {"nonce": nonce})

    [annex] = Annex.objects.all()
    assert (response.status_code, response["Location"]) == (302, of(annex))
    assert (annex.agreement, annex.number, annex.state, annex.asked_by) == (agreement, 1, State.WAITING, editor)
    assert annex.content["agreement"] == "Agreement on training"
    assert rung == [("partners.tasks.write_annex", annex.pk)]


def test_sent_twice_it_is_one_asked_for_anew_it_is_the_next(
    agreement: Agreement, editor: User, client_for: ClientFor
) -> None:
    browser = client_for(editor)
    places = [browser.post(ask_at(agreement), {"nonce": nonce})["Location"] for nonce in ("a" * 32, "a" * 32, "b" * 32)]
    first, second = Annex.objects.order_by("number")
    assert places == [of(first), of(first), of(second)]
    assert [first.number, second.number, first.content["number"], second.content["number"]] == [1, 2, 1, 2]


@pytest.mark.parametrize("lacking", ["functions", "parties"])
def test_with_nothing_to_say_it_is_refused_in_words(
    agreement: Agreement, editor: User, client_for: ClientFor, lacking: str
) -> None:
    getattr(agreement, lacking).clear()
    response = client_for(editor).post(ask_at(agreement), {"nonce": "a" * 32}, follow=True)
    assert response.redirect_chain == [(f"/programs/{agreement.program_id}/agreements/{agreement.pk}/", 302)]
    assert "Say first who the parties are, and which functions the agreement covers." in response.text
    assert not Annex.objects.exists()


def test_the_history_tells_who_had_it_written(agreement: Agreement, editor: User, client_for: ClientFor) -> None:
    browser = client_for(editor)
    browser.post(ask_at(agreement), {"nonce": "a" * 32})
    browser.post(of(failed(Annex.objects.get())))
    history = " ".join(browser.get(f"/programs/{agreement.program_id}/history/").text.split())
    assert "had annex 1 of “Agreement on training” written" in history
    assert "had annex 1 of “Agreement on training” tried once more" in history


# --- Who may ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [
        ("lead", 200, 302),
        ("editor", 200, 302),
        ("viewer", 200, 403),
        ("facilitator", 200, 403),
        ("admin", 200, 403),
        ("donor", 403, 403),
        ("other_lead", 404, 404),
        ("other_facilitator", 404, 404),
        ("other_donor", 404, 404),
        ("stranger", 404, 404),
    ],
)
def test_who_reads_the_program_reads_its_annexes_who_writes_asks_for_them(
    written: Annex, client_for: ClientFor, request: pytest.FixtureRequest, who: str, reads: int, writes: int
) -> None:
    browser = client_for(request.getfixturevalue(who))
    assert [status(browser, of(written, page)) for page in ("", "/live/", ".docx", ".pdf")] == [reads] * 4
    posted = [browser.post(address).status_code for address in (ask_at(written.agreement), of(written))]
    assert posted == [writes] * 2
    assert Annex.objects.count() == (2 if writes == 302 else 1)


def test_whoever_lost_the_right_meanwhile_changes_nothing(annex: Annex, viewer: User) -> None:
    failed(annex)
    for verb, row in ((annexes.ask, annex.agreement), (annexes.ask_again, annex)):
        with pytest.raises(PermissionDenied, match="Your role in this program"):
            verb(row, by=viewer)
    annex.refresh_from_db()
    assert (annex.state, Annex.objects.count()) == (State.FAILED, 1)


def test_an_annex_stands_at_its_own_program_alone(
    written: Annex, other_program: Program, other_lead: User, client_for: ClientFor
) -> None:
    browser = client_for(other_lead)
    crossed = f"/programs/{other_program.pk}/agreements/annexes/{written.pk}"
    assert [status(browser, f"{crossed}{page}") for page in ("/", "/live/", ".docx", ".pdf")] == [404] * 4
    assert browser.post(f"{crossed}/").status_code == 404


# --- Seeing it come ---------------------------------------------------------------------------


def test_while_it_is_written_the_page_says_so_and_looks_again(
    annex: Annex, viewer: User, client_for: ClientFor
) -> None:
    page = client_for(viewer).get(of(annex)).text
    live = page.partition("<live-part")[2].partition("</live-part>")[0]
    assert f'src="{of(annex, "/live/")}"' in live
    assert "idle" not in live.partition(">")[0]
    assert "The files are being written." in live
    assert f'<a href="{of(annex)}">Look again</a>' in live
    assert [word for word in (".docx", ".pdf", "<form") if word in live] == []


def test_what_is_asked_for_again_costs_nothing_until_it_is_there(
    annex: Annex, viewer: User, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = client_for(viewer)
    first = browser.get(of(annex, "/live/"))
    assert (first.status_code, "X-Live" in first) == (200, False)
    again = browser.get(of(annex, "/live/"), headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    monkeypatch.setattr(annex_pdf, "draw", lambda html, css: b"%PDF-1.7 drawn")
    tasks.write_annex(annex.pk)
    there = browser.get(of(annex, "/live/"), headers={"if-none-match": first["ETag"]})
    assert (there.status_code, there["X-Live"]) == (200, "done")
    assert re.findall(r'href="([^"]+)"', there.text) == [of(annex, ".docx"), of(annex, ".pdf")]


def test_the_page_shows_what_it_says_before_any_file_is_there(
    annex: Annex, viewer: User, client_for: ClientFor
) -> None:
    page = re.sub(r"\s*([<>])\s*", r"\1", " ".join(client_for(viewer).get(of(annex)).text.split()))
    assert '<div class="stack annex" lang="en" dir="ltr">' in page
    assert "<h2>2. Who does what</h2>" in page
    lines = '<div dir="ltr">Sok Dara</div><div class="hint" dir="ltr">Head of training</div>'
    assert f'<td data-label="Held by">{lines}</td>' in page


def test_one_whose_content_is_lost_still_has_its_files(written: Annex, viewer: User, client_for: ClientFor) -> None:
    Annex.objects.update(content={})
    page = client_for(viewer).get(of(written)).text
    assert of(written, ".docx") in page
    assert "2. Who does what" not in page


# --- What could not be written ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, ["The annex could not be written.", "Something went wrong three times."]),
        (
            {"state": State.READY, "why": "not-installed", "docx": "annexes/1/x.docx"},
            ["There is no PDF.", "libpango-1.0-0 and libpangoft2-1.0-0", "you can print this page"],
        ),
        (
            {"state": State.READY, "why": "too-slow", "docx": "annexes/1/x.docx"},
            ["There is no PDF.", "took too long", "you can print this page"],
        ),
        (
            {"state": State.READY, "why": "not-drawn", "docx": "annexes/1/x.docx"},
            ["There is no PDF.", "could not be drawn", "you can print this page"],
        ),
    ],
)
def test_it_says_why_and_whoever_may_write_can_try_again(
    annex: Annex, editor: User, viewer: User, client_for: ClientFor, said: dict, words: list[str]
) -> None:
    failed(annex, **said)
    page, read_only = (client_for(user).get(of(annex)).text for user in (editor, viewer))
    assert [word for word in words if word not in page or word not in read_only] == []
    assert ("Try again" in page, "Try again" in read_only) == (True, False)
    assert ("Word file" in page, of(annex, ".pdf") in page) == (bool(said), False)

    response = client_for(editor).post(of(annex))
    assert (response.status_code, response["Location"]) == (302, of(annex))
    annex.refresh_from_db()
    assert (annex.state, annex.attempts, annex.why) == (State.WAITING, 0, "")


def test_trying_again_what_is_there_changes_nothing(written: Annex, editor: User, client_for: ClientFor) -> None:
    client_for(editor).post(of(written))
    was = (written.state, written.docx.name, written.pdf.name, written.attempts)
    written.refresh_from_db()
    assert (written.state, written.docx.name, written.pdf.name, written.attempts) == was


# --- Fetching it ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "media_type", "begins"), [("docx", DOCX, b"PK"), ("pdf", "application/pdf", b"%PDF")]
)
def test_files_are_sent_as_downloads_that_can_do_no_harm(
    written: Annex, viewer: User, client_for: ClientFor, ending: str, media_type: str, begins: bytes
) -> None:
    response = client_for(viewer).get(of(written, f".{ending}"))
    assert (response.status_code, response["Content-Type"]) == (200, media_type)
    name = f"Annex%201%20%E2%80%93%20Agreement%20on%20training.{ending}"
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "private, no-store")
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response.streaming_content).startswith(begins)


def test_the_title_makes_a_name_every_system_can_keep(written: Annex, viewer: User, client_for: ClientFor) -> None:
    Agreement.objects.update(title='MoU 2026/27: "A\\B" <all>? *' + "x" * 100)
    response = client_for(viewer).get(of(written, ".pdf"))
    response.close()
    name = response["Content-Disposition"].partition("utf-8''")[2]
    assert name == f"Annex%201%20%E2%80%93%20MoU%202026-27-%20-A-B-%20-all--%20-{'x' * 53}.pdf"


def test_a_file_that_is_not_there_is_not_found(
    annex: Annex, written: Annex, viewer: User, client_for: ClientFor
) -> None:
    browser = client_for(viewer)
    default_storage.delete(written.docx.name)
    Annex.objects.update(pdf="")
    assert [status(browser, of(annex, page)) for page in (".docx", ".pdf")] == [404, 404]


# --- On the page of the agreement, and what it costs ------------------------------------------


def test_the_agreement_lists_its_annexes_newest_first(
    annex: Annex, editor: User, viewer: User, client_for: ClientFor
) -> None:
    failed(annex)
    second = annexes.ask(annex.agreement, by=editor)
    address = f"/programs/{annex.agreement.program_id}/agreements/{annex.agreement_id}/"
    page = client_for(viewer).get(address).text
    section = page.partition('id="annexes"')[2].partition("</section>")[0]
    assert re.findall(r'href="([^"]+)"', section) == [of(second), of(annex)]
    assert [re.sub(r"<[^>]+>", "", tag).strip() for tag in re.findall(r'<span class="tag.*?</span>', section)] == [
        "being written",
        "could not be written",
    ]
    assert "<form" not in section
    assert "Write a new annex" in client_for(editor).get(address).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_for_one_function_as_for_many(
    program: Program,
    viewer: User,
    client_for: ClientFor,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    agreement = agreed(program, *(f"Partner {number}" for number in range(count)))
    annex = annexes.ask(agreement, by=program.created_by)
    browser = client_for(viewer)
    browser.get(of(annex))
    for page in ("", "/live/"):
        with django_assert_num_queries(3):  # who it is, the program, the annex
            browser.get(of(annex, page))


def test_the_agreement_takes_as_many_queries_for_one_annex_as_for_many(
    agreement: Agreement, viewer: User, client_for: ClientFor
) -> None:
    browser, counts = client_for(viewer), []
    for more in (1, 2):
        for _ in range(more):
            annexes.ask(agreement, by=agreement.program.created_by)
        address = f"/programs/{agreement.program_id}/agreements/{agreement.pk}/"
        assert browser.get(address).text.count("asked for by") == Annex.objects.count()
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
