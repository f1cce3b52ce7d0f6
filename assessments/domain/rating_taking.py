"""Taking the form of a whole dimension: every rating in it goes through the one saving path, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assessments.models import Rating
from journal import filling
from journal.filling import Wish
from journal.saving import Actor, Result


@dataclass(frozen=True, slots=True)
class Posted:
    """What a form says: by rating, the fields to save, and the fields in which both versions were seen."""

    nonce: str
    wishes: Mapping[int, Sequence[Wish]]
    chosen: Mapping[int, Sequence[str]]
    refused: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Taken:
    """What became of it. `refused` are messages by field and rating, such as "comment-plan"."""

    saved_count: int = 0
    conflicts: list[tuple[Rating, Result]] = field(default_factory=list)
    refused: dict[str, list[str]] = field(default_factory=dict)


def name_in_form(field: str, rating: Rating) -> str:
    """All questions of a dimension stand in one form, so each field there carries the key of its item."""
    return f"{field}-{rating.item.key}"


def take(ratings: Sequence[Rating], posted: Posted, *, actor: Actor) -> Taken:
    """Saves what differs from what the form showed. Raises NotFound as `saving.save` does."""
    taken = Taken(refused={name: list(messages) for name, messages in posted.refused.items()})
    for rating in ratings:
        _take(rating, posted, taken, actor=actor)
    return taken


def _take(rating: Rating, posted: Posted, taken: Taken, *, actor: Actor) -> None:
    filled = filling.fill(rating, posted.wishes.get(rating.pk, ()), nonce=posted.nonce, actor=actor)
    taken.saved_count += len(filled.saved)
    taken.conflicts += [(rating, conflict) for conflict in filled.conflicts]
    taken.refused |= {name_in_form(name, rating): messages for name, messages in filled.refused.items()}
    chosen = posted.chosen.get(rating.pk, ())
    if chosen and not filled.conflicts:
        filling.settle(rating, chosen, actor=actor)
