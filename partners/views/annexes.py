"""Annexes of an agreement: asking for one, seeing it come, fetching its files."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_http_methods, require_POST, require_safe

from accounts.forms.once import NonceField
from journal.models import Change
from journal.once import form_key
from partners.access import agreement_view, annex_view
from partners.domain import annex_reading, annexes, removals
from partners.domain.agreements import Refused
from partners.models import Annex
from programs.domain.uploads import KINDS
from programs.standing import Can
from programs.views.downloads import download, harmless


@agreement_view(Can.WRITE)
@require_POST
def annex_write(request: HttpRequest) -> HttpResponse:
    """Has an annex written of what stands in the matrix now."""
    nonce = NonceField().clean(request.POST.get("nonce"))
    key = form_key(nonce, request.user.pk, "annex", request.agreement.pk)
    try:
        made = annexes.ask(request.agreement, by=request.user, key=key)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("partners:agreement", request.program.pk, request.agreement.pk)
    return redirect("partners:annex", request.program.pk, made.pk)


@annex_view(Can.READ, to_post=Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def annex(request: HttpRequest) -> HttpResponse:
    """What the annex says, and its files once they are there; sent, it asks for what could not be written."""
    if request.method == "POST":
        annexes.ask_again(request.annex, by=request.user)
        return redirect("partners:annex", request.program.pk, request.annex.pk)
    return render(request, "partners/agreements/annex.html", {"page": annex_reading.read(request.annex)})


def _live_tag(request: HttpRequest) -> str:
    annex = request.annex
    return f'"{annex.pk}-{annex.state}-{annex.attempts}-{bool(annex.docx)}-{bool(annex.pdf)}-{get_language()}"'


def tell_it_is_gone(request: HttpRequest, removal: Change) -> HttpResponse:
    """In place of how far it is: the page that was left open stays as it is but for that."""
    said = removals.in_words(removal)
    response = render(request, "partners/agreements/_annex_gone.html", {"said": said})
    response["X-Live"] = "done"
    return response


@annex_view(Can.READ, gone=tell_it_is_gone)
@require_safe
@condition(etag_func=_live_tag)
def annex_live(request: HttpRequest) -> HttpResponse:
    """Whether the files are there by now."""
    response = render(request, "partners/agreements/_annex_live.html", {"page": annex_reading.read(request.annex)})
    if request.annex.state != Annex.State.WAITING:
        response["X-Live"] = "done"
    return response


@harmless
@annex_view(Can.READ)
@require_safe
def annex_docx(request: HttpRequest) -> HttpResponse:
    """The annex as a Word file."""
    return _file(request, "docx")


@harmless
@annex_view(Can.READ)
@require_safe
def annex_pdf(request: HttpRequest) -> HttpResponse:
    """The annex as a PDF."""
    return _file(request, "pdf")


def _file(request: HttpRequest, ending: str) -> HttpResponse:
    name = annex_reading.file_name(request.annex, ending)
    return download(getattr(request.annex, ending), name=name, media_type=KINDS[f".{ending}"][0])
