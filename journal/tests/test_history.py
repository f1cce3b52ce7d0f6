"""The history is append-only and holds a verb's details."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from journal.models import Change
from journal.record import record


@pytest.fixture
def author(make_user) -> User:
    return make_user("author")


def test_a_verb_is_one_line_with_its_details(author: User) -> None:
    record("decided", "gate", 7, by=author, program_id=3, new={"outcome": "go"})

    line = Change.objects.get()
    assert (line.verb, line.kind, line.object_id, line.program_id) == ("decided", "gate", 7, 3)
    assert (line.actor, line.field, line.old, line.new) == (author, "", None, {"outcome": "go"})


@pytest.mark.parametrize("statement", ["UPDATE journal_change SET verb = 'x'", "DELETE FROM journal_change"])
def test_the_database_refuses_to_change_or_delete_a_line(author: User, statement: str) -> None:
    record("decided", "gate", 7, by=author)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Change.objects.count() == 1


def test_history_is_read_newest_first_and_of_one_thing_only(author: User) -> None:
    for verb in ("submitted", "withdrawn"):
        record(verb, "gate", 7, by=author)
    record("submitted", "gate", 8, by=author)

    verbs = [line.verb for line in Change.objects.about("gate", 7).newest_first()]
    assert verbs == ["withdrawn", "submitted"]
