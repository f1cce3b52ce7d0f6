"""Pages about partners: the list, one partner, and who may read and change them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from partners.models import Agreement, CapacityCheck, CoordinationBody, FocalPerson, Partner, Partnership, SupportNeed
from partners.tests.partner_pages import Sign, of, page_of, queries, url
from partners.tests.role_cases import add_partner, function_of, give, sign
from programs.models import Program

TODAY = timezone.localdate()
READERS = {"lead": 200, "editor": 200, "viewer": 200, "facilitator": 200, "admin": 200}
OUTSIDERS = {"donor": 403, "other_facilitator": 404, "other_donor": 404, "stranger": 404}
WRITERS = {"lead": 200, "editor": 200}
ONLY_READERS = {"viewer": 403, "facilitator": 403, "admin": 403}


def fill(program: Program, name: str) -> Partner:
    """A partner with a little of everything."""
    partner = add_partner(program, name, brings="14 trainers", wants="A budget line", since_on=TODAY)
    person = {"name": f"Ana of {name}", "duty": "officer", "contact": "+855 12 345 678", "deputy": "Ly Chan"}
    ana = FocalPerson.objects.create(partner=partner, **person, deputy_contact="ly@example.org")
    give(partner, "A", held_by=ana)
    give(partner, "C", "supply")
    sign(partner, ends=TODAY + timedelta(days=400))
    body = CoordinationBody.objects.create(program=program, name=f"Table of {name}", level="district", rhythm="monthly")
    body.members.set([partner])
    about = {"partner": partner, "function": function_of(program)}
    sides = {"individual": 2, "leadership": 1, "organisation": 3, "system": 2}
    for ago in (30, 3):
        day = TODAY - timedelta(days=ago)
        CapacityCheck.objects.create(**about, **sides, checked_on=day, recorded_by=program.created_by)
    need = {"text": f"Coaching of {name}", "owner": program.created_by, "created_by": program.created_by}
    SupportNeed.objects.create(**about, **need, kind="support", due_on=TODAY + timedelta(days=20))
    return partner


# The list


def test_without_partners_it_says_what_to_do_first(client_for: Sign, lead: User, program: Program) -> None:
    page = page_of(client_for(lead), url("partners", program.pk))
    assert "Begin with the partners around your table" in page
    assert page.count(f'href="{url("partner_add", program.pk)}"') == 1
    assert "Say at which levels" in page
    assert Partnership.objects.count() == 0


def test_who_only_reads_is_told_who_adds_partners(client_for: Sign, viewer: User, program: Program) -> None:
    page = page_of(client_for(viewer), url("partners", program.pk))
    assert "The lead and editors of the program add partners." in page
    assert (url("partner_add", program.pk) in page, url("levels", program.pk) in page) == (False, False)


def test_the_list_tells_the_most_of_each(client_for: Sign, lead: User, program: Program) -> None:
    fill(program, "Ministry of Health")
    add_partner(program, "Village council", kind="community", levels=["community", "area"])
    page = page_of(client_for(lead), url("partners", program.pk))
    for said in (
        "government · district",
        "community organisation · area, community",
        "14 trainers",
        "A budget line",
        "Ana of Ministry of Health",
        "deputy: Ly Chan",
        "Training",
        "in force",
    ):
        assert page.count(said) == 1, said
    assert [page.count(said) for said in ("nobody yet", "nothing", "Supply")] == [1, 1, 0]
    assert "+855 12 345 678" not in page  # on the page of the partner
    assert "Partners who left" not in page


def test_who_left_stands_apart(client_for: Sign, lead: User, program: Program) -> None:
    add_partner(program, "Who left", until_on=TODAY - timedelta(days=1))
    add_partner(program, "Who goes today", until_on=TODAY)
    page = page_of(client_for(lead), url("partners", program.pk))
    assert page.index("Who goes today") < page.index("Partners who left") < page.index("Who left</a>")


def test_a_role_that_ended_and_a_person_who_left_are_not_in_the_list(
    client_for: Sign, lead: User, program: Program
) -> None:
    partner = add_partner(program)
    give(partner, "A", until_on=TODAY - timedelta(days=1))
    give(partner, "A", "supply", until_on=TODAY)
    FocalPerson.objects.create(partner=partner, name="Ana Sok", left_on=TODAY)
    page = page_of(client_for(lead), url("partners", program.pk))
    assert ("Training" in page, "Supply" in page, "Ana Sok" in page) == (False, True, False)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, "in force"),
        ({"ends_on": TODAY + timedelta(days=20)}, "ends soon"),
        ({"ends_on": TODAY + timedelta(days=20), "notice_days": 0}, "in force"),
        ({"starts_on": TODAY + timedelta(days=1)}, "begins later"),
        ({"state": "draft"}, "draft"),
        ({"ends_on": TODAY - timedelta(days=1), "starts_on": None}, "expired"),
        ({"state": "ended", "ended_on": TODAY}, "ended"),
    ],
)
def test_the_best_agreement_says_how_it_stands(
    client_for: Sign, lead: User, program: Program, changes: dict[str, Any], word: str
) -> None:
    partner = add_partner(program)
    worse = sign(partner)
    Agreement.objects.filter(pk=worse.pk).update(state="ended", ended_on=TODAY)
    Agreement.objects.filter(pk=sign(partner).pk).update(**changes)
    page = page_of(client_for(lead), url("partners", program.pk))
    row = page[page.index("Health office") :]
    assert f"{word}</span>" in row
    assert row.count('class="tag') == 1


def test_the_list_asks_the_same_for_one_and_for_three(client_for: Sign, lead: User, program: Program) -> None:
    client, asked = client_for(lead), []
    for count in (1, 3):
        while Partner.objects.count() < count:
            fill(program, f"Partner {Partner.objects.count()}")
        asked.append(queries(lambda: client.get(url("partners", program.pk))))
    assert asked == [7, 7]


# One partner


def test_everything_about_a_partner_stands_on_one_page(client_for: Sign, lead: User, program: Program) -> None:
    partner = fill(program, "Ministry of Health")
    agreement, cell = Agreement.objects.get(), partner.responsibilities.get(letter="A")
    page = page_of(client_for(lead), of(partner))
    for said in (
        "government · district",
        "14 trainers",
        "A budget line",
        "Ana of Ministry of Health</b>, officer",
        '<a href="tel:+85512345678">+855 12 345 678</a>',
        "Deputy: Ly Chan",
        '<a href="mailto:ly@example.org">ly@example.org</a>',
        f'href="{url("responsibility", program.pk, cell.pk)}"',
        f'href="{url("agreement", program.pk, agreement.pk)}"',
        "in force",
        f'href="{url("capacity_of", program.pk, partner.pk, cell.function_id)}"',
        "1 of 3 on its weakest side, the role needs 2",
        "too low",
        "Coaching of Ministry of Health",
        "20 days left",
        "Table of Ministry of Health",
    ):
        assert said in page, said
    assert page.count("checked on") == 1  # the newest of two


def test_an_empty_partner_says_what_is_missing(client_for: Sign, lead: User, program: Program) -> None:
    page = page_of(client_for(lead), of(add_partner(program)))
    for said in (
        "Without a person to call, an agreement stays paper.",
        "In the matrix you say for each function",
        "What a partner answers for should stand in a signed agreement.",
        "Nothing to check yet",
    ):
        assert page.count(said) == 1, said
    for said in ("What it brings", "Who left", "What it did before", "Training and support", "Where it meets"):
        assert said not in page


def test_what_somebody_who_left_still_holds_is_pointed_out(client_for: Sign, lead: User, program: Program) -> None:
    partner = add_partner(program)
    ana = FocalPerson.objects.create(partner=partner, name="Ana Sok", left_on=TODAY)
    FocalPerson.objects.create(partner=partner, name="Ly Chan", left_on=TODAY)
    cell = give(partner, "R", held_by=ana)
    page = page_of(client_for(lead), of(partner))
    assert page.count("choose who takes over") == 1
    notice = page[page.index("Roles still in the name of Ana Sok") :]
    assert notice.index(url("responsibility", program.pk, cell.pk)) < notice.index("</p>")
    assert "Ana Sok (left)" in page


def test_roles_that_ended_are_folded_away(client_for: Sign, lead: User, program: Program) -> None:
    partner = add_partner(program)
    give(partner, "A", until_on=TODAY - timedelta(days=1))
    page = page_of(client_for(lead), of(partner))
    assert page.index("What it did before") < page.index(">Training</a>")
    assert "Nothing to check yet" in page


def test_who_only_reads_sees_no_way_to_change(client_for: Sign, viewer: User, program: Program) -> None:
    partner = fill(program, "Ministry of Health")
    page = page_of(client_for(viewer), of(partner))
    assert "+855 12 345 678" in page
    person = partner.focal_people.get()
    ways = (of(partner, "partner_edit"), of(partner, "partner_remove"), of(partner, "person_add"))
    ways += (url("person_edit", program.pk, person.pk), url("agreement_add", program.pk))
    assert [way for way in ways if way in page] == []


def test_a_partner_asks_the_same_with_one_and_with_three_of_everything(
    client_for: Sign, lead: User, program: Program
) -> None:
    client, partner, asked = client_for(lead), fill(program, "Ministry of Health"), []
    for key in ("training", "supply", "advocacy"):
        function = function_of(program, key)
        give(partner, "A", key, held_by=FocalPerson.objects.create(partner=partner, name=key))
        FocalPerson.objects.create(partner=partner, name=key, left_on=TODAY)
        sign(partner, keys=(key,)).parties.add(add_partner(program, key))
        for row in (CapacityCheck.objects.first(), SupportNeed.objects.first()):
            type(row).objects.filter(pk=row.pk).update(function=function)
            row.pk = None
            row.save()
        body = CoordinationBody.objects.create(program=program, name=key, level="area", rhythm="weekly")
        body.members.set(Partner.objects.all())
        asked.append(queries(lambda: client.get(of(partner))))
    assert asked == [11, 11, 11]


def test_a_partner_is_found_in_its_program_alone(
    client_for: Sign, lead: User, program: Program, other_program: Program
) -> None:
    elsewhere = add_partner(other_program)
    for name in ("partner", "partner_edit", "partner_rename", "partner_remove", "person_add"):
        assert client_for(lead).get(url(name, program.pk, elsewhere.pk)).status_code == 404


# Who may


@pytest.mark.parametrize(("who", "status"), (READERS | OUTSIDERS).items())
def test_who_may_read(
    request: pytest.FixtureRequest, client_for: Sign, program: Program, who: str, status: int
) -> None:
    partner, client = fill(program, "Ministry of Health"), client_for(request.getfixturevalue(who))
    answers = [client.get(url("partners", program.pk)), client.get(of(partner))]
    assert [answer.status_code for answer in answers] == [status, status]
    if status != 200:
        assert [said for said in ("Ana of", "+855", "14 trainers") for one in answers if said in one.text] == []


@pytest.mark.parametrize(("who", "status"), (WRITERS | ONLY_READERS | OUTSIDERS).items())
def test_who_may_write(
    request: pytest.FixtureRequest, client_for: Sign, program: Program, who: str, status: int
) -> None:
    partner, client = add_partner(program), client_for(request.getfixturevalue(who))
    pages = [url("partner_add", program.pk), url("levels", program.pk), of(partner, "partner_edit")]
    pages += [of(partner, name) for name in ("partner_rename", "partner_remove", "person_add")]
    assert [client.get(page).status_code for page in pages] == [status] * 6
    if status != 200:
        assert [client.post(page).status_code for page in pages] == [status] * 6
        assert Partner.objects.filter(pk=partner.pk).exists()
