"""Partners, functions and roles as tests need them, made in one line each."""

from datetime import date
from typing import Any

from accounts.models import Organisation
from partners.domain import partners
from partners.models import Agreement, Function, Partner, Partnership, Responsibility
from programs.models import Program


def add_partner(program: Program, name: str = "Health office", **said: Any) -> Partner:
    """A partner with a new organisation of that name; the built-in functions come with the first."""
    said = {"kind": "government", "levels": ["district"]} | said
    return partners.add(program, name, said, by=program.created_by)


def function_of(program: Program, key: str = "training") -> Function:
    return Function.objects.get(program=program, key=key)


def cell(partner: Partner, key: str = "training") -> Responsibility:
    return Responsibility.objects.get(partner=partner, function__key=key)


def give(partner: Partner, letter: str = "A", key: str = "training", **fields: Any) -> Responsibility:
    """Writes a letter into the matrix, past the saving path."""
    found = cell(partner, key)
    Responsibility.objects.filter(pk=found.pk).update(letter=letter, **fields)
    found.refresh_from_db()
    return found


def sign(*parties: Partner, keys: tuple[str, ...] = ("training",), ends: date | None = None) -> Agreement:
    """A signed agreement between partners on some functions."""
    program = parties[0].program
    made = Agreement.objects.create(
        program=program,
        title="Agreement on training",
        state=Agreement.State.SIGNED,
        signed_on=date(2026, 1, 15),
        starts_on=date(2026, 1, 15),
        ends_on=ends,
        created_by=program.created_by,
    )
    made.parties.set(parties)
    made.functions.set(Function.objects.filter(program=program, key__in=keys))
    return made


def organisation(name: str) -> Organisation:
    return Organisation.objects.create(name=name)


def inputs_seq(program: Program) -> int:
    """How often what the complaints rest on was changed."""
    return Partnership.objects.get(program=program).inputs_seq
