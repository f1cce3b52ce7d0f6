"""How one wants to be told, a test mail, and the record of what was sent."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboards import addresses
from journal.doors import signed_in
from reminders.domain import sent_mails, testing_mail
from reminders.domain import wishes as choices
from reminders.forms.wishes import WishesForm


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """Kinds and ways in one table, with the hours; all saved at once."""
    form = WishesForm(request.POST or None, user=request.user)
    if form.is_valid():
        hours = {name: form.cleaned_data[name] for name in ("morning", "digest_on", "digest_hour")}
        choices.choose(request.user, ways=form.cleaned_data["ways"], **hours)
        messages.success(request, _("Your choices are saved."))
        return redirect("reminders:wishes")
    return _show(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK)


@signed_in
@require_POST
def test_mail(request: HttpRequest) -> HttpResponse:
    """One mail to oneself; the page says what became of it."""
    try:
        testing_mail.ask(request.user)
    except testing_mail.TooMany as error:
        messages.warning(request, str(error))
        return _show(request, WishesForm(user=request.user), status=HTTPStatus.TOO_MANY_REQUESTS)
    messages.success(request, _("The test mail is on its way. Load this page again to see what became of it."))
    return redirect("reminders:wishes")


@signed_in
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """What was sent to oneself, the newest first."""
    page = sent_mails.of(request.user, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    return render(request, "reminders/mails.html", {"page": page, "pager": addresses.pager({}, page)})


def _show(request: HttpRequest, form: WishesForm, *, status: int) -> HttpResponse:
    words = {"form": form, "test": testing_mail.newest_of(request.user)}
    return render(request, "reminders/wishes.html", words, status=status)
