"""How far each sweep has come, so that the next one goes on from there, also after a time when nobody swept."""

from datetime import datetime, timedelta

from django.utils import timezone

from reminders.models import SweepMark

PAUSE = timedelta(hours=6)  # shorter ones leave everybody some of their day, or the next day
ALL_HAVE_WOKEN = timedelta(hours=25)  # a day when clocks are put back


def through(name: SweepMark.Name, now: datetime) -> datetime:
    """Until when a sweep has looked; now, if it never did: what was before it began is no news."""
    mark = SweepMark.objects.filter(pk=name).first()
    return min(mark.through, now) if mark else now


def told_to_all_through(name: SweepMark.Name, now: datetime) -> datetime:
    """Until when even those were told who sleep whenever somebody sweeps.

    When nobody swept for a while, the first sweep after it finds half of the world asleep: so for a day each
    sweep looks back to where the pause began.
    """
    mark = SweepMark.objects.filter(pk=name).first()
    if mark is None:
        return now
    return min(_begin_of_pause(mark, now), now)


def leave(name: SweepMark.Name, now: datetime, *, told: int, took: float) -> None:
    """Never back, whatever the clock says."""
    new = {"swept_at": timezone.now(), "told": told, "took": took}
    mark, is_new = SweepMark.objects.get_or_create(name=name, defaults={"through": now} | new)
    if is_new:
        return
    if now - mark.through > PAUSE:
        new |= {"paused_at": _begin_of_pause(mark, now), "made_up_at": now + ALL_HAVE_WOKEN}
    SweepMark.objects.filter(pk=mark.pk).update(through=max(mark.through, now), **new)


def _begin_of_pause(mark: SweepMark, now: datetime) -> datetime:
    """Of the pause that is not made up for yet; else until when it has looked."""
    is_open = mark.made_up_at is not None and now < mark.made_up_at
    return mark.paused_at if is_open and mark.paused_at else mark.through
