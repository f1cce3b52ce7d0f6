"""Files that people handed in: sent as downloads that can do no harm, never shown inside the product."""

from csp.constants import NONE
from csp.decorators import csp_replace
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import content_disposition_header

# A file that a browser opens after all may do nothing there. Outermost on every view that sends one.
harmless = csp_replace({"default-src": [NONE], "img-src": [NONE], "form-action": [NONE], "sandbox": True})


def download(file: FieldFile, *, name: str, media_type: str) -> HttpResponse:
    """A kept file under the name that people know. Raises Http404 if it is not in the store any more."""
    if not file or not default_storage.exists(file.name):
        raise Http404
    response = FileResponse(file.open("rb"), content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
