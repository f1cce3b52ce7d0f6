"""The front page, the demo's entrances, and the first set-up."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.domain import first_run, setup_token
from accounts.domain.demo import Entrance
from accounts.models import Affiliation, Organisation, User
from journal.models import Change

TYPED = {
    "organisation": "Ministry of Health",
    "name": "Sokha Chan",
    "email": "sokha@example.org",
    "password1": "mango river lantern",
    "password2": "mango river lantern",
}


@pytest.fixture
def demo_people(make_user: Callable[..., User]) -> dict[str, User]:
    people = {role: make_user(role, is_demo=True) for role in Entrance}
    for role, person in people.items():
        person.email = role.email
        person.set_unusable_password()
        person.save()
    return people


def enter(browser: Client, role: str) -> object:
    return browser.post(reverse("accounts:demo_enter", args=[role]))


def test_the_front_page_says_what_it_is_and_how_to_get_in(client: Client, lead: User) -> None:
    page = client.get("/").content.decode()
    assert "Plan how you scale, and prove it" in page
    assert page.count(f'href="{reverse("account_login")}"') == 2
    assert "demo/enter" not in page


def test_who_is_in_goes_home(client: Client, lead: User) -> None:
    client.force_login(lead)
    assert client.get("/")["Location"] == reverse("dashboards:home")


def test_the_entrances_stand_on_the_front_page(client: Client, demo_people: dict[str, User]) -> None:
    page = client.get("/").content.decode()
    found = [page.index(f'action="{reverse("accounts:demo_enter", args=[role])}"') for role in Entrance]
    assert found == sorted(found)


@pytest.mark.parametrize("role", list(Entrance))
def test_one_click_enters_as_the_role(role: str, client: Client, demo_people: dict[str, User]) -> None:
    assert enter(client, role)["Location"] == reverse("dashboards:home")
    assert client.session["_auth_user_id"] == str(demo_people[role].pk)


def test_entering_again_changes_the_person_and_the_session(client: Client, demo_people: dict[str, User]) -> None:
    enter(client, "team")
    first = client.session.session_key
    enter(client, "donor")
    assert client.session["_auth_user_id"] == str(demo_people["donor"].pk)
    assert client.session.session_key != first


def test_a_link_alone_enters_nothing(client: Client, demo_people: dict[str, User]) -> None:
    response = client.get(reverse("accounts:demo_enter", args=["team"]))
    assert response["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_another_site_cannot_click_for_one(demo_people: dict[str, User]) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert enter(strict, "team").status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "closed", [{"DEMO": False}, {"ENVIRONMENT": "production"}, {"DEMO": True, "ENVIRONMENT": "production"}]
)
def test_without_a_demo_there_is_no_such_address(
    closed: dict[str, object], method: str, client: Client, demo_people: dict[str, User], settings: object
) -> None:
    for name, value in closed.items():
        setattr(settings, name, value)
    url = reverse("accounts:demo_enter", args=["admin"])
    assert getattr(client, method)(url).status_code == 404
    assert "demo/enter" not in client.get("/").content.decode()


@pytest.mark.parametrize("role", ["team", "root", "TEAM", "admin@demo.example"])
def test_without_demo_people_nobody_enters(role: str, client: Client, make_user: Callable[..., User]) -> None:
    impostor = make_user("somebody")
    User.objects.filter(pk=impostor.pk).update(email="team@demo.example")  # not marked as demo
    assert enter(client, role).status_code == 404


def test_the_printed_link_makes_the_first_organisation_and_its_admin(client: Client, db: None) -> None:
    path = setup_token()
    assert client.get(path).status_code == 200
    assert client.post(path, TYPED)["Location"] == "/"
    admin = User.objects.get()
    assert (admin.name, admin.email) == ("Sokha Chan", "sokha@example.org")
    assert client.session["_auth_user_id"] == str(admin.pk)
    assert Affiliation.objects.get(user=admin, is_admin=True).organisation.name == "Ministry of Health"
    assert Change.objects.get().verb == "founded"


def test_the_link_dies_after_use_and_no_other_is_made(client: Client, db: None) -> None:
    path = setup_token()
    client.post(path, TYPED)
    again = Client().post(path, TYPED | {"email": "second@example.org"})
    assert again.status_code == 404
    assert "This link does not open anything" in again.content.decode()
    assert Client().get(path).status_code == 404
    assert setup_token() is None
    assert User.objects.count() == 1


def test_a_newly_printed_link_ends_the_one_before(client: Client, db: None) -> None:
    old, new = setup_token(), setup_token()
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_a_made_up_link_opens_nothing(client: Client, db: None) -> None:
    setup_token()
    assert client.get(reverse("accounts:set_up", args=["guess"])).status_code == 404
    assert client.post(reverse("accounts:set_up", args=["guess"]), TYPED).status_code == 404
    assert not User.objects.exists()


def test_the_database_does_not_hold_the_link(db: None) -> None:
    token = setup_token().rstrip("/").rpartition("/")[2]
    assert len(token) == 43
    from accounts.models import SetupToken

    assert token not in str(SetupToken.objects.values().get())


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("organisation", "", "Fill in: Your organisation"),
        ("name", "n" * 121, "at most 120 characters"),
        ("email", "not an address", "valid email address"),
        ("password1", "short", "at least 12 characters"),
        ("password1", "ministry of health", "little more than a name"),
        ("password2", "something else", "The two passwords are not the same."),
    ],
)
def test_bad_input_is_told_and_what_was_typed_is_kept(
    field: str, value: str, message: str, client: Client, db: None
) -> None:
    path = setup_token()
    response = client.post(path, TYPED | {field: value})
    assert response.status_code == 422
    page = response.content.decode()
    assert message in page
    if field != "name":
        assert 'value="Sokha Chan"' in page
    assert TYPED["password1"] not in page
    assert not User.objects.exists()
    assert client.get(path).status_code == 200, "the link still works"


@pytest.mark.django_db(transaction=True)
def test_five_clicks_at_once_make_one_organisation(at_once: Callable[..., list[object]]) -> None:
    token = setup_token().rstrip("/").rpartition("/")[2]
    wanted = {name: TYPED[name] for name in ("organisation", "name", "email")}
    results = at_once(lambda: first_run.set_up(token, **wanted, password="mango river lantern"))
    assert sorted(type(result).__name__ for result in results) == ["SetupClosed"] * 4 + ["User"]
    assert (Organisation.objects.count(), User.objects.count()) == (1, 1)
