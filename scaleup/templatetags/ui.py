"""The ui kit: one tag for each thing that looks the same everywhere. Its gallery is at /ui/.

An argument a tag does not know is an error, because every tag is a function with named arguments;
a kind, state, sign or path string there is not is an error too.
"""

from collections.abc import Hashable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.forms.formsets import BaseFormSet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from scaleup.addresses import address
from scaleup.ui import charts, path_full, path_mini, problems, signs, tags, times
from scaleup.ui import levels as six_levels
from scaleup.ui.path import sentence
from scaleup.ui.words import done_of

register = template.Library()
register.filter("has_many_controls", problems.has_many_controls)
register.filter("errors_of", problems.errors_of)
register.simple_tag(address)
register.simple_tag(charts.bar)
register.simple_tag(charts.sparkline)


@register.simple_tag
def kept(template_name: str, **values: Hashable) -> SafeString:
    """As {% include … with … only %}, but drawn once for the same values, language and time zone.

    So the values are all the template shows: nothing of the reader, and nothing that ages ("2 days ago").
    """
    if settings.DEBUG:  # whoever is writing it wants to see it
        return render_to_string(template_name, values)
    return _kept(template_name, get_language(), timezone.get_current_timezone_name(), **values)


@register.simple_tag
def path(
    string: str,
    current: int | None = None,
    *,
    short_titles: Sequence[str] = (),
    urls: Sequence[str] = (),
    size: str = "full",
) -> SafeString:
    """The path of a program: `full` with names and rings, `mini` for a row of a table."""
    if size == "mini":
        return path_mini.mini(string, current)
    if size != "full":
        raise ValueError(f'A path is "full" or "mini", not {size!r}.')
    steps = path_full.shown_steps(string, current, short_titles, urls)
    return render_to_string("ui/path.html", {"steps": steps, "label": sentence(string, current)})


@register.inclusion_tag("ui/path_key.html")
def path_key() -> dict[str, Any]:
    """What the dots and rings of a path mean; once on a page that shows one."""
    return {"states": path_full.key()}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A sign; without a label the words beside it must say what it means."""
    return signs.sign(name, str(label))


@register.simple_tag
def tag(kind: str, text: str, *, sign: str = "") -> SafeString:
    """A word about a state in the colour of its kind: good, warn, bad, calm, quiet or plain."""
    return tags.tag(kind, text, sign=sign)


@register.simple_tag
def step_tag(state: str) -> SafeString:
    """The state of a step, with its sign: "submitted", "passed with conditions" …"""
    return tags.step_tag(state)


@register.simple_tag
def answer_tag(answer: str, *, is_verified: bool = False) -> SafeString:
    """What a team says of an item, and whether a reviewer verified it: the two never look alike."""
    return tags.answer_tag(answer, is_verified=is_verified)


@register.simple_tag
def due(day: date, *, today: date | None = None) -> SafeString:
    """How many days are left to a date, or how late it is."""
    return tags.due(day, today=today or timezone.localdate())


@register.simple_tag
def ago(moment: date | datetime) -> SafeString:
    """When something happened, as a person would say it, in a <time>."""
    return times.ago(moment, now=timezone.now())


@register.simple_tag
def progress(done: int, total: int, missing: Sequence[str] = ()) -> SafeString:
    """ "4 of 7 done; missing: 4.5, 4.6", with a bar."""
    drawn = charts.bar(done, total) if total else ""
    return format_html('<div class="progress"><p>{}</p>{}</div>', done_of(done, total, missing), drawn)


@register.simple_tag
def levels(
    item_id: int | str,
    chosen: str,
    *,
    legend: str,
    version: int | None = None,
    name: str = "answer",
    verified: str = "",
    closed: str = "",
    error: str = "",
) -> SafeString:
    """The six answers to one item as radios; `closed` says why it cannot be changed now, `error` what is wrong."""
    return six_levels.levels(
        item_id, chosen, name=name, legend=legend, version=version, verified=verified, closed=closed, error=error
    )


@register.inclusion_tag("ui/empty.html")
def empty(title: str, text: str = "", *, sign: str = "flag", url: str = "", action: str = "") -> dict[str, Any]:
    """Nothing here yet: what will stand here, and the one thing to do next."""
    if bool(url) != bool(action):
        raise ValueError("An empty state needs both an address and the words for it, or neither.")
    return {"title": title, "text": text, "sign": sign, "url": url, "action": action}


@register.inclusion_tag("ui/task.html")
def task(
    title: str, *, url: str = "", hint: str = "", state: str = "", kind: str = "quiet", why_closed: str = ""
) -> dict[str, Any]:
    """One row of a task list (an <li>): the whole row is the link; without one it says why it is closed."""
    if not url and not why_closed:
        raise ValueError("A task without an address must say why it cannot be opened.")
    return {"title": title, "url": url, "hint": hint or why_closed, "state": state, "kind": kind}


@register.simple_tag
def term(question: str, meaning: str) -> SafeString:
    """A question about a word and its answer, one press away. A block of its own: it cannot stand inside a <p>."""
    return format_html('<details class="term"><summary>{}</summary><p>{}</p></details>', question, meaning)


@register.simple_tag
def count(text: str, number: int, *, url: str) -> SafeString:
    """What waits for a person, in the masthead: "Inbox 3"."""
    css_class = "count" if number else "count count--none"
    return format_html('<a class="{}" href="{}">{} <b>{}</b></a>', css_class, url, text, number)


@register.simple_tag
def nav_link(text: str, url: str, *, here: bool = False) -> SafeString:
    """One page of the navigation (an <li>)."""
    return format_html('<li><a href="{}"{}>{}</a></li>', url, SafeString(' aria-current="page"') if here else "", text)


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form: BaseForm | BaseFormSet, *, title: str = "") -> dict[str, Any]:
    """What is wrong with a form, each line leading to its field; nothing if all is well."""
    return {"problems": problems.problems_of(form), "title": title or _("There is a problem")}


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The widget of a field, tied to its hint and errors also where Django leaves that out."""
    described = field.use_fieldset and field.aria_describedby
    return field.as_widget(attrs={"aria-describedby": described} if described else {})


@lru_cache(maxsize=256)
def _kept(template_name: str, _language: str | None, _time_zone: str, **values: Hashable) -> SafeString:
    return render_to_string(template_name, values)


@register.simple_tag
def optional_mark(field: BoundField) -> SafeString:
    """The word "(optional)" beside a label, where other fields of the form are required; or a field's own words."""
    if not problems.is_worth_marking(field):
        return SafeString("")
    words = getattr(field.field, "optional_words", _("optional"))
    return format_html(' <span class="optional">({})</span>', words)
