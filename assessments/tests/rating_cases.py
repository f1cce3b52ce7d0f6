"""Raters at their browsers, for tests: by link, the addresses of their pages, and what their forms and scripts send."""

import secrets
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, Rater, Rating
from assessments.tests.round_cases import give_link, make_round, rating
from programs.models import Program


def by_link(rater: Rater) -> Client:
    """A browser in which the rater opened their personal link and pressed Start."""
    browser = Client()
    browser.post(reverse("assessments:rater_link", args=[give_link(rater)]))
    return browser


def url(name: str, rater: Rater, *parts: str) -> str:
    return reverse(f"assessments:{name}", args=[rater.pk, *parts])


def form_of(rater: Rater, *keys: str, **typed: str) -> dict[str, Any]:
    """What the plain form of a dimension posts: all fields as they are, but for those typed as `plan__answer`."""
    posted: dict[str, Any] = {"nonce": secrets.token_hex(16)}
    for key in keys:
        row = rating(rater, key)
        for field in ("answer", "reason", "comment", "evidence"):
            posted[f"{field}-{key}"] = typed.get(f"{key}__{field}", getattr(row, field))
            posted[f"base_{field}-{key}"] = row.version(field)
    return posted


def autosave(browser: Client, row: Rating, field: str, value: str, **said: Any) -> HttpResponse:
    wish = {"key": secrets.token_hex(16), "kind": "rating", "id": row.pk, "field": field, "value": value, "base": 0}
    return browser.post(reverse("journal:save"), wish | said)


def again(program: Program, before: Assessment, *raters: Any, **fields: Any) -> list[Rater]:
    found = make_round(program, raters=raters, previous=before, instrument=before.instrument, **fields)
    return list(found.raters.order_by("pk"))
