"""What the matrix complains about, check by check, in arrangements made by hand."""

from dataclasses import replace

import pytest

from partners.domain.checks import CHECKS, Severity, complaints_of
from partners.tests.check_cases import TODAY, arrangement, day, function, named, of_code, partner, role, signed

END = day(100)
ONE = (role(1),)


def test_without_partners_there_is_nothing_to_check() -> None:
    assert complaints_of(arrangement(partners=0)) == []


def test_a_matrix_in_which_everything_is_right() -> None:
    found = arrangement(
        functions=[function(1, levels=("district",)), function(2)],
        roles=(role(1, holder="Ana", holder_id=9, has_deputy=True), role(2, function=2), role(2, "R"), role(1, "C", 2)),
        agreements=(signed(1, 1, 2, functions=(1, 2)),),
        capacity={(1, 1): 2, (2, 1): 3, (2, 2): 2},
    )
    assert complaints_of(found) == []


# Nobody, or two, are accountable


def test_a_function_with_only_a_responsible_has_nobody_accountable() -> None:
    [one] = of_code("none-accountable", arrangement(roles=(role(1, "R"), role(2, "C"))))
    assert (one.subject, one.severity) == ("function:1", Severity.SERIOUS)
    assert one.facts == {"function": "Function 1", "function_id": 1}


@pytest.mark.parametrize(
    "over",
    [{"partners": [partner(1, until=day(-1)), partner(2)]}, {"roles": (role(1, until=day(-1)),)}],
    ids=["the partner left", "the role ended"],
)
def test_who_was_accountable_is_named(over: dict) -> None:
    [one] = of_code("none-accountable", replace(arrangement(roles=(role(1),)), **over))
    assert (one.facts["former"], one.facts["ended"]) == ("Partner 1", day(-1))


def test_the_last_of_those_who_were_accountable_is_named() -> None:
    roles = (role(1, until=day(-5)), role(2, since=day(-4), until=day(-2)))
    [one] = of_code("none-accountable", arrangement(roles=roles))
    assert (one.facts["former"], one.facts["ended"]) == ("Partner 2", day(-2))


def test_the_last_day_of_a_role_and_of_a_partner_counts() -> None:
    found = arrangement(partners=[partner(1, until=TODAY)], roles=(role(1, until=TODAY),))
    assert of_code("none-accountable", found) == []


def test_a_role_that_begins_after_its_partner_leaves_never_is() -> None:
    for last in (5, -5):
        found = arrangement(partners=[partner(1, until=day(last))], roles=(role(1, since=day(last + 1)),))
        [one] = of_code("none-accountable", found)
        assert "former" not in one.facts


def test_two_accountable_at_once() -> None:
    [one] = of_code("several-accountable", arrangement(roles=(role(2), role(1))))
    assert (one.subject, one.severity) == ("function:1", Severity.SERIOUS)
    assert (one.facts["partners"], one.facts["partner_ids"]) == (["Partner 1", "Partner 2"], {1, 2})


@pytest.mark.parametrize("gone", [{"until": day(10)}, {}], ids=["the role ends", "the partner leaves"])
def test_who_takes_over_the_day_after_is_no_second_one(gone: dict) -> None:
    partners = [partner(1, until=None if gone else day(10)), partner(2)]
    roles = (role(1, **gone), role(2, since=day(11)))
    assert of_code("several-accountable", arrangement(partners=partners, roles=roles)) == []
    [one] = of_code("several-accountable", arrangement(partners=partners, roles=(roles[0], role(2, since=day(10)))))
    assert one.facts["partner_ids"] == {1, 2}


def test_only_those_who_clash_are_named() -> None:
    roles = (role(1, until=day(3)), role(2, since=day(2), until=day(9)), role(3, since=day(10)))
    [one] = of_code("several-accountable", arrangement(partners=3, roles=roles))
    assert one.facts["partner_ids"] == {1, 2}


# Days on which nobody is accountable


def gaps(*roles, work_ends=END, **facts) -> list:
    found = of_code("accountable-gap", arrangement(functions=[function(work_ends=work_ends)], roles=roles, **facts))
    return [one.facts["spans"] for one in found]


def test_nobody_answers_before_the_first_begins_between_two_and_after_the_last() -> None:
    roles = (role(1, since=day(5), until=day(20)), role(2, since=day(31), until=day(60)))
    assert gaps(*roles) == [[(TODAY, day(4)), (day(21), day(30)), (day(61), day(100))]]


@pytest.mark.parametrize(
    "roles",
    [
        (role(1),),
        (role(1, since=TODAY, until=day(100)),),
        (role(1, until=day(20)), role(2, since=day(21))),
        (role(1, until=day(40)), role(2, since=day(21))),
        (),
    ],
)
def test_whoever_answers_all_the_time_leaves_no_gap(roles: tuple) -> None:
    assert gaps(*roles) == []


def test_of_work_without_an_end_only_what_lies_before_the_last_role_is_known() -> None:
    roles = (role(1, until=day(20)), role(2, since=day(31), until=day(60)))
    assert gaps(*roles, work_ends=None) == [[(day(21), day(30))]]


def test_a_date_of_the_work_that_has_passed_leaves_today_to_answer_for() -> None:
    assert gaps(role(1, until=day(5)), work_ends=day(-3)) == []
    assert gaps(role(1, since=day(5)), work_ends=day(-3)) == [[(TODAY, TODAY)]]


@pytest.mark.parametrize(
    ("roles", "partners", "beside"),
    [
        ((role(1, until=day(9)),), [partner(1)], 101),
        ((role(1, since=day(9)),), [partner(1)], 101),
        ((role(1, since=day(9)), role(2, since=day(3))), [partner(1), partner(2)], 102),
        ((role(1, until=day(9)),), [partner(1, until=day(5))], None),
        ((role(1),), [partner(1, since=day(5))], None),
    ],
    ids=["ends early", "begins late", "the first begins late", "the partner leaves", "the partner comes late"],
)
def test_the_role_whose_dates_make_the_gap_is_named(roles: tuple, partners: list, beside: int | None) -> None:
    [one] = of_code("accountable-gap", arrangement(partners=partners, roles=roles))
    assert (one.facts["role_id"], one.severity) == (beside, Severity.WARNING)


# Too much on one partner


def answering(*partners: int) -> tuple:
    """Function 1 is answered for by the first, function 2 by the second …"""
    return tuple(role(pk, function=place) for place, pk in enumerate(partners, start=1))


@pytest.mark.parametrize(
    ("partners", "answers", "blamed"),
    [
        (3, (1, 1, 2), ["partner:1"]),
        (3, (1, 1, 2, 2), []),
        (3, (1, 1, 1, 2, 3), ["partner:1"]),
        (2, (1, 1, 1), []),
        (3, (1, 1), []),
        (3, (1, 2, 3), []),
    ],
)
def test_one_partner_answers_for_more_than_half(partners: int, answers: tuple, blamed: list[str]) -> None:
    found = of_code("too-much-on-one", arrangement(partners=partners, functions=5, roles=answering(*answers)))
    assert [one.subject for one in found] == blamed


def test_a_partner_who_left_shares_nothing() -> None:
    for until, subjects in ((day(-1), []), (TODAY, ["partner:1"])):
        partners = [partner(1), partner(2), partner(3, until=until)]
        found = of_code("too-much-on-one", arrangement(partners=partners, functions=3, roles=answering(1, 1, 1)))
        assert [one.subject for one in found] == subjects


def test_it_says_how_much() -> None:
    [one] = of_code("too-much-on-one", arrangement(partners=3, functions=5, roles=answering(1, 1, 2)))
    assert one.facts == {"partner": "Partner 1", "partner_id": 1, "count": 2, "total": 3}


# Agreements


def blamed(*agreements, roles=ONE, work_ends=END, **facts) -> list:
    """What is said about the agreements behind a role: the code and the days."""
    found = complaints_of(
        arrangement(functions=[function(work_ends=work_ends)], roles=roles, agreements=agreements, **facts)
    )
    return [(one.code, one.facts.get("spans")) for one in found if "agreement" in one.code]


@pytest.mark.parametrize(
    "agreement",
    [
        None,
        signed(1, 2),
        signed(1, 1, functions=(2,)),
        signed(1, 1, ends=day(-1)),
        signed(1, 1, starts=day(101)),
    ],
    ids=["none", "with another partner", "on another function", "over", "after the work"],
)
def test_accountable_without_an_agreement(agreement) -> None:
    assert blamed(*[agreement] if agreement else []) == [("no-agreement", None)]


@pytest.mark.parametrize("letter", ["R", "C", "I"])
def test_only_who_is_accountable_needs_an_agreement(letter: str) -> None:
    assert blamed(roles=(role(1, letter),)) == []


def test_an_agreement_that_does_not_name_the_function_is_pointed_at() -> None:
    agreements = (
        signed(5, 1, functions=(2,), ends=day(50)),
        signed(2, 1, functions=()),
        signed(3, 2, functions=()),
        signed(4, 1, functions=(2,), ends=day(-1)),
    )
    [one] = of_code("no-agreement", arrangement(roles=(role(1),), agreements=agreements))
    assert (one.facts["agreement"], one.facts["agreement_id"]) == ("Agreement 2", 2)
    assert (one.subject, one.severity) == ("role:101", Severity.SERIOUS)


def drafted(*drafts, agreements=()) -> list:
    facts = arrangement(functions=[function(work_ends=END)], roles=ONE, agreements=agreements)
    found = complaints_of(replace(facts, drafts=drafts))
    return [(one.code, one.facts.get("draft_id")) for one in found if "agreement" in one.code]


def test_a_draft_binds_nobody_but_is_pointed_at() -> None:
    assert drafted(signed(7, 1), signed(8, 2), signed(9, 1, functions=(2,)), signed(6, 1)) == [("no-agreement", 7)]
    assert drafted(signed(7, 1, ends=day(-1))) == [("no-agreement", None)]
    assert drafted(signed(7, 1), agreements=(signed(1, 1, functions=(2,)),)) == [("no-agreement", 7)]


def test_a_draft_is_pointed_at_where_it_would_cover_the_days() -> None:
    until, since = (signed(1, 1, ends=day(50)),), (signed(1, 1, starts=day(50)),)
    assert drafted(signed(7, 1, starts=day(60)), agreements=until) == [("agreement-too-short", 7)]
    assert drafted(signed(7, 1, ends=day(50)), agreements=until) == [("agreement-too-short", None)]
    assert drafted(signed(7, 1, ends=day(9)), agreements=since) == [("agreement-not-begun", 7)]
    assert drafted(signed(7, 1, starts=day(50)), agreements=since) == [("agreement-not-begun", None)]


def test_an_agreement_that_is_over_is_not_pointed_at() -> None:
    agreements = (signed(4, 1, functions=(2,), ends=day(-1)),)
    [one] = of_code("no-agreement", arrangement(roles=(role(1),), agreements=agreements))
    assert "agreement" not in one.facts


@pytest.mark.parametrize(
    "agreements",
    [
        (signed(1, 1),),
        (signed(1, 1, ends=day(100)),),
        (signed(1, 1, ends=day(50)), signed(2, 1, starts=day(51))),
        (signed(1, 1, ends=day(70)), signed(2, 1, starts=day(30), ends=day(100))),
        (signed(2, 1, starts=day(51)), signed(1, 1, 2, ends=day(50))),
    ],
    ids=["open-ended", "to the day", "two after each other", "two that overlap", "in whatever order"],
)
def test_an_agreement_or_several_cover_the_work(agreements: tuple) -> None:
    assert blamed(*agreements) == []


def test_an_agreement_ends_before_the_work_does() -> None:
    assert blamed(signed(1, 1, ends=day(99))) == [("agreement-too-short", [(day(100), day(100))])]


def test_an_agreement_needs_to_last_no_longer_than_the_role() -> None:
    assert blamed(signed(1, 1, ends=day(50)), roles=(role(1, until=day(50)),)) == []
    assert blamed(signed(1, 1, ends=day(50)), partners=[partner(1, until=day(50))]) == []
    assert blamed(signed(1, 1, ends=day(49)), roles=(role(1, until=day(50)),)) == [
        ("agreement-too-short", [(day(50), day(50))])
    ]


def test_days_between_two_agreements_are_covered_by_neither() -> None:
    agreements = (signed(1, 1, ends=day(20)), signed(2, 1, starts=day(31), ends=day(60)))
    facts = arrangement(functions=[function(work_ends=day(100))], roles=(role(1),), agreements=agreements)
    [one] = of_code("agreement-too-short", facts)
    assert one.facts["spans"] == [(day(21), day(30)), (day(61), day(100))]
    assert (one.facts["agreement"], one.facts["agreement_id"], one.facts["ends"]) == ("Agreement 1", 1, day(20))
    assert (one.subject, one.severity) == ("role:101", Severity.WARNING)


def test_an_agreement_that_is_yet_to_begin() -> None:
    facts = arrangement(roles=(role(1),), agreements=(signed(1, 1, starts=day(9)), signed(2, 1, starts=day(7))))
    [one] = of_code("agreement-not-begun", facts)
    said = ("Agreement 2", day(7), [(TODAY, day(6))])
    assert (one.facts["agreement"], one.facts["begins"], one.facts["spans"]) == said
    assert of_code("no-agreement", facts) == []


def test_an_agreement_may_begin_with_the_role() -> None:
    assert blamed(signed(1, 1, starts=day(9)), roles=(role(1, since=day(9)),)) == []


def test_a_role_that_begins_after_the_agreement_ended_has_none() -> None:
    assert blamed(signed(1, 1, ends=day(8)), roles=(role(1, since=day(9)),)) == [("no-agreement", None)]


def test_days_before_and_after_are_two_complaints() -> None:
    assert blamed(signed(1, 1, starts=day(9), ends=day(50))) == [
        ("agreement-not-begun", [(TODAY, day(8))]),
        ("agreement-too-short", [(day(51), day(100))]),
    ]


def test_of_work_without_an_end_no_agreement_is_too_short() -> None:
    assert blamed(signed(1, 1, ends=day(9)), work_ends=None) == []
    assert blamed(signed(1, 1, ends=day(9)), signed(2, 1, starts=day(20), ends=day(30)), work_ends=None) == []
    assert blamed(signed(1, 1, starts=day(9), ends=day(9)), work_ends=None) == [
        ("agreement-not-begun", [(TODAY, day(8))])
    ]


def test_a_date_of_the_work_that_has_passed_leaves_today_to_be_covered() -> None:
    assert blamed(signed(1, 1, ends=day(2)), work_ends=day(-3)) == []
    assert blamed(work_ends=day(-3)) == [("no-agreement", None)]


# People


def test_a_role_that_hangs_on_one_person() -> None:
    facts = arrangement(roles=(role(1, holder="Ana", holder_id=7),))
    [one] = of_code("no-deputy", facts)
    assert (one.subject, one.facts["person"], one.facts["person_id"]) == ("role:101", "Ana", 7)
    assert of_code("holder-left", facts) == []


@pytest.mark.parametrize(
    "fine",
    [role(1), role(1, holder="Ana", has_deputy=True), role(1, "C", holder="Ana"), role(1, holder="Ana", until=day(-1))],
    ids=["by nobody by name", "with a deputy", "only consulted", "ended"],
)
def test_a_role_that_hangs_on_nobody(fine) -> None:
    assert of_code("no-deputy", arrangement(roles=(fine,))) == []


@pytest.mark.parametrize(("left", "codes"), [(-1, ["holder-left"]), (0, ["holder-left"]), (1, ["no-deputy"])])
def test_the_holder_left(left: int, codes: list[str]) -> None:
    facts = arrangement(roles=(role(1, "R", holder="Ana", holder_left=day(left)),))
    found = [one for one in complaints_of(facts) if one.code in ("holder-left", "no-deputy")]
    assert [one.code for one in found] == codes
    assert found[0].facts["person"] == "Ana"


def test_a_deputy_does_not_hold_the_role_of_who_left() -> None:
    facts = arrangement(roles=(role(1, holder="Ana", has_deputy=True, holder_left=day(-1)),))
    [one] = of_code("holder-left", facts)
    assert one.facts["left"] == day(-1)


# Levels


def missing(*roles, needed=("district", "community"), works=("national", "district", "community"), partners=None):
    facts = arrangement(
        functions=[function(levels=needed)],
        roles=roles,
        levels=works,
        partners=partners or [partner(1, levels=("district",)), partner(2, levels=("community", "area"))],
    )
    return [one.facts["levels"] for one in of_code("level-without-anybody", facts)]


def test_nobody_does_it_where_the_program_works() -> None:
    assert missing(role(1)) == [["community"]]
    assert missing(role(1), role(2, "R")) == []
    assert missing(role(1), role(2, "C")) == [["community"]]
    assert missing(role(1, "R"), partners=[partner(1, levels=("area",))]) == [["community", "district"]]


def test_where_nobody_does_it_at_all_that_is_said_once() -> None:
    facts = arrangement(functions=[function(levels=("district",))], roles=(role(1, "C"),))
    assert named(complaints_of(facts)) == [("none-accountable", "function:1")]


def test_where_the_program_does_not_work_nobody_is_needed() -> None:
    assert missing(role(1), works=("district",)) == []
    assert missing(role(1), needed=()) == []


def test_who_left_is_at_no_level() -> None:
    gone = [partner(1), partner(2, levels=("community",), until=day(-1))]
    assert missing(role(1), role(2, "R"), partners=gone) == [["community"]]


def test_a_partner_of_whom_no_level_is_known_is_named() -> None:
    partners = [partner(1, levels=()), partner(2, levels=())]
    facts = arrangement(functions=[function(levels=("district",))], roles=(role(2), role(1, "R")), partners=partners)
    [one] = of_code("level-without-anybody", facts)
    assert (one.facts["partner"], one.facts["partner_id"]) == ("Partner 1", 1)


def test_without_the_levels_of_the_program_it_cannot_look() -> None:
    facts = arrangement(functions=[function(levels=("district",))], levels=())
    assert of_code("level-without-anybody", facts) == []
    [one] = of_code("levels-unknown", facts)
    assert (one.subject, one.severity) == ("program:1", Severity.HINT)
    assert of_code("levels-unknown", arrangement(levels=())) == []


# Capacity


@pytest.mark.parametrize(
    ("letter", "capacity", "needed", "codes"),
    [
        ("A", 1, 2, ["capacity-too-low"]),
        ("R", 1, 2, ["capacity-too-low"]),
        ("C", 1, 2, []),
        ("A", 2, 2, []),
        ("A", 0, 0, []),
        ("A", None, 2, ["capacity-unknown"]),
        ("A", None, 0, []),
        ("R", None, 2, []),
    ],
)
def test_capacity(letter: str, capacity: int | None, needed: int, codes: list[str]) -> None:
    checked = {} if capacity is None else {(1, 1): capacity}
    facts = arrangement(functions=[function(capacity_needed=needed)], roles=(role(1, letter),), capacity=checked)
    assert [one.code for one in complaints_of(facts) if one.code.startswith("capacity")] == codes


def test_it_says_how_low() -> None:
    [one] = of_code("capacity-too-low", arrangement(roles=(role(1),), capacity={(1, 1): 1}))
    assert one.facts == {
        "function": "Function 1",
        "function_id": 1,
        "partner": "Partner 1",
        "partner_id": 1,
        "capacity": 1,
        "needed": 2,
    }


# The list


def test_the_most_serious_first_then_check_by_check_function_by_function() -> None:
    roles = (role(1, function=2), role(1, function=1), role(2, function=1))
    found = complaints_of(arrangement(functions=3, roles=roles, levels=()))
    assert named(found) == [
        ("none-accountable", "function:3"),
        ("several-accountable", "function:1"),
        ("no-agreement", "role:101"),
        ("no-agreement", "role:102"),
        ("no-agreement", "role:201"),
        ("capacity-unknown", "role:101"),
        ("capacity-unknown", "role:102"),
        ("capacity-unknown", "role:201"),
    ]


def test_every_complaint_carries_the_code_of_its_check() -> None:
    roles = (role(1, until=day(3), holder="Ana"), role(2, "R", holder="Dara", holder_left=TODAY))
    facts = arrangement(functions=[function(levels=("area",))], roles=roles, levels=("area",), capacity={(1, 1): 0})
    for code, check in CHECKS.items():
        assert {one.code for one in check(facts)} <= {code}


def test_a_number_out_of_a_subject() -> None:
    [one] = of_code("none-accountable", arrangement())
    assert one.subject_id == 1
