"""Living with a complaint of the matrix for a time, and no longer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from journal.once import form_key
from partners.domain import accepting, complaints
from partners.domain.accepting import NotThere, Refused
from partners.domain.complaints import Told
from partners.forms.complaints import AcceptForm
from programs.access import program_view
from programs.standing import Can
from programs.views.pages import sent, status_of
from scaleup.addresses import address


@program_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def complaint_accept(request: HttpRequest, code: str, subject: str) -> HttpResponse:
    """Asks why and until when; one that was mended meanwhile is not there to be accepted."""
    told = _told_at(request, code, subject)
    if told is None:
        return _gone(request)
    form = AcceptForm(sent(request), acceptance=told.acceptance)
    if request.method == "POST" and form.is_valid():
        try:
            _accept(request, form, told)
        except Refused as error:
            form.add_error("until_on", str(error))
        except NotThere:
            return _gone(request)
        else:
            messages.success(request, _("Accepted for a time. It stays on the page, with your reason."))
            return _to_matrix(request, told.anchor)
    context = {"told": told, "form": form}
    return render(request, "partners/roles/complaint_accept.html", context, status=status_of(form))


@program_view(Can.WRITE)
@require_POST
def complaint_end(request: HttpRequest, code: str, subject: str) -> HttpResponse:
    """Accepts it no longer: the matrix complains again."""
    if not complaints.is_of(request.program, subject):
        raise Http404
    if accepting.end(request.program, code, subject, by=request.user):
        messages.success(request, _("It is not accepted any more."))
    else:
        messages.info(request, _("It was not accepted, or somebody ended that before you."))
    return _to_matrix(request, "complaints")


def _told_at(request: HttpRequest, code: str, subject: str) -> Told | None:
    """The complaint, or None when it was mended; what no complaint can be about is not found."""
    told = complaints.read(request.program, timezone.localdate()).find(code, subject)
    if told is None and not (complaints.is_code(code) and complaints.is_of(request.program, subject)):
        raise Http404
    return told


def _accept(request: HttpRequest, form: AcceptForm, told: Told) -> None:
    said, named = form.cleaned_data, (told.complaint.code, told.complaint.subject)
    key = form_key(said["nonce"], request.user.pk, "accept", *named, said["reason"], said["until_on"])
    wanted = {"reason": said["reason"], "until_on": said["until_on"]}
    accepting.accept(request.program, *named, **wanted, by=request.user, key=key)


def _gone(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("The matrix does not complain about this any more. Somebody mended it."))
    return _to_matrix(request, "complaints")


def _to_matrix(request: HttpRequest, anchor: str) -> HttpResponse:
    return redirect(f"{address('partners:matrix', request.program.pk)}#{anchor}")
