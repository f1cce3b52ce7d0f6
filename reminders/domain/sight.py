"""What somebody may still see of what they were told: roles end, and words were told under a role."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import User
from assessments.models import Rater
from programs.domain.owed import RULES, Owed
from programs.models import Program
from programs.standing import READABLE, readable_by
from reminders.models import Notice
from reminders.models.notices import NoticeQuerySet

TO_RATERS = ("round_rate", "news_round_opened")  # their number is that of the rater, who may be on no team

# What is unread of `notices`, for many people at once.
UNREAD = f"""(
    SELECT count(*) FROM reminders_notice notice
    WHERE notice.user_id = person.id AND is_in_inbox AND done_at IS NULL AND read_at IS NULL
      AND kind = ANY(%(kinds)s)
      AND (program_id IS NULL OR program_id IN ({READABLE.format(person="person.id")})
           OR kind = ANY(%(to_raters)s) AND subject_id IN (
               SELECT id FROM assessments_rater WHERE user_id = person.id AND removed_at IS NULL
           ))
)"""  # noqa: S608  all words are our own
# Held first, by a statement of its own: the next one then sees what others wrote while it waited.
HOLD = "SELECT id FROM accounts_user WHERE id = ANY(%(people)s) ORDER BY id FOR NO KEY UPDATE"
COUNT = f"UPDATE accounts_user person SET unread_count = {UNREAD} WHERE id = ANY(%(people)s)"  # noqa: S608
WRONG = f"SELECT id FROM accounts_user person WHERE unread_count > 0 AND unread_count <> {UNREAD}"  # noqa: S608


def notices(user: User) -> NoticeQuerySet:
    """Their notices in the inbox, also those put away, as far as they may still see what is said there.

    Each has `is_readable`: whether they may read the program it is about.
    """
    readable, rating = Q(program__in=readable_by(user)), Rater.objects.standing().filter(user=user)
    to_rate = Q(kind__in=TO_RATERS, subject_id__in=rating.values("pk"))
    mine = Notice.objects.filter(user=user, is_in_inbox=True, kind__in=list(RULES))
    return mine.filter(Q(program=None) | readable | to_rate).annotate(is_readable=readable)  # type: ignore[no-redef]  # as the model says


def among(things: Iterable[Owed], *, reader: User, known: Collection[int] = ()) -> list[Owed]:
    """Those of the things that the reader may see: of no program, of one they may read, or theirs to rate.

    Programs that are `known` to be readable are not asked about; none left to ask about costs no query.
    """
    found = list(things)
    asked = {one.program_id for one in found if one.kind not in TO_RATERS} - {0, *known}
    readable = _readable(asked, reader) if asked else set()
    return [one for one in found if one.kind in TO_RATERS or one.program_id not in asked or one.program_id in readable]


def _readable(program_ids: Collection[int], reader: User) -> set[int]:
    found = Program.objects.filter(pk__in=readable_by(reader)).filter(pk__in=program_ids)
    return set(found.values_list("pk", flat=True))


def count_unread(user_ids: Collection[int]) -> None:
    """Brings the number in the header up to date, in the caller's transaction."""
    if user_ids:
        with connection.cursor() as cursor:
            values: dict[str, Any] = {"people": sorted(user_ids), "kinds": list(RULES), "to_raters": list(TO_RATERS)}
            cursor.execute(HOLD, values)
            cursor.execute(COUNT, values)


@transaction.atomic
def recount() -> int:
    """Brings the numbers up to date that count what their reader may no longer see; returns how many.

    Nobody tells us when a role ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(WRONG, {"kinds": list(RULES), "to_raters": list(TO_RATERS)})
        wrong = {pk for (pk,) in cursor.fetchall()}
    count_unread(wrong)
    return len(wrong)
