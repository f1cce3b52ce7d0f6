"""The team of a program: roles, leaving, joining by invitation."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.domain import invitations
from accounts.domain.people_overview import of as access_in
from accounts.models import User
from journal.models import Change
from programs.domain import teams
from programs.models import Membership, Program

ClientFor = Callable[[User | None], Client]


@pytest.fixture
def browser(client_for: ClientFor, lead: User) -> Client:
    return client_for(lead)


def member(program: Program, user: User) -> Membership:
    return Membership.objects.get(program=program, user=user)


def roles(program: Program) -> dict[str, str]:
    return dict(Membership.objects.filter(program=program).values_list("user__email", "role"))


def change(browser: Client, row: Membership, role: str) -> object:
    return browser.post(reverse("programs:member_role", args=[row.program_id, row.pk]), {"role": role}, follow=True)


def remove(browser: Client, row: Membership) -> object:
    return browser.post(reverse("programs:member_remove", args=[row.program_id, row.pk]), follow=True)


def test_lead_changes_a_role(browser: Client, program: Program, editor: User) -> None:
    change(browser, member(program, editor), "viewer")
    assert member(program, editor).role == "viewer"
    assert Change.objects.get(verb="role_changed").new == {"name": editor.name, "role": "viewer"}


@pytest.mark.parametrize("role", ["", "owner", "admin", "LEAD"])
def test_unknown_role_changes_nothing(browser: Client, program: Program, editor: User, role: str) -> None:
    response = change(browser, member(program, editor), role)
    assert "Choose one of the roles." in response.content.decode()
    assert member(program, editor).role == "editor"


def test_last_lead_stays(browser: Client, program: Program, lead: User, editor: User) -> None:
    row = member(program, lead)
    assert "A program always has a lead" in change(browser, row, "viewer").content.decode()
    assert "The last lead cannot leave" in remove(browser, row).content.decode()
    assert roles(program) == {lead.email: "lead", editor.email: "editor"}


def test_closed_account_is_no_lead(browser: Client, program: Program, lead: User, editor: User) -> None:
    change(browser, member(program, editor), "lead")
    User.objects.filter(pk=editor.pk).update(is_active=False)
    remove(browser, member(program, lead))
    assert roles(program) == {lead.email: "lead", editor.email: "lead"}


def test_one_of_two_leads_may_leave(browser: Client, program: Program, lead: User, editor: User) -> None:
    change(browser, member(program, editor), "lead")
    remove(browser, member(program, lead))
    assert roles(program) == {editor.email: "lead"}


def test_removed_member_sees_nothing(browser: Client, client_for: ClientFor, program: Program, editor: User) -> None:
    page = reverse("programs:program", args=[program.pk])
    somebody = client_for(editor)
    assert somebody.get(page).status_code == 200
    remove(browser, member(program, editor))
    assert somebody.get(page).status_code == 404


def test_member_of_another_program_cannot_be_touched(
    browser: Client, program: Program, other_program: Program, other_lead: User
) -> None:
    row = member(other_program, other_lead)
    for name in ("member_role", "member_remove"):
        response = browser.post(reverse(f"programs:{name}", args=[program.pk, row.pk]), {"role": "viewer"})
        assert response.status_code == 404
    assert member(other_program, other_lead).role == "lead"


@pytest.mark.parametrize("who", ["editor", "viewer", "facilitator"])
def test_others_read_the_team_without_addresses(
    request: pytest.FixtureRequest, client_for: ClientFor, program: Program, lead: User, who: str
) -> None:
    somebody = client_for(request.getfixturevalue(who))
    page = somebody.get(reverse("programs:team", args=[program.pk])).content.decode()
    assert (lead.name in page, lead.email in page) == (True, False)
    assert change(somebody, member(program, lead), "viewer").status_code == 403


def test_invitation_makes_a_member(program: Program, lead: User, stranger: User) -> None:
    invitation = invitations.invite("program", program.pk, email=stranger.email, role="editor", by=lead)
    offer = invitations.accept(invitation, by=stranger)
    assert (offer.name, offer.url) == (program.name, reverse("programs:program", args=[program.pk]))
    assert member(program, stranger).role == "editor"
    assert Change.objects.filter(verb="granted", program_id=program.pk).count() == 1


def test_invitation_to_another_role_changes_it_but_keeps_a_lead(program: Program, lead: User, editor: User) -> None:
    grant = teams.ProgramGrant()
    grant.grant(editor, program.pk, "viewer", by=lead)
    grant.grant(lead, program.pk, "viewer", by=lead)
    assert roles(program) == {lead.email: "lead", editor.email: "viewer"}


@pytest.mark.parametrize(
    ("who", "sees", "invites"),
    [("lead", True, True), ("admin", True, True), ("editor", True, False), ("donor", False, False),
     ("other_lead", False, False)],
)  # fmt: skip
def test_who_may_invite(request: pytest.FixtureRequest, program: Program, who: str, sees: bool, invites: bool) -> None:
    person, grant = request.getfixturevalue(who), teams.ProgramGrant()
    assert (grant.is_visible_to(person, program.pk), grant.may_invite(person, program.pk)) == (sees, invites)


def test_invitation_to_an_archived_program_is_dead(program: Program) -> None:
    Program.objects.filter(pk=program.pk).update(archived_at="2026-01-01T00:00Z")
    assert teams.ProgramGrant().describe(program.pk) is None


def test_administrator_sees_who_has_access(program: Program, editor: User) -> None:
    (person,) = (one for one in access_in(program.organisation) if one.user == editor)
    assert [(access.name, str(access.role)) for access in person.access] == [(program.name, "Editor")]


@pytest.mark.parametrize("people", [1, 3])
def test_team_page_asks_the_same_number_of_questions(
    browser: Client, program: Program, make_user, people: int, django_assert_num_queries
) -> None:
    for number in range(people):
        Membership.objects.create(program=program, user=make_user(f"m{number}"), role="editor")
        invitations.invite("program", program.pk, email=f"i{number}@example.org", role="editor", by=None)
    page = reverse("programs:team", args=[program.pk])
    browser.get(page)
    with django_assert_num_queries(4):  # the person, the program, the team, the invitations
        browser.get(page)
