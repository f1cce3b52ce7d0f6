"""The PDF of an annex: drawn in a process of its own that follows no address, and ends when its time is up."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import psutil
import pytest
from django.template.loader import render_to_string
from pypdf import PdfReader

from partners.domain import annex_pdf
from partners.domain.annex_content import AnnexContent, Covered, Role, as_json, from_json
from partners.domain.annex_paper import paper_of
from partners.domain.annex_pdf import NoPdf, NotInstalled, TooSlow
from partners.domain.annex_writing import STYLE
from partners.tests.annex_cases import content

SMALL = "<html lang=en><title>Small</title><p>Small</p>"


def draw(said: AnnexContent) -> bytes:
    html = render_to_string("partners/annex_paper.html", {"paper": paper_of(from_json(as_json(said)))})
    return annex_pdf.draw(html, STYLE.read_text())


def read(file: bytes) -> PdfReader:
    return PdfReader(BytesIO(file))


def text_of(page: object) -> str:
    """With single spaces, however its lines were broken."""
    return " ".join(page.extract_text().split())


def program(body: str) -> list[str]:
    """A process that does something else than drawing."""
    return [sys.executable, "-c", f"import sys, time, os\n{body}"]


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return draw(content())


def test_it_says_what_the_annex_says(drawn: bytes) -> None:
    pages = [text_of(page) for page in read(drawn).pages]
    assert len(pages) == 3
    assert pages[0].startswith(
        "Agreement on training Annex 2: who does what Program Newborn visits"
        " What it is to reach By 2029, 40,000 newborns are visited. Agreement Agreement on training (contract)"
    )
    whole = " ".join(pages)
    for section in ("1. The parties", "2. Who does what", "3. Who holds each role", "9. Signatures"):
        assert whole.count(section) == 1
    assert "Supply nobody yet – – –" in whole
    assert "Three months’ notice in writing." in whole
    assert "Supply: nobody is accountable." in whole
    assert "<b>Co</b> {{ x }} =cmd|" in whole
    assert all(
        f"Annex 2: who does what – Agreement on training · {number} / 3" in page for number, page in enumerate(pages, 1)
    )


def test_it_can_be_read_aloud(drawn: bytes) -> None:
    """Tagged, with its language and its title, headings and heads of tables. The rest: `test_annex_pdf_tags`."""
    reader = read(drawn)
    root = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == (
        "en",
        True,
        True,
    )
    assert reader.metadata.title == "Annex 2: who does what – Agreement on training"
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_data()
    tags = [tag for tag, _ in tags_of(root["/StructTreeRoot"])]
    assert (tags.count("/H1"), tags.count("/H2"), tags.count("/H3"), tags.count("/Table")) == (1, 9, 3, 4)
    assert tags.count("/TH") == 3 + 5 + 5 + 5 + (3 + 4 + 4 + 1)


def tags_of(node: object) -> Iterator[tuple[str, object]]:
    """The tags of a document, from the root down."""
    node = node.get_object()
    if isinstance(node, list):
        for one in node:
            yield from tags_of(one)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node["/S"], node
        if "/K" in node:
            yield from tags_of(node["/K"])


def test_a_head_stands_on_every_page_of_a_long_table() -> None:
    functions = tuple(Covered(f"Function {number}", roles=(Role("Health office", "A"),)) for number in range(60))
    pages = [text_of(page) for page in read(draw(content(functions=functions))).pages]
    with_rows = [page for page in pages if "Function 3" in page and "no days named" in page]
    assert len(with_rows) >= 2
    assert all("Partner and role Held by Deputy From – until" in page for page in with_rows)


def test_it_is_read_from_right_to_left_where_its_language_is() -> None:
    page = read(draw(content(language="ar"))).pages[0]
    where: dict[str, float] = {}
    page.extract_text(visitor_text=lambda text, _, place, *more: where.setdefault(text.strip(), place[4]))
    function, accountable = where["Function"], next(at for text, at in where.items() if text.startswith("Accountable"))
    assert function > accountable > 0


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and the paths it was asked for."""
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def full_of_addresses(address: str, secret: Path) -> tuple[str, str]:
    html = (
        f'<html lang=en><head><title>x</title><link rel=stylesheet href="{address}/link.css">'
        f'<link rel=attachment href="file://{secret}"><base href="{address}/base/"></head>'
        f'<p>Shown</p><img src="{address}/img.png" alt="x"><img src="relative.png" alt="y">'
        f'<img src="file://{secret}" alt="z"><img src="data:image/png;base64,AAAA" alt="d">'
        f'<object data="{address}/object"></object><svg><image href="{address}/svg.png"/></svg>'
    )
    css = f'@import "{address}/import.css"; p {{ background: url({address}/back.png) }}'
    css += f"@font-face {{ font-family: x; src: url({address}/font.woff) }} p {{ font-family: x }}"
    return html, css


def test_no_address_is_followed_and_no_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of this machine")
    with listening() as (address, asked):
        file = annex_pdf.draw(*full_of_addresses(address, secret))
    assert text_of(read(file).pages[0]).split()[0] == "Shown"
    assert asked == []
    assert (read(file).attachments, b"the secret" in file) == ({}, False)


def test_without_our_fetcher_addresses_would_be_followed(tmp_path: Path) -> None:
    """So that the test above cannot pass for another reason."""
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of this machine")
    trusting = (
        "from weasyprint.urls import URLFetcher\nimport partners.domain.annex_pdf as drawing\n"
        "drawing.refusing_fetcher = URLFetcher\ndrawing.main()"
    )
    with listening() as (address, asked):
        file = annex_pdf.draw(*full_of_addresses(address, secret), command=program(trusting))
    assert {"/link.css", "/img.png", "/import.css", "/back.png"} <= set(asked)
    assert list(read(file).attachments.values()) == [[b"the secret of this machine"]]


def test_one_that_hangs_is_ended_when_its_time_is_up(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    command = program(f"open({str(note)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)")
    start = time.monotonic()
    with pytest.raises(TooSlow):
        annex_pdf.draw(SMALL, "", seconds=4, command=command)
    assert time.monotonic() - start < 20
    assert not psutil.pid_exists(int(note.read_text()))


def test_it_ends_itself_though_nobody_waits_for_it_any_more() -> None:
    """As when the worker was killed: the time is kept by the process itself, in C code too."""
    hanging = "import partners.domain.annex_pdf as drawing\ndrawing.limit(0.5)\ntime.sleep(60)"
    done = subprocess.run(program(hanging), cwd=annex_pdf.ROOT, timeout=30, check=False)
    assert done.returncode == -14  # by its own alarm


def test_its_own_alarm_is_told_as_too_slow() -> None:
    with pytest.raises(TooSlow):
        annex_pdf.draw(SMALL, "", command=program("import signal\nsignal.alarm(1)\ntime.sleep(60)"))


def test_it_takes_no_more_memory_than_it_may() -> None:
    greedy = (
        "import partners.domain.annex_pdf as drawing\n"
        "def burst(*page):\n    return b'%PDF-' + bytes(3 << 30)\n"
        "drawing.pdf_of = burst\ndrawing.main()"
    )
    with pytest.raises(NoPdf, match="MemoryError"):
        annex_pdf.draw(SMALL, "", command=program(greedy))


@pytest.mark.parametrize(
    "missing",
    [
        "sys.modules['weasyprint'] = None",
        "import cffi\ncffi.FFI.dlopen = lambda *names: (_ for _ in ()).throw(OSError('cannot load libpango-1.0-0'))",
    ],
    ids=["weasyprint", "pango"],
)
def test_what_is_not_installed_is_told_apart(missing: str) -> None:
    with pytest.raises(NotInstalled, match=r"weasyprint|libpango|libgobject"):
        annex_pdf.draw(SMALL, "", command=program(f"{missing}\nimport partners.domain.annex_pdf as d\nd.main()"))


@pytest.mark.parametrize(
    "command",
    [
        program("print('%PDF-1.7 half of it', flush=True)\nsys.exit(1)"),
        program("print('no such thing')"),
        program("os.abort()"),
        program("os.kill(os.getpid(), 9)"),
    ],
)
def test_whatever_else_goes_wrong_is_no_pdf(command: list[str]) -> None:
    with pytest.raises(NoPdf) as caught:
        annex_pdf.draw(SMALL, "", command=command)
    assert type(caught.value) is NoPdf


def test_what_libraries_print_is_no_part_of_it() -> None:
    talking = "import partners.domain.annex_pdf as d\nreal = d.pdf_of\n"
    talking += "d.pdf_of = lambda *page: print('chatter') or os.write(1, b'more') and real(*page)\nd.main()"
    file = annex_pdf.draw(SMALL, "", command=program(talking))
    assert file.startswith(b"%PDF-1.7")
    assert text_of(read(file).pages[0]) == "Small"


def test_it_is_told_nothing_of_our_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "DATABASE_URL", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "secret")
    known = program("sys.stderr.write(','.join(sorted(os.environ)))\nsys.exit(1)")
    with pytest.raises(NoPdf) as caught:
        annex_pdf.draw(SMALL, "", command=known)
    told = str(caught.value).partition(": ")[2].split(",")
    assert set(told) - set(annex_pdf.PASSED_ON) <= {"LC_CTYPE"}
    assert "PATH" in told


def test_the_web_never_learns_to_draw() -> None:
    code = (
        "import sys, scaleup.wsgi\nfrom django.urls import get_resolver\nget_resolver().url_patterns\n"
        "import partners.views.annexes, partners.templatetags.annexes\n"
        "print(sorted({'weasyprint', 'docx', 'lxml', 'celery', 'PIL'} & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=annex_pdf.ROOT)
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_a_word_that_is_too_long_is_broken_and_stays_whole(drawn: bytes) -> None:
    lines = "\n".join(page.extract_text() for page in read(drawn).pages)
    assert "unbroken" * 20 in lines.replace("\n", "")
    assert max(map(len, lines.split())) < 100 < len("unbroken" * 20)
