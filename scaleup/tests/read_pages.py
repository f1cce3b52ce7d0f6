"""Reads a page as its reader does: what stands in each control, and which sentences are tied to it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

EMPTY_ELEMENTS = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"}
CONTROLS = {"input", "select", "textarea", "button"}
TICKED = {"radio", "checkbox"}


@dataclass
class Control:
    """Something with a name that a form sends; `value` is None where nothing is ticked or chosen."""

    name: str
    kind: str
    address: str  # where its form posts to
    html_id: str
    described_by: set[str]
    value: str | None = None
    offers: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """The controls of posting forms by name, and every sentence that says what is wrong."""

    def __init__(self, html: str, *, here: str) -> None:
        super().__init__()
        self.here = here
        self.controls: dict[str, list[Control]] = {}
        self.texts: dict[str, str] = {}  # of what says that something is wrong, by the id of its element
        self.summary: list[tuple[str, str]] = []  # the id a problem leads to, and its words
        self.notices: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._around: Counter[str] = Counter()  # tags and .classes of what is open
        self._select: Control | None = None
        self.feed(html)
        self.close()

    def of(self, name: str, address: str) -> list[Control]:
        """The controls of this name whose form posts to the address."""
        return [control for control in self.controls.get(name, []) if control.address == address]

    def names(self, address: str) -> set[str]:
        return {name for name in self.controls if self.of(name, address)}

    def sentences(self, name: str, address: str) -> list[str]:
        """What the page says about a field: beside it, or in a summary that leads to it."""
        return [text for control in self.of(name, address) for text in self._about(control) if text]

    @property
    def general(self) -> list[str]:
        """What it says is wrong without leading to a field."""
        return [text for target, text in self.summary if not target and text] + self.notices

    def _about(self, control: Control) -> Iterator[str]:
        for described in control.described_by:
            yield self.texts.get(described, "").strip()
        yield from (text for target, text in self.summary if target == control.html_id)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in CONTROLS and given.get("name") and self._form is not None:
            self._add(tag, given)
        if tag == "option" and self._select:
            self._select.offers.append(given.get("value", ""))
            if "selected" in given:
                self._select.value = given.get("value", "")
        if tag not in EMPTY_ELEMENTS:
            self._open.append((tag, given))
            self._around.update(marks(tag, given))
        if tag == "li" and self._inside("error-summary"):
            self.summary.append(("", ""))
        if tag == "a" and self._inside("error-summary") and self.summary:
            self.summary[-1] = (given.get("href", "").removeprefix("#"), "")
        if tag == "p" and self._inside("notices"):
            self.notices.append("")

    def handle_endtag(self, tag: str) -> None:
        while self._within(tag):
            name, given = self._open.pop()
            self._around.subtract(marks(name, given))
            if name == tag:
                break
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        for _, given in self._open:
            if given.get("id", "").endswith("_error"):
                self.texts[given["id"]] = self.texts.get(given["id"], "") + data
        if self._open and self._open[-1][0] == "textarea" and self._form is not None:
            self._type_into_textarea(data)
        if self._inside("error-summary") and self.summary and self._within("li"):
            target, text = self.summary[-1]
            self.summary[-1] = (target, f"{text}{data}".strip())
        if self._inside("notices") and self._within("p"):
            self.notices[-1] = f"{self.notices[-1]}{data}".strip()

    @property
    def _form(self) -> str | None:
        """Where the form around here posts to; None outside of one."""
        for tag, given in reversed(self._open):
            if tag == "form":
                return self._address(given) if given.get("method", "").lower() == "post" else None
        return None

    def _address(self, form: dict[str, str]) -> str:
        return form.get("action", "").split("#")[0] or self.here

    def _add(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text") if tag == "input" else tag
        described = {one for group in self._groups for one in group.split()} | set(
            given.get("aria-describedby", "").split()
        )
        control = Control(given["name"], kind, self._form or "", given.get("id", ""), described)
        if kind in TICKED:
            control.offers = [given.get("value", "on")]
            control.value = control.offers[0] if "checked" in given else None
        elif tag in {"input", "button"}:
            control.value = given.get("value", "")
        self._select = control if tag == "select" else self._select
        self.controls.setdefault(control.name, []).append(control)

    @property
    def _groups(self) -> list[str]:
        """What fieldsets around here are described by."""
        return [given.get("aria-describedby", "") for tag, given in self._open if tag == "fieldset"]

    def _type_into_textarea(self, data: str) -> None:
        control = self.controls[self._open[-1][1]["name"]][-1]
        # The line break after the tag is the template's.
        control.value = data.removeprefix("\r\n").removeprefix("\n") if control.value is None else control.value + data

    def _inside(self, css_class: str) -> bool:
        return self._around[f".{css_class}"] > 0

    def _within(self, tag: str) -> bool:
        return self._around[tag] > 0


def marks(tag: str, given: dict[str, str]) -> list[str]:
    """What an element can be asked for by: its tag and its classes."""
    return [tag, *(f".{name}" for name in given.get("class", "").split())]
