"""The scripts as files: few bytes, one element each, every sentence in the template, imports that survive hashing."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string

FOLDER = Path(__file__).resolve().parents[3] / "static" / "js"
SCRIPTS = {path.stem: path.read_text() for path in FOLDER.glob("*.js")}
MOST_BYTES = 12_450  # 62 of them for one form around many things that save by themselves, 100 for the matrix
IMPORT = re.compile(r'from "\./([\w-]+)\.js";')
WORD = re.compile(r'word\("([\w-]+)"')


def with_imports(*names: str) -> set[str]:
    """The scripts a page loads that asks for these."""
    found, todo = set(), set(names)
    while todo - found:
        found |= todo
        todo = {imported for name in todo for imported in IMPORT.findall(SCRIPTS[name])}
    return found


@pytest.mark.parametrize(
    "elements",
    [
        ("auto-save", "save-status", "live-part"),
        ("auto-save", "save-status", "photo-shrink"),
        ("auto-save", "save-status", "fast-keys"),
        ("auto-save", "save-status", "role-matrix"),
        ("sign-out",),
    ],
)
def test_no_page_loads_much(elements: tuple[str, ...]) -> None:
    sizes = {name: len(gzip.compress(SCRIPTS[name].encode(), 9)) for name in with_imports(*elements)}

    assert sum(sizes.values()) <= MOST_BYTES, sizes


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_a_hyphen_means_an_element_of_that_name(name: str) -> None:
    defined = re.findall(r'customElements\.define\("([\w-]+)"', SCRIPTS[name])

    assert defined == ([name] if "-" in name else [])
    assert SCRIPTS[name].startswith("/** ")


def test_every_sentence_is_in_the_template_and_every_one_there_is_said() -> None:
    class Words(HTMLParser):
        names: tuple[str, ...] = ()

        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            self.names += tuple(name.removeprefix("data-") for name, _ in attributes if name != "id")

    template = Words()
    template.feed(render_to_string("ui/words.html"))
    reasons = {"unreachable", "signed-out", "other-user", "fault"}  # <save-status> says these by the outcome's name
    chosen = {"kept", "keep-open"}
    said = {name for text in SCRIPTS.values() for name in WORD.findall(text)} | chosen | reasons

    assert sorted(template.names) == sorted(said)


def test_imports_are_found_under_their_hashed_names(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "scaleup.storage.StaticStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    hashed = [path for path in (tmp_path / "js").glob("*.js") if path.name.count(".") == 2]
    imported = {name for path in hashed for name in re.findall(r'from "\./([^"]+)"', path.read_text())}

    assert len(hashed) == len(SCRIPTS)
    assert {path.name for path in hashed} >= imported
    assert all(name.count(".") == 2 for name in imported)
