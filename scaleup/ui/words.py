"""Words the kit uses in several places."""

from collections.abc import Sequence

from django.utils.translation import gettext, gettext_lazy, ngettext

SHOWN_MISSING = 6
STATES = {
    "n": gettext_lazy("not started"),
    "p": gettext_lazy("in progress"),
    "s": gettext_lazy("submitted"),
    "g": gettext_lazy("passed"),
    "c": gettext_lazy("passed with conditions"),
    "h": gettext_lazy("on hold"),
    "r": gettext_lazy("returned"),
}


def state_words(letter: str) -> str:
    """The state of a step by its letter in the path string."""
    return str(STATES[letter])


def join_words(words: Sequence[str]) -> str:
    """ "1", "1 and 2", "1, 2 and 5"."""
    if len(words) < 2:
        return "".join(words)
    return gettext("%(most)s and %(last)s") % {"most": ", ".join(words[:-1]), "last": words[-1]}


def about(tenths: int) -> str:
    """A share of a path string as a percentage a person would say."""
    if tenths in {0, 9}:
        return gettext("all") if tenths else gettext("none")
    return gettext("about %(percent)s %%") % {"percent": round(tenths * 10 / 9) * 10}


def done_of(done: int, total: int, missing: Sequence[str]) -> str:
    """ "4 of 7 done; missing: 4.5, 4.6". Of a long list only the first are named."""
    if not total:
        return gettext("nothing here applies")
    words = gettext("%(done)s of %(total)s done") % {"done": done, "total": total}
    if not missing:
        return words
    named, others = missing[:SHOWN_MISSING], len(missing) - SHOWN_MISSING
    listed = ", ".join(named)
    if others > 0:
        listed = ngettext("%(listed)s and %(count)s more", "%(listed)s and %(count)s more", others) % {
            "listed": listed,
            "count": others,
        }
    return gettext("%(done)s; missing: %(missing)s") % {"done": words, "missing": listed}
