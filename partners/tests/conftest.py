"""What many tests of partners begin with: one partner, and an editor who is signed in."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from partners.models import Partner
from partners.tests.role_cases import add_partner
from programs.models import Program


@pytest.fixture
def office(program: Program) -> Partner:
    return add_partner(program, "Health office")


@pytest.fixture
def signed_in(client_for: Callable[[User | None], Client], editor: User) -> Client:
    """An editor, signed in (`browser` is the real one)."""
    return client_for(editor)
