"""Files that no evidence points at, because their process ended between keeping the file and writing its row."""

from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction

from programs.models import PendingFile

OLD_ENOUGH = timedelta(days=1)  # no request lasts that long


@transaction.atomic
def sweep(now: datetime) -> int:
    """Deletes files that were announced more than a day ago and have no row; returns how many.

    One whose row is being written at this moment is passed over: that transaction holds its announcement.
    """
    announced = PendingFile.objects.select_for_update(skip_locked=True).filter(since__lt=now - OLD_ENOUGH)
    strays = dict(announced.values_list("pk", "path"))
    for path in strays.values():
        default_storage.delete(path)
    PendingFile.objects.filter(pk__in=strays).delete()
    return len(strays)
