"""What the tests about saving share: an item, a mutation as a browser sends it, many posts at once."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from programs.models import ItemAnswer, Program


def item_of(program: Program, number: str = "4.1") -> ItemAnswer:
    """An item of a program by its shown number."""
    rows = ItemAnswer.objects.select_related("item", "plan__step")
    return rows.get(plan__program=program, item__number=number)


def item_url(row: ItemAnswer) -> str:
    return reverse("programs:item", args=[row.plan.program_id, row.plan.step.number, row.item.key])


def mutation(row: ItemAnswer, field: str, value: str, *, base: int = 0, **other: Any) -> dict[str, Any]:
    """What the page's script posts to the saving path."""
    said = {"key": secrets.token_hex(16), "kind": "answer", "id": row.pk, "field": field, "value": value, "base": base}
    return said | other


def save(browser: Client, row: ItemAnswer, field: str, value: str, **other: Any) -> HttpResponse:
    return browser.post(reverse("journal:save"), mutation(row, field, value, **other))


def form_of(row: ItemAnswer, **fields: str) -> dict[str, Any]:
    """What the plain form of an item's page posts: every field, with the versions it shows."""
    row = ItemAnswer.objects.get(pk=row.pk)
    shown = {
        "answer": row.answer,
        "reason": row.reason,
        "note": row.note,
        "owner": row.owner_id or "",
        "due_on": row.due_on.isoformat() if row.due_on else "",
    }
    bases = {f"base_{name}": row.versions.get(name, [0])[0] for name in shown}
    return {"nonce": secrets.token_hex(16)} | shown | bases | fields


def at_once(count: int, act: Any) -> list[Any]:
    """Calls `act` in this many threads at once; each gives its database connection back."""

    def run(_: int) -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
