"""Exchange rates: entering one, which ones count, and which currencies still need one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from funding.currencies import NAMES
from funding.domain import plans
from funding.domain.amounts import rate_in_words, rate_shown
from funding.domain.counting import mark_stale
from funding.domain.holding import Refused, hold
from funding.models import Contribution, CostLine, ExchangeRate, FundingPlan
from journal import once
from journal.record import record
from programs.models import Program
from programs.standing import Can, require

KIND = "rate"
FACTS = ("currency", "rate", "is_turned", "dated_on", "source")
MOST = 400


class State(StrEnum):
    """What a rate is good for now."""

    COUNTS = auto()  # sums are made with it
    IDLE = auto()  # it would count, but no amount is in its currency
    SUPERSEDED = auto()  # a newer one counts
    OTHER = auto()  # it leads to a currency that sums are not in (any more)


@dataclass(frozen=True, slots=True)
class RateRow:
    """One rate, in words, and what it is good for."""

    rate: ExchangeRate
    shown: str
    state: State


@dataclass(frozen=True, slots=True)
class CurrencyRates:
    """All rates of one currency, the newest first."""

    code: str
    name: str
    rows: list[RateRow]


@dataclass(frozen=True, slots=True)
class Missing:
    """A currency that amounts are in, and how many; none of them can be added up for want of a rate."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """Everything about the rates of one program."""

    plan: FundingPlan
    missing: list[Missing]
    currencies: list[CurrencyRates]


def of_program(program: Program) -> QuerySet[ExchangeRate]:
    """By currency, the newest first; of one day the one entered last comes first."""
    return ExchangeRate.objects.filter(program=program)


def read(program: Program) -> Page:
    plan, used = plans.of(program), in_use(program)
    rates = list(of_program(program).select_related("recorded_by"))
    counted = {one.currency for one in rates if one.into == plan.currency}
    missing = [
        Missing(code, _name(code), count)
        for code, count in used.most_common()
        if code not in counted and code != plan.currency
    ]
    groups = groupby(rates, key=lambda one: one.currency)
    return Page(plan, missing, [_group(code, list(rows), plan, used) for code, rows in groups])


def in_use(program: Program) -> Counter[str]:
    """The currencies of costs and contributions, with the number of amounts in each."""
    costs = CostLine.objects.filter(program=program).order_by().values_list("currency")
    given = Contribution.objects.filter(source__program=program).order_by().values_list("currency")
    return Counter(code for (code,) in costs.union(given, all=True))


def offered_first(program: Program) -> list[str]:
    """The currency of the sums, then those in use: what somebody enters is most often in one of them."""
    own = plans.of(program).currency
    return [own, *(code for code, _count in in_use(program).most_common() if code != own)]


@transaction.atomic
def add(program: Program, said: Mapping[str, Any], *, into: str, by: User, key: str = "") -> ExchangeRate:
    """Enters what one unit of a currency was worth on a day. `said` are `FACTS`, `into` what the form spoke of.

    A rate is never changed: the newest day counts, and of one day the one entered last. The same key again gives
    the same one. Raises Refused or PermissionDenied.
    """
    require(by, program.pk, Can.WRITE)
    if done := once.earlier(key, by=by):
        return ExchangeRate.objects.get(pk=done.object_id)
    plan = hold(program)
    if plan.currency != into:
        raise Refused(
            _("Sums are in %(now)s now: somebody changed it meanwhile. Enter the rate for that.")
            % {"now": plan.currency}
        )
    if said["dated_on"] > timezone.localdate():
        raise Refused(_("A rate is of today or of a day before."))
    if said["currency"] == plan.currency:
        raise Refused(_("Sums are in %(code)s: it needs no rate.") % {"code": plan.currency})
    if of_program(program).count() >= MOST:
        raise Refused(_("A plan takes at most %(most)s rates.") % {"most": MOST})
    made = ExchangeRate.objects.create(program=program, into=into, recorded_by=by, **said)
    record("rate_added", KIND, made.pk, by=by, program_id=program.pk, new=_details(made), key=key)
    mark_stale(program.pk)
    return made


def _group(code: str, rates: list[ExchangeRate], plan: FundingPlan, used: Mapping[str, int]) -> CurrencyRates:
    newest = next((one for one in rates if one.into == plan.currency), None)
    rows = []
    for one in rates:
        if one.into != plan.currency:
            state = State.OTHER
        elif one is newest:
            state = State.COUNTS if code in used else State.IDLE
        else:
            state = State.SUPERSEDED
        rows.append(RateRow(one, rate_in_words(one.rate, *one.sides), state))
    return CurrencyRates(code, _name(code), rows)


def _name(code: str) -> str:
    return str(NAMES.get(code, code))


def _details(rate: ExchangeRate) -> dict[str, str]:
    """As it was said: “1 currency = rate into”, whichever of the two is the one of the sums."""
    one, other = rate.sides
    return {
        "currency": one,
        "rate": rate_shown(rate.rate),
        "into": other,
        "as_of": rate.dated_on.isoformat(),
        "source": rate.source,
    }
