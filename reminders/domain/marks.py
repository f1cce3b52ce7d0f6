"""How far each sweep has come, so that the next one goes on from there, also after a time when nobody swept."""

from datetime import datetime

from django.utils import timezone

from reminders.models import SweepMark


def through(name: SweepMark.Name, now: datetime) -> datetime:
    """Until when a sweep has looked; now, if it never did: what was before it began is no news."""
    mark = SweepMark.objects.filter(pk=name).first()
    return min(mark.through, now) if mark else now


def leave(name: SweepMark.Name, now: datetime, *, told: int, took: float) -> None:
    """Never back, whatever the clock says."""
    new = {"swept_at": timezone.now(), "told": told, "took": took}
    mark, is_new = SweepMark.objects.get_or_create(name=name, defaults={"through": now} | new)
    if not is_new:
        SweepMark.objects.filter(pk=mark.pk).update(through=max(mark.through, now), **new)
