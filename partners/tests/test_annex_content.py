"""What an annex says: read out of the matrix, frozen, and honest about what is open."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from partners.domain.annex_content import AnnexContent, Body, Covered, Party, Role, as_json, from_json
from partners.domain.annex_gathering import gather
from partners.domain.annex_openings import openings
from partners.models import Agreement, CoordinationBody, Function, Partner
from partners.tests.annex_cases import ARABIC, TEXTS, content, person
from partners.tests.role_cases import add_partner, function_of, give, sign
from programs.models import Guide, Program

TODAY = timezone.localdate()
DAY = timedelta(days=1)


def gathered(program: Program, *parties: Partner, keys: tuple[str, ...] = ("training",)) -> AnnexContent:
    return gather(fresh(sign(*parties, keys=keys)), number=1, today=TODAY)


def fresh(agreement: Agreement) -> Agreement:
    """As the tables have it."""
    return Agreement.objects.get(pk=agreement.pk)


def body(program: Program, name: str, *members: Partner, **said: object) -> CoordinationBody:
    made = CoordinationBody.objects.create(program=program, name=name, level="district", rhythm="monthly", **said)
    made.members.set(members)
    return made


def test_it_says_who_does_what_as_the_matrix_has_it(program: Program) -> None:
    office, aid, outsider = (add_partner(program, name) for name in ("Office", "Aid", "Outsider"))
    held_by = person(office, "Sok Dara", deputy="Chan Thy")
    give(office, "A", held_by=held_by, since_on=TODAY - DAY, until_on=TODAY + DAY)
    give(aid, "R")
    give(outsider, "C")
    give(aid, "A", "supply")  # which the agreement does not cover
    function = function_of(program)
    function.step = 7
    function.save()
    meets = body(program, "Steering group", aid, outsider, next_meeting_on=TODAY + 9 * DAY)
    body(program, "Of others", outsider)
    body(program, "Dissolved", aid, dissolved_at=timezone.now())
    agreement = fresh(sign(office, aid, ends=TODAY + 90 * DAY))
    for name, text in TEXTS.items():
        setattr(agreement, name, text)

    found = gather(agreement, number=3, today=TODAY)

    assert found == AnnexContent(
        language="en",
        number=3,
        as_of=TODAY,
        program=program.name,
        ambition="By December 2029, 40,000 newborns in nine districts are visited within two days of birth,"
        " led by the Ministry of Health.",
        agreement="Agreement on training",
        kind="memorandum of understanding",
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        parties=(Party("Aid", "government", ("district",)), Party("Office", "government", ("district",))),
        functions=(
            Covered(
                "Training",
                ("district",),
                7,
                (
                    Role("Office", "A", True, "Sok Dara", "Head of training", "Chan Thy", TODAY - DAY, TODAY + DAY),
                    Role("Aid", "R", True),
                    Role("Outsider", "C", False),
                ),
            ),
        ),
        bodies=(Body("Steering group", "district", "every month", ("Aid", "Outsider"), meets.next_meeting_on),),
        **TEXTS,
    )


def test_functions_stand_in_the_order_of_the_matrix_without_those_dropped(program: Program) -> None:
    office = add_partner(program)
    agreement = fresh(sign(office, keys=("supply", "training", "advocacy")))
    Function.objects.filter(program=program, key="advocacy").update(dropped_at=timezone.now())

    assert [one.name for one in gather(agreement, number=1, today=TODAY).functions] == ["Training", "Supply"]


@pytest.mark.parametrize(
    ("role", "partner", "expected"),
    [
        ({}, {}, [(None, None)]),
        ({"until_on": TODAY - DAY}, {}, []),
        ({"until_on": TODAY}, {}, [(None, TODAY)]),
        ({"since_on": TODAY + DAY}, {}, [(TODAY + DAY, None)]),
        ({}, {"until_on": TODAY - DAY}, []),
        ({}, {"until_on": TODAY + DAY}, [(None, TODAY + DAY)]),
        ({"until_on": TODAY + DAY}, {"until_on": TODAY + 2 * DAY}, [(None, TODAY + DAY)]),
        ({}, {"since_on": TODAY - DAY}, [(None, None)]),
        ({}, {"since_on": TODAY + DAY}, [(TODAY + DAY, None)]),
        ({"since_on": TODAY + 3 * DAY}, {"until_on": TODAY + DAY}, []),
    ],
)
def test_roles_stand_while_they_are_held_and_their_partner_is_one(
    program: Program, role: dict, partner: dict, expected: list
) -> None:
    office = add_partner(program, **partner)
    give(office, "A", **role)

    [function] = gathered(program, office).functions
    assert [(one.since, one.until) for one in function.roles] == expected


@pytest.mark.parametrize(("days", "stands"), [(-1, False), (0, True)])
def test_a_meeting_that_was_is_not_the_next(program: Program, days: int, stands: bool) -> None:
    aid = add_partner(program, "Aid")
    meets = body(program, "Steering group", aid, next_meeting_on=TODAY + days * DAY)
    found = gathered(program, aid)
    assert [one.next_meeting_on for one in found.bodies] == [meets.next_meeting_on if stands else None]


@pytest.mark.parametrize(("left_on", "name"), [(None, "Sok Dara"), (TODAY + DAY, "Sok Dara"), (TODAY, "")])
def test_somebody_who_left_holds_nothing(program: Program, left_on: date | None, name: str) -> None:
    office = add_partner(program)
    give(office, "A", held_by=person(office, deputy="Chan Thy", left_on=left_on))

    [function] = gathered(program, office).functions
    assert [(one.person, bool(one.deputy)) for one in function.roles] == [(name, bool(name))]


def test_it_is_in_the_language_of_the_program(program: Program) -> None:
    Guide.objects.filter(programs=program).update(language="ar")
    office = add_partner(program)

    assert gathered(program, office).language == "ar"


def plant(program: Program, count: int) -> Agreement:
    """So many partners with a role and a person in each of so many functions, who meet in as many bodies."""
    keys = ("training", "supervision", "supply")[:count]
    partners = [add_partner(program, f"Partner {number}") for number in range(count)]
    for one in partners:
        for key in keys:
            give(one, "R", key, held_by=person(one))
        body(program, f"Body of {one}", *partners)
    return sign(*partners, keys=keys)


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_as_many_queries_for_one_function_as_for_many(
    program: Program, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    agreement = fresh(plant(program, count))
    with django_assert_num_queries(7):  # program, guide, parties, functions, roles, bodies, their members
        found = gather(agreement, number=1, today=TODAY)
    assert len(found.functions) == len(found.bodies) == len(found.functions[0].roles) == count


def test_what_is_kept_is_what_was_gathered() -> None:
    said = content()
    kept = json.loads(json.dumps(as_json(said)))
    assert from_json(kept) == said
    assert kept["as_of"] == "2026-11-23"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("one\x00\x07\x0b\x1f\x7f\x85two", "onetwo"),
        ("one\ufffe\uffff\ud800two", "onetwo"),
        ("\u202eevil\u202c \u2067x\u2069", "evil x"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        (f"{ARABIC} 🧒🏽 é", f"{ARABIC} 🧒🏽 é"),
    ],
)
def test_what_no_document_can_hold_is_left_out_however_deep(typed: str, read: str) -> None:
    said = content(
        program=typed,
        parties=(Party(typed, levels=(typed,)),),
        functions=(Covered(typed, roles=(Role(typed, "A", deputy=typed),)),),
        bodies=(Body(typed, "district", "monthly", (typed,)),),
    )
    found = from_json(as_json(said))
    assert {
        found.program,
        found.parties[0].name,
        found.parties[0].levels[0],
        found.functions[0].name,
        found.functions[0].roles[0].partner,
        found.functions[0].roles[0].deputy,
        found.bodies[0].name,
        found.bodies[0].members[0],
    } == {read}


COMPLETE = content(
    parties=(Party("Office"),), functions=(Covered("Training", roles=(Role("Office", "A"),)),), bodies=()
)


def with_roles(*roles: Role) -> AnnexContent:
    return replace(COMPLETE, functions=(Covered("Training", roles=roles),))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (COMPLETE, []),
        (
            with_roles(Role("Office", "R"), Role("Aid", "C", False)),
            ["Training: nobody is accountable."],
        ),
        (
            with_roles(Role("Office", "A"), Role("Office 2", "A")),
            ["Training: more than one partner is accountable at the same time (Office, Office 2)."],
        ),
        (
            with_roles(Role("Office", "A", until=date(2027, 3, 1)), Role("Office 2", "A", since=date(2027, 3, 2))),
            [],
        ),
        (
            with_roles(Role("Office", "I"), Role("Aid", "A", False)),
            ["Training: Aid is accountable, and is not a party to this agreement."],
        ),
        (
            replace(COMPLETE, parties=(Party("Office"), Party("Aid"))),
            ["Aid is a party, and has no role in these functions."],
        ),
        (
            replace(COMPLETE, decision_rights="", dispute_path="", exit_terms=""),
            [
                "The agreement does not say who decides what.",
                "The agreement does not say how a dispute is settled.",
                "The agreement does not say how a party can leave.",
            ],
        ),
    ],
)
def test_what_is_open_is_said_plainly(said: AnnexContent, expected: list[str]) -> None:
    assert list(openings(said)) == expected
