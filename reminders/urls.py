"""Addresses of what people are told and how."""

from django.urls import URLPattern, path

from reminders.views import calendar, chasing, digests, inbox, operations, snoozing, stopping, wishes

app_name = "reminders"
wish_urls = [
    path("account/reminders/", wishes.wishes, name="wishes"),
    path("account/reminders/test/", wishes.test_mail, name="test_mail"),
    path("account/reminders/mails/", wishes.mails, name="mails"),
    path("mails/stop/<str:token>/", stopping.stop, name="stop"),
]
organisation_urls = [
    path("organisations/<int:organisation_id>/operations/", operations.operations, name="operations"),
    path(
        "organisations/<int:organisation_id>/operations/mails/<int:delivery_id>/again/",
        operations.delivery_retry,
        name="delivery_retry",
    ),
]
inbox_urls = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.inbox_read, name="inbox_read"),
    path("inbox/<int:notice_id>/open/", inbox.notice_open, name="notice_open"),
    path("inbox/<int:notice_id>/done/", inbox.notice_done, name="notice_done"),
    path("inbox/<int:notice_id>/later/", snoozing.snooze, name="snooze"),
    path("inbox/later/<int:snooze_id>/end/", snoozing.snooze_end, name="snooze_end"),
    path("programs/<int:program_id>/reminders/", chasing.chasing, name="chasing"),
    path("portfolios/<int:portfolio_id>/reminders/", chasing.put_off, name="put_off"),
]
calendar_urls = [
    path("account/calendar/", calendar.calendar, name="calendar"),
    path("account/calendar/address/", calendar.calendar_make, name="calendar_make"),
    path("account/calendar/end/", calendar.calendar_end, name="calendar_end"),
    path("calendar/<str:token>/scaleup.ics", calendar.calendar_ics, name="calendar_ics"),  # so that logs hide the key
]
digest_urls = [
    path("account/reminders/week/", digests.week, name="week"),
    path("portfolios/<int:portfolio_id>/week/", digests.portfolio_week, name="portfolio_week"),
]
urlpatterns: list[URLPattern] = [*digest_urls, *inbox_urls, *organisation_urls, *wish_urls, *calendar_urls]
