"""Headers that every answer carries, and those of private pages."""

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from scaleup.middleware import PrivatePagesMiddleware

POLICY = {
    "default-src 'self'",
    "img-src 'self' data: blob:",
    "form-action 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sign-in/", "/no-such-page/"])
def test_every_answer_says_whose_it_is_and_what_a_page_may_do(client: Client, path: str) -> None:
    response = client.get(path)
    assert response["X-App"] == "scaleup"
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


def answer(*, session: dict[str, object], read: bool, own_header: str | None = None) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        if read:
            request.session.get("anything")
        return HttpResponse(headers={"Cache-Control": own_header} if own_header else {})

    request = RequestFactory().get("/")
    request.session = SessionBase()
    request.session._session_cache = session
    request.session.accessed = False
    return PrivatePagesMiddleware(view)(request)


def test_a_page_that_used_somebodys_session_is_kept_nowhere() -> None:
    assert answer(session={"_auth_user_id": "7"}, read=True)["Cache-Control"] == "private, no-store"


def test_pages_that_know_nobody_and_pages_that_know_better_are_left_alone() -> None:
    assert not answer(session={"_auth_user_id": "7"}, read=False).has_header("Cache-Control")
    assert not answer(session={}, read=True).has_header("Cache-Control")
    own = answer(session={"_auth_user_id": "7"}, read=True, own_header="private, max-age=60")
    assert own["Cache-Control"] == "private, max-age=60"
