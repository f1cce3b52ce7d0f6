"""Cells of the matrix on the saving path: once, never over somebody's head, and only by those who may."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from journal.filling import Wish
from journal.models import Change, Mutation
from journal.saving import Actor
from partners.domain import assigning, functions
from partners.domain.assigning import Posted, Refusal
from partners.models import FocalPerson, Partnership, Responsibility
from partners.tests.role_cases import add_partner, cell, function_of, give
from programs.domain import describing, history
from programs.models import Program
from programs.tests.saving_cases import at_once, mutation, save

ClientFor = Callable[[User | None], Client]
NONCE = "0123456789abcdef"
TODAY = timezone.localdate()


@pytest.fixture
def role(program: Program) -> Responsibility:
    return cell(add_partner(program))


def put(signed_in: Client, role: Responsibility, field: str, value: str, **other: object) -> tuple[int, dict]:
    response = save(signed_in, role, field, value, kind="responsibility", **other)
    return response.status_code, response.json()


def person(role: Responsibility, name: str = "Ana Sok", **fields: object) -> FocalPerson:
    return FocalPerson.objects.create(partner=role.partner, name=name, **fields)


def now(role: Responsibility) -> Responsibility:
    return Responsibility.objects.get(pk=role.pk)


@pytest.mark.parametrize("raw", ["A", "a", " a "])
def test_a_letter_is_saved_with_its_history(signed_in: Client, role: Responsibility, editor: User, raw: str) -> None:
    seq = Partnership.objects.get().inputs_seq
    status, said = put(signed_in, role, "letter", raw)
    assert (status, said["result"], said["version"], said["display"]) == (
        200,
        "applied",
        1,
        "Accountable: answers for it",
    )
    change = Change.objects.get(kind="responsibility")
    assert (change.actor, change.object_id, change.field, change.old, change.new) == (
        editor,
        role.pk,
        "letter",
        "",
        "A",
    )
    assert now(role).letter == "A"
    assert Partnership.objects.get().inputs_seq == seq + 1


def test_a_letter_sent_twice_takes_effect_once(signed_in: Client, role: Responsibility) -> None:
    wish = mutation(role, "letter", "R", kind="responsibility")
    said = [signed_in.post(reverse("journal:save"), wish).json()["result"] for _ in range(2)]
    assert said == ["applied", "repeat"]
    assert Change.objects.filter(kind="responsibility").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_letter_sent_five_times_at_once_takes_effect_once(
    guide: object, client_for: ClientFor, editor: User, program: Program
) -> None:
    role, cookies = cell(add_partner(program)), client_for(editor).cookies
    wish = mutation(role, "letter", "A", kind="responsibility")

    def post() -> str:
        twin = Client()
        twin.cookies = cookies
        return twin.post(reverse("journal:save"), wish).json()["result"]

    assert sorted(at_once(5, post)) == ["applied"] + ["repeat"] * 4
    assert Change.objects.filter(kind="responsibility").count() == 1


def test_who_comes_second_is_shown_both(
    signed_in: Client, role: Responsibility, client_for: ClientFor, lead: User
) -> None:
    put(client_for(lead), role, "letter", "A")
    status, said = put(signed_in, role, "letter", "C")
    assert (status, said["result"], said["theirs"]["value"], said["theirs"]["by"]) == (409, "conflict", "A", lead.name)
    assert now(role).letter == "A"
    assert Mutation.objects.get(outcome="conflict").value == "C"
    assert put(signed_in, role, "letter", "C", base=said["version"])[1]["result"] == "applied"


@pytest.mark.parametrize("raw", ["X", "RA", "А", "1", "A\x00"])  # the third is Cyrillic
def test_no_other_letter_is_taken(signed_in: Client, role: Responsibility, raw: str) -> None:
    status, said = put(signed_in, role, "letter", raw)
    assert (status, said["message"]) == (422, "Choose one of the letters R, A, C or I, or nothing.")
    assert now(role).letter == ""


@pytest.mark.parametrize(
    ("who", "status"),
    [("lead", 200), ("editor", 200), ("viewer", 403), ("facilitator", 403), ("admin", 403), ("donor", 404),
     ("stranger", 404), ("other_lead", 404), ("other_facilitator", 404)],
)  # fmt: skip
def test_who_may(
    client_for: ClientFor, role: Responsibility, request: pytest.FixtureRequest, who: str, status: int
) -> None:
    assert put(client_for(request.getfixturevalue(who)), role, "letter", "A")[0] == status
    assert now(role).letter == ("A" if status == 200 else "")


def test_an_archived_program_is_left_as_it_is(
    signed_in: Client, role: Responsibility, program: Program, lead: User
) -> None:
    describing.archive(program, by=lead)
    assert put(signed_in, role, "letter", "A")[0] == 403
    assert now(role).letter == ""


def test_a_function_that_was_taken_out_takes_no_letter(signed_in: Client, role: Responsibility, lead: User) -> None:
    functions.drop(role.function, by=lead)
    status, said = put(signed_in, role, "letter", "A")
    assert (status, said["message"]) == (422, "This function is not part of the scale-up any more.")
    assert now(role).letter == ""


def test_a_role_is_held_by_somebody_who_speaks_for_the_partner(
    signed_in: Client, role: Responsibility, program: Program
) -> None:
    ana = person(role)
    assert put(signed_in, role, "held_by", str(ana.pk))[1]["display"] == "Ana Sok"
    others = [person(role, "Who Left", left_on=TODAY), person(cell(add_partner(program, "Trust")), "Of The Trust")]
    for raw in [*(str(one.pk) for one in others), "0", "x", "٣", "9" * 30]:
        assert put(signed_in, role, "held_by", raw, base=1)[0] == 422
    assert now(role).held_by == ana
    assert put(signed_in, role, "held_by", "", base=1)[1]["display"] == "nobody by name"


def test_who_holds_a_role_and_left_may_stay_written_there(role: Responsibility) -> None:
    ana = person(role, left_on=TODAY)
    with pytest.raises(ValidationError):
        assigning.clean_holder(str(ana.pk), role)
    give(role.partner, held_by=ana)
    assert assigning.clean_holder(str(ana.pk), now(role)) == ana.pk


def test_a_role_does_not_end_before_it_begins(signed_in: Client, role: Responsibility) -> None:
    put(signed_in, role, "since_on", "2027-03-01")
    assert put(signed_in, role, "until_on", "2027-02-28")[0] == 422
    assert put(signed_in, role, "until_on", "2027-03-01")[0] == 200
    assert put(signed_in, role, "since_on", "2027-03-02", base=1)[0] == 422


@pytest.mark.parametrize("days", [(100, 200), (-300, -200), (10, 20), (-20, 5)])
def test_both_days_of_a_form_move_together(role: Responsibility, editor: User, days: tuple[int, int]) -> None:
    """From ten days ago until ten days from now: whichever goes first must not cross the other."""
    give(role.partner, since_on=TODAY - timedelta(days=10), until_on=TODAY + timedelta(days=10))
    since, until = (TODAY + timedelta(days=number) for number in days)
    wishes = [Wish("since_on", since.isoformat(), 0), Wish("until_on", until.isoformat(), 0)]
    filled = assigning.fill(now(role), wishes, nonce=NONCE, actor=Actor(editor, "here"))
    assert (filled.refused, filled.conflicts) == ({}, [])
    assert (now(role).since_on, now(role).until_on) == (since, until)


def test_days_that_cross_are_told_and_the_words_for_them_break_nothing(role: Responsibility, editor: User) -> None:
    give(role.partner, until_on=TODAY)
    later, last = (TODAY + timedelta(days=number) for number in (60, 30))
    wishes = [Wish("since_on", later.isoformat(), 0), Wish("until_on", last.isoformat(), 0)]
    filled = assigning.fill(now(role), wishes, nonce=NONCE, actor=Actor(editor))
    assert filled.refused == {"since_on": ["It cannot end before it begins."]}
    wishes = [Wish("since_on", "soon", 0), Wish("until_on", "never", 0)]
    assert set(assigning.fill(now(role), wishes, nonce=NONCE, actor=Actor(editor)).refused) == {"since_on", "until_on"}


def take(program: Program, wishes: dict[int, Wish | None], by: User) -> assigning.Taken:
    return assigning.take(program, Posted(NONCE, wishes), actor=Actor(by))


def test_a_form_saves_what_differs_and_nothing_else(role: Responsibility, program: Program, editor: User) -> None:
    same, other = cell(role.partner, "supply"), cell(role.partner, "advocacy")
    give(role.partner, "C", "supply")
    wishes = {role.pk: Wish("letter", "A", 0), same.pk: Wish("letter", "C", 0), other.pk: Wish("letter", "", 0)}
    taken = take(program, wishes, editor)
    assert (taken.saved_count, taken.conflicts, taken.refused) == (1, [], [])
    assert [change.object_id for change in Change.objects.filter(kind="responsibility")] == [role.pk]


def test_a_cell_that_the_form_shows_as_it_was_is_no_wish(
    role: Responsibility, program: Program, client_for: ClientFor, lead: User, editor: User
) -> None:
    put(client_for(lead), role, "letter", "A")
    taken = take(program, {role.pk: Wish("letter", "", 0)}, editor)
    assert (taken.saved_count, taken.conflicts, now(role).letter) == (0, [], "A")


def test_cells_of_others_are_as_if_they_were_not_there(
    role: Responsibility, program: Program, other_program: Program, editor: User
) -> None:
    foreign = cell(add_partner(other_program, "Elsewhere"))
    told = [take(program, {pk: Wish("letter", "A", 0)}, editor).refused for pk in (foreign.pk, 999_999_999)]
    assert (
        told[0]
        == told[1]
        == [Refusal("A partner was taken off the list meanwhile, so what you chose for it could not be saved.")]
    )
    assert (now(foreign).letter, take(program, {foreign.pk: Wish("letter", "", 0)}, editor).refused) == ("", [])


def test_what_a_form_says_of_a_function_taken_out_is_told(
    role: Responsibility, program: Program, lead: User, editor: User
) -> None:
    functions.drop(role.function, by=lead)
    taken = take(program, {role.pk: Wish("letter", "A", 0)}, editor)
    assert taken.refused == [Refusal("This function is not part of the scale-up any more.", role)]


def test_taking_theirs_settles_the_conflict(
    signed_in: Client, role: Responsibility, program: Program, client_for: ClientFor, lead: User, editor: User
) -> None:
    put(client_for(lead), role, "letter", "A")
    put(signed_in, role, "letter", "C")
    take(program, {role.pk: None}, editor)
    assert Mutation.objects.get(outcome="conflict").settled_at is not None
    assert now(role).letter == "A"


def test_history_names_who_holds_a_role(signed_in: Client, role: Responsibility, program: Program) -> None:
    ana, ly = person(role), person(role, "Ly Chan")
    put(signed_in, role, "held_by", str(ana.pk))
    put(signed_in, role, "held_by", str(ly.pk), base=1)
    ana.delete()
    lines = history.of_program(program).lines[:2]
    assert [(line.what, line.about, line.old, line.new) for line in lines] == [
        ("changed who holds the role", "Training: Health office", "no longer there", "Ly Chan"),
        ("changed who holds the role", "Training: Health office", "nothing", "no longer there"),
    ]
    assert lines[0].url == reverse("partners:responsibility", args=[program.pk, role.pk])


@pytest.mark.parametrize("rows", [1, 3])
def test_history_asks_for_all_holders_at_once(
    signed_in: Client, role: Responsibility, program: Program, rows: int, django_assert_num_queries: Callable
) -> None:
    for key in ("training", "supply", "advocacy")[:rows]:
        put(signed_in, cell(role.partner, key), "held_by", str(person(role, f"Holder of {key}").pk))
    changes = Change.objects.filter(kind="responsibility").newest_first()
    with django_assert_num_queries(3):  # the changes, whom they name, and where they lead
        lines = history.lines(changes, program_id=program.pk)
    assert len(lines) == rows


def test_days_and_letters_are_said_in_words(signed_in: Client, role: Responsibility, program: Program) -> None:
    put(signed_in, role, "letter", "I")
    put(signed_in, role, "until_on", "2027-03-31")
    assert [(line.old, line.new) for line in history.of_program(program).lines[:2]] == [
        ("nothing", "31 March 2027"),
        ("nothing", "Informed: is told after"),
    ]
    assert now(role).until_on == date(2027, 3, 31)


def test_the_function_of_a_line_leads_to_all_functions(program: Program, role: Responsibility, lead: User) -> None:
    functions.drop(function_of(program, "supply"), by=lead)
    line = history.of_program(program).lines[0]
    assert (line.what, line.about) == ("took the function “Supply” out of the matrix", "Supply")
    assert line.url == reverse("partners:functions", args=[program.pk])
