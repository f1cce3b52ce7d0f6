"""How each kind of change is said in words."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from journal.models import Change
from programs.models import Answer, Direction, GateReview, ItemAnswer, Membership, Sector


class ItemName(NamedTuple):
    pk: int
    number: str
    key: str
    text: str
    step_number: int


@dataclass(frozen=True, slots=True)
class Names:
    """What the changes of one page speak of, by id."""

    items: dict[int, ItemName]
    steps: dict[int, int]
    people: dict[int, str]
    above: dict[tuple[str, str], Mapping[int, str]] = field(default_factory=dict)  # by kind and field, as NAMES_ABOVE

    @staticmethod
    def read_items(pks: Iterable[int]) -> Iterator[ItemName]:
        found = ItemAnswer.objects.filter(pk__in=list(pks))
        columns = ("pk", "item__number", "item__key", "item__text", "plan__step__number")
        return map(ItemName._make, found.values_list(*columns))


@dataclass(frozen=True, slots=True)
class Phrase:
    """What was done, and to what."""

    what: str
    about: str


FIELDS: dict[str, Promise] = {
    "answer": gettext_lazy("changed the answer"),
    "reason": gettext_lazy("changed why it does not apply"),
    "note": gettext_lazy("edited the note"),
    "owner": gettext_lazy("changed the owner"),
    "due_on": gettext_lazy("changed the due date"),
    "target_on": gettext_lazy("changed the target date"),
    "name": gettext_lazy("renamed the program"),
    "about": gettext_lazy("changed what the program does"),
    "sector": gettext_lazy("changed the sector"),
    "country": gettext_lazy("changed the country"),
    "direction": gettext_lazy("changed the direction of the ambition"),
    "ambition_actor": gettext_lazy("changed who leads it at scale"),
    "ambition_change": gettext_lazy("changed what the program wants to change"),
    "ambition_whom": gettext_lazy("changed for whom it is"),
    "ambition_count": gettext_lazy("changed how many it wants to reach"),
    "ambition_place": gettext_lazy("changed where"),
    "ambition_by": gettext_lazy("changed by when"),
}

# (kind, verb) → words. Placeholders are names in the change's `new` (or `old`, if there is no new).
VERBS: dict[tuple[str, str], Promise] = {
    ("program", "started"): gettext_lazy("started the program “%(name)s”"),
    ("program", "archived"): gettext_lazy("archived the program"),
    ("program", "restored"): gettext_lazy("opened the program again"),
    ("program", "reviewer_named"): gettext_lazy("named %(name)s as reviewer"),
    ("program", "upgraded"): gettext_lazy("moved the program to version %(version)s of its guide"),
    ("program", "invited"): gettext_lazy("invited somebody as %(role)s"),
    ("program", "revoked"): gettext_lazy("withdrew an invitation"),
    ("program", "accepted"): gettext_lazy("accepted the invitation"),
    ("member", "granted"): gettext_lazy("let %(name)s join as %(role)s"),
    ("member", "role_changed"): gettext_lazy("made %(name)s %(role)s"),
    ("member", "removed"): gettext_lazy("took %(name)s off the team"),
    ("listing", "asked"): gettext_lazy("asked to list the program in “%(portfolio)s”"),
    ("listing", "agreed"): gettext_lazy("agreed to the listing in “%(portfolio)s”"),
    ("listing", "declined"): gettext_lazy("declined the listing in “%(portfolio)s”"),
    ("listing", "left"): gettext_lazy("took the program out of “%(portfolio)s”"),
    ("listing", "made_home"): gettext_lazy("made “%(portfolio)s” the home of the program"),
    ("reach", "recorded"): gettext_lazy("recorded a reach of %(count)s as of %(as_of)s"),
    ("answer", "evidence_added"): gettext_lazy("added the evidence “%(title)s”"),
    ("answer", "evidence_replaced"): gettext_lazy("replaced the evidence “%(title)s” (version %(version)s)"),
    ("answer", "evidence_withdrawn"): gettext_lazy("withdrew the evidence “%(title)s”"),
    ("answer", "remarked"): gettext_lazy("wrote a remark: “%(text)s”"),
    ("answer", "replied"): gettext_lazy("replied: “%(text)s”"),
    ("answer", "resolved"): gettext_lazy("resolved the remark “%(text)s”"),
    ("answer", "remark_reopened"): gettext_lazy("opened the remark “%(text)s” again"),
    ("answer", "verified"): gettext_lazy("verified it"),
    ("answer", "lapsed"): gettext_lazy("ended the verification: %(why)s"),
    ("answer", "unverified"): gettext_lazy("took the verification back"),
    ("answer", "accepted"): gettext_lazy("agreed that it does not apply"),
    ("answer", "asked"): gettext_lazy("asked for a change: “%(said)s”"),
    ("answer", "asked_no_more"): gettext_lazy("took the wish for a change back"),
    ("plan", "remarked"): gettext_lazy("wrote a remark: “%(text)s”"),
    ("plan", "replied"): gettext_lazy("replied: “%(text)s”"),
    ("plan", "resolved"): gettext_lazy("resolved the remark “%(text)s”"),
    ("plan", "remark_reopened"): gettext_lazy("opened the remark “%(text)s” again"),
    ("plan", "submitted"): gettext_lazy("submitted the step to %(reviewer)s"),
    ("plan", "withdrawn"): gettext_lazy("withdrew the submission"),
    ("plan", "decided"): gettext_lazy("decided: %(outcome)s"),
    ("plan", "recorded"): gettext_lazy("recorded a past decision: %(outcome)s"),
    ("plan", "looked_again"): gettext_lazy("looked at the decision again and kept it"),
    ("plan", "reopened"): gettext_lazy("reopened the step"),
    ("condition", "condition_met"): gettext_lazy("said that a condition is met: “%(condition)s”"),
    ("condition", "condition_confirmed"): gettext_lazy("confirmed that a condition is met: “%(condition)s”"),
    ("condition", "condition_sent_back"): gettext_lazy("said that a condition is not met yet: “%(condition)s”"),
}


CHOICES: dict[str, Mapping[Any, Any]] = {
    "answer": dict(Answer.choices),
    "sector": dict(Sector.choices),
    "direction": dict(Direction.choices),
}
# Of fields of apps above, by kind and field: (kind, field) → words, and → what a value means.
FIELDS_ABOVE: dict[tuple[str, str], Promise] = {}
VALUES_ABOVE: dict[tuple[str, str], Mapping[Any, Any]] = {}
# Where a value is read with more than a list of words, such as a sum of money: (kind, field) → how to show it.
SHOWN_ABOVE: dict[tuple[str, str], Callable[[Any], str]] = {}
# Where a value is the number of something: (kind, field) → the names of many, asked once a page.
NAMES_ABOVE: dict[tuple[str, str], Callable[[Collection[int]], Mapping[int, str]]] = {}


def register(
    verbs: Mapping[tuple[str, str], Promise],
    *,
    fields: Mapping[tuple[str, str], Promise] | None = None,
    values: Mapping[tuple[str, str], Mapping[Any, Any]] | None = None,
    shown: Mapping[tuple[str, str], Callable[[Any], str]] | None = None,
    names: Mapping[tuple[str, str], Callable[[Collection[int]], Mapping[int, str]]] | None = None,
) -> None:
    """Words for verbs, fields and values of an app above, and the names of things. Called by it when it is ready."""
    VERBS.update(verbs)
    FIELDS_ABOVE.update(fields or {})
    VALUES_ABOVE.update(values or {})
    SHOWN_ABOVE.update(shown or {})
    NAMES_ABOVE.update(names or {})


ROLES = dict(Membership.Role.choices)
OUTCOMES = dict(GateReview.Outcome.choices)
DATES = frozenset({"due_on", "target_on", "ambition_by"})
UNSAID = gettext_lazy("did something (%(verb)s)")


def phrase(change: Change, names: Names) -> Phrase:
    """A change in words. A verb nobody has put into words yet is named as it is."""
    return Phrase(_what(change), _about(change, names))


def value_in_words(change: Change, value: Any, names: Names) -> str:
    """A field's old or new value as people read it."""
    if value is None or value == "" or value == []:
        return _("nothing")
    if change.field == "owner":
        return names.people.get(value) or _("somebody who left")
    if (named := names.above.get((change.kind, change.field))) is not None:
        return named.get(value) or _("no longer there")
    if show := SHOWN_ABOVE.get((change.kind, change.field)):
        return show(value)
    if change.field == "country":
        return countries.name(value) or value
    if words := VALUES_ABOVE.get((change.kind, change.field)) or CHOICES.get(change.field):
        values = value if isinstance(value, list) else [value]
        place = {one: number for number, one in enumerate(words)}  # as people choose from them
        return ", ".join(str(words.get(one, one)) for one in sorted(values, key=lambda one: place.get(one, len(place))))
    if change.field in DATES or change.field.endswith("_on"):
        return date_format(date.fromisoformat(value))
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return number_format(value, force_grouping=True) if isinstance(value, int) else str(value)


def _what(change: Change) -> str:
    if change.verb == "changed":
        words = FIELDS_ABOVE.get((change.kind, change.field)) or FIELDS.get(change.field)
        return str(words or str(UNSAID) % {"verb": change.field})
    words = VERBS.get((change.kind, change.verb), UNSAID)
    return str(words) % _details(change)


def _details(change: Change) -> dict[str, Any]:
    """What the placeholders of a phrase stand for; an unknown one stays empty rather than break the page."""
    details: dict[str, Any] = defaultdict(str, verb=change.verb)
    details |= (change.old if isinstance(change.old, dict) else {}) | change.details
    for name, words in (("role", ROLES), ("outcome", OUTCOMES)):
        if name in details:
            details[name] = words.get(details[name], details[name])
    if "as_of" in details:
        details["as_of"] = date_format(date.fromisoformat(details["as_of"]))
    if "count" in details:
        details["count"] = number_format(details["count"], force_grouping=True)
    return details


def _about(change: Change, names: Names) -> str:
    if change.kind == "answer" and (item := names.items.get(change.object_id)):
        return f"{item.number} {item.text}"
    number = step_number(change, names)
    return _("Step %(number)s") % {"number": number} if number else ""


def step_number(change: Change, names: Names) -> int | None:
    """The step a change is about, if it is about a step as a whole."""
    if change.kind == "plan":
        return names.steps.get(change.object_id)
    return change.details.get("step") if change.kind == "condition" else None
