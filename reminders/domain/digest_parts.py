"""What every digest is made of: sections of lines in words, each leading somewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.domain.owed import Owed

SHOWN = 10  # lines of a section
PERIOD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: what, where, when or how, and its address."""

    text: str
    place: str = ""
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one sort; `more` says that there are others, and `more_url` where they all stand."""

    title: str
    lines: Sequence[Line]
    more: str = ""
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """A whole digest. The subject holds counts alone; `about` is the portfolio it speaks of. No section is empty."""

    subject: str
    about: str
    sections: Sequence[Section]


def section(title: str, lines: Iterable[Line], *, url: str = "") -> Section:
    """The first lines; if there are others, a word on them."""
    found = list(lines)
    more = len(found) - SHOWN
    if more <= 0:
        return Section(title, found, more_url=url)
    words = ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}
    return Section(title, found[:SHOWN], words, url)


def digest(name: str, counts: Iterable[str], sections: Iterable[Section], *, about: str = "") -> Digest | None:
    """None when there is nothing to say."""
    found = [one for one in sections if one.lines]
    said = _(", ").join(one for one in counts if one)
    subject = _("%(name)s: %(counts)s") % {"name": name, "counts": said} if said else name
    return Digest(subject, about, found) if found else None


def owed_line(one: Owed, today: date) -> Line:
    step = _("step %(step)s") % {"step": one.step} if one.is_step_unsaid else ""
    place = f"{one.program_name}, {step}" if step else one.program_name
    return Line(" ".join(one.text.split()), place, _when(one, today), one.url)


def _when(one: Owed, today: date) -> str:
    if one.due_on is None:
        return _("since %(day)s") % {"day": date_format(one.since)} if one.since else ""
    words = _("was due on %(day)s") if one.due_on < today else _("due on %(day)s")
    return words % {"day": date_format(one.due_on)}
