"""The record of mails to one person: what each was about, and what became of it."""

from django.db.models import Count

from accounts.models import User
from dashboards.domain.paging import Order, Page, page_of
from reminders.models import Delivery

ORDER = Order("pk", int, is_descending=True)
PAGE = 50


def of(user: User, *, after: str = "", before: str = "") -> Page:
    """A page of them, the newest first."""
    rows = Delivery.objects.filter(user=user).annotate(notice_count=Count("notices"))
    return page_of(rows, ORDER, size=PAGE, after=after, before=before)
