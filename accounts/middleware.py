"""The language and time zone each person chose."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


class PreferencesMiddleware:
    """Shows a page in its reader's language and time zone; strangers keep what their browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reader = request.user  # as the page begins: it may sign out
        if not reader.is_authenticated:
            return self.get_response(request)
        request.LANGUAGE_CODE = reader.language
        with translation.override(reader.language), timezone.override(reader.zone):
            response = self.get_response(request)
        # Else the language of the browser would be named, which this page is not written in.
        response.headers.setdefault("Content-Language", reader.language)
        return response
