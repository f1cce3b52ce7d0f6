"""Putting something off for a time, and taking it up again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from journal.once import form_key
from programs.views.pages import sent, status_of
from reminders.access import notice_view, snooze_view
from reminders.domain import inbox, snoozing
from reminders.domain.inbox import Entry
from reminders.domain.snoozing import NotOwed, Refused
from reminders.forms.snoozing import SnoozeForm
from reminders.views.inbox import to_inbox
from scaleup.addresses import address


@notice_view
@require_http_methods(["GET", "HEAD", "POST"])
def snooze(request: HttpRequest) -> HttpResponse:
    """Asks until when and why; the notice is put away with it. What is done cannot be put off."""
    entry = inbox.entries_of([request.notice], by=request.user, today=timezone.localdate())[0]
    if not entry.may_put_off:
        return _nothing(request)
    form = SnoozeForm(sent(request), thing=entry.thing)
    if request.method == "POST" and form.is_valid():
        try:
            _put_off(request, form, entry)
        except Refused as error:
            form.add_error("until_on", str(error))
        except NotOwed:
            return _nothing(request)
        else:
            return to_inbox(request)
    return render(request, "reminders/snooze.html", {"form": form, "entry": entry}, status=status_of(form))


@snooze_view
@require_POST
def snooze_end(request: HttpRequest) -> HttpResponse:
    """Takes it up before the day."""
    if snoozing.end(request.snooze, by=request.user):
        messages.success(request, _("You are reminded of it again."))
    else:
        messages.info(request, _("That pause was over already."))
    return redirect(f"{address('reminders:inbox')}?show={inbox.Show.PUT_OFF}")


def _put_off(request: HttpRequest, form: SnoozeForm, entry: Entry) -> None:
    said = form.cleaned_data
    wanted = {"until_on": said["until_on"], "reason": said["reason"]}
    key = form_key(said["nonce"], request.user.pk, "put off", entry.notice.pk, *wanted.values())
    snoozing.put_off(entry.thing, **wanted, today=timezone.localdate(), by=request.user, key=key)
    inbox.put_away(entry.notice)
    words = _("Put off. You are reminded of it again on %(day)s.")
    messages.success(request, words % {"day": date_format(said["until_on"])})


def _nothing(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("There is nothing to put off: it is done, or it is not yours any more."))
    return to_inbox(request)
