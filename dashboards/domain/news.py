"""What others changed in programs since somebody last looked: the journal, folded to a few lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from accounts.models import User
from journal.models import Change

# What is counted: things that changed (an answer moved three times is one), or how often it happened.
THINGS, TIMES = "things", "times"
FOLDS = {
    "submitted": (TIMES, ngettext_lazy("%(n)s step submitted", "%(n)s steps submitted", "n")),
    "withdrawn": (TIMES, ngettext_lazy("%(n)s step withdrawn", "%(n)s steps withdrawn", "n")),
    "returned": (THINGS, ngettext_lazy("%(n)s item returned with a wish", "%(n)s items returned with a wish", "n")),
    "verified": (THINGS, ngettext_lazy("%(n)s item verified", "%(n)s items verified", "n")),
    "lapsed": (THINGS, ngettext_lazy("%(n)s verification lapsed", "%(n)s verifications lapsed", "n")),
    "conditions": (THINGS, ngettext_lazy("%(n)s condition moved", "%(n)s conditions moved", "n")),
    "answers": (THINGS, ngettext_lazy("%(n)s answer changed", "%(n)s answers changed", "n")),
    "evidence": (TIMES, ngettext_lazy("%(n)s change of evidence", "%(n)s changes of evidence", "n")),
    "remarks": (TIMES, ngettext_lazy("%(n)s remark written", "%(n)s remarks written", "n")),
    "notes": (THINGS, ngettext_lazy("%(n)s note edited", "%(n)s notes edited", "n")),
    "planned": (THINGS, ngettext_lazy("%(n)s owner or date set", "%(n)s owners or dates set", "n")),
    "reach": (TIMES, ngettext_lazy("%(n)s reach figure recorded", "%(n)s reach figures recorded", "n")),
    "team": (TIMES, ngettext_lazy("%(n)s change in the team", "%(n)s changes in the team", "n")),
    "listed": (TIMES, ngettext_lazy("%(n)s change in the portfolios", "%(n)s changes in the portfolios", "n")),
    "about": (THINGS, ngettext_lazy("the description changed", "the description changed", "n")),
    "other": (TIMES, ngettext_lazy("%(n)s other change", "%(n)s other changes", "n")),
}
ORDER = {fold: place for place, fold in enumerate(FOLDS)}

FIELDS = {
    "answer": "answers",
    "note": "notes",
    "reason": "notes",
    "owner": "planned",
    "due_on": "planned",
    "target_on": "planned",
}
VERBS = {
    "submitted": "submitted",
    "withdrawn": "withdrawn",
    "asked": "returned",
    "verified": "verified",
    "accepted": "verified",
    "unverified": "lapsed",
    "lapsed": "lapsed",
    "evidence_added": "evidence",
    "evidence_replaced": "evidence",
    "evidence_withdrawn": "evidence",
    "remarked": "remarks",
    "replied": "remarks",
    "recorded": "reach",
}
TEAM_VERBS = ("invited", "revoked", "accepted")
KINDS = {"listing": "listed", "member": "team", "condition": "conditions"}
DECISIONS = Q(kind="plan", verb__in=("decided", "recorded", "reopened"))  # told by themselves
NO_NEWS = Q(verb__in=("resolved", "remark_reopened", "asked_no_more"))


@dataclass(frozen=True, slots=True)
class News:
    """One line: what, how often, and by whom (nobody: the system)."""

    fold: str
    number: int
    people: tuple[str, ...]

    @property
    def text(self) -> str:
        return str(FOLDS[self.fold][1] % {"n": self.number})

    @property
    def by(self) -> str:
        """At most two names."""
        shown = list(self.people[:2])
        if more := len(self.people) - len(shown):
            shown.append(_("%(number)s more") % {"number": more})
        return ", ".join(shown)


def since(seen: Mapping[int, datetime], *, reader: User) -> dict[int, list[News]]:
    """What others changed in each program since the reader saw it, in one query."""
    if not seen:
        return {}
    newer = reduce(or_, (Q(program_id=program, at__gt=at) for program, at in seen.items()))
    rows: Any = (
        Change.objects.filter(newer)
        .filter(~Q(actor=reader) | Q(actor=None))
        .exclude(DECISIONS | NO_NEWS)
        .values("program_id", "kind", "verb", "field")
        .annotate(
            things=Count("object_id", distinct=True),
            times=Count("pk"),
            people=ArrayAgg("actor__name", distinct=True, filter=Q(actor__isnull=False), default=[]),
        )
    )
    folded: dict[int, dict[str, News]] = {}
    for row in rows:
        _add(folded.setdefault(row["program_id"], {}), row)
    return {program: sorted(news.values(), key=lambda one: ORDER[one.fold]) for program, news in folded.items()}


def fold_of(kind: str, verb: str, field: str) -> str:
    """Which line a change counts into."""
    if kind in KINDS:
        return KINDS[kind]
    if kind == "program":
        return "about" if verb == "changed" else "team" if verb in TEAM_VERBS else "other"
    return (FIELDS.get(field) if verb == "changed" else VERBS.get(verb)) or "other"


def _add(news: dict[str, News], row: dict[str, Any]) -> None:
    fold = fold_of(row["kind"], row["verb"], row["field"])
    known = news.get(fold, News(fold, 0, ()))
    people = tuple(dict.fromkeys((*known.people, *row["people"])))
    news[fold] = News(fold, known.number + row[FOLDS[fold][0]], people)
