"""A form that is sent again gives what it made, or says that this is gone."""

from collections.abc import Callable

import pytest

from accounts.models import Organisation, User
from journal.once import made_before
from journal.record import record

KEY = "k" * 64


class Gone(Exception):
    """What was made is not there any more."""


@pytest.fixture
def author(make_user: Callable[[str], User]) -> User:
    return make_user("author")


@pytest.fixture
def made(author: User) -> Organisation:
    found = Organisation.objects.create(name="Health office")
    record("founded", "organisation", found.pk, by=author, key=KEY)
    return found


def test_the_same_form_gives_what_it_made(author: User, made: Organisation) -> None:
    assert made_before(Organisation, KEY, by=author, gone=Gone()) == made


@pytest.mark.parametrize("key", ["", "x" * 64])
def test_another_form_made_nothing_yet(author: User, made: Organisation, key: str) -> None:
    assert made_before(Organisation, key, by=author, gone=Gone()) is None


def test_what_somebody_else_made_is_not_given(made: Organisation, make_user: Callable[[str], User]) -> None:
    assert made_before(Organisation, KEY, by=make_user("colleague"), gone=Gone()) is None


def test_what_was_removed_since_is_told_in_the_words_of_its_kind(author: User, made: Organisation) -> None:
    made.delete()
    gone = Gone("the office was removed")
    with pytest.raises(Gone) as raised:
        made_before(Organisation, KEY, by=author, gone=gone)
    assert raised.value is gone


def test_its_number_can_stand_beside_what_the_history_speaks_of(author: User, made: Organisation) -> None:
    part = Organisation.objects.create(name="Its training unit")
    record("divided", "organisation", made.pk, by=author, new={"unit": part.pk}, key="d" * 64)
    assert made_before(Organisation, "d" * 64, by=author, gone=Gone(), detail="unit") == part
    part.delete()
    with pytest.raises(Gone):
        made_before(Organisation, "d" * 64, by=author, gone=Gone(), detail="unit")
