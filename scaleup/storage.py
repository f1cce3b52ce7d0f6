"""Where uploaded files and static files are kept."""

import posixpath
from collections.abc import Callable
from re import Match
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORTED_SHEET = r"""@import "(?P<sheet>[\w-]+\.css)"(?: (?P<media>\w+))?;"""
PUT_IN_PLACE = "{rules}"


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Compressed static files under hashed names, also where ES modules import one another.

    A style sheet that another one imports is put in its place: on a poor link every request counts.
    """

    support_js_module_import_aggregation = True
    patterns = (("*.css", ((IMPORTED_SHEET, PUT_IN_PLACE),)), *CompressedManifestStaticFilesStorage.patterns)

    def url_converter(self, name: str, hashed_files: dict[str, str], template: str | None = None) -> Callable[..., str]:
        if template != PUT_IN_PLACE:
            return super().url_converter(name, hashed_files, template)

        def put_in_place(found: Match[str]) -> str:
            with self.open(posixpath.join(posixpath.dirname(name), found["sheet"])) as sheet:
                rules = sheet.read().decode()
            return f"@media {found['media']} {{\n{rules}}}" if found["media"] else rules

        return put_in_place


def storage_from_url(url: str) -> dict[str, Any]:
    """One entry of STORAGES from `file:///folder` or `s3://bucket/prefix`.

    For S3 the keys and the region come from the usual AWS_ variables, the address of another
    provider from AWS_ENDPOINT_URL.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path:
        folder = unquote(parts.path)
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder, "base_url": None},
        }
    if parts.scheme == "s3" and parts.netloc:
        options = {"bucket_name": parts.netloc, "location": parts.path.strip("/"), "file_overwrite": False}
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options | {"default_acl": None}}
    raise ImproperlyConfigured(f"STORAGE is {url!r}; it must be file:///folder or s3://bucket/prefix.")
