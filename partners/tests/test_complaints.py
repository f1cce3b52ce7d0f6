"""What the matrix complains about in words, with the form that mends each, and apart from it what is accepted."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import resolve
from django.utils import timezone

from accounts.models import Organisation, User
from conftest import make_program
from partners.domain import complaints
from partners.domain.checks import CHECKS, Complaint, Severity, complaints_of
from partners.domain.complaint_words import WEIGHTS, WORDS, sentence
from partners.domain.gathering import arrangement_of
from partners.domain.mending import FORMS, mend_of
from partners.models import AcceptedComplaint, Agreement, FocalPerson, Partner, Partnership
from partners.tests.role_cases import add_partner, cell, function_of, give, sign
from programs.models import Guide, Program

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SOON, LATER = TODAY + timedelta(days=40), TODAY + timedelta(days=80)
YESTERDAY = TODAY - timedelta(days=1)
NONE = "none-accountable"


def accept(program: Program, code: str, subject: str, *, until: date = SOON, **fields: Any) -> AcceptedComplaint:
    """Past the verb, so that its time may be over."""
    said = {"reason": "The ministry signs in March.", "accepted_by": program.created_by} | fields
    return AcceptedComplaint.objects.create(program=program, code=code, subject=subject, until_on=until, **said)


# Words


def test_every_check_has_words_a_form_and_a_weight() -> None:
    assert (set(WORDS), set(FORMS)) == (set(CHECKS), set(CHECKS))
    assert list(WEIGHTS) == list(Severity)


def said(code: str, **facts: Any) -> str:
    return sentence(Complaint(code, "function:1", Severity.SERIOUS, {"function": "Training", **facts}))


DAYS = [(date(2027, 3, 1), date(2027, 3, 1)), (date(2027, 5, 1), date(2027, 6, 30)), (date(2028, 1, 1), date.max)]


@pytest.mark.parametrize(
    ("code", "facts", "expected"),
    [
        (NONE, {}, "Nobody is accountable for Training."),
        (
            NONE,
            {"former": "River trust", "ended": date(2027, 3, 1)},
            "Nobody is accountable for Training. River trust was, until 1 March 2027.",
        ),
        (
            "several-accountable",
            {"partners": ["A", "B", "C"]},
            "A, B and C are accountable for Training at the same time.",
        ),
        (
            "accountable-gap",
            {"spans": DAYS},
            (
                "Nobody is accountable for Training on 1 March 2027, from 1 May 2027 to 30 June 2027 and "
                "from 1 January 2028 on."
            ),
        ),
        (
            "no-agreement",
            {"partner": "A"},
            "A is accountable for Training, and no signed agreement covers it.",
        ),
        (
            "no-agreement",
            {"partner": "A", "draft": "MoU", "draft_id": 3},
            (
                "A is accountable for Training, and no signed agreement covers it. "
                "The draft “MoU” would cover it, but nobody has said that it is signed."
            ),
        ),
        (
            "no-agreement",
            {"partner": "A", "agreement": "MoU", "agreement_id": 3},
            (
                "A is accountable for Training, and no signed agreement covers it. "
                "The agreement “MoU” with this partner does not name it."
            ),
        ),
        (
            "agreement-too-short",
            {"partner": "A", "agreement": "MoU", "ends": date(2027, 2, 28), "spans": DAYS[:1]},
            "The agreement “MoU” ends on 28 February 2027. A is accountable for Training without one on 1 March 2027.",
        ),
        (
            "agreement-not-begun",
            {"partner": "A", "agreement": "MoU", "begins": date(2027, 7, 1), "spans": DAYS[1:2]},
            (
                "The agreement “MoU” begins on 1 July 2027. "
                "A is accountable for Training without one from 1 May 2027 to 30 June 2027."
            ),
        ),
        (
            "level-without-anybody",
            {"levels": ["community", "national"]},
            "Training is needed at these levels, and nobody who does it works there: national, community.",
        ),
        (
            "level-without-anybody",
            {"levels": ["national"], "partner": "A", "partner_id": 1},
            (
                "Training is needed at these levels, and nobody who does it works there: national. "
                "A does it, but nobody has entered where that partner works."
            ),
        ),
        (
            "too-much-on-one",
            {"partner": "100 % A", "count": 3, "total": 4},
            "100 % A is accountable for 3 of the 4 functions that anybody answers for.",
        ),
        (
            "holder-left",
            {"partner": "A", "person": "Ana", "left": date(2027, 3, 1)},
            "Ana holds the role of A in Training, and left on 1 March 2027.",
        ),
        ("no-deputy", {"partner": "A", "person": "Ana"}, "Ana holds the role of A in Training, and has no deputy."),
        (
            "capacity-too-low",
            {"partner": "A", "capacity": 1, "needed": 2},
            "At the newest check A reached 1 of 3 for Training. The role needs 2.",
        ),
        ("capacity-unknown", {"partner": "A"}, "Nobody has checked whether A is able to do Training."),
        ("levels-unknown", {}, "Nobody has entered at which levels the program works."),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(code: str, facts: dict[str, Any], expected: str) -> None:
    assert said(code, **facts) == expected


# Which form mends it


def complaint(code: str, subject: str = "function:2", **facts: Any) -> Complaint:
    facts = {"function_id": 2, "partner_id": 3} | facts
    return Complaint(code, subject, Severity.WARNING, {key: value for key, value in facts.items() if value is not None})


@pytest.mark.parametrize(
    ("found", "page", "numbers"),
    [
        (complaint(NONE), "matrix_edit", {}),
        (complaint("several-accountable"), "matrix_edit", {}),
        (complaint("accountable-gap", role_id=7), "responsibility", {"responsibility_id": 7}),
        (complaint("accountable-gap", role_id=0), "matrix_edit", {}),
        (complaint("no-agreement", "role:7"), "agreement_add", {}),
        (complaint("no-agreement", "role:7", draft_id=5), "agreement_sign", {"agreement_id": 5}),
        (complaint("no-agreement", "role:7", agreement_id=5), "agreement_edit", {"agreement_id": 5}),
        (complaint("agreement-not-begun", "role:7"), "responsibility", {"responsibility_id": 7}),
        (complaint("agreement-not-begun", "role:7", draft_id=5), "agreement_sign", {"agreement_id": 5}),
        (complaint("agreement-too-short", "role:7", agreement_id=5), "agreement_add", {}),
        (complaint("agreement-too-short", "role:7", agreement_id=5, draft_id=6), "agreement_sign", {"agreement_id": 6}),
        (complaint("level-without-anybody"), "partner_edit", {"partner_id": 3}),
        (complaint("level-without-anybody", partner_id=None), "matrix_edit", {}),
        (complaint("too-much-on-one", "partner:3"), "matrix_edit", {}),
        (complaint("holder-left", "role:7"), "responsibility", {"responsibility_id": 7}),
        (complaint("no-deputy", "role:7", person_id=9), "person_edit", {"focal_person_id": 9}),
        (complaint("capacity-too-low", "role:7"), "capacity_of", {"partner_id": 3, "function_id": 2}),
        (complaint("capacity-unknown", "role:7"), "capacity_check", {"partner_id": 3, "function_id": 2}),
        (complaint("levels-unknown", "program:1"), "levels", {}),
    ],
    ids=lambda value: value.code if isinstance(value, Complaint) else "",
)
def test_each_leads_to_the_one_form_that_mends_it(found: Complaint, page: str, numbers: dict[str, int]) -> None:
    mend = mend_of(1, found)
    at = resolve(mend.url.partition("#")[0].partition("?")[0])
    assert (at.view_name, at.kwargs) == (f"partners:{page}", {"program_id": 1, **numbers})
    assert str(mend.label)


def test_the_row_of_the_function_is_shown_and_the_agreement_to_follow_named() -> None:
    assert mend_of(1, complaint(NONE)).url.endswith("/roles/edit/?mending=none-accountable-function-2#function-2")
    assert mend_of(1, complaint("agreement-too-short", agreement_id=5)).url.endswith(
        "/agreements/add/?renew=5&mending=agreement-too-short-function-2"
    )


def test_what_an_agreement_is_to_name_is_named_in_the_address() -> None:
    new, named = complaint("no-agreement", "role:7"), complaint("no-agreement", "role:7", agreement_id=5)
    assert mend_of(1, new).url.endswith("/agreements/add/?partner=3&function=2&mending=no-agreement-role-7")
    assert mend_of(1, named).url.endswith("/agreements/5/edit/?function=2&mending=no-agreement-role-7")


# Mended: what the form is for takes the complaint away


def test_each_complaint_is_there_and_goes_when_what_it_asks_for_is_done(program: Program) -> None:
    partner = add_partner(program, levels=[])
    Partnership.objects.filter(program=program).update(levels=["district"])
    person = FocalPerson.objects.create(partner=partner, name="Ana Kim")
    give(partner, held_by=person)
    assert codes_about(program, partner) == {"no-agreement", "level-without-anybody", "no-deputy", "capacity-unknown"}
    FocalPerson.objects.filter(pk=person.pk).update(deputy="Sok Dara")
    Partner.objects.filter(pk=partner.pk).update(levels=["district"])
    made = sign(partner)
    assert codes_about(program, partner) == {"capacity-unknown"}
    FocalPerson.objects.filter(pk=person.pk).update(left_on=TODAY)
    Agreement.objects.filter(pk=made.pk).update(ends_on=SOON)
    assert codes_about(program, partner) == {"holder-left", "agreement-too-short", "capacity-unknown"}
    sign(partner, ends=None)
    give(partner, held_by=None)
    assert codes_about(program, partner) == {"capacity-unknown"}


def codes_about(program: Program, partner: Partner) -> set[str]:
    training = function_of(program).pk
    mine = complaints.read(program, TODAY).told
    return {one.complaint.code for one in mine if one.complaint.facts.get("function_id") == training}


# Accepted for a time


def test_what_is_accepted_stands_apart_until_its_day_is_over(program: Program) -> None:
    add_partner(program)
    subject = f"function:{function_of(program).pk}"
    row = accept(program, NONE, subject, until=TODAY)
    before = complaints_of(arrangement_of(program, TODAY))
    now, tomorrow = complaints.read(program, TODAY), complaints.read(program, TODAY + timedelta(days=1))
    assert [(one.complaint.subject, one.acceptance) for one in now.accepted] == [(subject, row)]
    assert len(now.open) == len(before) - 1
    assert (tomorrow.accepted, len(tomorrow.open)) == ([], len(before))
    [over] = [one for one in tomorrow.open if one.acceptance]
    assert (over.complaint.subject, over.acceptance, over.is_accepted) == (subject, row, False)


def test_accepting_never_changes_the_list(program: Program) -> None:
    partner = add_partner(program)
    give(partner)
    before = complaints_of(arrangement_of(program, TODAY))
    for one in before[::2]:
        accept(program, one.code, one.subject)
    found = complaints.read(program, TODAY)
    assert [one.complaint for one in found.told] == before
    assert len(found.open) + len(found.accepted) == len(before)
    assert (len(found.accepted), len(before) > 4) == (len(before[::2]), True)


def test_an_acceptance_counts_for_its_own_complaint_and_program_alone(program: Program, other_program: Program) -> None:
    for each in (program, other_program):
        add_partner(each, f"Partner of {each.pk}")
    training, supply = (f"function:{function_of(program, key).pk}" for key in ("training", "supply"))
    accept(program, "several-accountable", training)
    accept(other_program, NONE, training)
    accept(program, NONE, supply, ended_at=timezone.now())
    assert complaints.read(program, TODAY).accepted == []


def test_an_acceptance_of_what_was_mended_is_not_shown(program: Program) -> None:
    partner = add_partner(program)
    accept(program, NONE, f"function:{function_of(program).pk}")
    give(partner)
    assert complaints.read(program, TODAY).accepted == []


def test_accepted_ones_that_end_soonest_come_first(program: Program) -> None:
    add_partner(program)
    keys = {"training": LATER, "supply": SOON, "advocacy": TODAY}
    for key, until in keys.items():
        accept(program, NONE, f"function:{function_of(program, key).pk}", until=until)
    assert [one.acceptance.until_on for one in complaints.read(program, TODAY).accepted] == sorted(keys.values())


# The reading


def test_open_ones_stand_by_weight_and_by_what_is_wrong(program: Program) -> None:
    partner = add_partner(program)
    person = FocalPerson.objects.create(partner=partner, name="Ana Kim")
    for key in ("training", "supply"):
        give(partner, key=key, held_by=person)
    found = complaints.read(program, TODAY)
    shape = [
        (str(same.weight.name), same.count, [(str(kind.words.title), len(kind.told)) for kind in same.kinds])
        for same in found.by_weight
    ]
    assert shape == [
        ("serious", 10, [("Nobody is accountable", 8), ("Accountable without an agreement", 2)]),
        ("warning", 2, [("A role hangs on one person", 2)]),
        ("hint", 3, [("Capacity never checked", 2), ("Levels not entered", 1)]),
    ]
    assert [same.is_hint for same in found.by_weight] == [False, False, True]
    assert found.worst == WEIGHTS[Severity.SERIOUS]


def test_where_nothing_is_open_there_is_no_worst(program: Program) -> None:
    found = complaints.read(program, TODAY)
    assert (found.worst, found.by_weight) == (None, [])


def test_only_what_was_checked_is_said_to_be_in_order(program: Program) -> None:
    assert (complaints.read(program, TODAY).was_checked, complaints.read(program, TODAY).in_order) == (False, [])
    partner = add_partner(program)
    accept(program, "levels-unknown", f"program:{program.pk}")
    found = complaints.read(program, TODAY)
    assert (found.was_checked, found.partner_count, found.function_count) == (True, 1, 10)
    wrong = {WORDS[code].checked for code in (NONE, "levels-unknown")}
    assert found.in_order == [one.checked for one in WORDS.values() if one.checked not in wrong]
    Partner.objects.filter(pk=partner.pk).update(until_on=YESTERDAY)
    assert complaints.read(program, TODAY).partner_count == 0


def test_those_about_one_partner(program: Program) -> None:
    mine, theirs = add_partner(program), add_partner(program, "River trust")
    give(mine, key="training")
    for partner in (mine, theirs):
        give(partner, key="supply")
    give(theirs, key="advocacy")
    found = complaints.read(program, TODAY).of_partner(mine.pk)
    assert found.is_of_partner
    roles = {f"role:{cell(mine, key).pk}" for key in ("training", "supply")}
    supply = f"function:{function_of(program, 'supply').pk}"
    assert {one.complaint.subject for one in found.told} == roles | {supply}


def test_one_is_found_by_its_name(program: Program) -> None:
    add_partner(program)
    subject = f"function:{function_of(program).pk}"
    found = complaints.read(program, TODAY)
    assert found.find(NONE, subject).complaint.subject == subject
    assert (found.find("no-deputy", subject), found.find(NONE, "function:0")) == (None, None)


def test_what_a_complaint_of_a_program_can_be_about(program: Program, other_program: Program) -> None:
    partner = add_partner(program)
    subjects = [
        f"function:{function_of(program).pk}",
        f"partner:{partner.pk}",
        f"role:{cell(partner).pk}",
        f"program:{program.pk}",
    ]
    assert [complaints.is_of(program, one) for one in subjects] == [True] * 4
    assert [complaints.is_of(other_program, one) for one in subjects] == [False] * 4
    strange = ["", "function:", "function:x", "user:1", f"function:{'9' * 19}", "function:1²", f"{subjects[0]}\n"]
    assert [complaints.is_of(program, one) for one in strange] == [False] * 7


def test_an_anchor_is_an_address_of_its_own(program: Program) -> None:
    add_partner(program)
    training = function_of(program).pk
    one = complaints.read(program, TODAY).find(NONE, f"function:{training}")
    assert one.anchor == f"none-accountable-function-{training}"
    assert one.accept_url == f"/programs/{program.pk}/roles/complaints/none-accountable/function:{training}/accept/"
    assert one.end_url == f"/programs/{program.pk}/roles/complaints/none-accountable/function:{training}/end/"
    assert replace(one, acceptance=None).is_accepted is False


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    count: int,
    organisation: Organisation,
    lead: User,
    guide: Guide,
    django_assert_num_queries: Callable[[int], AbstractContextManager],
) -> None:
    programs = [make_program(organisation, lead, guide, name=f"Program {number}") for number in range(count)]
    for program in programs:
        for number in range(count):
            partner = add_partner(program, f"{program.name} partner {number}")
            give(partner, held_by=FocalPerson.objects.create(partner=partner, name="Ana Kim"))
        accept(program, NONE, f"function:{function_of(program, 'supply').pk}")
    with django_assert_num_queries(7):
        found = complaints.of_programs([one.pk for one in programs], TODAY)
        names = [one.acceptance.accepted_by.name for each in found.values() for one in each.accepted]
        urls = [one.mend.url for each in found.values() for one in each.told]
    assert (len(names), len(urls) > 9 * count) == (count, True)
