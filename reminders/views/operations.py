"""How sending goes, for administrators; and sending once more what was given up."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import organisation_view
from accounts.domain import mailing
from reminders.domain import operations as running


@organisation_view()
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """Figures of the whole server, and the mails to people of this organisation that were given up."""
    context = {"figures": running.figures(timezone.now()), "given_up": running.given_up(request.organisation)}
    return render(request, "reminders/operations.html", context)


@organisation_view()
@require_POST
def delivery_retry(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Has one of them sent after all."""
    delivery = running.find(request.organisation, delivery_id)
    if delivery is None:
        raise Http404
    if mailing.retry(delivery):
        messages.success(request, _("The mail waits to be sent again."))
    else:
        messages.info(request, _("This mail is not given up: it waits, was sent, or is not wanted any more."))
    return redirect("reminders:operations", request.organisation.pk)
