"""The signed paper of an agreement: adding a version, and fetching one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from journal.once import form_key
from partners.access import agreement_file_view, agreement_view
from partners.domain import agreement_files
from partners.domain.agreement_files import NotSigned
from partners.forms.agreements import PaperForm
from partners.views.agreements import keep_to_copy
from programs.standing import Can
from programs.views.downloads import download, harmless
from programs.views.pages import sent, status_of


@agreement_view(
    Can.WRITE,
    gone=keep_to_copy("agreement_file_add.html", lambda request: PaperForm(request.POST, request=request)),
)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_file_add(request: HttpRequest) -> HttpResponse:
    """Adds a version; the older ones stay readable."""
    form = PaperForm(sent(request), request.FILES or None, request=request)
    if request.method == "POST" and form.is_valid():
        key = form_key(form.cleaned_data["nonce"], request.user.pk, "paper", request.agreement.pk, *form.said)
        try:
            agreement_files.add(request.agreement, form.paper, by=request.user, key=key)
        except NotSigned as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The paper is added. Older versions stay readable."))
            return redirect("partners:agreement", request.program.pk, request.agreement.pk)
    context = {"form": form, "agreement": request.agreement}
    return render(request, "partners/agreements/agreement_file_add.html", context, status=status_of(form))


@harmless
@agreement_file_view(Can.READ)
@require_safe
def agreement_file(request: HttpRequest) -> HttpResponse:
    """Sends one version as a download, never to be shown inside the product."""
    found = request.agreement_file
    return download(found.file, name=found.file_name, media_type=found.media_type)
