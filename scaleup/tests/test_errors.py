"""Faults on our side get a page of ours, and the status that tells a script what to do."""

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from scaleup.urls import handler500


def break_down(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def lose_the_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("server closed the connection unexpectedly")


break_down.login_required = lose_the_database.login_required = False
urlpatterns = [path("break/", break_down), path("lose/", lose_the_database)]
__all__ = ["handler500"]


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(("address", "status", "retry"), [("/break/", 500, None), ("/lose/", 503, "10")])
def test_a_fault(address: str, status: int, retry: str | None) -> None:
    response = Client(raise_request_exception=False).get(address)
    assert response.status_code == status
    assert response.get("Retry-After") == retry
    assert response["X-App"] == "scaleup"
    assert "Something went wrong on our side" in response.text
