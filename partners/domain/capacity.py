"""What partners are able to do: recording a check of a partner for a function, and what the checks say together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal import once
from journal.record import record
from partners.domain.counting import mark_stale
from partners.domain.partners import Refused
from partners.models import SIDES, CapacityCheck, Function, Partner, SupportNeed
from programs.standing import Can, require

KIND = "capacity_check"
State = Literal["too_low", "unchecked", "enough", "open"]
Direction = Literal["first", "up", "down", "same"]


@dataclass(frozen=True, slots=True)
class NewCheck:
    """What was seen on a day: a value from 0 to 3 for each of `SIDES`."""

    values: Mapping[str, int]
    checked_on: date
    note: str = ""


@dataclass(frozen=True)
class Pair:
    """A partner and a function: the letter of its task today (or none), its checks, newest first, and its needs."""

    partner: Partner
    function: Function
    letter: str = ""
    checks: Sequence[CapacityCheck] = ()
    needs: Sequence[SupportNeed] = ()

    @cached_property
    def counted(self) -> list[CapacityCheck]:
        """One check a day, newest first: one made later on the same day was made to correct the others."""
        return list({check.checked_on: check for check in reversed(self.checks)}.values())[::-1]

    @property
    def newest(self) -> CapacityCheck | None:
        return self.counted[0] if self.counted else None

    @property
    def before(self) -> CapacityCheck | None:
        return self.counted[1] if len(self.counted) > 1 else None

    @property
    def needed(self) -> int:
        return self.function.capacity_needed

    @property
    def state(self) -> State:
        """Whether the weakest side is what the role needs. *Open*: never checked, and nothing asks for it."""
        if self.newest is not None:
            return "too_low" if self.newest.lowest < self.needed else "enough"
        return "unchecked" if self.letter and self.needed else "open"

    @property
    def direction(self) -> Direction | None:
        """Where the weakest side went since the check before; None when never checked."""
        if self.newest is None:
            return None
        if self.before is None:
            return "first"
        difference = self.newest.lowest - self.before.lowest
        return "up" if difference > 0 else "down" if difference < 0 else "same"

    @property
    def weakest(self) -> list[str]:
        """The sides with the lowest value of the newest check."""
        newest = self.newest
        return [side for side in SIDES if getattr(newest, side) == newest.lowest] if newest else []

    @cached_property
    def open_needs(self) -> list[SupportNeed]:
        return [need for need in self.needs if need.done_at is None]


@transaction.atomic
def check(partner: Partner, function: Function, wanted: NewCheck, *, by: User, key: str = "") -> CapacityCheck:
    """Records a check. It is never changed: a mistake is answered by another one on the same day.

    The same key again gives the same check. Raises Refused, or PermissionDenied for who may not write here.
    """
    require(by, partner.program_id, Can.WRITE)
    if done := once.earlier(key, by=by):
        return CapacityCheck.objects.get(pk=done.object_id)
    hold(partner, function)
    if wanted.checked_on > timezone.localdate():
        raise Refused(_("A check cannot be of a day that is still to come."))
    values = {side: wanted.values[side] for side in SIDES}
    made = CapacityCheck.objects.create(
        partner=partner, function=function, checked_on=wanted.checked_on, note=wanted.note, recorded_by=by, **values
    )
    new = {"name": str(partner), "function": str(function), "lowest": made.lowest} | values
    record("checked", KIND, made.pk, by=by, program_id=partner.program_id, new=new, key=key)
    mark_stale(partner.program_id)
    return made


def hold(partner: Partner, function: Function) -> None:
    """Keeps both from going away until the transaction ends. Raises Refused when one of them is no part any more."""
    if Partner.objects.select_for_update(no_key=True).filter(pk=partner.pk).first() is None:
        raise Refused(_("This partner is not on the list any more."))
    functions = Function.objects.select_for_update(no_key=True).filter(program=partner.program_id, dropped_at=None)
    if functions.filter(pk=function.pk).first() is None:
        raise Refused(_("This function is not part of the scale-up any more."))
