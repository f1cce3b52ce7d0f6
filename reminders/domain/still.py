"""What notices speak of, as it stands now."""

from collections.abc import Collection
from datetime import date

from programs.domain import owed
from programs.domain.owed import RULES, Owed
from reminders.models import Notice


def owed_now(notices: Collection[Notice], *, today: date) -> dict[int, Owed]:
    """What is still owed of it, by the number of the notice; what is done, or somebody else's by now, is not in it.

    Of what was escalated it is asked of its owner.
    """
    owers = {one.pk: ower_of(one) for one in notices if one.reason != Notice.Reason.NEWS and one.kind in RULES}
    if not owers:
        return {}
    things = owed.of(sorted(set(owers.values())), today=today)
    now = {(one.user_id, one.kind, one.subject_id): one for one in things}
    found = {one.pk: now.get((owers[one.pk], one.kind, one.subject_id)) for one in notices if one.pk in owers}
    return {pk: one for pk, one in found.items() if one is not None}


def ower_of(notice: Notice) -> int:
    """Whose it is: the reader's, or that of somebody whose lateness was told to the reader."""
    return notice.facts.get("owner_id") or notice.user_id
