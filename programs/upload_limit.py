"""Stops reading an uploaded file once it is larger than any file may be; the rest of the form is kept."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class UploadLimit(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS. A form finds the names of refused files in `request.too_large`."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > settings.EVIDENCE_FILE_LIMIT:
            request: Any = self.request
            request.too_large = {*getattr(request, "too_large", ()), self.field_name}
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
