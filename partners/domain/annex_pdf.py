"""A page of HTML as a PDF, drawn by WeasyPrint in a process of its own that may hang or burst without harm.

Plain Python: no Django. The web never comes here; the worker starts this module as a program, sends the page to
its standard input and reads the PDF from its standard output. The process ends itself when its time is up, also
when the worker was killed meanwhile.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Never

SECONDS = 30
MOST_MEMORY = 1 << 30  # of addresses; an annex of forty functions and twelve partners takes a third of it
NOTHING_TO_DRAW_WITH = 3  # exit code: WeasyPrint or a library it needs is not on this machine
ROOT = Path(__file__).resolve().parents[2]
DRAWING = (sys.executable, "-m", "partners.domain.annex_pdf")
# The page needs neither our keys nor our addresses. Beside fonts and libraries nothing is passed on.
PASSED_ON = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"),
    *("XDG_CACHE_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "WEASYPRINT_DLL_DIRECTORIES"),
)


class NoPdf(Exception):
    """No PDF came of it; the log of the worker says why."""


class NotInstalled(NoPdf):
    """WeasyPrint, or Pango that it draws with, is not on this machine."""


class TooSlow(NoPdf):
    """It was not done within its time."""


def draw(html: str, css: str, *, seconds: float = SECONDS, command: Sequence[str] = DRAWING) -> bytes:
    """The page as a PDF. Raises NotInstalled, TooSlow or, for whatever else went wrong, NoPdf.

    Addresses in the page are never followed.
    """
    page = json.dumps({"html": html, "css": css, "seconds": seconds}).encode()
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(
            command, input=page, capture_output=True, timeout=seconds, cwd=ROOT, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        raise TooSlow(f"The PDF was not drawn within {seconds:g} seconds.") from None
    said = done.stderr.decode(errors="replace")[-2000:].strip()
    if done.returncode == NOTHING_TO_DRAW_WITH:
        raise NotInstalled(said)
    if done.returncode == -signal.SIGALRM:
        raise TooSlow(f"The PDF was not drawn within {seconds:g} seconds.")
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise NoPdf(f"exit code {done.returncode}: {said}")
    return done.stdout


def main() -> None:
    """In the process of its own: reads the page, writes the PDF."""
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # libraries print: nothing of that belongs into the PDF
    page = json.load(sys.stdin.buffer)
    limit(page["seconds"])
    try:
        import weasyprint  # type: ignore[import-untyped]  # noqa: F401
    except (ImportError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201  the worker reads it
        sys.exit(NOTHING_TO_DRAW_WITH)
    with answer:
        answer.write(pdf_of(page["html"], page["css"]))


def limit(seconds: float) -> None:
    """From now on the process lives so long and takes so much memory, and no more."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    for kind, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # some systems keep no such limit
            resource.setrlimit(kind, (most, most))


def pdf_of(html: str, css: str) -> bytes:
    """The page as a PDF with tags for reading aloud, drawn here and now."""
    from weasyprint import CSS, HTML

    fetcher = refusing_fetcher()
    page = HTML(string=html, url_fetcher=fetcher)
    style = CSS(string=css, url_fetcher=fetcher)
    drawn: bytes = page.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")
    return drawn


def refusing_fetcher() -> Any:
    """A fetcher that follows no address: neither out into the net nor into the files of this machine."""
    from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]

    class Refusing(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Never:
            raise PermissionError("Addresses are not followed.")

    return Refusing()


if __name__ == "__main__":
    main()
