"""The style sheets: few bytes, colours live in tokens alone, every token is known, and every pair can be read."""

import gzip
import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "static" / "css"
ALL_IN_ORDER = "scaleup"
MOST_BYTES = 9 * 1024
# Sheets that only some pages link, after the one of all pages; and the layer each belongs to.
OF_SOME_PAGES = {"rounds": "pages", "partners": "pages", "reminders": "pages"}
MOST_BYTES_OF_SOME = 4 * 1024
SHEETS = {
    path.stem: re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    for path in FOLDER.glob("*.css")
    if path.stem != ALL_IN_ORDER
}
RAW_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|lab)a?\(")
GROUNDS = ("paper", "card", "sunk")
TEXTS = ("ink", "muted", "accent", "accent-deep", "good", "warn", "bad")
ON_OWN_GROUND = (("good", "good-soft"), ("warn", "warn-soft"), ("bad", "bad-soft"), ("accent", "accent-soft"))
ON_FILLED = (("on-accent", "accent"), ("on-accent", "accent-deep"), ("card", "bad"), ("paper", "ink"))
LINES = ("edge", "accent", "accent-mid", "good", "warn", "bad")


def themes() -> dict[str, dict[str, str]]:
    """The colours of the light and of the dark theme by name."""
    light, dark = SHEETS["tokens"].split("@media screen and (prefers-color-scheme: dark)")
    read = re.compile(r"--([\w-]+):\s*(#[0-9a-f]+);")
    return {"light": dict(read.findall(light)), "dark": dict(read.findall(light)) | dict(read.findall(dark))}


def luminance(colour: str) -> float:
    """Relative luminance 0 to 1 of `#rgb` or `#rrggbb`, as WCAG 2.2 defines it."""
    digits = colour.removeprefix("#")
    pairs = [digit * 2 for digit in digits] if len(digits) == 3 else re.findall("..", digits)
    parts = [int(pair, 16) / 255 for pair in pairs]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#fff", "#000000") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_can_be_read(theme: str) -> None:
    colours = themes()[theme]
    pairs = [*product(TEXTS, GROUNDS), *ON_OWN_GROUND, *ON_FILLED, ("ink", "accent-soft"), ("muted", "accent-soft")]
    assert [pair for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < 4.5] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edges_of_controls_and_marks_can_be_seen(theme: str) -> None:
    colours = themes()[theme]
    pairs = product(LINES, ("paper", "card"))
    assert [pair for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < 3] == []


def test_colours_live_in_tokens_alone() -> None:
    found = {name: RAW_COLOUR.findall(sheet) for name, sheet in SHEETS.items() if name != "tokens"}
    assert found == {name: [] for name in found}


def test_every_token_is_defined_and_used() -> None:
    everything = "".join(SHEETS.values())
    used = set(re.findall(r"var\(--([\w-]+)", everything))
    assert used - set(re.findall(r"--([\w-]+):", everything)) == set()
    assert set(re.findall(r"--([\w-]+):", SHEETS["tokens"])) - used == set()


def test_the_one_sheet_of_all_pages_takes_every_other_one_in_the_order_of_the_layers() -> None:
    imported = re.findall(r'@import "([\w-]+)\.css"', (FOLDER / f"{ALL_IN_ORDER}.css").read_text())
    layers = re.search(r"@layer ([\w, ]+);", SHEETS["tokens"])[1].split(", ")
    assert imported == layers
    assert sorted(imported) == sorted(SHEETS.keys() - OF_SOME_PAGES.keys())


def test_the_styles_of_all_pages_weigh_little() -> None:
    paths = [path for path in sorted(FOLDER.glob("*.css")) if path.stem not in OF_SOME_PAGES]
    assert len(gzip.compress(b"".join(path.read_bytes() for path in paths), 9)) <= MOST_BYTES


@pytest.mark.parametrize("name", OF_SOME_PAGES)
def test_the_styles_of_some_pages_weigh_less(name: str) -> None:
    assert len(gzip.compress((FOLDER / f"{name}.css").read_bytes(), 9)) <= MOST_BYTES_OF_SOME


def test_every_rule_stands_in_the_layer_of_its_sheet() -> None:
    found = {name: set(re.findall(r"^@layer (\w+) \{", sheet, flags=re.MULTILINE)) for name, sheet in SHEETS.items()}
    assert found == {name: {OF_SOME_PAGES.get(name, name)} for name in SHEETS}
