"""Partners of a program: taking one in, changing it, taking it off the list, and the levels of the program."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.models import Affiliation, Organisation, User
from conftest import Tenant
from funding.models import FundingSource
from journal.facts import ChangedMeanwhile, facts_of
from journal.models import Change
from journal.tests.haste import at_once
from partners.domain import functions, partners, people
from partners.domain.partners import FACTS, MOST, PARTNERSHIP_FACTS, AlmostTheSame, Refused
from partners.functions import BUILT_IN
from partners.models import (
    CapacityCheck,
    CoordinationBody,
    FocalPerson,
    Partner,
    Partnership,
    Responsibility,
    SupportNeed,
)
from partners.tests.role_cases import add_partner, function_of, give, inputs_seq, organisation, sign
from programs.domain import describing, history
from programs.models import Program

SAID = {"kind": "ngo", "levels": ["district"]}


def logged(**about: Any) -> list[tuple[Any, ...]]:
    return list(Change.objects.filter(**about).order_by("pk").values_list("verb", "field", "old", "new"))


# Taking one in


def test_with_the_first_partner_come_the_built_in_functions(program: Program, lead: User) -> None:
    made = partners.add(program, "Ministry of Health", SAID | {"brings": "Trainers"}, by=lead)
    assert (made.organisation.name, made.kind, made.levels, made.brings) == (
        "Ministry of Health",
        "ngo",
        ["district"],
        "Trainers",
    )
    cells = made.responsibilities.order_by("function__position").values_list("function__key", "letter")
    assert list(cells) == [(key, "") for key in BUILT_IN]
    assert logged(kind="partner") == [("partner_added", "", None, {"name": "Ministry of Health"})]
    partners.add(program, "Save the Children", SAID, by=lead)
    assert Responsibility.objects.count() == 2 * len(BUILT_IN)


def test_the_same_key_takes_one_in(program: Program, lead: User) -> None:
    first, second = (partners.add(program, "Ministry of Health", SAID, by=lead, key="k") for _ in range(2))
    assert (first, Partner.objects.count(), Organisation.objects.filter(name="Ministry of Health").count()) == (
        second,
        1,
        1,
    )
    assert inputs_seq(program) == 2


def test_a_name_that_is_a_partner_already_is_refused(program: Program, lead: User) -> None:
    add_partner(program, "Ministry of Health")
    with pytest.raises(Refused, match="“Ministry of Health” is a partner already"):
        partners.add(program, "ministry of health", SAID, by=lead)
    assert Partner.objects.count() == 1


def test_who_may_choose_what(tenant: Tenant, other_tenant: Tenant, lead: User, facilitator: User) -> None:
    """One's own organisations and those of programs one can see; not those of others, nor partners already."""
    mine = organisation("Where the lead belongs")
    Affiliation.objects.create(organisation=mine, user=lead)
    add_partner(tenant.program, "Partner here")
    add_partner(other_tenant.program, "Partner elsewhere")
    offered = partners.offered(tenant.program, by=lead)
    assert [one.name for one in offered] == ["Where the lead belongs", "own organisation"]
    assert [one.name for one in partners.offered(tenant.program, by=facilitator)] == ["own organisation"]


def test_an_organisation_that_is_not_offered_is_refused(program: Program, lead: User, other_tenant: Tenant) -> None:
    for found in (other_tenant.organisation, organisation("Known to nobody")):
        with pytest.raises(Refused, match="Choose one of the organisations shown"):
            partners.add(program, found, SAID, by=lead)
    taken = partners.add(program, program.organisation, SAID, by=lead)
    assert taken.organisation == program.organisation
    with pytest.raises(Refused, match="“own organisation” is a partner already"):
        partners.add(program, program.organisation, SAID, by=lead)


def test_there_is_a_most(program: Program, lead: User) -> None:
    add_partner(program)
    organisations = Organisation.objects.bulk_create(Organisation(name=f"Body {number}") for number in range(MOST - 1))
    Partner.objects.bulk_create(
        Partner(program=program, organisation=one, kind="ngo", created_by=lead) for one in organisations
    )
    with pytest.raises(Refused, match=f"at most {MOST} partners"):
        partners.add(program, "One more", SAID, by=lead)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Health Ministry", "“Ministry of Health” is in the list above"),
        ("Save the Children (Amani)", "“Save the Children” is a partner already"),
        ("Secret society", ""),
        ("Somebody new", ""),
    ],
)
def test_almost_the_same_name_is_pointed_out_among_what_one_may_know(
    program: Program, lead: User, other_program: Program, name: str, sentence: str
) -> None:
    Affiliation.objects.create(organisation=organisation("Ministry of Health"), user=lead)
    add_partner(program, "Save the Children")
    add_partner(other_program, "Secret society")
    if sentence:
        with pytest.raises(AlmostTheSame, match=sentence):
            partners.add(program, name, SAID, is_another=False, by=lead)
        assert not Organisation.objects.filter(name=name).exists()
    assert str(partners.add(program, name, SAID, is_another=bool(sentence), by=lead)) == name


def test_the_second_of_two_clicks_finds_the_partner_the_first_one_made(program: Program, lead: User) -> None:
    for chosen in ("Ministry of Health", program.organisation):
        made = [partners.add(program, chosen, SAID, is_another=False, by=lead, key=str(chosen)) for _ in range(2)]
        assert made[0] == made[1]
    assert Partner.objects.count() == 2


# Changing it


def test_facts_are_changed_with_their_history(program: Program, lead: User) -> None:
    partner = add_partner(program)
    before, seen = inputs_seq(program), facts_of(partner, FACTS)
    wanted = {"kind": "ngo", "levels": ["national", "district"], "until_on": date(2027, 3, 31)}
    partners.change(partner, wanted=wanted, seen=seen, by=lead)
    partner.refresh_from_db()
    assert (partner.kind, partner.levels, partner.until_on) == ("ngo", ["national", "district"], date(2027, 3, 31))
    assert logged(kind="partner", verb="changed") == [
        ("changed", "kind", "government", "ngo"),
        ("changed", "levels", ["district"], ["district", "national"]),
        ("changed", "until_on", None, "2027-03-31"),
    ]
    assert inputs_seq(program) == before + 1


def test_nothing_changed_leaves_no_trace(program: Program, lead: User) -> None:
    partner = add_partner(program)
    before, seen = inputs_seq(program), facts_of(partner, FACTS)
    partners.change(partner, wanted={"levels": ["district"]}, seen=seen, by=lead)
    assert (logged(kind="partner", verb="changed"), inputs_seq(program)) == ([], before)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(program: Program, lead: User) -> None:
    partner = add_partner(program, levels=["district"])
    seen = facts_of(partner, FACTS)
    Partner.objects.filter(pk=partner.pk).update(levels=["region", "national"], wants="A seat")
    with pytest.raises(ChangedMeanwhile) as clash:
        partners.change(partner, wanted={"levels": ["community"], "brings": "Cars"}, seen=seen, by=lead)
    assert clash.value.fields == {"levels": "national, region"}
    partner.refresh_from_db()
    assert (partner.levels, partner.brings) == (["region", "national"], "")
    partners.change(partner, wanted={"brings": "Cars"}, seen=seen, by=lead)
    partner.refresh_from_db()
    assert (partner.brings, partner.wants) == ("Cars", "A seat")


def test_days_that_do_not_fit_together_are_refused(program: Program, lead: User) -> None:
    """One of the two days was set by somebody else meanwhile: neither of the two people sees both."""
    partner = add_partner(program)
    seen = facts_of(partner, FACTS)
    partners.change(partner, wanted={"since_on": date(2027, 1, 1)}, seen=seen, by=lead)
    with pytest.raises(Refused, match="It cannot end before it begins"):
        partners.change(partner, wanted={"until_on": date(2026, 1, 1)}, seen=seen, by=lead)
    partner.refresh_from_db()
    assert (partner.since_on, partner.until_on) == (date(2027, 1, 1), None)


def test_the_history_says_it_in_words_and_leads_there(program: Program, lead: User) -> None:
    partner = add_partner(program, "Ministry of Health", levels=[])
    person = people.add(partner, {"name": "Ana Sok"}, by=lead)
    wanted = {"levels": ["national", "district"], "until_on": date(2027, 3, 31)}
    partners.change(partner, wanted=wanted, seen=facts_of(partner, FACTS), by=lead)
    people.change(person, wanted={"deputy": "Ly Chan"}, seen=facts_of(person, people.FACTS), by=lead)
    partners.change_levels(program, wanted={"levels": ["area"]}, seen={"levels": []}, by=lead)
    page = reverse("partners:partner", args=[program.pk, partner.pk])
    found = [(one.what, one.old, one.new, one.about, one.url) for one in history.of_program(program, limit=6).lines]
    assert found == [
        (
            "changed the levels at which the program works",
            "nothing",
            "area",
            "Partners",
            reverse("partners:partners", args=[program.pk]),
        ),
        ("changed the deputy of a focal person", "nothing", "Ly Chan", "Ministry of Health: Ana Sok", page),
        ("changed until when it is a partner", "nothing", "31 March 2027", "Ministry of Health", page),
        ("changed the levels the partner works at", "nothing", "national, district", "Ministry of Health", page),
        ("named Ana Sok to speak for a partner", "", "", "Ministry of Health: Ana Sok", page),
        ("took in the partner “Ministry of Health”", "", "", "Ministry of Health", page),
    ]


# Its name


def test_the_name_of_one_that_was_entered_here_is_corrected(program: Program, lead: User) -> None:
    partner = add_partner(program, "Minisry of Health")
    for _ in range(2):
        partners.rename(partner, wanted={"name": "Ministry of Health"}, seen={"name": "Minisry of Health"}, by=lead)
    assert logged(kind="partner", verb="changed") == [("changed", "name", "Minisry of Health", "Ministry of Health")]
    assert str(Partner.objects.get()) == "Ministry of Health"


def test_a_name_that_somebody_else_corrected_meanwhile_is_not_overwritten(program: Program, lead: User) -> None:
    partner = add_partner(program, "Minisry of Health")
    Organisation.objects.filter(pk=partner.organisation_id).update(name="Health Ministry")
    with pytest.raises(ChangedMeanwhile) as clash:
        partners.rename(partner, wanted={"name": "Ministry of Health"}, seen={"name": "Minisry of Health"}, by=lead)
    assert (clash.value.fields, str(Partner.objects.get())) == ({"name": "Health Ministry"}, "Health Ministry")


def test_two_partners_never_have_one_name(program: Program, lead: User) -> None:
    add_partner(program, "Ministry of Health")
    partner = add_partner(program, "Minisry of Health")
    with pytest.raises(Refused, match="is a partner already"):
        partners.rename(partner, wanted={"name": "ministry of health"}, seen={"name": "Minisry of Health"}, by=lead)


def has_members(found: Organisation, program: Program) -> None:
    Affiliation.objects.create(organisation=found, user=program.created_by)


def is_a_partner_elsewhere(found: Organisation, program: Program) -> None:
    Partner.objects.create(program=program, organisation=found, kind="ngo", created_by=program.created_by)


def runs_a_program(found: Organisation, program: Program) -> None:
    Program.objects.filter(pk=program.pk).update(organisation=found)


@pytest.mark.parametrize("known", [has_members, is_a_partner_elsewhere, runs_a_program])
def test_the_name_of_one_that_is_known_elsewhere_stays(
    program: Program, other_program: Program, lead: User, known: Callable[[Organisation, Program], None]
) -> None:
    partner = add_partner(program, "Minisry of Health")
    known(partner.organisation, other_program)
    with pytest.raises(Refused, match="known beyond this program"):
        partners.rename(partner, wanted={"name": "Ministry of Health"}, seen={"name": "Minisry of Health"}, by=lead)
    assert (partners.is_entered_here(partner), partner.organisation.name) == (False, "Minisry of Health")


# Taking it off the list


def test_one_that_was_added_by_mistake_goes_with_its_people(program: Program, lead: User) -> None:
    partner = add_partner(program, "Ministry of Helth")
    FocalPerson.objects.create(partner=partner, name="Ana Sok")
    before = inputs_seq(program)
    partners.remove(partner, by=lead)
    assert (Partner.objects.count(), FocalPerson.objects.count(), Responsibility.objects.count()) == (0, 0, 0)
    assert logged(verb="partner_removed") == [("partner_removed", "", None, {"name": "Ministry of Helth"})]
    assert inputs_seq(program) == before + 1
    partners.remove(partner, by=lead)
    assert (Change.objects.filter(verb="partner_removed").count(), inputs_seq(program)) == (1, before + 1)


def in_the_matrix(partner: Partner) -> None:
    give(partner, "I")


def in_a_body(partner: Partner) -> None:
    body = CoordinationBody.objects.create(program=partner.program, name="B", level="district", rhythm="monthly")
    body.members.set([partner])


def checked(partner: Partner) -> None:
    sides = dict.fromkeys(("individual", "leadership", "organisation", "system"), 1)
    of = {"partner": partner, "function": function_of(partner.program)}
    CapacityCheck.objects.create(**of, **sides, checked_on=timezone.localdate(), recorded_by=partner.created_by)


def in_need(partner: Partner) -> None:
    of = {"partner": partner, "function": function_of(partner.program), "created_by": partner.created_by}
    SupportNeed.objects.create(**of, kind="training", text="T", owner=partner.created_by, due_on=timezone.localdate())


def a_source(partner: Partner) -> None:
    FundingSource.objects.create(program=partner.program, name="Its budget", kind="partner", partner=partner)


@pytest.mark.parametrize("use", [in_the_matrix, sign, in_a_body, checked, in_need, a_source])
def test_one_that_is_used_gets_a_last_day_instead(program: Program, lead: User, use: Callable[[Partner], Any]) -> None:
    partner = add_partner(program)
    assert partners.is_used(partner) is False
    use(partner)
    assert partners.is_used(partner) is True
    with pytest.raises(Refused, match="Enter the day until which it is a partner instead"):
        partners.remove(partner, by=lead)
    assert Partner.objects.filter(pk=partner.pk).exists()


# Levels


def test_levels_of_the_program_begin_the_partnership(program: Program, lead: User) -> None:
    fresh = partners.partnership_of(program)
    assert (fresh.levels, Partnership.objects.count()) == ([], 0)
    partners.change_levels(program, wanted={"levels": ["national", "district"]}, seen={"levels": []}, by=lead)
    held = partners.partnership_of(program)
    assert (held.levels, held.get_levels_display()) == (["national", "district"], "national, district")
    assert logged(kind="partnership") == [("changed", "levels", [], ["district", "national"])]
    assert (inputs_seq(program), functions.of_program(program).count()) == (2, len(BUILT_IN))


def test_levels_changed_by_somebody_else_are_not_overwritten(program: Program, lead: User) -> None:
    seen = facts_of(partners.partnership_of(program), PARTNERSHIP_FACTS)
    partners.change_levels(program, wanted={"levels": ["national"]}, seen=seen, by=lead)
    with pytest.raises(ChangedMeanwhile) as clash:
        partners.change_levels(program, wanted={"levels": ["community"]}, seen=seen, by=lead)
    assert (clash.value.fields, inputs_seq(program)) == ({"levels": "national"}, 2)


# Who may


def verbs(partner: Partner, by: User) -> Iterator[Callable[[], object]]:
    program, seen = partner.program, facts_of(partner, FACTS)
    yield lambda: partners.add(program, "Somebody", SAID, by=by)
    yield lambda: partners.change(partner, wanted={"kind": "ngo"}, seen=seen, by=by)
    yield lambda: partners.rename(partner, wanted={"name": "New"}, seen={"name": str(partner)}, by=by)
    yield lambda: partners.change_levels(program, wanted={"levels": ["area"]}, seen={"levels": []}, by=by)
    yield lambda: partners.remove(partner, by=by)


@pytest.mark.parametrize("who", ["lead", "editor"])
def test_lead_and_editors_may(request: pytest.FixtureRequest, program: Program, who: str) -> None:
    for verb in verbs(add_partner(program), request.getfixturevalue(who)):
        verb()
    assert [str(one) for one in Partner.objects.all()] == ["Somebody"]


@pytest.mark.parametrize("who", ["viewer", "facilitator", "admin", "donor", "other_facilitator", "stranger"])
def test_others_may_not(request: pytest.FixtureRequest, program: Program, who: str) -> None:
    partner, somebody = add_partner(program), request.getfixturevalue(who)
    latest = Change.objects.count()
    for verb in verbs(partner, somebody):
        with pytest.raises(PermissionDenied):
            verb()
    assert (Partner.objects.get(), Change.objects.count()) == (partner, latest)


def test_nobody_may_once_it_is_archived(program: Program, lead: User) -> None:
    partner = add_partner(program)
    describing.archive(program, by=lead)
    for verb in verbs(partner, lead):
        with pytest.raises(PermissionDenied, match="This program is archived"):
            verb()


# At once


@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_same_in_at_once(program: Program, lead: User) -> None:
    """The first ones of the program, so that its functions are made once too."""
    acts = [lambda: partners.add(program, program.organisation, SAID, by=lead)] * 4
    done = at_once(*acts)
    assert sorted(type(one).__name__ for one in done) == ["Partner", "Refused", "Refused", "Refused"]
    assert (Partner.objects.count(), Responsibility.objects.count()) == (1, len(BUILT_IN))


@pytest.mark.django_db(transaction=True)
def test_everything_at_once_ends_without_a_deadlock(program: Program, lead: User) -> None:
    """Partners and functions come while others change and go: every pair of them has its cell."""
    kept, gone = add_partner(program, "Kept"), add_partner(program, "Gone")
    function = function_of(program)
    seen, of_function = facts_of(kept, FACTS), {"levels": function.levels, "capacity_needed": 2}
    for number in range(5):
        done = at_once(
            lambda number=number: partners.add(program, f"New {number}", SAID, by=lead),
            lambda number=number: functions.add(program, {"name": f"Own {number}"}, by=lead),
            lambda number=number: partners.change(kept, wanted={"brings": f"Cars {number}"}, seen=seen, by=lead),
            lambda number=number: functions.change(
                function, wanted={"capacity_needed": number % 3 + 1}, seen=of_function, by=lead
            ),
            lambda gone=gone: partners.remove(gone, by=lead),
        )
        wrong = [one for one in done if isinstance(one, Exception) and not isinstance(one, ChangedMeanwhile)]
        assert wrong == []
        gone = add_partner(program, f"Gone {number}")
    assert Responsibility.objects.count() == Partner.objects.count() * functions.of_program(program).count()
