"""One's own account: preferences that take effect, and sessions that end."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts import time_zones
from accounts.domain import own_sessions
from accounts.models import User

Post = Callable[..., HttpResponse]
URL = "/account/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"


def test_preferences_are_saved_and_take_effect(client: Client, lead: User) -> None:
    client.force_login(lead)
    wanted = {"name": "Sokha\u202e  Chan\x00", "language": "en", "time_zone": "Asia/Phnom_Penh"}
    assert client.post(URL, wanted)["Location"] == URL
    lead.refresh_from_db()
    assert (lead.name, lead.language, lead.time_zone) == ("Sokha Chan", "en", "Asia/Phnom_Penh")
    page = client.get(URL).content.decode()
    assert "Your preferences are saved." in page
    assert '<option value="Asia/Phnom_Penh" selected>Phnom Penh</option>' in page


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Fill in: Your name"),
        ("name", "\u202e \x00", "Fill in: Your name"),
        ("name", "n" * 121, "at most 120 characters"),
        ("language", "tlh", "Select a valid choice"),
        ("time_zone", "Mars/Olympus", "Select a valid choice"),
    ],
)
def test_what_cannot_be_saved_is_told_and_kept(
    field: str, value: str, message: str, client: Client, lead: User
) -> None:
    client.force_login(lead)
    before = User.objects.values().get(pk=lead.pk)
    typed = {"name": "Kept Name", "language": "en", "time_zone": "Africa/Nairobi"} | {field: value}
    response = client.post(URL, typed)
    assert response.status_code == 422
    assert message in response.content.decode()
    if field != "name":
        assert 'value="Kept Name"' in response.content.decode()
    assert User.objects.values().get(pk=lead.pk) | {"last_login": None} == before | {"last_login": None}


def test_nothing_else_about_a_person_can_be_posted(client: Client, lead: User) -> None:
    client.force_login(lead)
    smuggled = {"email": "thief@example.org", "is_active": "", "is_demo": "1", "password": "x", "id": "1"}
    client.post(URL, {"name": "N", "language": "en", "time_zone": "UTC"} | smuggled)
    after = User.objects.get(pk=lead.pk)
    assert (after.email, after.is_active, after.is_demo) == (lead.email, True, False)
    assert after.password == lead.password


def test_times_are_shown_on_the_readers_clock(client: Client, lead: User, sign_in: Post) -> None:
    sign_in(client, lead.email)
    session = own_sessions.of(lead).get()
    at = session.created_at.replace(year=2026, month=11, day=23, hour=22, minute=30)
    own_sessions.of(lead).update(created_at=at)
    User.objects.update(time_zone="Asia/Phnom_Penh")
    assert "24 November 2026, 05:30" in client.get(reverse("usersessions_list")).content.decode()
    User.objects.update(time_zone="Atlantis/Sunken")
    assert client.get(reverse("usersessions_list")).status_code == 200, "a zone that is gone is read as the site's"


def test_the_page_says_which_language_it_is_in(client: Client, lead: User) -> None:
    client.force_login(lead)
    response = client.get(URL, headers={"Accept-Language": "km"})
    assert response["Content-Language"] == "en"
    assert '<html lang="en" dir="ltr">' in response.content.decode()


def test_preferences_cost_no_query(
    client: Client, lead: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(lead)
    client.get(URL)
    with django_assert_num_queries(2):  # the person and the organisations; the session is in the cache
        client.get(URL)


def test_every_place_of_the_world_is_there_under_its_region() -> None:
    groups = dict(time_zones.choices()[1:])
    assert time_zones.choices()[0] == ("UTC", "UTC")
    names = [name for places in groups.values() for name, _ in places]
    assert len(names) == len(set(names)) > 400
    assert ("America/Argentina/Buenos_Aires", "Argentina: Buenos Aires") in groups["America"]


@pytest.mark.parametrize(
    ("agent", "browser", "system"),
    [
        (FIREFOX, "Firefox", "Linux"),
        (CHROME, "Chrome", "Android"),
        (EDGE, "Edge", "Windows"),
        (SAFARI, "Safari", "iPhone"),
        ("", "", ""),
    ],
)
def test_devices_are_named_in_common_words(agent: str, browser: str, system: str) -> None:
    assert own_sessions.device(agent) == (browser, system)


def test_own_sessions_are_listed_and_ended(client: Client, lead: User, admin: User, sign_in: Post) -> None:
    phone, foreign = Client(), Client()
    sign_in(client, lead.email, **{"User-Agent": FIREFOX})
    sign_in(phone, lead.email, **{"User-Agent": CHROME})
    sign_in(foreign, admin.email)
    page = client.get(reverse("usersessions_list")).content.decode()
    assert page.count("Since ") == 2
    assert "Chrome on Android" in page
    of_phone = own_sessions.of(lead).first()
    client.post(reverse("accounts:session_end", args=[of_phone.pk]))
    assert phone.get(URL).status_code == 302
    assert client.get(URL).status_code == 200
    client.post(reverse("accounts:session_end", args=[own_sessions.of(admin).get().pk]))
    assert foreign.get(URL).status_code == 200, "somebody else's is left alone"


def test_all_others_are_ended_at_once(client: Client, lead: User, sign_in: Post) -> None:
    others = [Client(), Client()]
    for browser in (client, *others):
        sign_in(browser, lead.email)
    client.post(reverse("accounts:session_end_others"))
    assert [browser.get(URL).status_code for browser in (client, *others)] == [200, 302, 302]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_sessions_costs_the_same_for_one_and_three(
    count: int, client: Client, lead: User, sign_in: Post, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for browser in [Client() for _ in range(count - 1)]:
        sign_in(browser, lead.email)
    sign_in(client, lead.email)
    with django_assert_num_queries(2):
        assert len(client.get(reverse("usersessions_list")).context["rows"]) == count
