"""Sources of money: the list of them, one source, and entering, changing and removing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from funding.access import source_view
from funding.domain import contributions, source_list
from funding.domain import sources as giving
from funding.domain.holding import Refused
from funding.forms.sources import SourceForm
from funding.views.editing import is_removed, seen, shown_again
from journal.facts import as_json
from journal.once import form_key
from partners.domain import partners
from programs.access import program_view
from programs.standing import Can
from programs.views.pages import sent, status_of


@program_view(Can.READ)
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """All sources with what they give, and how sure it is."""
    context = {"sources": source_list.of_program(request.program), "statuses": contributions.meanings()}
    return render(request, "funding/sources.html", context)


@source_view(Can.READ)
@require_safe
def source(request: HttpRequest) -> HttpResponse:
    """One source with what it gives."""
    context = {"one": source_list.of_source(request.source), "statuses": contributions.meanings()}
    return render(request, "funding/source.html", context)


@program_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def source_add(request: HttpRequest) -> HttpResponse:
    """A new source; then its contributions are added."""
    form = SourceForm(sent(request), partners=partners.of_program(request.program))
    if request.method == "POST" and form.is_valid():
        plain = {name: as_json(value) for name, value in form.facts.items()}
        key = form_key(form.cleaned_data["nonce"], request.user.pk, "source", request.program.pk, plain)
        try:
            made = giving.add(request.program, form.facts, by=request.user, key=key)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(name)s” is a source now. Enter what it gives.") % {"name": made.name})
            return redirect("funding:source", request.program.pk, made.pk)
    return render(request, "funding/source_add.html", {"form": form}, status=status_of(form))


@source_view(Can.WRITE, keeps_typed=True)
@require_http_methods(["GET", "HEAD", "POST"])
def source_edit(request: HttpRequest) -> HttpResponse:
    """Changes a source; what somebody else changed meanwhile is shown, not overwritten."""
    facts = seen(request, request.source, giving.FACTS)
    form = SourceForm(sent(request), seen=facts, partners=partners.of_program(request.program))
    status = shown_again(request, form, giving.change, request.source)
    if status is None:
        return redirect("funding:source", request.program.pk, request.source.pk)
    context = {"form": form, "source": request.source, "is_removed": is_removed(form)}
    return render(request, "funding/source_edit.html", context, status=status)


@source_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def source_remove(request: HttpRequest) -> HttpResponse:
    """Asks once, then removes a source that gives nothing."""
    if request.method != "POST":
        context = {"source": request.source, "gives": giving.gives(request.source)}
        return render(request, "funding/source_remove.html", context)
    try:
        giving.remove(request.source, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("funding:source", request.program.pk, request.source.pk)
    messages.success(request, _("The source “%(name)s” is removed.") % {"name": request.source.name})
    return redirect("funding:sources", request.program.pk)
