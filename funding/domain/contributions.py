"""What a source gives in a year: entering, changing and removing it, and saying how sure it is now."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from funding.domain.amounts import shown
from funding.domain.counting import mark_stale
from funding.domain.holding import Refused, RemovedSince, lock, removal, take_out
from funding.models import Contribution, FundingSource, FundingStatus
from journal import facts, once
from journal.record import record
from programs.models import Program
from programs.standing import Can, require

KIND = "contribution"
FACTS = ("year", "amount", "currency", "status", "covers", "is_in_budget", "is_in_kind", "note")
MOST = 100  # of one source

# What must be true, so that two people give one sum the same status.
MEANINGS: dict[str, Promise] = {
    FundingStatus.HOPED: gettext_lazy("You asked for it, or you will. They have promised nothing."),
    FundingStatus.PLEDGED: gettext_lazy(
        "They said this sum themselves, in a letter or in a meeting with minutes. Nothing binds them yet."
    ),
    FundingStatus.SIGNED: gettext_lazy(
        "A paper that binds them names this sum: a signed contract, a grant letter, an approved budget."
    ),
    FundingStatus.RECEIVED: gettext_lazy("It is there: the money is in the account, the people or things are at work."),
}
NEXT: dict[str, FundingStatus] = {
    FundingStatus.HOPED: FundingStatus.PLEDGED,
    FundingStatus.PLEDGED: FundingStatus.SIGNED,
    FundingStatus.SIGNED: FundingStatus.RECEIVED,
}


def of_program(program: Program) -> QuerySet[Contribution]:
    """By year, with their sources."""
    return Contribution.objects.filter(source__program=program).select_related("source")


def find(program: Program, contribution_id: int) -> Contribution | None:
    """One contribution to a program."""
    found = of_program(program).filter(pk=contribution_id).first()
    if found is not None:
        found.source.program = program
    return found


def find_removed(program: Program, contribution_id: int) -> Contribution | None:
    """What still stands for a contribution to this program that was removed: its number, year and whose it was."""
    told = removal(program, KIND, contribution_id)
    if told is None:
        return None
    source = FundingSource(program=program, name=told.details["source"])
    return Contribution(pk=contribution_id, source=source, year=told.details["year"])


@transaction.atomic
def add(source: FundingSource, said: Mapping[str, Any], *, by: User, key: str = "") -> Contribution:
    """What a source gives in one year, by its `FACTS`.

    The same key again gives the same one. Raises Refused or PermissionDenied.
    """
    require(by, source.program_id, Can.WRITE)
    if made := once.made_before(Contribution, key, by=by, gone=RemovedSince()):
        return made
    held = lock(source)
    if held.contributions.count() >= MOST:
        raise Refused(_("A source takes at most %(most)s contributions. Put small ones together.") % {"most": MOST})
    made = Contribution.objects.create(source=held, created_by=by, **said)
    record("contribution_added", KIND, made.pk, by=by, program_id=held.program_id, new=_details(made), key=key)
    mark_stale(held.program_id)
    return made


@transaction.atomic
def change(contribution: Contribution, *, wanted: Mapping[str, Any], seen: Mapping[str, Any], by: User) -> None:
    """Changes a contribution. Raises ChangedMeanwhile (see `journal.facts`), Refused or PermissionDenied."""
    program_id = contribution.program_id
    held = lock(contribution)
    require(by, program_id, Can.WRITE)
    try:
        with transaction.atomic():
            changed = facts.change(held, FACTS, wanted=wanted, seen=seen, kind=KIND, program_id=program_id, by=by)
    except IntegrityError:  # the other of the two was changed by somebody else, and they do not fit together
        raise Refused(_("What is given in kind needs a note on how it was valued. Somebody took it out.")) from None
    if changed:
        mark_stale(program_id)


def move(contribution: Contribution, *, to: str, seen: str, by: User) -> None:
    """Says how sure a contribution is now; `seen` is how sure it was on the page. Raises as `change` does."""
    change(contribution, wanted={"status": to}, seen={"status": seen}, by=by)


@transaction.atomic
def remove(contribution: Contribution, *, by: User) -> None:
    """Takes a contribution out; the history keeps what it said. Done already, it changes nothing."""
    take_out(contribution, kind=KIND, program_id=contribution.program_id, by=by, details=_details)


def meanings() -> list[tuple[str, str]]:
    """How sure a contribution can be, and what must be true for it."""
    return [(str(FundingStatus(status).label), str(meaning)) for status, meaning in MEANINGS.items()]


def _details(contribution: Contribution) -> dict[str, Any]:
    """All of a contribution as the history keeps it: a removed one stands nowhere else."""
    return {
        **facts.facts_of(contribution, FACTS),
        "year": str(contribution.year),
        "sum": shown(contribution.amount, contribution.currency),
        "source": contribution.source.name,
    }
