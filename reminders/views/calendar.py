"""The personal calendar: its page, its secret address, and the file behind it."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import conditional_page, require_http_methods, require_POST, require_safe

from journal.doors import open_to_all, signed_in
from programs.views.pages import sent, status_of
from reminders.domain import calendar as feeds
from reminders.forms.calendar import EndForm, EntriesForm, NewAddressForm
from reminders.models import CalendarFeed

CALENDAR_FILE = "text/calendar; charset=utf-8"
KEPT_FOR = 15 * 60  # seconds


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """What the calendar is, and how its entries are written."""
    feed = feeds.feed_of(request.user)
    form = EntriesForm(sent(request), feed=feed)
    if request.method == "POST" and feed is None:
        return _outdated(request)
    if request.method == "POST" and form.is_valid():
        try:
            feeds.choose(request.user, **form.cleaned_data)
        except feeds.Outdated:
            return _outdated(request)
        messages.success(request, _("Saved. Your calendar shows it when it next looks."))
        return redirect("reminders:calendar")
    return _show(request, feed, form, status=status_of(form))


@signed_in
@never_cache
@require_POST
def calendar_make(request: HttpRequest) -> HttpResponse:
    """The first address or another one, shown this once."""
    form = NewAddressForm(request.POST)
    if not form.is_valid():
        return _outdated(request)
    try:
        address = feeds.make(request.user, **form.cleaned_data)
    except feeds.Outdated:
        return _outdated(request)
    feed, is_another = feeds.feed_of(request.user), bool(form.cleaned_data["instead_of"])
    return _show(request, feed, EntriesForm(feed=feed), address=address, is_another=is_another)


@signed_in
@require_POST
def calendar_end(request: HttpRequest) -> HttpResponse:
    """The address opens nothing from now on."""
    form = EndForm(request.POST)
    if not form.is_valid():
        return _outdated(request)
    try:
        feeds.end(request.user, **form.cleaned_data)
    except feeds.Outdated:
        return _outdated(request)
    messages.success(request, _("The address has ended: whoever looks there finds nothing more."))
    return redirect("reminders:calendar")


@open_to_all
def calendar_ics(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever holds the secret; every other address is not there, whatever the reason."""
    feed = feeds.behind(token)
    if feed is None:
        raise Http404
    return _file(request, feed)


@require_safe
@conditional_page
def _file(request: HttpRequest, feed: CalendarFeed) -> HttpResponse:
    headers = {
        "Cache-Control": f"private, max-age={KEPT_FOR}",
        "Content-Language": feed.user.language,
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(feeds.file_of(feed), content_type=CALENDAR_FILE, headers=headers)


def _outdated(request: HttpRequest) -> HttpResponse:
    messages.warning(
        request, _("Nothing was done: your calendar’s address changed since that page was shown. Look at it again.")
    )
    return redirect("reminders:calendar")


def _show(
    request: HttpRequest, feed: CalendarFeed | None, form: EntriesForm, *, status: int = HTTPStatus.OK, **words: Any
) -> HttpResponse:
    words |= {"feed": feed, "form": form, "new_form": NewAddressForm(feed=feed), "end_form": EndForm(feed=feed)}
    if "address" in words:
        words["subscribe_url"] = f"webcal:{words['address'].partition(':')[2]}"
    return render(request, "reminders/calendar.html", words, status=status)
