"""Where uploaded files and static files are kept."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Compressed static files under hashed names, also where ES modules import one another."""

    support_js_module_import_aggregation = True


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
