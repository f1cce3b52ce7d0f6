"""Pages of an organisation: people, roles, invitations, its name, and who has access to what."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.domain import invitations, organisations, people_overview
from accounts.domain.people_overview import Access
from accounts.models import Affiliation, Invitation, Organisation, Portfolio, User, Watcher
from conftest import Tenant
from journal.models import Change


def place_of(user: User) -> Affiliation:
    return Affiliation.objects.get(user=user)


def test_an_administrator_sees_everybody(
    admin_browser: Client, at: Callable[..., str], lead: User, other_lead: User
) -> None:
    page = admin_browser.get(at("organisation")).content.decode()
    assert lead.email in page
    assert "(you)" in page
    assert other_lead.email not in page


def test_a_member_sees_whom_to_ask_and_nobody_else(
    client: Client, at: Callable[..., str], tenant: Tenant, invitation: Invitation, make_user: Callable[..., User]
) -> None:
    organisations.join(make_user("colleague"), tenant.organisation, is_admin=False, by=tenant.admin)
    client.force_login(tenant.lead)
    page = client.get(at("organisation")).content.decode()
    assert tenant.admin.email in page
    assert "colleague@example.org" not in page
    assert invitation.email not in page


def test_inviting_shows_the_link_to_copy(
    admin_browser: Client, at: Callable[..., str], organisation: Organisation
) -> None:
    add = reverse("accounts:invitation_add", args=["organisation", organisation.pk])
    assert admin_browser.get(add).status_code == 200
    typed = {"email": "New@Example.org", "name": "Noor", "role": "member", "by_mail": "on"}
    response = admin_browser.post(add, typed, follow=True)
    page = response.content.decode()
    invitation = Invitation.objects.get()
    assert "new@example.org is invited. The mail goes out now." in page
    assert f"http://testserver{invitations.path_of(invitation)}" in page
    assert "The mail is on its way" in page


def test_an_invitation_can_do_without_mail(admin_browser: Client, organisation: Organisation) -> None:
    add = reverse("accounts:invitation_add", args=["organisation", organisation.pk])
    page = admin_browser.post(add, {"email": "new@example.org", "role": "member"}, follow=True).content.decode()
    assert "Copy the link below" in page
    assert not Invitation.objects.due().exists()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"email": "nonsense", "role": "member"}, "valid email address"),
        ({"email": "new@example.org", "role": "emperor"}, "Select a valid choice"),
        ({"email": "new@example.org"}, "Choose: Role"),
        ({"email": "own_lead@example.org", "role": "member"}, "own_lead@example.org has this role already."),
    ],
)
def test_bad_input_is_told_and_kept(
    typed: dict[str, str], message: str, admin_browser: Client, organisation: Organisation
) -> None:
    response = admin_browser.post(reverse("accounts:invitation_add", args=["organisation", organisation.pk]), typed)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert f'value="{typed["email"]}"' in response.content.decode()
    assert not Invitation.objects.exists()


def test_inviting_says_the_same_whether_or_not_there_is_an_account(
    admin_browser: Client, organisation: Organisation, stranger: User
) -> None:
    add = reverse("accounts:invitation_add", args=["organisation", organisation.pk])
    pages = []
    for email in (stranger.email, "no-such@example.org"):
        page = admin_browser.post(
            add, {"email": email, "role": "member", "by_mail": "on"}, follow=True
        ).content.decode()
        pages.append(page[page.index('role="status"') :].partition("</div>")[0].replace(email, ""))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("kind", ["organisation", "portfolio"])
def test_nobody_invites_into_what_is_not_theirs(
    kind: str,
    admin_browser: Client,
    other_tenant: Tenant,
    client_for: Callable[..., Client],
    lead: User,
    tenant: Tenant,
) -> None:
    foreign, own = getattr(other_tenant, kind), getattr(tenant, kind)
    typed = {"email": "new@example.org", "role": "donor" if kind == "portfolio" else "member"}
    assert admin_browser.post(reverse("accounts:invitation_add", args=[kind, foreign.pk]), typed).status_code == 404
    status = client_for(lead).post(reverse("accounts:invitation_add", args=[kind, own.pk]), typed).status_code
    assert status == (403 if kind == "organisation" else 404)
    assert admin_browser.get(reverse("accounts:invitation_add", args=["planet", 1])).status_code == 404
    assert not Invitation.objects.exists()


def test_a_watcher_does_not_invite_to_the_portfolio(
    portfolio: Portfolio, facilitator: User, donor: User, client_for: Callable[..., Client]
) -> None:
    for watcher in (facilitator, donor):
        add = reverse("accounts:invitation_add", args=["portfolio", portfolio.pk])
        assert client_for(watcher).get(add).status_code == 403


def test_sending_again_and_withdrawing(admin_browser: Client, invitation: Invitation, at: Callable[..., str]) -> None:
    Invitation.objects.update(mail_error="refused", mail_wanted=False)
    assert "There is no such address" in admin_browser.get(at("organisation")).content.decode()
    again = admin_browser.post(reverse("accounts:invitation_resend", args=[invitation.pk]), follow=True)
    assert "goes out again" in again.content.decode()
    assert Invitation.objects.due().exists()
    Invitation.objects.update(mailed_at=timezone.now())
    soon = admin_browser.post(reverse("accounts:invitation_resend", args=[invitation.pk]), follow=True)
    assert "A mail went out minutes ago." in soon.content.decode()
    gone = admin_browser.post(reverse("accounts:invitation_revoke", args=[invitation.pk]), follow=True)
    assert "is withdrawn" in gone.content.decode()
    assert "Nobody is invited right now." in gone.content.decode()
    twice = admin_browser.post(reverse("accounts:invitation_revoke", args=[invitation.pk]), follow=True)
    assert "is not open any more" in twice.content.decode()


def test_other_tenants_cannot_touch_an_invitation(
    invitation: Invitation, other_tenant: Tenant, lead: User, client_for: Callable[..., Client]
) -> None:
    for name in ("invitation_resend", "invitation_revoke"):
        address = reverse(f"accounts:{name}", args=[invitation.pk])
        assert client_for(other_tenant.admin).post(address).status_code == 404
        assert client_for(lead).post(address).status_code == 403
        assert client_for(other_tenant.admin).post(reverse(f"accounts:{name}", args=[0])).status_code == 404
    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def test_roles_change_and_are_written_down(
    admin_browser: Client, at: Callable[..., str], lead: User, admin: User
) -> None:
    address = at("person_admin", place_of(lead).pk)
    admin_browser.post(address, {"is_admin": "1"})
    assert place_of(lead).is_admin
    admin_browser.post(address, {"is_admin": "1"})
    admin_browser.post(address, {"is_admin": "0"})
    assert not place_of(lead).is_admin
    told = Change.objects.filter(verb="granted", actor=admin).order_by("id").values_list("new", flat=True)
    assert [(line["user"], line["role"]) for line in told] == [(lead.pk, "admin"), (lead.pk, "member")]


def test_removing_says_what_stays_first(
    admin_browser: Client, at: Callable[..., str], lead: User, portfolio: Portfolio
) -> None:
    Watcher.objects.create(portfolio=portfolio, user=lead, role="donor")
    address = at("person_remove", place_of(lead).pk)
    page = admin_browser.get(address).content.decode()
    assert "They would still have:" in page
    assert "own portfolio" in page
    assert Affiliation.objects.filter(user=lead).exists()
    assert admin_browser.post(address)["Location"] == at("organisation")
    assert not Affiliation.objects.filter(user=lead).exists()
    assert Change.objects.filter(verb="removed").get().new["user"] == lead.pk
    assert admin_browser.post(address).status_code == 404


def test_the_last_administrator_stays(admin_browser: Client, at: Callable[..., str], admin: User, lead: User) -> None:
    me = place_of(admin).pk
    for response in (
        admin_browser.post(at("person_admin", me), {"is_admin": "0"}, follow=True),
        admin_browser.post(at("person_remove", me), follow=True),
    ):
        assert "An organisation needs an administrator." in response.content.decode()
    assert place_of(admin).is_admin
    organisations.set_admin(place_of(lead), is_admin=True, by=admin)
    User.objects.filter(pk=lead.pk).update(is_active=False)
    with pytest.raises(organisations.LastAdmin):
        organisations.remove(place_of(admin), by=admin)


def test_who_removes_oneself_is_out_at_once(
    admin_browser: Client, at: Callable[..., str], admin: User, lead: User
) -> None:
    organisations.set_admin(place_of(lead), is_admin=True, by=admin)
    assert admin_browser.post(at("person_remove", place_of(admin).pk))["Location"] == "/"
    assert admin_browser.get(at("organisation")).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_end_each_other_at_once(
    organisation: Organisation, admin: User, lead: User, at_once: Callable[..., list[object]]
) -> None:
    organisations.set_admin(place_of(lead), is_admin=True, by=admin)
    pairs = [(place_of(lead), admin), (place_of(admin), lead)]

    def remove() -> str:
        place, by = pairs.pop()
        organisations.remove(place, by=by)
        return "done"

    results = at_once(remove, times=2)
    assert sorted(type(result).__name__ for result in results) == ["LastAdmin", "str"]
    assert Affiliation.objects.filter(organisation=organisation, is_admin=True).count() == 1


def test_people_of_other_organisations_are_out_of_reach(
    admin_browser: Client, at: Callable[..., str], other_tenant: Tenant
) -> None:
    foreign = Affiliation.objects.get(user=other_tenant.lead).pk
    for name in ("person_admin", "person_remove"):
        assert admin_browser.post(at(name, foreign), {"is_admin": "1"}).status_code == 404
    assert not place_of(other_tenant.lead).is_admin


def test_the_name_changes_with_its_history(
    admin_browser: Client, at: Callable[..., str], organisation: Organisation
) -> None:
    assert admin_browser.post(at("organisation_edit"), {"name": " "}).status_code == 422
    admin_browser.post(at("organisation_edit"), {"name": "New\u202e name"})
    organisation.refresh_from_db()
    assert organisation.name == "New name"
    admin_browser.post(at("organisation_edit"), {"name": "New name"})
    change = Change.objects.get(verb="changed")
    assert (change.field, change.old, change.new) == ("name", "own organisation", "New name")


def test_one_organisation_needs_no_list(
    admin_browser: Client, at: Callable[..., str], stranger: User, client_for: Callable
) -> None:
    assert admin_browser.get(reverse("accounts:organisations_list"))["Location"] == at("organisation")
    page = client_for(stranger).get(reverse("accounts:organisations_list")).content.decode()
    assert "You belong to no organisation." in page


@pytest.fixture
def _source_of_another_app(lead: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def source(organisation: Organisation) -> list[tuple[int, Access]]:
        return [(lead.pk, Access("A program", "Lead", "/programs/1/"))]

    own = [people_overview.from_organisation, people_overview.from_portfolios]
    monkeypatch.setattr(people_overview, "sources", own)
    people_overview.register(source)


@pytest.mark.usefixtures("_source_of_another_app", "other_donor")
def test_who_has_access_to_what(
    admin_browser: Client, at: Callable[..., str], admin: User, lead: User, donor: User, organisation: Organisation
) -> None:
    people = people_overview.of(organisation)
    assert {person.user: [(access.name, str(access.role)) for access in person.access] for person in people} == {
        donor: [("own portfolio", "Donor")],
        admin: [("own organisation", "Administrator")],
        lead: [("own organisation", "Member"), ("A program", "Lead")],
    }
    page = admin_browser.get(at("organisation_access")).content.decode()
    assert 'href="/programs/1/"' in page
    assert donor.email in page


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["organisation", "organisation_access"])
def test_the_pages_cost_the_same_for_one_and_three(
    name: str,
    count: int,
    admin_browser: Client,
    at: Callable[..., str],
    tenant: Tenant,
    make_user: Callable[..., User],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        person = make_user(f"person{number}")
        Affiliation.objects.create(organisation=tenant.organisation, user=person)
        Watcher.objects.create(portfolio=tenant.portfolio, user=person, role="donor")
        email = f"invited{number}@example.org"
        invitations.invite("organisation", tenant.organisation.pk, email=email, role="member", by=tenant.admin)
    admin_browser.get(at(name))
    # The reader, their place, then people and invitations, or one query a source and the people.
    with django_assert_num_queries(2 + (2 if name == "organisation" else len(people_overview.sources) + 1)):
        admin_browser.get(at(name))
