"""Agreements: written down, changed, signed and ended; who may, what is refused, and what the history keeps."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from journal.facts import ChangedMeanwhile, facts_of
from journal.models import Change
from partners.domain import agreements, partners
from partners.domain.agreements import FACTS, FACTS_OF_SIGNED, Refused
from partners.models import Agreement, Function, Partner
from partners.tests.agreement_cases import TODAY, day, draft, ended, functions, now, signed, terms
from partners.tests.role_cases import add_partner, inputs_seq
from programs.domain import history
from programs.models import Program
from programs.tests.saving_cases import at_once

Act = Callable[[Agreement, User], object]


@pytest.fixture
def ngo(program: Program) -> Partner:
    return add_partner(program, "Bright Path")


def seen(agreement: Agreement) -> dict[str, Any]:
    return facts_of(agreement, agreements.names_of_facts(agreement))


def said(agreement: Agreement) -> dict[str, Any]:
    """What a form sends of it if nobody touched it."""
    names = agreements.names_of_facts(agreement)
    several = {name: list(getattr(agreement, name).all()) for name in ("parties", "functions")}
    return {name: several.get(name, getattr(agreement, name)) for name in names}


def change(agreement: Agreement, by: User, **wanted: Any) -> None:
    agreements.change(agreement, wanted=said(agreement) | wanted, seen=seen(agreement), by=by)


def lines(program: Program) -> list[tuple[str, str, str]]:
    return [(line.what, line.old, line.new) for line in history.of_program(program, limit=1).lines]


# Writing one down


def test_it_is_written_down_as_a_draft(office: Partner, ngo: Partner, editor: User, program: Program) -> None:
    before = inputs_seq(program)
    wanted = terms(office, ngo, keys=("training", "supply"))
    made = agreements.add(program, wanted, by=editor)
    assert (made.state, made.created_by, made.signed_on) == ("draft", editor, None)
    assert (set(made.parties.all()), set(made.functions.all())) == ({office, ngo}, set(wanted["functions"]))
    assert {name: getattr(now(made), name) for name in agreements.COPIED} == {
        name: wanted[name] for name in agreements.COPIED
    }
    assert lines(program) == [("wrote down the agreement “Memorandum on training”", "", "")]
    assert inputs_seq(program) == before + 1


def test_the_same_key_writes_it_down_once(office: Partner, editor: User, program: Program) -> None:
    first, again = (agreements.add(program, terms(office), by=editor, key="k") for _ in range(2))
    other = agreements.add(program, terms(office), by=editor, key="other")
    assert (first == again, first == other, Agreement.objects.count()) == (True, False, 2)


def test_a_draft_needs_no_dates_but_a_party(office: Partner, editor: User, program: Program) -> None:
    made = agreements.add(program, terms(office, starts_on=None, ends_on=None), by=editor)
    assert (made.starts_on, made.ends_on) == (None, None)
    with pytest.raises(Refused, match="at least one partner"):
        agreements.add(program, terms(office, parties=[]), by=editor)
    assert Agreement.objects.count() == 1


def test_it_cannot_end_before_it_starts(office: Partner, editor: User, program: Program) -> None:
    agreements.add(program, terms(office, starts_on=TODAY, ends_on=TODAY), by=editor)
    with pytest.raises(Refused, match="cannot end before"):
        agreements.add(program, terms(office, starts_on=TODAY, ends_on=day(-1)), by=editor)
    assert Agreement.objects.count() == 1


def test_partners_of_others_are_no_parties(
    office: Partner, editor: User, program: Program, other_program: Program
) -> None:
    foreign = add_partner(other_program, "Other office")
    with pytest.raises(Refused, match="removed meanwhile"):
        agreements.add(program, terms(office, parties=[office, foreign]), by=editor)
    made = draft(office)
    with pytest.raises(Refused, match="removed meanwhile"):
        change(made, editor, parties=[foreign])
    assert (Agreement.objects.count(), list(made.parties.all())) == (1, [office])


def test_a_partner_who_agreed_is_not_taken_off_the_list(office: Partner, lead: User) -> None:
    draft(office)
    with pytest.raises(partners.Refused):
        partners.remove(office, by=lead)
    assert Partner.objects.get() == office


# Changing it


def test_changes_are_logged_by_name(office: Partner, ngo: Partner, editor: User, program: Program) -> None:
    made = draft(office)
    before = inputs_seq(program)
    change(made, editor, parties=[office, ngo], functions=functions(program, "supply"), exit_terms="")
    logged = Change.objects.filter(kind="agreement", verb="changed").values_list("field", "old", "new")
    assert sorted(logged) == [
        ("exit_terms", "Three months before.", ""),
        ("functions", "Training", "Supply"),
        ("parties", "Health office", "Health office, Bright Path"),
    ]
    assert (set(made.parties.all()), now(made).exit_terms) == ({office, ngo}, "")
    assert inputs_seq(program) == before + 1


def test_what_nobody_touched_is_left_as_it_is(office: Partner, editor: User, program: Program) -> None:
    made, before = draft(office), Change.objects.count()
    counted = inputs_seq(program)
    change(made, editor)
    assert (Change.objects.count(), inputs_seq(program)) == (before, counted)


def test_another_change_meanwhile_is_shown_and_kept(
    office: Partner, ngo: Partner, editor: User, program: Program
) -> None:
    made = draft(office)
    opened = seen(made)
    change(made, editor, title="By another", parties=[ngo])
    wanted = terms(office, title="By me", parties=[office, ngo])
    with pytest.raises(ChangedMeanwhile) as clash:
        agreements.change(made, wanted=wanted, seen=opened, by=editor)
    assert clash.value.fields == {"title": "By another", "parties": "Bright Path"}
    assert (now(made).title, list(made.parties.all())) == ("By another", [ngo])
    agreements.change(made, wanted=wanted, seen=clash.value.now, by=editor)
    assert (now(made).title, set(made.parties.all())) == ("By me", {office, ngo})


def test_days_that_do_not_fit_together_any_more_are_refused(office: Partner, editor: User) -> None:
    made = draft(office)
    opened, wanted = seen(made), said(made)
    change(made, editor, starts_on=day(150))
    with pytest.raises(Refused, match=date_format(day(150))):
        agreements.change(made, wanted=wanted | {"ends_on": day(120)}, seen=opened, by=editor)
    assert now(made).ends_on == day(200)


def test_a_signed_one_is_changed_but_keeps_its_days(office: Partner, editor: User, program: Program) -> None:
    made = signed(office)
    assert (agreements.names_of_facts(made), agreements.names_of_facts(Agreement())) == (FACTS_OF_SIGNED, FACTS)
    change(made, editor, ends_on=day(300))
    assert lines(program) == [("changed the day the agreement ends", date_format(day(200)), date_format(day(300)))]
    change(now(made), editor, signed_on=day(-101))
    assert (now(made).ends_on, now(made).signed_on) == (day(300), day(-101))
    for name in ("starts_on", "ends_on"):
        with pytest.raises(Refused, match="keeps the day"):
            change(now(made), editor, **{name: None})
    with pytest.raises(Refused, match="at least one partner"):
        change(now(made), editor, parties=[])
    assert None not in (now(made).starts_on, now(made).ends_on)


def test_the_day_of_signing_is_no_fact_of_a_draft(office: Partner, editor: User) -> None:
    made = draft(office)
    change(made, editor, signed_on=day(-1))
    assert now(made).signed_on is None


# Signing it


def test_it_is_signed_on_a_day(office: Partner, editor: User, program: Program) -> None:
    made, before = draft(office), inputs_seq(program)
    agreements.sign(made, signed_on=day(-3), by=editor)
    assert (now(made).state, now(made).signed_on) == ("signed", day(-3))
    words = f"said that “Memorandum on training” was signed on {date_format(day(-3))}"
    assert (lines(program), inputs_seq(program)) == ([(words, "", "")], before + 1)


@pytest.mark.parametrize("name", ["starts_on", "ends_on"])
def test_without_its_days_it_is_not_signed(office: Partner, editor: User, name: str) -> None:
    made = draft(office, **{name: None})
    with pytest.raises(Refused, match="Enter the day it starts"):
        agreements.sign(made, signed_on=TODAY, by=editor)
    assert (now(made).state, Change.objects.filter(verb="agreement_signed").count()) == ("draft", 0)


def test_without_a_party_it_is_not_signed(office: Partner, editor: User) -> None:
    made = draft(office)
    made.parties.clear()
    with pytest.raises(Refused, match="Nobody is named who agrees"):
        agreements.sign(made, signed_on=TODAY, by=editor)
    assert now(made).state == "draft"


def test_it_is_signed_once(office: Partner, editor: User) -> None:
    made = draft(office)
    for _ in range(2):
        agreements.sign(made, signed_on=day(-3), by=editor, key="k")
    with pytest.raises(Refused, match=date_format(day(-3))):
        agreements.sign(made, signed_on=day(-1), by=editor, key="other")
    assert (now(made).signed_on, Change.objects.filter(verb="agreement_signed").count()) == (day(-3), 1)


@pytest.mark.django_db(transaction=True)
def test_five_who_sign_at_once_sign_once(guide: object, program: Program, lead: User) -> None:
    made = draft(add_partner(program))
    at_once(5, lambda: agreements.sign(made, signed_on=day(-3), by=lead, key="k"))
    assert Change.objects.filter(verb="agreement_signed").count() == 1


# Ending it


def test_it_is_ended_with_a_reason(office: Partner, editor: User, program: Program) -> None:
    made, before = signed(office), inputs_seq(program)
    agreements.end(made, ended_on=day(-2), why="No money.", by=editor)
    assert (now(made).state, now(made).ended_on, now(made).ended_why) == ("ended", day(-2), "No money.")
    words = f"ended the agreement “Memorandum on training” as of {date_format(day(-2))}: No money."
    assert (lines(program), inputs_seq(program)) == ([(words, "", "")], before + 1)


def test_ending_it_again_changes_nothing_and_otherwise_is_refused(office: Partner, editor: User) -> None:
    made = signed(office)
    for _ in range(2):
        agreements.end(made, ended_on=day(-2), why="No money.", by=editor)
    with pytest.raises(Refused, match=date_format(day(-2))):
        agreements.end(made, ended_on=day(-1), why="Too late.", by=editor)
    assert (now(made).ended_why, Change.objects.filter(verb="agreement_ended").count()) == ("No money.", 1)


def test_only_what_was_signed_is_ended_and_not_before(office: Partner, editor: User) -> None:
    one, other = draft(office), signed(office, on=day(-50))
    with pytest.raises(Refused, match="only a signed agreement"):
        agreements.end(one, ended_on=TODAY, why="Nothing came of it.", by=editor)
    with pytest.raises(Refused, match=date_format(day(-50))):
        agreements.end(other, ended_on=day(-51), why="Too early.", by=editor)
    assert (now(one).state, now(other).state) == ("draft", "signed")


def test_an_ended_one_is_not_signed_again(office: Partner, editor: User) -> None:
    made = ended(office, on=day(-2))
    with pytest.raises(Refused, match="was signed on"):
        agreements.sign(made, signed_on=TODAY, by=editor)
    assert now(made).state == "ended"


# Who may

VERBS: dict[str, Act] = {
    "add": lambda made, by: agreements.add(made.program, terms(*made.parties.all()), by=by),
    "change": lambda made, by: change(made, by, title="Another"),
    "sign": lambda made, by: agreements.sign(made, signed_on=TODAY, by=by),
    "end": lambda made, by: agreements.end(made, ended_on=TODAY, why="No money.", by=by),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["viewer", "facilitator", "admin", "donor", "other_lead", "stranger"])
def test_who_only_reads_changes_nothing(request: pytest.FixtureRequest, office: Partner, who: str, verb: str) -> None:
    person, made = request.getfixturevalue(who), draft(office) if verb == "sign" else signed(office)
    before, logged = seen(made), Change.objects.count()
    with pytest.raises(PermissionDenied):
        VERBS[verb](made, person)
    assert (seen(now(made)), now(made).state, Change.objects.count()) == (before, made.state, logged)


@pytest.mark.parametrize("verb", VERBS)
def test_an_archived_program_takes_nothing(office: Partner, lead: User, program: Program, verb: str) -> None:
    made = draft(office) if verb == "sign" else signed(office)
    Program.objects.filter(pk=program.pk).update(archived_at=timezone.now())
    with pytest.raises(PermissionDenied, match="archived"):
        VERBS[verb](made, lead)
    assert Agreement.objects.count() == 1


# The one after it


def test_the_next_one_begins_as_the_last_one_was(office: Partner, ngo: Partner, program: Program) -> None:
    made = signed(office, ngo, keys=("training", "supply"), kind="contract")
    Function.objects.filter(program=program, key="supply").update(dropped_at=timezone.now())
    found = agreements.next_of(made)
    [training] = functions(program, "training")
    assert (sorted(found.pop("parties")), found.pop("functions")) == (sorted([office.pk, ngo.pk]), [training.pk])
    assert found == {name: getattr(made, name) for name in agreements.COPIED} | {"starts_on": day(201)}
    assert agreements.next_of(draft(office, ends_on=None))["starts_on"] is None


def test_the_history_says_which_one_it_follows(office: Partner, editor: User, program: Program) -> None:
    made = signed(office)
    agreements.add(program, terms(office, title="The second"), by=editor, renews=made)
    words = "wrote down the agreement “The second”, to follow “Memorandum on training”"
    assert lines(program) == [(words, "", "")]


def test_what_it_covers_is_offered_though_it_was_dropped(office: Partner, program: Program) -> None:
    made = draft(office, keys=("training",))
    Function.objects.filter(program=program, key__in=("training", "supply")).update(dropped_at=timezone.now())
    fresh = {one.key for one in agreements.functions_offered(program)}
    offered = {one.key for one in agreements.functions_offered(program, agreement=made)}
    assert (offered - fresh, "supply" in offered) == ({"training"}, False)
