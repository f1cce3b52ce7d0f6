"""Two-step sign-in: turned on with a first code, asked for every time, each code good once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Letter, User
from conftest import PASSWORD

Post = Callable[..., HttpResponse]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(moment: datetime, secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(moment.timestamp()) // 30))


@pytest.fixture
def careful(lead: User) -> User:
    """Somebody who turned two-step sign-in on."""
    TOTP.activate(lead, SECRET)
    RecoveryCodes.activate(lead)
    return lead


def second_step(browser: Client, code: str) -> HttpResponse:
    return browser.post(reverse("mfa_authenticate"), {"code": code})


def is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_turning_it_on_asks_for_the_password_and_a_first_code(
    client: Client, lead: User, sign_in: Post, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    sign_in(client, lead.email)
    start = reverse("mfa_activate_totp")
    confirm = client.get(start)["Location"]
    assert confirm.startswith(reverse("account_reauthenticate"))
    assert client.post(confirm, {"password": "wrong"}).status_code == 422
    assert client.post(confirm, {"password": PASSWORD})["Location"] == start
    page = client.get(start)
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    assert client.post(start, {"code": "000000"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(start, {"code": code_at(datetime.now(UTC), secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    shown = client.get(done["Location"]).content.decode()
    assert all(code in shown for code in RecoveryCodes.activate(lead).get_unused_codes())
    assert Letter.objects.filter(email=lead.email, kind=Letter.Kind.TWO_STEP_ON).exists()


def test_the_password_alone_does_not_let_one_in(client: Client, careful: User, sign_in: Post) -> None:
    assert sign_in(client, careful.email)["Location"].startswith(reverse("mfa_authenticate"))
    assert not is_in(client)
    assert client.get(reverse("accounts:account")).status_code == 302
    assert second_step(client, "12345").status_code == 422
    assert not is_in(client)


def test_the_session_key_changes_with_the_second_step(client: Client, careful: User, sign_in: Post) -> None:
    with time_machine.travel(NOON, tick=False):
        sign_in(client, careful.email)
        before = client.session.session_key
        second_step(client, code_at(NOON))
        assert is_in(client)
        assert client.session.session_key != before


@pytest.mark.parametrize(("late", "lets_in"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_code_is_good_one_step_early_or_late(
    late: int, lets_in: bool, client: Client, careful: User, sign_in: Post
) -> None:
    with time_machine.travel(NOON, tick=False):
        sign_in(client, careful.email)
        second_step(client, code_at(NOON - timedelta(seconds=late)))
    assert is_in(client) == lets_in


def test_a_code_works_once_even_when_the_cache_forgets(client: Client, careful: User, sign_in: Post) -> None:
    thief = Client()
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, careful.email)
        second_step(client, code_at(NOON))
        assert is_in(client)
        for _ in range(2):
            cache.clear()
            sign_in(thief, careful.email)
            assert second_step(thief, code_at(NOON)).status_code == 422
            clock.shift(30)
        assert not is_in(thief)


def test_a_code_before_the_last_used_one_is_dead_too(client: Client, careful: User, sign_in: Post) -> None:
    thief = Client()
    with time_machine.travel(NOON, tick=False):
        sign_in(client, careful.email)
        second_step(client, code_at(NOON))
        sign_in(thief, careful.email)
        assert second_step(thief, code_at(NOON - timedelta(seconds=30))).status_code == 422


def test_each_recovery_code_works_once(client: Client, careful: User, sign_in: Post) -> None:
    code = RecoveryCodes.activate(careful).get_unused_codes()[0]
    sign_in(client, careful.email)
    assert second_step(client, code).status_code == 302
    assert is_in(client)
    other = Client()
    sign_in(other, careful.email)
    assert second_step(other, code).status_code == 422


def test_codes_cannot_be_guessed(client: Client, careful: User, sign_in: Post) -> None:
    with time_machine.travel(NOON, tick=False):
        sign_in(client, careful.email)
        for number in range(6):
            second_step(client, f"00000{number}")
        assert second_step(client, code_at(NOON)).status_code == 422
    assert not is_in(client)


def test_turning_it_off_asks_for_a_confirmation(client: Client, careful: User, sign_in: Post) -> None:
    client.force_login(careful)
    off = reverse("mfa_deactivate_totp")
    confirm = client.post(off)["Location"]
    assert confirm.startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(user=careful).count() == 2
    assert client.post(confirm, {"password": PASSWORD})["Location"] == reverse("mfa_index"), "then it goes on"
    assert not Authenticator.objects.filter(user=careful).exists()
    assert Letter.objects.filter(email=careful.email, kind=Letter.Kind.TWO_STEP_OFF).exists()


def test_recovery_codes_are_shown_after_a_confirmation_alone(client: Client, careful: User) -> None:
    client.force_login(careful)
    for name in ("mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_generate_recovery_codes"):
        assert client.get(reverse(name))["Location"].startswith(reverse("account_reauthenticate"))


def test_new_recovery_codes_end_the_old_ones(client: Client, careful: User) -> None:
    old = RecoveryCodes.activate(careful).get_unused_codes()
    client.force_login(careful)
    generate = reverse("mfa_generate_recovery_codes")
    confirm = client.get(generate)["Location"]
    client.post(confirm, {"password": PASSWORD})
    assert client.get(generate).status_code == 200
    assert client.post(generate)["Location"] == reverse("mfa_view_recovery_codes")
    new = RecoveryCodes.activate(careful).get_unused_codes()
    assert not set(new) & set(old)
    text = client.get(reverse("mfa_download_recovery_codes"))
    assert text["Content-Type"].startswith("text/plain")
    assert all(code in text.content.decode() for code in new)


def test_a_confirmation_by_code_is_an_alternative(client: Client, careful: User) -> None:
    client.force_login(careful)
    start = reverse("mfa_generate_recovery_codes")
    page = client.get(client.get(start)["Location"])
    assert reverse("mfa_reauthenticate") in page.content.decode()
    with time_machine.travel(NOON, tick=False):
        confirm = f"{reverse('mfa_reauthenticate')}?next={start}"
        assert client.get(confirm).status_code == 200
        assert client.post(confirm, {"code": code_at(NOON)})["Location"] == start


def test_the_pages_of_one_who_has_it_and_one_who_has_not(client: Client, careful: User, admin: User) -> None:
    client.force_login(careful)
    assert "It is on" in client.get(reverse("mfa_index")).content.decode()
    client.force_login(admin)
    assert "It is off" in client.get(reverse("mfa_index")).content.decode()


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("mfa_deactivate_totp", "get"),
        ("mfa_deactivate_totp", "post"),
        ("mfa_view_recovery_codes", "get"),
        ("mfa_generate_recovery_codes", "get"),
        ("mfa_generate_recovery_codes", "post"),
        ("mfa_download_recovery_codes", "get"),
    ],
)
def test_where_it_is_off_a_page_that_needs_it_says_so(name: str, method: str, client: Client, lead: User) -> None:
    client.force_login(lead)
    page = getattr(client, method)(reverse(name), follow=True)
    assert page.redirect_chain == [(reverse("mfa_index"), 302)]
    assert "Two-step sign-in is off, so there is nothing to change here." in page.content.decode()
