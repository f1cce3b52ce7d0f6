"""What a page says of many items, drawn here: a checklist has eighty of them.

They have few different words: what names nobody is drawn once and kept, for each language.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from django import template
from django.utils.formats import date_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from programs.domain.checklists import Row
from programs.models import ItemAnswer
from scaleup.ui import tags

register = template.Library()
NOTHING = SafeString("")


@register.simple_tag
def item_rows(rows: Sequence[Row], step_url: str) -> SafeString:
    """The items of one step of the checklist, each an <li> that leads to its page."""
    language, address = get_language(), escape(step_url)
    owners = {name: _span(name) if name else NOTHING for name in {row.owner for row in rows}}
    return SafeString("".join(_row(row, address, owners[row.owner], language) for row in rows))


@register.simple_tag
def item_title(row: ItemAnswer, url: str) -> SafeString:
    """The heading of an item, which leads to its page, and what counts as evidence."""
    title, hint = _item_words(row.shown_number, row.item.text, row.item.evidence, get_language())
    return format_html('<h3 id="text-{}"><a href="{}">{}</a></h3>{}', row.pk, url, title, hint)


@register.simple_tag
def item_badges(row: ItemAnswer, *, is_passed: bool) -> SafeString:
    """What is special about an item; nothing for most of them."""
    marks = (row.is_new, is_passed, row.is_accepted, row.item.is_critical, row.item.is_yearly, row.expired_count > 0)
    badges = _badges(*marks, get_language())
    if row.returned_note:
        returned = tags.tag("warn", gettext("Returned"), sign="returned")
        badges = format_html("{} <span>{}</span> {}", returned, row.returned_note, badges)
    return format_html('<p class="cluster">{}</p>', badges) if badges else NOTHING


@register.simple_tag
def item_facts(row: ItemAnswer, url: str, *, today: date) -> SafeString:
    """Who looks after an item, until when, and what hangs on it, with links to its page."""
    language, address, remarks = get_language(), escape(url), row.open_remark_count
    return format_html(
        '<p class="meta">{}{}{}{}{}</p>',
        _owner(row.owner.name if row.owner else None),
        _time_left(row.due_on, row.is_settled, today, language),
        format_html('<a href="{}#evidence">{}</a>', address, _pieces(row.evidence_count, language)),
        format_html('<a href="{}#id_note">{}</a>', address, gettext("Note")) if row.note else "",
        format_html('<a href="{}#remarks">{}</a>', address, _open_remarks(remarks)) if remarks else "",
    )


def _row(row: Row, step_url: SafeString, owner: SafeString, language: str | None) -> str:
    """One row of the checklist; every part of it is escaped."""
    return (
        f'<li><div><a href="{step_url}{_item_link(row.key, row.shown_number, row.text)}'
        f'<p class="meta">{owner}{_due(row.due_on, language)}'
        f"{_facts(row.evidence_count, row.open_remark_count, row.is_critical, row.is_returned, language)}</p></div>"
        f"{_answer(row.answer, row.is_verified, language)}</li>"
    )


@lru_cache(maxsize=4096)
def _item_link(key: str, number: str, text: str) -> SafeString:
    """The end of a link to an item, after the address of its step."""
    return format_html('items/{}/">{} {}</a>', key, number, text)


@lru_cache(maxsize=4096)
def _item_words(number: str, text: str, evidence: str, _language: str | None) -> tuple[SafeString, SafeString]:
    hint = gettext("Counts as evidence: %(evidence)s") % {"evidence": evidence}
    title = format_html('<span class="muted">{}</span> {}', number, text)
    return title, format_html('<p class="hint">{}</p>', hint)


@lru_cache(maxsize=128)
def _badges(
    is_new: bool, is_passed: bool, is_accepted: bool, is_critical: bool, is_yearly: bool, is_expired: bool,
    _language: str | None,
) -> SafeString:  # fmt: skip
    new = gettext("New since the decision") if is_passed else gettext("New in the guide")
    badges = (
        (is_new, "tag tag--calm", new),
        (is_accepted, "tag tag--good", gettext("Agreed: does not apply")),
        (is_critical, "tag", gettext("Critical")),
        (is_yearly, "tag", gettext("Every year")),
        (is_expired, "tag tag--warn", gettext("Evidence has expired")),
    )
    return format_html_join(" ", '<span class="{}">{}</span>', (badge for is_so, *badge in badges if is_so))


@lru_cache(maxsize=2048)
def _due(day: date | None, _language: str | None) -> SafeString:
    return _span(f"{gettext('due')} {date_format(day, 'SHORT_DATE_FORMAT')}") if day else NOTHING


@lru_cache(maxsize=1024)
def _facts(pieces: int, remarks: int, is_critical: bool, is_returned: bool, language: str | None) -> SafeString:
    facts = (
        _span(_pieces(pieces, language)) if pieces else "",
        _span(_open_remarks(remarks)) if remarks else "",
        _span(gettext("critical")) if is_critical else "",
        format_html('<span class="warn">{}</span>', gettext("returned")) if is_returned else "",
    )
    return SafeString("".join(facts))


@lru_cache(maxsize=64)
def _answer(answer: str, is_verified: bool, _language: str | None) -> SafeString:
    return tags.answer_tag(answer, is_verified=is_verified)


@lru_cache(maxsize=2048)
def _time_left(day: date | None, is_settled: bool, today: date, _language: str | None) -> SafeString:
    """The day something is due; until it is settled also how many days are left."""
    if day is None:
        return NOTHING
    due = _span(gettext("Due %(day)s") % {"day": date_format(day, "SHORT_DATE_FORMAT")})
    return due if is_settled else due + tags.due(day, today=today)


def _owner(name: str | None) -> SafeString:
    return _span(gettext("Owner: %(name)s") % {"name": name} if name else gettext("Owner: nobody yet"))


@lru_cache(maxsize=256)
def _pieces(pieces: int, _language: str | None) -> str:
    if not pieces:
        return gettext("No evidence yet")
    return ngettext("%(pieces)s piece of evidence", "%(pieces)s pieces of evidence", pieces) % {"pieces": pieces}


def _open_remarks(remarks: int) -> str:
    return ngettext("%(remarks)s open remark", "%(remarks)s open remarks", remarks) % {"remarks": remarks}


def _span(words: str) -> SafeString:
    return format_html("<span>{}</span>", words)
