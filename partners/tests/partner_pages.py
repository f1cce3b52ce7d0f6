"""Addresses and pages of partners as tests read them."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from partners.models import Partner

Sign = Callable[[User | None], Client]


def url(name: str, *parts: int) -> str:
    return reverse(f"partners:{name}", args=parts)


def words(html: str) -> str:
    """Without line breaks, as a reader sees it."""
    return " ".join(html.split())


def queries(work: Callable[[], object]) -> int:
    """How many, without those of the session: a slow machine may miss its cache."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return sum("django_session" not in query["sql"] for query in captured)


def of(partner: Partner, name: str = "partner") -> str:
    return url(name, partner.program_id, partner.pk)


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return words(response.text)
