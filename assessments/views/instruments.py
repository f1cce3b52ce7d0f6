"""Pages about instruments: those there are, one whole, its preview and its file, and what administrators do."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import organisation_view
from assessments.access import instrument_view
from assessments.domain import instrument_reading, instruments
from assessments.domain.instruments import InstrumentRefused
from assessments.forms.instruments import InstrumentFileForm
from assessments.instrument_file import InstrumentFileError
from assessments.instrument_pages import InstrumentPage, PreviewPage
from journal.doors import signed_in


@signed_in
@require_safe
def instruments_list(request: HttpRequest) -> HttpResponse:
    """All a person may read and rate with."""
    found = instrument_reading.known_to(request.user)
    return render(request, "assessments/instruments_list.html", {"listed": found})


@instrument_view()
@require_safe
def instrument(request: HttpRequest) -> HttpResponse:
    """One version, whole; of a draft, what it would change and the way to publish it."""
    page = InstrumentPage(request.instrument, reader=request.user)
    return render(request, "assessments/instrument.html", {"instrument": request.instrument, "page": page})


@instrument_view()
@require_safe
def instrument_preview(request: HttpRequest) -> HttpResponse:
    """What a rater will see, one dimension a page; nothing is kept."""
    try:
        page = PreviewPage(request.instrument, request.GET.get("dimension", ""))
    except ValueError:
        raise Http404 from None
    return render(request, "assessments/instrument_preview.html", {"instrument": request.instrument, "page": page})


@instrument_view()
@require_safe
def instrument_export(request: HttpRequest) -> HttpResponse:
    """The file, as it was written."""
    found = request.instrument
    name = f"{found.key}.v{found.version}.toml"
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
    return HttpResponse(found.text, content_type="application/toml; charset=utf-8", headers=headers)


@instrument_view(keep=True)
@require_POST
def instrument_publish(request: HttpRequest) -> HttpResponse:
    """Freezes a draft for ever, if it is still the one that was read."""
    try:
        fingerprint = request.POST.get("fingerprint", "")
        instruments.publish(request.instrument, fingerprint=fingerprint, by=request.user)
    except InstrumentRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The version is published. New rounds can use it from now on."))
    return redirect("assessments:instrument", request.instrument.pk)


@instrument_view(keep=True)
@require_http_methods(["GET", "HEAD", "POST"])
def instrument_discard(request: HttpRequest) -> HttpResponse:
    """Asks once, then throws a draft away."""
    found = request.instrument
    if request.method != "POST":
        return render(request, "assessments/instrument_discard.html", {"instrument": found})
    try:
        instruments.discard(found, by=request.user)
    except InstrumentRefused as error:
        messages.error(request, str(error))
        return redirect("assessments:instrument", found.pk)
    messages.success(request, _("The draft is gone."))
    return redirect("assessments:organisation_instruments", found.organisation_id)


@organisation_view()
@require_safe
def organisation_instruments(request: HttpRequest) -> HttpResponse:
    """The drafts and versions an organisation keeps."""
    found = instrument_reading.kept_by(request.organisation)
    return render(request, "assessments/organisation_instruments.html", {"listed": found})


@organisation_view()
@require_http_methods(["GET", "HEAD", "POST"])
def instrument_import(request: HttpRequest) -> HttpResponse:
    """Takes a file or its text as a draft; `from` is the version whose next one is to be written."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = InstrumentFileForm(*sent, initial={"text": _text_to_edit(request)})
    if form.is_valid():
        said = form.cleaned_data
        try:
            draft = instruments.import_draft(request.organisation, said["text"], name=said["name"], by=request.user)
        except (InstrumentFileError, InstrumentRefused) as error:
            form.refuse(error)
        else:
            messages.success(request, _("The draft is kept. Read it here, then publish it."))
            return redirect("assessments:instrument", draft.pk)
    return render(request, "assessments/instrument_import.html", {"form": form}, status=422 if form.is_bound else 200)


def _text_to_edit(request: HttpRequest) -> str:
    """Of the version that `from` in the address names, the next one; nothing where none is named."""
    raw = request.GET.get("from", "")
    if not raw:
        return ""
    found = instrument_reading.one_kept_by(request.organisation, int(raw)) if _is_number(raw) else None
    if found is None:
        raise Http404
    return instruments.next_version_text(found)


def _is_number(raw: str) -> bool:
    return raw.isascii() and raw.isdigit() and len(raw) <= 18
