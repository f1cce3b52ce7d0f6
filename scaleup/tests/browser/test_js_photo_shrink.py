"""<photo-shrink>: large photos are made smaller before they are sent; anything else is sent as it is."""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FORM = '<photo-shrink><label for="file">Photo</label><input type="file" id="file" {more}></photo-shrink>'
NOTE = "photo-shrink .hint"
TURNED = {0x0112: 6}  # EXIF: the camera was held upright, so the picture lies on its side
READ = """
async () => Promise.all([...document.getElementById("file").files].map(async (file) => ({
  name: file.name,
  modified: file.lastModified,
  bytes: btoa([...new Uint8Array(await file.arrayBuffer())].map((byte) => String.fromCharCode(byte)).join("")),
})))
"""

# Photos are read when the test says so; and it hears when one is drawn, and the script has gone on.
SLOW = """() => {
  const read = window.createImageBitmap;
  const told = new Promise((go) => { window.go = go; });
  window.createImageBitmap = async (...all) => { await told; return read(...all); };
  const draw = HTMLCanvasElement.prototype.toBlob;
  HTMLCanvasElement.prototype.toBlob = function (then, ...how) {
    draw.call(this, (blob) => { then(blob); setTimeout(() => { window.isDrawn = true; }, 50); }, ...how);
  };
}"""


# The test hears when the script has looked at all files, and has gone on.
LOOKED = """() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => { window.hasLooked = true; };
  const all = Promise.all.bind(Promise);
  Promise.all = (files) => {
    const looked = all(files);
    looked.then(() => port2.postMessage(""));
    return looked;
  };
}"""


@dataclass
class Chosen:
    """A file as it stands in the form, ready to be sent."""

    name: str
    modified: int
    content: bytes

    @property
    def picture(self) -> Image.Image:
        return Image.open(io.BytesIO(self.content))


@cache
def photo(width: int, height: int, *, turned: bool = False) -> bytes:
    """A picture of noise, which packs badly, with its upper left quarter in plain red."""
    picture = Image.effect_noise((width, height), 90).convert("RGB")
    picture.paste((200, 0, 0), (0, 0, width // 2, height // 2))
    tags = Image.Exif()
    tags.update(TURNED if turned else {})
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=95, exif=tags)
    return buffer.getvalue()


def plain(width: int, height: int) -> bytes:
    """One colour, which packs so well that there is nothing to gain."""
    buffer = io.BytesIO()
    Image.new("1", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def shrinking(page: "Page", serve: Callable[..., str]) -> Callable[..., "Page"]:
    def start(more: str = "") -> "Page":
        page.goto(serve("/evidence/", FORM.format(more=more), "photo-shrink"))
        return page

    return start


def choose(page: "Page", *files: tuple[str, str, bytes]) -> None:
    page.set_input_files("#file", [{"name": name, "mimeType": kind, "buffer": data} for name, kind, data in files])


def chosen(page: "Page") -> list[Chosen]:
    return [Chosen(found["name"], found["modified"], base64.b64decode(found["bytes"])) for found in page.evaluate(READ)]


def test_a_large_photo_is_made_smaller_and_says_so(shrinking: Callable[..., "Page"]) -> None:
    page, original = shrinking(), photo(2_000, 1_500)
    choose(page, ("visit.final.jpeg", "image/jpeg", original))
    expect(page.locator(NOTE)).to_contain_text("Made smaller")

    [file] = chosen(page)
    before, after = (f"{len(content) / 1e6:.2g} MB" for content in (original, file.content))
    expect(page.locator(NOTE)).to_have_text(f"Made smaller for sending: {before} became {after}.")
    assert file.name == "visit.final.jpg"
    assert (file.picture.format, file.picture.size) == ("JPEG", (1_600, 1_200))
    assert len(file.content) < len(original)


def test_a_photo_taken_upright_stays_upright_and_tells_no_place(shrinking: Callable[..., "Page"]) -> None:
    page = shrinking()
    choose(page, ("upright.jpg", "image/jpeg", photo(2_000, 1_000, turned=True)))
    expect(page.locator(NOTE)).to_contain_text("Made smaller")

    [file] = chosen(page)
    assert file.picture.size == (800, 1_600)
    assert dict(file.picture.getexif()) == {}
    red, green, _blue = file.picture.getpixel((700, 100))  # the red quarter turned from the left to the right
    assert (red > 150, green < 60) == (True, True)


def test_what_is_seen_through_becomes_white_and_not_black(shrinking: Callable[..., "Page"]) -> None:
    picture = Image.effect_noise((1_700, 400), 90).convert("RGBA")
    picture.paste((0, 0, 0, 0), (0, 0, 400, 400))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    page = shrinking()
    choose(page, ("chart.png", "image/png", buffer.getvalue()))
    expect(page.locator(NOTE)).to_contain_text("Made smaller")

    [file] = chosen(page)
    assert min(file.picture.getpixel((100, 100))) > 245


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        ("small.jpg", "image/jpeg", photo(1_600, 1_200)),
        ("report.pdf", "application/pdf", b"%PDF-1.7 not a picture"),
        ("broken.jpg", "image/jpeg", b"\xff\xd8\xff not a picture"),
        ("drawing.svg", "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="9000"/>'),
        ("plain.png", "image/png", plain(2_000, 2_000)),
    ],
)
def test_anything_else_is_sent_as_it_is(shrinking: Callable[..., "Page"], name: str, kind: str, content: bytes) -> None:
    page = shrinking()
    page.evaluate(LOOKED)
    choose(page, (name, kind, content))
    page.wait_for_function("window.hasLooked")

    [file] = chosen(page)
    assert (file.name, file.content) == (name, content)
    expect(page.locator(NOTE)).to_have_text("")


def test_of_several_files_only_the_large_photos_change(shrinking: Callable[..., "Page"]) -> None:
    page = shrinking("multiple")
    choose(page, ("list.pdf", "application/pdf", b"%PDF-1.7"), ("big.jpg", "image/jpeg", photo(2_000, 1_500)))
    expect(page.locator(NOTE)).to_contain_text("Made smaller")

    first, second = chosen(page)
    assert (first.name, first.content) == ("list.pdf", b"%PDF-1.7")
    assert second.picture.size == (1_600, 1_200)


def test_choosing_again_meanwhile_keeps_the_last_choice(shrinking: Callable[..., "Page"]) -> None:
    page = shrinking()
    page.evaluate(SLOW)
    choose(page, ("first.jpg", "image/jpeg", photo(2_000, 1_500)))
    choose(page, ("second.pdf", "application/pdf", b"%PDF-1.7"))
    page.evaluate("window.go()")
    page.wait_for_function("window.isDrawn")

    assert [file.name for file in chosen(page)] == ["second.pdf"]
