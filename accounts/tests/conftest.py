"""What the tests of the accounts share: an invitation, threads, and a mailbox."""

import re
import threading
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.domain import invitations
from accounts.models import Invitation, Organisation, User
from conftest import PASSWORD
from scaleup.cache import circuit


@pytest.fixture
def invitation(organisation: Organisation, admin: User) -> Invitation:
    """Somebody without an account is invited to the organisation."""
    return invitations.invite("organisation", organisation.pk, email="new@example.org", role="member", by=admin)


@pytest.fixture
def link(invitation: Invitation) -> str:
    return invitations.path_of(invitation)


@pytest.fixture
def at_once() -> Callable[..., list[object]]:
    """Runs a function in several threads at the same moment; gives what each returned or raised."""

    def run(work: Callable[[], object], *, times: int = 5) -> list[object]:
        start, results = threading.Barrier(times), []

        def one() -> None:
            start.wait()
            try:
                results.append(work())
            except Exception as error:  # noqa: BLE001 the tests look at whatever was raised
                results.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=one) for _ in range(times)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    return run


@pytest.fixture(autouse=True)
def _nobody_tried_before(settings: Settings) -> None:
    """Counters of failed tries live in the cache, which no test rolls back.

    A busy machine must not look like a cache that is away: then nothing would be counted.
    """
    patience = {"socket_timeout": 10, "socket_connect_timeout": 10}
    settings.CACHES = {
        name: cache_settings | {"OPTIONS": cache_settings["OPTIONS"] | patience}
        for name, cache_settings in settings.CACHES.items()
    }
    circuit.reset()
    cache.clear()


@pytest.fixture
def sign_in() -> Callable[..., HttpResponse]:
    """Types an address and a password into the sign-in page, in a browser."""

    def post(browser: Client, email: str, password: str = PASSWORD, *, url: str = "", **headers: str) -> HttpResponse:
        address = f"{reverse('account_login')}{url and f'?next={quote(url)}'}"
        return browser.post(address, {"login": email, "password": password}, headers=headers)

    return post


@pytest.fixture
def says() -> Callable[[HttpResponse], str]:
    """What a page says, without the one thing that differs on every page."""

    def read(response: HttpResponse) -> str:
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())

    return read


@pytest.fixture
def admin_browser(client: Client, admin: User) -> Client:
    """The organisation's administrator, signed in."""
    client.force_login(admin)
    return client


@pytest.fixture
def at(organisation: Organisation) -> Callable[..., str]:
    """The address of a page of the organisation."""

    def make(name: str, *numbers: int) -> str:
        return reverse(f"accounts:{name}", args=[organisation.pk, *numbers])

    return make
