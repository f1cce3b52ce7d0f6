"""How a program chases what is late; and for facilitators, what is put off or late in a portfolio."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Watcher
from dashboards import addresses
from programs.access import portfolio_view, program_view
from programs.standing import Can
from programs.views.pages import refused_change, sent, status_of
from reminders.domain import chasing as plans
from reminders.forms.chasing import ChasingForm


@program_view(Can.READ, to_post=Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def chasing(request: HttpRequest) -> HttpResponse:
    """What is put off and why, what others heard of, and the plan; what somebody changed meanwhile is shown."""
    status, today = None, timezone.localdate()
    form = ChasingForm(sent(request), seen=plans.seen(request.program))
    if request.method == "POST" and form.is_valid():
        status = refused_change(request, form, plans.change, request.program)
        if status is None:
            messages.success(request, _("Saved."))
            return redirect("reminders:chasing", request.program.pk)
    words = plans.sentence(plans.of(request.program), request.program)
    context = {"form": form, "plan": words, "found": plans.read(request.program, today=today), "today": today}
    return render(request, "reminders/chasing.html", context, status=status or status_of(form))


@portfolio_view(Watcher.Role.FACILITATOR)
@require_safe
def put_off(request: HttpRequest) -> HttpResponse:
    """What people put off in programs at home here, why and until when; or what others heard of because it is late."""
    today, is_late = timezone.localdate(), request.GET.get("show") == "late"
    cursors = {name: request.GET.get(name, "") for name in ("after", "before")}
    read = plans.late_in if is_late else plans.put_off_in
    page = read(request.portfolio, today=today, **cursors)
    pager = addresses.pager({"show": "late"} if is_late else {}, page)
    context = {"page": page, "pager": pager, "is_late": is_late, "today": today}
    return render(request, "reminders/put_off.html", context)
