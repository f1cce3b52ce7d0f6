"""How long an answer takes must not tell whether an address has an account: at sign-in, and asking for a new password.

Known and unknown addresses are asked in turn and the least work of each compared: what a busy machine adds, it adds
now and then. It is measured in processor time of this thread; skipping the hash of a password would show as a whole
one.
What is only waited for, the database and mail, costs both the same: see the tests that count queries.
"""

import time
from collections.abc import Callable

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.hashers import get_hasher
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User

Ask = Callable[[str], object]
PAIRS = 10
A_FRACTION = 0.25  # of one hash


@pytest.fixture
def hashing(settings: Settings, lead: User) -> float:
    """The passwords of the product instead of the quick ones of tests; how many seconds one hash takes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    lead.set_password("mango river lantern")
    lead.save()
    return min(seconds(lambda: get_hasher().encode("a wrong password", "salt" * 6)) for _ in range(5))


@pytest.fixture
def sign_in_as(client: Client) -> Ask:
    def ask(email: str) -> None:
        typed = {"login": email, "password": "a wrong password"}
        assert client.post(reverse("account_login"), typed).status_code == 422

    return ask


@pytest.fixture
def forgot(client: Client) -> Ask:
    def ask(email: str) -> None:
        assert client.post(reverse("account_reset_password"), {"email": email}).status_code == 302

    return ask


def seconds(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


def gap(ask: Ask, known: str) -> float:
    """How much more work an answer is at least for a known address than for an unknown one."""
    took: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(PAIRS):
        for is_known in (True, False) if turn % 2 else (False, True):
            cache.clear()  # counters of tries
            email = known if is_known else f"nobody-{turn}@example.org"
            took[is_known].append(seconds(lambda email=email: ask(email)))
    return min(took[True]) - min(took[False])


def test_signing_in_takes_as_long_for_unknown_addresses(hashing: float, lead: User, sign_in_as: Ask) -> None:
    assert abs(gap(sign_in_as, lead.email)) < A_FRACTION * hashing


def test_a_closed_account_takes_as_long(hashing: float, lead: User, sign_in_as: Ask) -> None:
    User.objects.filter(pk=lead.pk).update(is_active=False)
    assert abs(gap(sign_in_as, lead.email)) < A_FRACTION * hashing


def test_asking_for_a_new_password_takes_as_long_for_unknown_addresses(hashing: float, lead: User, forgot: Ask) -> None:
    assert abs(gap(forgot, lead.email)) < A_FRACTION * hashing


def test_a_sign_in_that_does_not_hash_for_strangers_is_found_out(
    hashing: float, lead: User, sign_in_as: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AuthenticationBackend, "_mitigate_timing_attack", lambda self, password: None)
    assert gap(sign_in_as, lead.email) > A_FRACTION * hashing


def test_a_mail_written_while_the_page_waits_is_found_out(
    hashing: float, lead: User, forgot: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow_for_the_known(email: str, kind: str) -> None:
        if User.objects.filter(email=email).exists():
            get_hasher().encode("the time a mail server takes", "salt" * 6)

    monkeypatch.setattr("accounts.forms.signing_in.letters.post", slow_for_the_known)
    assert gap(forgot, lead.email) > A_FRACTION * hashing
