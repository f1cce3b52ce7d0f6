"""Headers every answer carries."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]

# The product needs none of these; a script that got in could not use them either.
NOT_NEEDED = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in NOT_NEEDED)


class AppHeadersMiddleware:
    """Outermost, so that errors carry them too.

    `X-App` lets a page's scripts tell our answer from that of a hotel's sign-in page.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["X-App"] = "scaleup"
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        return response


class PrivatePagesMiddleware:
    """What somebody sees signed in is kept by no cache, on no shared computer.

    A view that sets `Cache-Control` itself is left alone. The session is only looked at if the
    page used it, so pages that need nobody stay free of queries.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        used = request.session.accessed and not request.session.is_empty()
        if used and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response
