"""Who can be told things now: people who are awake, with the ways they chose."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import User
from programs.domain.owed import Owed
from reminders.domain import mornings, wishes
from reminders.domain.noticing import Telling
from reminders.domain.wishes import Ways
from reminders.models.choices import EVENING

LATE_AFTER = timedelta(days=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody who can be told things now, and how far back their own days are looked at."""

    user: User
    ways: dict[str, Ways]
    now: datetime
    first: date

    @property
    def today(self) -> date:
        return mornings.local_day(self.now, self.user.zone)

    def ways_of(self, kind: str) -> Ways:
        return self.ways.get(kind, wishes.DEFAULT)

    def hears(
        self, one: Owed, reason: str, *, anchor_on: date, occurrence: int, owner_id: int | None = None
    ) -> Telling:
        """What they are told of it, the ways they chose; late if its morning was more than a day ago."""
        morning = wishes.rhythm_of(self.user).morning
        meant_for = mornings.moment_of(anchor_on + occurrence * DAY, morning, self.user.zone)
        ways = self.ways_of(one.kind)
        return Telling(
            one,
            reason,
            anchor_on,
            occurrence,
            by_mail=ways.by_mail and not self.user.is_demo,
            in_inbox=ways.in_inbox,
            is_late=self.now - meant_for > LATE_AFTER,
            owner_id=owner_id,
        )


def among(user_ids: Iterable[int], *, now: datetime, first: date) -> Iterator[Listener]:
    """Those of them who are awake."""
    user_ids = list(user_ids)
    people = User.objects.filter(pk__in=user_ids, is_active=True).select_related("rhythm").order_by("pk")
    chosen = wishes.of_people(user_ids)
    for user in people:
        if mornings.is_waking(now, user.zone, morning=wishes.rhythm_of(user).morning, evening=EVENING):
            yield Listener(user, chosen.get(user.pk, {}), now, first)
