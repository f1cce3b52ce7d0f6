"""Pages of agreements: the register, one agreement, and the forms that write, change, renew, sign and end one."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from journal.models import Change
from partners.domain import agreement_files, agreements
from partners.models import Agreement, Function, Partner
from partners.tests.agreement_cases import TODAY, day, draft, ended, functions, now, paper, queries, signed, typed
from partners.tests.role_cases import add_partner
from programs.models import Program

ClientFor = Callable[[User | None], Client]


def url(name: str, program: Program, *parts: int) -> str:
    return reverse(f"partners:{name}", args=[program.pk, *parts])


def at(name: str, made: Agreement) -> str:
    return url(name, made.program, made.pk)


def new(*parties: Partner, **said: Any) -> dict[str, Any]:
    usual = {"title": "Memorandum", "kind": "mou", "parties": [one.pk for one in parties], "notice_days": "90"}
    return usual | {"nonce": "a" * 32} | said


def ticked(page: HttpResponse, name: str) -> set[int]:
    boxes = re.findall(rf'<input type="checkbox" name="{name}"[^>]*>', page.text)
    return {int(re.search(r'value="(\d+)"', box)[1]) for box in boxes if " checked" in box}


# The register


def test_an_empty_register_says_what_comes_first(signed_in: Client, program: Program, viewer: User) -> None:
    page = signed_in.get(url("agreements", program)).text
    assert ("No agreement yet" in page, url("partner_add", program) in page) == (True, True)
    assert ("No coordination body yet." in page, url("body_add", program) in page) == (True, False)
    add_partner(program)
    page = signed_in.get(url("agreements", program)).text
    assert (url("partner_add", program) in page, url("agreement_add", program) in page) == (False, True)
    assert url("body_add", program) in page


def test_who_only_reads_finds_nothing_to_press(client_for: ClientFor, viewer: User, office: Partner) -> None:
    client, program = client_for(viewer), office.program
    assert "No agreement yet" in client.get(url("agreements", program)).text
    made = signed(office, ends_on=day(20))
    for page in (client.get(url("agreements", program)).text, client.get(at("agreement", made)).text):
        for name in ("agreement_edit", "agreement_sign", "agreement_end", "agreement_file_add"):
            assert at(name, made) not in page
        assert (url("agreement_add", program) in page, url("body_add", program) in page) == (False, False)


def test_each_stands_with_what_one_must_know(signed_in: Client, office: Partner, program: Program) -> None:
    ngo = add_partner(program, "Bright Path")
    made = signed(office, ngo, keys=("training", "supply"), title="On training", kind="contract", ends_on=day(41))
    page = signed_in.get(url("agreements", program)).text
    [row] = [part for part in page.split("<tr>") if "On training" in part]
    for words in (at("agreement", made), "contract", "Bright Path, Health office", "Training, Supply"):
        assert words in row
    assert ("ends soon" in row, "41 days left" in row, "Ending soon" in page) == (True, True, True)
    following = signed(office, ngo, keys=("training", "supply"), title="The next", ends_on=day(400))
    [row] = [part for part in signed_in.get(url("agreements", program)).text.split("<tr>") if "On training" in part]
    assert (at("agreement", following) in row, "then:" in row) == (True, True)


def test_the_register_leads_to_who_does_what(signed_in: Client, office: Partner, program: Program) -> None:
    draft(office)
    assert signed_in.get(url("agreements", program)).text.count(url("matrix", program)) == 2


def test_the_register_asks_the_same_for_one_and_for_three(signed_in: Client, office: Partner, program: Program) -> None:
    asked = []
    for count in (1, 3):
        while Agreement.objects.count() < count:
            other = add_partner(program, f"Partner {Agreement.objects.count()}")
            signed(office, other, keys=("training", "supply"))
        asked.append(queries(lambda: signed_in.get(url("agreements", program))))
    assert (asked[0] == asked[1], asked[0] <= 12) == (True, True)


# One agreement


def test_its_page_tells_everything(signed_in: Client, office: Partner, program: Program) -> None:
    made = signed(office, title="On training", dispute_path="The steering group\ndecides.")
    agreement_files.add(made, paper("signed.pdf", note="Signed by all."), by=program.created_by)
    page = signed_in.get(at("agreement", made)).text
    for words in (
        "On training",
        "in force",
        "200 days left",
        "Health office",
        "Training",
        "The district decides on sites.",
        "The steering group<br>decides.",
        "Three months before.",
        "90 days before the end",
        "signed.pdf",
        "Signed by all.",
        "wrote down the agreement",
        "Add a newer version",
    ):
        assert words in page
    assert "Not written down yet." not in page


def test_what_is_missing_is_said(signed_in: Client, office: Partner) -> None:
    made = draft(office, ends_on=None, functions=[], decision_rights="", exit_terms="")
    page = signed_in.get(at("agreement", made)).text
    assert (page.count("Not written down yet."), "covers nobody’s task" in page) == (3, True)
    assert ("It cannot be signed yet." in page, at("agreement_sign", made) in page) == (True, False)
    Agreement.objects.update(ends_on=day(20))
    page = signed_in.get(at("agreement", made)).text
    assert ("It cannot be signed yet." in page, at("agreement_sign", made) in page) == (False, True)


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (draft, {"agreement_edit", "agreement_sign"}),
        (signed, {"agreement_edit", "agreement_end", "agreement_file_add", "renew"}),
        (
            lambda office: signed(office, ends_on=day(-1)),
            {"agreement_edit", "agreement_end", "agreement_file_add", "renew"},
        ),
        (lambda office: ended(office, on=day(-1)), {"agreement_edit", "agreement_file_add"}),
    ],
    ids=["draft", "in force", "expired", "ended"],
)
def test_what_can_be_done_depends_on_how_it_stands(
    signed_in: Client, office: Partner, make: Callable[[Partner], Agreement], names: set[str]
) -> None:
    made = make(office)
    page = signed_in.get(at("agreement", made)).text
    ways = {
        name: at(name, made) for name in ("agreement_edit", "agreement_sign", "agreement_end", "agreement_file_add")
    }
    ways["renew"] = f"{url('agreement_add', made.program)}?renew={made.pk}"
    assert {name for name, way in ways.items() if way in page} == names


def test_why_it_ended_is_said(signed_in: Client, office: Partner) -> None:
    assert "The ministry took over." in signed_in.get(at("agreement", ended(office, on=day(-1)))).text


def test_its_page_asks_the_same_for_one_and_for_three(signed_in: Client, office: Partner, program: Program) -> None:
    made, asked = signed(office), []
    way = at("agreement", made)
    for count in (1, 3):
        while made.files.count() < count:
            agreement_files.add(made, paper(), by=program.created_by)
            made.parties.add(add_partner(program, f"Partner {made.files.count()}"))
            made.functions.add(*functions(program, "training", "supply", "advocacy")[: made.files.count()])
            signed(office)
        asked.append(queries(lambda: signed_in.get(way)))
    assert (asked[0] == asked[1], asked[0] <= 12) == (True, True)


@pytest.mark.parametrize("name", ["agreement", "agreement_edit", "agreement_sign", "agreement_end"])
def test_one_of_another_program_is_not_here(
    signed_in: Client, program: Program, other_program: Program, name: str
) -> None:
    made = signed(add_partner(other_program))
    assert signed_in.get(url(name, program, made.pk)).status_code == 404


@pytest.mark.parametrize("name", ["agreements", "agreement"])
def test_a_donor_reads_no_agreement(client_for: ClientFor, donor: User, office: Partner, name: str) -> None:
    made = signed(office)
    assert client_for(donor).get(at(name, made) if name == "agreement" else url(name, made.program)).status_code == 403


# Writing one down, and the one after it


def test_it_is_written_down(signed_in: Client, office: Partner, program: Program) -> None:
    said = new(office, functions=[one.pk for one in functions(program, "training")], ends_on=day(9), starts_on="")
    response = signed_in.post(url("agreement_add", program), said)
    made = Agreement.objects.get()
    assert (response.status_code, response["Location"]) == (302, at("agreement", made))
    assert (made.state, made.starts_on, made.ends_on, list(made.parties.all())) == ("draft", None, day(9), [office])
    signed_in.post(url("agreement_add", program), said)
    assert Agreement.objects.count() == 1


def test_another_answer_in_the_same_form_is_another_agreement(
    signed_in: Client, office: Partner, program: Program
) -> None:
    ngo = add_partner(program, "Bright Path")
    for parties in ((office,), (office, ngo)):
        signed_in.post(url("agreement_add", program), new(*parties))
    assert sorted(one.parties.count() for one in Agreement.objects.all()) == [1, 2]


def test_without_partners_there_is_nobody_to_agree(signed_in: Client, program: Program) -> None:
    page = signed_in.get(url("agreement_add", program)).text
    assert (url("partner_add", program) in page, 'name="title"' in page) == (True, False)


def test_only_partners_and_functions_of_the_program_are_offered(
    signed_in: Client, office: Partner, program: Program, other_program: Program
) -> None:
    foreign = add_partner(other_program, "Foreign office")
    add_partner(program, "Left already", until_on=day(-1))
    Function.objects.filter(program=program).exclude(key="training").update(dropped_at=timezone.now())
    form = signed_in.get(url("agreement_add", program)).context["form"]
    assert [label for _, label in form.fields["parties"].choices] == ["Health office", "Left already (left)"]
    assert [label for _, label in form.fields["functions"].choices] == ["Training"]
    foreign_function = Function.objects.filter(program=other_program, key="training").get()
    for wrong in ({"parties": [foreign.pk]}, {"functions": [foreign_function.pk]}):
        response = signed_in.post(url("agreement_add", program), new(office, **wrong))
        assert (response.status_code, "of this program." in response.text) == (422, True)
    assert Agreement.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"parties": []}, "Choose at least one partner who agrees."),
        ({"title": " "}, "Fill in: Title"),
        ({"starts_on": "2027-03-02", "ends_on": "2027-03-01"}, "It cannot end before it starts."),
        ({"notice_days": "731"}, "from 0 to 730"),
        ({"exit_terms": "x" * 4001}, "at most 4,000 fit"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_stays(
    signed_in: Client, office: Partner, program: Program, said: dict[str, Any], words: str
) -> None:
    response = signed_in.post(url("agreement_add", program), new(office, decision_rights="Both decide.", **said))
    assert (response.status_code, Agreement.objects.count()) == (422, 0)
    assert (words in response.text, "Both decide." in response.text) == (True, True)


def test_the_next_one_is_filled_in(signed_in: Client, office: Partner, program: Program) -> None:
    made = signed(office, title="On training")
    way = f"{url('agreement_add', program)}?renew={made.pk}"
    page = signed_in.get(way)
    assert "The agreement after “On training”" in page.text
    assert signed_in.post(way, typed(page, ends_on=day(500))).status_code == 302
    following = Agreement.objects.exclude(pk=made.pk).get()
    assert (following.title, following.starts_on, following.ends_on) == ("On training", day(201), day(500))
    assert (list(following.parties.all()), following.exit_terms) == ([office], made.exit_terms)
    assert list(following.functions.all()) == list(made.functions.all())
    assert Change.objects.filter(verb="agreement_renewed").get().object_id == following.pk


def test_what_a_complaint_is_about_is_ticked_already(signed_in: Client, office: Partner, program: Program) -> None:
    training, supply = functions(program, "training", "supply")
    page = signed_in.get(url("agreement_add", program), {"partner": office.pk, "function": supply.pk})
    assert ticked(page, "parties") == {office.pk}
    assert ticked(page, "functions") == {supply.pk}
    made = signed(office)
    way = f"{at('agreement_edit', made)}?function={supply.pk}"
    page = signed_in.get(way)
    assert ticked(page, "functions") == {training.pk, supply.pk}
    assert signed_in.post(way, typed(page)).status_code == 302
    assert set(made.functions.all()) == {training, supply}


@pytest.mark.parametrize("wrong", ["x", "٣", "9" * 30, "-1", "999999999"])
def test_what_is_not_there_is_not_ticked(signed_in: Client, office: Partner, program: Program, wrong: str) -> None:
    page = signed_in.get(url("agreement_add", program), {"partner": wrong, "function": wrong})
    assert (page.status_code, ticked(page, "parties"), ticked(page, "functions")) == (200, set(), set())


@pytest.mark.parametrize("wrong", ["x", "٣", "9" * 30, "-1", "999999999"])
def test_what_is_not_there_is_not_renewed(signed_in: Client, office: Partner, program: Program, wrong: str) -> None:
    assert signed_in.get(url("agreement_add", program), {"renew": wrong}).status_code == 404


def test_one_of_another_program_is_not_renewed(signed_in: Client, program: Program, other_program: Program) -> None:
    made = signed(add_partner(other_program))
    assert signed_in.get(url("agreement_add", program), {"renew": made.pk}).status_code == 404


# Changing one


def test_it_is_changed(signed_in: Client, office: Partner) -> None:
    made = signed(office)
    page = signed_in.get(at("agreement_edit", made))
    assert "The history keeps what it was." in page.text
    response = signed_in.post(at("agreement_edit", made), typed(page, title="Another", ends_on=day(300)))
    assert (response.status_code, response["Location"]) == (302, at("agreement", made))
    assert (now(made).title, now(made).ends_on) == ("Another", day(300))
    assert Change.objects.filter(verb="changed").count() == 2


def test_a_draft_says_nothing_of_its_signature(signed_in: Client, office: Partner) -> None:
    page = signed_in.get(at("agreement_edit", draft(office)))
    assert ("signed_on" in page.context["form"].fields, "The history keeps" in page.text) == (False, False)


def test_signed_meanwhile_it_says_so_and_keeps_what_was_typed(signed_in: Client, office: Partner) -> None:
    made = draft(office)
    page = signed_in.get(at("agreement_edit", made))
    agreements.sign(made, signed_on=day(-2), by=made.created_by)
    answer = signed_in.post(at("agreement_edit", made), typed(page, title="Typed for an hour"))
    assert (answer.status_code, now(made).title) == (422, "Memorandum on training")
    for words in ("Somebody said meanwhile that it was signed on this day", "Typed for an hour", day(-2).isoformat()):
        assert words in answer.text
    assert "Fill in: Signed on" not in answer.text
    assert signed_in.post(at("agreement_edit", made), typed(answer)).status_code == 302
    assert (now(made).title, now(made).signed_on, now(made).state) == ("Typed for an hour", day(-2), "signed")


def test_a_signed_one_keeps_its_dates(signed_in: Client, office: Partner) -> None:
    made = signed(office)
    page = signed_in.get(at("agreement_edit", made))
    for name in ("starts_on", "ends_on", "signed_on"):
        response = signed_in.post(at("agreement_edit", made), typed(page, **{name: ""}))
        assert (response.status_code, name in response.context["form"].errors) == (422, True)
    assert (now(made).starts_on, now(made).ends_on, now(made).signed_on) == (day(-100), day(200), day(-100))


def test_another_change_meanwhile_is_shown(signed_in: Client, office: Partner) -> None:
    made = draft(office)
    page = signed_in.get(at("agreement_edit", made))
    signed_in.post(at("agreement_edit", made), typed(page, title="By another"))
    clash = signed_in.post(at("agreement_edit", made), typed(page, title="By me"))
    assert (clash.status_code, now(made).title) == (409, "By another")
    assert ("By another" in clash.text, "By me" in clash.text) == (True, True)
    assert signed_in.post(at("agreement_edit", made), typed(clash)).status_code == 302
    assert now(made).title == "By me"


def test_days_that_do_not_fit_any_more_are_told(signed_in: Client, office: Partner) -> None:
    made = draft(office)
    page = signed_in.get(at("agreement_edit", made))
    Agreement.objects.update(starts_on=day(150))
    response = signed_in.post(at("agreement_edit", made), typed(page, ends_on=day(120)))
    assert (response.status_code, "cannot end before" in response.text) == (422, True)
    assert now(made).ends_on == day(200)


# Signing and ending one


def test_it_is_signed(signed_in: Client, office: Partner) -> None:
    made = draft(office)
    page = signed_in.get(at("agreement_sign", made))
    assert ('type="file"' in page.text, page.context["form"]["signed_on"].value()) == (True, TODAY)
    response = signed_in.post(at("agreement_sign", made), {"signed_on": day(-4), "note": "", "nonce": "a" * 32})
    assert (response.status_code, response["Location"]) == (302, at("agreement", made))
    assert (now(made).state, now(made).signed_on) == ("signed", day(-4))


def test_it_is_not_signed_tomorrow(signed_in: Client, office: Partner) -> None:
    made = draft(office)
    response = signed_in.post(at("agreement_sign", made), {"signed_on": day(1), "note": "", "nonce": "a" * 32})
    assert (response.status_code, now(made).state) == (422, "draft")


def test_why_it_cannot_be_signed_stands_in_place_of_the_form(signed_in: Client, office: Partner) -> None:
    for made, words in ((draft(office, ends_on=None), "Enter the day it starts"), (signed(office), "was signed on")):
        page = signed_in.get(at("agreement_sign", made)).text
        assert (words in page, 'name="signed_on"' in page, at("agreement_edit", made) in page) == (True, False, True)


def test_it_is_ended(signed_in: Client, office: Partner) -> None:
    made = signed(office)
    assert "stays in the register" in signed_in.get(at("agreement_end", made)).text
    said = {"ended_on": day(-2), "ended_why": "No money."}
    assert signed_in.post(at("agreement_end", made), said)["Location"] == at("agreement", made)
    assert (now(made).state, now(made).ended_on, now(made).ended_why) == ("ended", day(-2), "No money.")
    assert "This agreement was ended as of" in signed_in.get(at("agreement_end", made)).text
    assert signed_in.post(at("agreement_end", made), said | {"ended_why": "Another."}).status_code == 422


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"ended_on": day(1)}, "Enter a date between"),
        ({"ended_on": day(-101)}, "Enter a date between"),
        ({"ended_on": ""}, "Enter the day it ended."),
        ({"ended_why": ""}, "Say why it ended"),
    ],
)
def test_a_wrong_end_is_told(signed_in: Client, office: Partner, said: dict[str, Any], words: str) -> None:
    made = signed(office)
    response = signed_in.post(at("agreement_end", made), {"ended_on": TODAY, "ended_why": "No money."} | said)
    assert (response.status_code, words in response.text, now(made).state) == (422, True, "signed")


@pytest.mark.parametrize("who", ["viewer", "facilitator", "admin", "donor"])
@pytest.mark.parametrize("name", ["agreement_edit", "agreement_sign", "agreement_end", "agreement_add"])
def test_who_only_reads_opens_no_form(
    request: pytest.FixtureRequest, client_for: ClientFor, office: Partner, who: str, name: str
) -> None:
    made, client = draft(office), client_for(request.getfixturevalue(who))
    way = url(name, made.program) if name == "agreement_add" else at(name, made)
    assert (client.get(way).status_code, client.post(way, {}).status_code) == (403, 403)


def test_an_archived_program_shows_its_agreements_and_takes_none(
    client_for: ClientFor, lead: User, office: Partner, program: Program
) -> None:
    made, client = signed(office, ends_on=day(20)), client_for(lead)
    Program.objects.filter(pk=program.pk).update(archived_at=timezone.now())
    page = client.get(at("agreement", made))
    assert (page.status_code, at("agreement_edit", made) in page.text) == (200, False)
    assert client.get(at("agreement_edit", made)).status_code == 403
