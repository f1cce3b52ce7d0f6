"""The portfolio table's other views as addresses: sorted, narrowed or paged differently."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dashboards.domain.figures import Figures
from dashboards.domain.paging import Page
from programs.models import Attention

Asked = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column; `url` sorts by it ("": it cannot), `sorted` is as in aria-sort ("": it is not)."""

    title: str | Promise
    url: str
    sorted: str


@dataclass(frozen=True, slots=True)
class Tab:
    """Programs that need the same thing."""

    title: str | Promise
    url: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Pager:
    """The pages beside this one ("": there is none)."""

    before: str
    after: str


# The columns in their order; those without a key cannot be sorted by.
COLUMNS: tuple[tuple[str, Promise], ...] = (
    ("name", _("Program")),
    ("attention", _("Needs")),
    ("", _("Path")),
    ("readiness", _("Readiness")),
    ("coverage", _("Evidence")),
    ("", _("Proven")),
    ("days", _("Current step")),
    ("activity", _("Last change")),
)


def address(asked: Asked, **changes: Any) -> str:
    """The address of this page with what is asked for, changed; what is empty is left out."""
    wanted = {name: value for name, value in {**asked, **changes}.items() if value not in ("", None, False)}
    return "?" + urlencode({name: 1 if value is True else value for name, value in wanted.items()})


def headings(asked: Asked, *, sort: str) -> list[Heading]:
    """The columns in order; the one sorted by turns around when followed again."""
    return [_heading(asked, key, title, sort) for key, title in COLUMNS]


def tabs(asked: Asked, figures: Figures) -> list[Tab]:
    """All programs, and those that need the same thing, with how many there are."""
    chosen = asked.get("attention")
    rows: list[tuple[Promise | str, int | None, int]] = [(_("All"), None, figures.programs)]
    rows += [(each.label, each.value, figures.attention.get(str(each.value), 0)) for each in Attention]
    return [Tab(title, address(asked, attention=value), count, value == chosen) for title, value, count in rows]


def pager(asked: Asked, page: Page) -> Pager:
    return Pager(
        before=address(asked, before=page.before) if page.before else "",
        after=address(asked, after=page.after) if page.after else "",
    )


def _heading(asked: Asked, key: str, title: Promise, sort: str) -> Heading:
    if sort.removeprefix("-") != key:
        return Heading(title, address(asked, sort=key) if key else "", "")
    is_ascending = (sort == key) != (key == "days")  # days are counted from a date: the oldest are the most
    turned = key if sort.startswith("-") else f"-{key}"
    return Heading(title, address(asked, sort=turned), "ascending" if is_ascending else "descending")
