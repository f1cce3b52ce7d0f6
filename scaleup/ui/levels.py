"""The six answers to one item as native radios: three levels that stand out, three honest non-answers."""

from functools import lru_cache

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy

from scaleup.ui.signs import sign

MAIN = {
    "not_started": gettext_lazy("Not started"),
    "under_way": gettext_lazy("Under way"),
    "done": gettext_lazy("Done"),
}
OTHER = {
    "not_applicable": gettext_lazy("Not applicable"),
    "dont_know": gettext_lazy("Don’t know yet"),
    "later": gettext_lazy("Come back later"),
}
ID = "\0"  # stands for the item's id in what is kept for the next item


def levels(
    item_id: int | str,
    chosen: str,
    *,
    name: str,
    legend: str,
    version: int | None = None,
    verified: str = "",
    closed: str = "",
    error: str = "",
) -> SafeString:
    """The radios of one item, in a fieldset named by `legend`.

    With a `version` the fieldset is one that <auto-save> saves (docs/saving.md). `verified` says who
    verified it and when, and is shown as a badge; `closed` says why the answer cannot be changed now,
    `error` what was wrong with the one that was sent.
    Raises ValueError for an answer there is not.
    """
    if chosen not in MAIN and chosen not in OTHER:
        raise ValueError(f"There is no answer {chosen!r}.")
    radios = _radios(chosen, name, bool(closed), get_language()).replace(ID, escape(item_id))
    about = format_html(' data-field="{}" data-version="{}"', name, version) if version is not None else ""
    described_by = [f"{words}-{item_id}" for words, said in (("closed", closed), ("wrong", error)) if said]
    if described_by:
        about = format_html('{} aria-describedby="{}"', about, " ".join(described_by))
    return format_html(
        '<fieldset class="levels"{}><legend class="visually-hidden">{}</legend>{}{}{}{}</fieldset>',
        about, legend, _wrong(error, item_id), mark_safe(radios), _badge(verified), _why(closed, item_id),
    )  # fmt: skip


@lru_cache(maxsize=256)
def _radios(chosen: str, name: str, disabled: bool, _language: str | None) -> str:
    groups = []
    for group, choices in (("main", MAIN), ("other", OTHER)):
        radios = "".join(_radio(value, str(words), chosen, name, disabled) for value, words in choices.items())
        groups.append(f'<div class="levels-{group}">{radios}</div>')
    return "".join(groups)


def _radio(value: str, words: str, chosen: str, name: str, disabled: bool) -> str:
    marks = (" checked" if value == chosen else "") + (" disabled" if disabled else "")
    spot = f"{name}-{ID}-{value}"
    return (
        f'<div class="level"><input type="radio" name="{escape(name)}" value="{value}" id="{spot}"{marks}>'
        f'<label for="{spot}">{escape(words)}</label></div>'
    )


def _badge(verified: str) -> SafeString:
    if not verified:
        return SafeString("")
    return format_html('<p class="levels-note"><span class="tag tag--good">{}{}</span></p>', sign("verified"), verified)


def _wrong(error: str, item_id: int | str) -> SafeString:
    return format_html('<p class="field-error" id="wrong-{}">{}</p>', item_id, error) if error else SafeString("")


def _why(closed: str, item_id: int | str) -> SafeString:
    if not closed:
        return SafeString("")
    return format_html('<p class="levels-note hint" id="closed-{}">{} {}</p>', item_id, sign("lock"), closed)
