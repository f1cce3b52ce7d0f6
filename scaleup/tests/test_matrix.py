"""Every actor at every address of every place, looking and acting: what comes of it follows from one table."""

import pytest

from scaleup.tests.actors import STANDS
from scaleup.tests.walks import Walk, told_apart

pytestmark = pytest.mark.django_db
every_actor = pytest.mark.parametrize("actor", STANDS)


@every_actor
def test_what_comes_of_it_follows_from_the_table(walks: dict[str, Walk], actor: str) -> None:
    assert [str(seen) for seen in walks[actor].seen if seen.is_wrong] == []


@every_actor
def test_looking_and_being_refused_change_nothing(walks: dict[str, Walk], actor: str) -> None:
    assert walks[actor].changed == set()


@every_actor
def test_not_yours_and_not_there_look_alike(walks: dict[str, Walk], actor: str) -> None:
    assert told_apart(walks[actor].seen) == []
