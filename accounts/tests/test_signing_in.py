"""Signing in and out: without telling who has an account, and without locking anybody out."""

from collections.abc import Callable

import pytest
from allauth.account import urls as allauth_account
from allauth.mfa import urls as allauth_mfa
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from conftest import PASSWORD
from scaleup.tests.routes import Route, routes_of

Post = Callable[..., HttpResponse]


def is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_the_right_password_leads_home(client: Client, lead: User, sign_in: Post) -> None:
    response = sign_in(client, lead.email.upper())
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/")["Location"] == reverse("dashboards:home")


def test_it_leads_to_where_one_wanted_to_go(client: Client, lead: User, sign_in: Post) -> None:
    wanted = reverse("accounts:account")
    assert client.get(wanted)["Location"] == f"{reverse('account_login')}?next={wanted}"
    assert sign_in(client, lead.email, url=wanted)["Location"] == wanted


@pytest.mark.parametrize(
    "url",
    [
        "//evil.example",
        "https://evil.example/",
        "https:evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "//%2Fevil.example",
        " //evil.example",
        "/\t/evil.example",
        "https://testserver@evil.example/",
        "https://testserver.evil.example/",
    ],
)
def test_it_never_leads_to_another_site(url: str, client: Client, lead: User, sign_in: Post) -> None:
    location = sign_in(client, lead.email, url=url)["Location"]
    assert location == "/"
    assert client.get(f"{reverse('account_login')}", {"next": url})["Location"] == "/"


def test_unknown_and_wrong_are_told_apart_by_nothing(
    client: Client, lead: User, sign_in: Post, says: Callable[[HttpResponse], str]
) -> None:
    wrong = sign_in(client, lead.email, "not the password")
    unknown = sign_in(client, "x" + lead.email[1:], "not the password")
    assert wrong.status_code == unknown.status_code == 422
    assert says(wrong).replace(lead.email, "") == says(unknown).replace("x" + lead.email[1:], "")
    assert "The e-mail address or the password is not right." in says(wrong)
    assert not is_in(client)


def test_unknown_and_wrong_ask_the_database_the_same(client: Client, lead: User, sign_in: Post) -> None:
    asked = []
    for email in (lead.email, "x" + lead.email[1:]):
        with CaptureQueriesContext(connection) as queries:
            sign_in(client, email, "not the password")
        asked.append([query["sql"].replace(email, "") for query in queries])
    assert asked[0] == asked[1] != []


def test_what_was_typed_is_kept_but_for_the_password(db: None, client: Client, sign_in: Post) -> None:
    page = sign_in(client, "nobody@example.org", "a wrong password").content.decode()
    assert 'value="nobody@example.org"' in page
    assert "a wrong password" not in page


def test_the_session_key_changes_so_that_a_planted_one_is_worth_nothing(
    client: Client, lead: User, sign_in: Post
) -> None:
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    sign_in(client, lead.email)
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_closed_account_stays_out(client: Client, lead: User, sign_in: Post) -> None:
    User.objects.filter(pk=lead.pk).update(is_active=False)
    assert sign_in(client, lead.email)["Location"] == reverse("account_inactive")
    assert client.get(reverse("account_inactive")).status_code == 200
    assert not is_in(client)


def test_closing_an_account_ends_its_sessions(client: Client, lead: User, sign_in: Post) -> None:
    sign_in(client, lead.email)
    assert client.get(reverse("accounts:account")).status_code == 200
    User.objects.filter(pk=lead.pk).update(is_active=False)
    assert client.get(reverse("accounts:account")).status_code == 302


def test_signing_out_needs_a_click(client: Client, lead: User, sign_in: Post) -> None:
    sign_in(client, lead.email)
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_in(client)
    old = client.session.session_key
    assert client.post(reverse("account_logout"))["Location"] == "/"
    assert not is_in(client)
    assert not Session.objects.filter(session_key=old).exists()


def test_the_sixth_try_must_wait_and_others_need_not(client: Client, lead: User, admin: User, sign_in: Post) -> None:
    tries = [sign_in(client, lead.email, f"wrong {number}").status_code for number in range(6)]
    assert tries == [422] * 5 + [429]
    right_but_too_late = sign_in(client, lead.email)
    assert (right_but_too_late.status_code, right_but_too_late["Retry-After"]) == (429, "60")
    assert "Too many tries" in right_but_too_late.content.decode()
    assert sign_in(client, admin.email).status_code == 302


def test_a_stranger_who_guesses_does_not_lock_out_the_owner(client: Client, lead: User, sign_in: Post) -> None:
    sign_in(client, lead.email)
    client.post(reverse("account_logout"))
    stranger = Client(REMOTE_ADDR="192.0.2.7")
    assert [sign_in(stranger, lead.email, f"wrong {n}").status_code for n in range(6)][-1] == 429
    assert sign_in(client, lead.email).status_code == 302


def test_a_forged_mark_of_a_known_browser_is_worth_nothing(client: Client, lead: User, sign_in: Post) -> None:
    for number in range(6):
        client.cookies["known-device"] = f"forged-{number}"
        last = sign_in(client, lead.email, f"wrong {number}")
    assert last.status_code == 429


def test_the_mark_of_one_person_is_not_good_for_another(client: Client, lead: User, admin: User, sign_in: Post) -> None:
    sign_in(client, admin.email)
    client.post(reverse("account_logout"))
    assert client.cookies["known-device"]["httponly"]
    tries = [sign_in(Client(REMOTE_ADDR="192.0.2.8"), lead.email, f"wrong {n}").status_code for n in range(6)]
    assert tries[-1] == 429
    assert sign_in(client, lead.email).status_code == 429


def test_an_invented_forwarding_header_does_not_start_the_count_again(db: None, client: Client, sign_in: Post) -> None:
    codes = [
        sign_in(client, f"{n}@example.org", "wrong", **{"X-Forwarded-For": f"198.51.100.{n}"}).status_code
        for n in range(11)
    ]
    assert codes == [422] * 10 + [429]


def test_nobody_signs_up_unasked(client: Client) -> None:
    for path in ("signup/", "sign-up/", "confirm-email/", "password/set/", "login/code/"):
        assert client.get(f"/account/{path}").status_code == 404
        assert client.post(f"/account/{path}", {"email": "new@example.org"}).status_code == 404


def test_every_address_of_the_library_is_ours_or_closed() -> None:
    used, closed = set(), set()
    for route in routes_of([*allauth_account.urlpatterns, *allauth_mfa.urlpatterns]):
        (used if _resolves(route) else closed).add(route.name)
    assert closed == {
        "account_signup",
        "account_email",
        "account_email_verification_sent",
        "account_confirm_email",
        "account_set_password",
        "account_confirm_login_code",
        "account_reset_password_from_key_done",
    }
    assert {"account_login", "account_reset_password", "mfa_index", "mfa_activate_totp"} <= used


def _resolves(route: Route) -> bool:
    for values in ({}, {"uidb36": "1", "key": "x"}, {"key": "x"}):
        try:
            return bool(reverse(route.name, kwargs=values))
        except NoReverseMatch:
            continue
    return False


def test_who_is_in_already_is_led_home(client: Client, lead: User, sign_in: Post) -> None:
    sign_in(client, lead.email)
    assert client.get(reverse("account_login"))["Location"] == "/"


def test_while_nobody_has_an_account_the_front_page_says_what_to_do(client: Client, db: None) -> None:
    assert client.get(reverse("account_login"))["Location"] == "/"
    assert "Open the set-up link printed in the terminal" in client.get("/").content.decode()


def test_a_password_may_be_long_and_in_any_script(client: Client, lead: User, sign_in: Post) -> None:
    password = "  ភាសាខ្មែរ – пароль – " + "x" * 200 + "  "
    lead.set_password(password)
    lead.save()
    assert sign_in(client, lead.email, password.strip()).status_code == 422
    assert sign_in(client, lead.email, password).status_code == 302
    assert PASSWORD not in password
