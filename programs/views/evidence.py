"""Adding, replacing, withdrawing and fetching evidence."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from journal.once import form_key
from programs.access import program_view
from programs.domain import evidencing, known
from programs.domain.evidencing import Superseded
from programs.forms.evidence import EvidenceForm
from programs.models import Evidence, ItemAnswer
from programs.standing import Can
from programs.views.downloads import download, harmless
from programs.views.pages import item_at, status_of


@program_view(Can.WRITE)
def evidence_add(request: HttpRequest, key: str) -> HttpResponse:
    """Adds a piece of evidence to an item."""
    row = item_at(request, key)
    form = _form(request, initial={"dated_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        once = _key(request, form, "add", row.pk)
        evidencing.add(row, form.piece, by=request.user, key=once)
        messages.success(request, _("The evidence is added."))
        return _to_item(request, row)
    return render(request, "programs/evidence_add.html", {"form": form, "row": row}, status=status_of(form))


@program_view(Can.WRITE)
@require_POST
def evidence_known(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """Takes what the product knows of an item as evidence, as it is today."""
    row = item_at(request, key)
    if known.attach(row, code, by=request.user, today=timezone.localdate()):
        messages.success(request, _("It is evidence now, as it is today. Whether the item is done you say yourself."))
    else:
        messages.error(request, _("This changed meanwhile and does not show any more that the item is done."))
    return _to_item(request, row)


@program_view(Can.WRITE)
def evidence_replace(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Adds a newer version; the older one stays readable."""
    evidence = _evidence_at(request, evidence_id)
    initial = {"kind": evidence.kind, "title": evidence.title, "dated_on": timezone.localdate(), "url": evidence.url}
    form = _form(request, initial=initial)
    if request.method == "POST" and form.is_valid():
        once = _key(request, form, "replace", evidence.pk)
        try:
            evidencing.replace(evidence, form.piece, by=request.user, key=once)
        except Superseded as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The newer version is added."))
            return _to_item(request, evidence.answer)
    context = {"form": form, "evidence": evidence, "row": evidence.answer}
    return render(request, "programs/evidence_replace.html", context, status=status_of(form))


@program_view(Can.WRITE)
def evidence_withdraw(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Asks once, then takes a piece back."""
    evidence = _evidence_at(request, evidence_id)
    context = {"evidence": evidence, "row": evidence.answer}
    if request.method != "POST":
        return render(request, "programs/evidence_withdraw.html", context)
    try:
        evidencing.withdraw(evidence, by=request.user)
    except Superseded as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The evidence is withdrawn. It stays in the list of versions."))
    return _to_item(request, evidence.answer)


@harmless
@program_view(Can.READ)
@require_safe
def evidence_file(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Sends a file as a download, never to be shown inside the product."""
    evidence = _evidence_at(request, evidence_id)
    return download(evidence.file, name=evidence.file_name, media_type=evidence.media_type)


def _form(request: HttpRequest, *, initial: dict[str, object]) -> EvidenceForm:
    if request.method == "POST":
        return EvidenceForm(request.POST, request.FILES, request=request)
    return EvidenceForm(initial=initial, request=request)


def _key(request: HttpRequest, form: EvidenceForm, verb: str, object_id: int) -> str:
    piece = form.piece
    content = [piece.kind, piece.title, piece.dated_on, piece.expires_on, piece.url, piece.text]
    file = [piece.checked.name, piece.checked.size] if piece.checked else []
    return form_key(form.cleaned_data["nonce"], request.user.pk, verb, object_id, *content, *file)


def _evidence_at(request: HttpRequest, evidence_id: int) -> Evidence:
    evidence = evidencing.find(request.program, evidence_id)
    if evidence is None:
        raise Http404
    return evidence


def _to_item(request: HttpRequest, row: ItemAnswer) -> HttpResponse:
    number = row.plan.step.number
    response = redirect("programs:item", request.program.pk, number, row.item.key)
    response["Location"] += "#evidence"
    response.status_code = HTTPStatus.FOUND
    return response
