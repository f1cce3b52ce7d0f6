"""What the product already knows about an item: shown beside it, and offered as evidence where it proves the item.

An app above registers a source: which items it speaks of, and what it knows about them in one program today. What
is known never changes an answer; whether it becomes evidence a person decides.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils.functional import Promise

from accounts.models import User
from programs.domain import evidencing, verifying
from programs.domain.evidencing import Piece
from programs.models import Evidence, ItemAnswer, Program


@dataclass(frozen=True, slots=True)
class Proof:
    """What something known says as a dated note. The title names it for good: a newer note replaces the older one."""

    title: str
    text: str
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """One fact beside one item: a sentence, and the page it comes from (`where` is its name, `url` its address).

    No proof: it does not show that the item is done.

    `code` names it among the facts of its item. `is_attached`: the same note is the item's evidence already.
    """

    item: str
    code: str
    text: str
    where: Promise | str
    url: str
    proof: Proof | None = None
    is_attached: bool = False


Source = Callable[[Program, date], Iterable[Known]]
SOURCES: dict[Source, frozenset[str]] = {}


def register(source: Source, *, items: Iterable[str]) -> None:
    """Adds a source that speaks of these items, by their keys. Called by the app that owns it, when it is ready."""
    SOURCES[source] = frozenset(items)


def beside(program: Program, answers: Collection[ItemAnswer], *, today: date) -> dict[str, list[Known]]:
    """What is known about these items, by key. Asks only sources that speak of one of them, and evidence once."""
    by_key = {answer.item.key: answer for answer in answers}
    asked = [source for source, items in SOURCES.items() if items & by_key.keys()]
    found = [known for source in asked for known in source(program, today) if known.item in by_key]
    notes = _notes([by_key[known.item] for known in found if known.proof])
    facts: dict[str, list[Known]] = {}
    for known in found:
        is_attached = (
            known.proof is not None and notes.get((by_key[known.item].pk, known.proof.title)) == known.proof.text
        )
        facts.setdefault(known.item, []).append(replace(known, is_attached=is_attached))
    return facts


def put_beside(program: Program, answers: Collection[ItemAnswer], *, today: date) -> None:
    """Sets `known` on each of these items: its facts, in the order of the sources."""
    facts = beside(program, answers, today=today)
    for answer in answers:
        answer.known = facts.get(answer.item.key, [])


@transaction.atomic
def attach(answer: ItemAnswer, code: str, *, by: User, today: date) -> Evidence | None:
    """Makes what is known evidence of the item, as it is today; a note on the same from before gets a newer version.

    None when nothing of that code proves the item any more. Doing it again gives the same evidence.
    """
    verifying.hold(answer.pk)
    facts = beside(answer.plan.program, [answer], today=today).get(answer.item.key, [])
    proof = next((known.proof for known in facts if known.code == code), None)
    if proof is None:
        return None
    piece = Piece("note", proof.title, today, expires_on=proof.expires_on, text=proof.text)
    earlier = Evidence.objects.current().filter(answer=answer, kind="note", title=proof.title).order_by("-pk").first()
    if earlier is None:
        return evidencing.add(answer, piece, by=by)
    return earlier if earlier.text == proof.text else evidencing.replace(earlier, piece, by=by)


def _notes(answers: Collection[ItemAnswer]) -> Mapping[tuple[int, str], str]:
    """The current notes of these items, by item and title."""
    if not answers:
        return {}
    rows = Evidence.objects.current().filter(answer__in={answer.pk for answer in answers}, kind="note")
    return {(pk, title): text for pk, title, text in rows.order_by("pk").values_list("answer_id", "title", "text")}
