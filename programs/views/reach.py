"""How far a program reaches: dated figures against its ambition."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.once import form_key
from programs import ambition
from programs.access import program_view
from programs.domain import reach as reaching
from programs.forms.programs import ReachForm
from programs.standing import Can
from programs.views.pages import status_of


@program_view(Can.READ, to_post=Can.WRITE)
def reach(request: HttpRequest) -> HttpResponse:
    """All figures, and a form for the next one."""
    form = ReachForm(request.POST or None, initial={"as_of": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        nonce = cleaned.pop("nonce")
        key = form_key(nonce, request.user.pk, "reach", request.program.pk, cleaned)
        reaching.record_figure(request.program, by=request.user, key=key, **cleaned)
        messages.success(request, _("The figure is recorded."))
        return redirect("programs:reach", request.program.pk)
    figures = reaching.figures(request.program)
    context = {
        "form": form,
        "figures": figures,
        "reach": ambition.reach_of(request.program, figures[0] if figures else None),
        "sentence": ambition.sentence(request.program),
    }
    return render(request, "programs/reach.html", context, status=status_of(form))
