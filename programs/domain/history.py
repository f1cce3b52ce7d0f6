"""The history of a program in readable lines: who, when, what, from, to."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from journal.models import Change
from programs.domain.phrases import NAMES_ABOVE, Names, phrase, step_number, value_in_words
from programs.models import ItemAnswer, Program, StepPlan

PAGE = 50

Place = tuple[str, str]  # what a line is about, and the address of its page
Places = Callable[[Collection[int]], Mapping[int, Place]]
PLACES: dict[str, Places] = {}
FOLDED_FIELDS = frozenset({"note", "reason"})


@dataclass(slots=True)
class Line:
    """One readable line. `old` and `new` are values in words, empty for verbs; `count` edits were folded."""

    at: datetime
    who: str
    what: str
    about: str
    url: str
    old: str = ""
    new: str = ""
    count: int = 1
    is_verb: bool = False
    changes: list[Change] = field(default_factory=list, repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, and the number to go on from (None: these were the oldest)."""

    lines: list[Line]
    older: int | None


def register(kind: str, places: Places) -> None:
    """Says where changes of a kind lead; `places` is asked once a page, for those that are still there."""
    PLACES[kind] = places


def of_program(program: Program, *, before: int | None = None, limit: int = PAGE) -> Page:
    """What happened to a program, newest first, from the change before `before` on."""
    return _page(Change.objects.filter(program_id=program.pk), program.pk, before=before, limit=limit)


def of_item(answer: ItemAnswer, *, before: int | None = None, limit: int = PAGE) -> Page:
    """What happened to one item: its fields, evidence, remarks and verification."""
    return _page(Change.objects.about("answer", answer.pk), answer.plan.program_id, before=before, limit=limit)


def of_step_items(plan: StepPlan, *, before: int | None = None, limit: int = PAGE) -> Page:
    """What happened to the items of one step, and the remarks on it."""
    answers = ItemAnswer.objects.filter(plan=plan).values("pk")
    changes = Change.objects.filter(program_id=plan.program_id, kind="answer", object_id__in=answers)
    return _page(changes, plan.program_id, before=before, limit=limit)


def lines(changes: Iterable[Change], *, program_id: int) -> list[Line]:
    """Changes (newest first, with their actors) as lines; one author's edits of a note are one line."""
    changes = list(changes)
    names, places = _names(changes), _places(changes)
    found: list[Line] = []
    open_folds: dict[tuple[str, int, str], Line] = {}
    for change in changes:
        about = (change.kind, change.object_id, change.field)
        newer = open_folds.get(about)
        if newer is not None and _folds(newer, change):
            newer.old = value_in_words(change, change.old, names)
            newer.count += 1
            newer.changes.append(change)
            continue
        line = _line(change, names, program_id)
        if (change.kind, change.object_id) in places:
            line.about, line.url = places[change.kind, change.object_id]
        found.append(line)
        if change.field in FOLDED_FIELDS:
            open_folds[about] = line
    return found


def _page(changes: Any, program_id: int, *, before: int | None, limit: int) -> Page:
    if before is not None:
        changes = changes.filter(pk__lt=before)
    rows = list(changes.newest_first()[: limit + 1])
    older = rows[limit - 1].pk if len(rows) > limit else None
    return Page(lines(rows[:limit], program_id=program_id), older)


def _folds(newer: Line, change: Change) -> bool:
    """Successive edits by one author on one day."""
    last = newer.changes[-1]
    same_day = timezone.localdate(last.at) == timezone.localdate(change.at)
    return same_day and last.actor_id == change.actor_id and change.verb == "changed"


def _line(change: Change, names: Names, program_id: int) -> Line:
    said = phrase(change, names)
    is_field = change.verb == "changed"
    return Line(
        at=change.at,
        who=change.actor.name if change.actor else "",
        what=said.what,
        about=said.about,
        url=_url(change, names, program_id),
        old=value_in_words(change, change.old, names) if is_field else "",
        new=value_in_words(change, change.new, names) if is_field else "",
        is_verb=not is_field,
        changes=[change],
    )


def _url(change: Change, names: Names, program_id: int) -> str:
    if (item := names.items.get(change.object_id)) and change.kind == "answer":
        return reverse("programs:item", args=[program_id, item.step_number, item.key])
    if number := step_number(change, names):
        return reverse("programs:step", args=[program_id, number])
    return ""


def _places(changes: list[Change]) -> dict[tuple[str, int], Place]:
    """Where changes of the kinds of apps above lead: one query a kind."""
    found: dict[tuple[str, int], Place] = {}
    for kind, places in PLACES.items():
        if about := {one.object_id for one in changes if one.kind == kind}:
            found |= {(kind, pk): place for pk, place in places(about).items()}
    return found


def _names(changes: list[Change]) -> Names:
    """Names of what these changes speak of: at most three queries, and one for each field of an app above."""
    about = {kind: {one.object_id for one in changes if one.kind == kind} for kind in ("answer", "plan")}
    owners = {value for one in changes if one.field == "owner" for value in (one.old, one.new) if value}
    return Names(
        items={item.pk: item for item in Names.read_items(about["answer"])} if about["answer"] else {},
        steps=dict(StepPlan.objects.filter(pk__in=about["plan"]).values_list("pk", "step__number"))
        if about["plan"]
        else {},
        people=dict(User.objects.filter(pk__in=owners).values_list("pk", "name")) if owners else {},
        above=_names_above(changes),
    )


def _names_above(changes: list[Change]) -> dict[tuple[str, str], Mapping[int, str]]:
    found: dict[tuple[str, str], Mapping[int, str]] = {}
    for about, names in NAMES_ABOVE.items():
        mine = [one for one in changes if (one.kind, one.field) == about]
        if ids := {value for one in mine for value in (one.old, one.new) if value}:
            found[about] = names(ids)
    return found
