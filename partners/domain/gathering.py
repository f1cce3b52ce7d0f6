"""From the tables to the facts that complaints rest on: many programs in six queries, however much there is."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery

from partners.domain.arrangement import AgreementFacts, Arrangement, FunctionFacts, PartnerFacts, RoleFacts
from partners.models import SIDES, Agreement, CapacityCheck, Function, Partner, Responsibility
from programs.models import Program, StepPlan

SIGNED = Agreement.State.SIGNED
Rows = Iterable[tuple[int, Any]]  # a program, and something of it


def arrangement_of(program: Program, today: date) -> Arrangement:
    """Everything about the roles of one program."""
    return arrangements([program.pk], today)[program.pk]


def arrangements(program_ids: Iterable[int], today: date) -> dict[int, Arrangement]:
    """Everything about the roles of each of these programs, by program. One without partners has an empty one."""
    programs = _programs(list(program_ids))
    found = {name: _by_program(read(programs)) for name, read in READERS.items()}
    return {
        pk: Arrangement(
            program_id=pk,
            today=today,
            levels=frozenset(program["partnership__levels"] or ()),
            agreements=[one for state, one in found["agreements"].get(pk, ()) if state == SIGNED],
            drafts=[one for state, one in found["agreements"].get(pk, ()) if state != SIGNED],
            capacity=dict(found["capacity"].get(pk, ())),
            **{name: found[name].get(pk, []) for name in ("partners", "functions", "roles")},
        )
        for pk, program in programs.items()
    }


Programs = Mapping[int, Mapping[str, Any]]


def _programs(ids: Collection[int]) -> dict[int, Mapping[str, Any]]:
    rows = Program.objects.filter(pk__in=ids).order_by("pk").values("pk", "ambition_by", "partnership__levels")
    return {row["pk"]: row for row in rows}


def _partners(programs: Programs) -> Rows:
    rows = Partner.objects.filter(program__in=programs).order_by("program", "pk")
    columns = ("program", "pk", "organisation__name", "levels", "since_on", "until_on")
    for program, pk, name, levels, since, until in rows.values_list(*columns):
        yield program, PartnerFacts(pk, name, frozenset(levels), since, until)


def _functions(programs: Programs) -> Rows:
    """Those that were not dropped, in order. Work for one step ends with it, all other with the ambition."""
    target = StepPlan.objects.filter(program=OuterRef("program"), step__number=OuterRef("step"))
    rows = Function.objects.filter(program__in=programs, dropped_at=None).order_by("program", "position", "pk")
    for one in rows.annotate(step_ends=Subquery(target.order_by("pk").values("target_on")[:1])):
        ends = programs[one.program_id]["ambition_by"] if one.step is None else one.step_ends
        yield one.program_id, FunctionFacts(one.pk, str(one), frozenset(one.levels), one.capacity_needed, ends)


def _roles(programs: Programs) -> Rows:
    rows = Responsibility.objects.filter(partner__program__in=programs, function__dropped_at=None).exclude(letter="")
    for one in rows.select_related("partner", "held_by").order_by("partner__program", "pk"):
        person = one.held_by
        yield (
            one.partner.program_id,
            RoleFacts(
                pk=one.pk,
                partner=one.partner_id,
                function=one.function_id,
                letter=one.letter,
                holder=person.name if person else "",
                holder_id=person.pk if person else 0,
                has_deputy=bool(person and person.deputy),
                holder_left=person.left_on if person else None,
                since=one.since_on,
                until=one.until_on,
            ),
        )


def _agreements(programs: Programs) -> Rows:
    """Signed ones and drafts, with their state; who ended one ended what it covers."""
    of_it = {"agreement": OuterRef("pk")}
    rows = Agreement.objects.filter(program__in=programs, state__in=[SIGNED, Agreement.State.DRAFT]).annotate(
        partner_ids=ArraySubquery(Agreement.parties.through.objects.filter(**of_it).values("partner")),
        function_ids=ArraySubquery(Agreement.functions.through.objects.filter(**of_it).values("function")),
    )
    columns = ("program", "state", "pk", "title", "partner_ids", "function_ids", "starts_on", "ends_on")
    for program, state, pk, title, parties, covers, *days in rows.order_by("program", "pk").values_list(*columns):
        yield program, (state, AgreementFacts(pk, title, frozenset(parties), frozenset(covers), *days))


def _capacity(programs: Programs) -> Rows:
    """The weakest side at the newest check of each partner for each function."""
    rows = CapacityCheck.objects.filter(partner__program__in=programs)
    newest = rows.order_by("partner__program", "partner", "function", "-checked_on", "-pk")
    columns = ("partner__program", "partner", "function", *SIDES)
    for program, partner, function, *sides in newest.distinct(*columns[:3]).values_list(*columns):
        yield program, ((partner, function), min(sides))


READERS: dict[str, Callable[[Programs], Rows]] = {
    "partners": _partners,
    "functions": _functions,
    "roles": _roles,
    "agreements": _agreements,
    "capacity": _capacity,
}


def _by_program(rows: Rows) -> dict[int, list[Any]]:
    return {program: [fact for _, fact in of_it] for program, of_it in groupby(rows, key=itemgetter(0))}
