"""Sends a form, good or spoiled, and finds out what came of it: what is said, what is kept, what was changed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import time_machine
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from assessments.models import Rating, RatingChange
from journal.models import Change
from scaleup.tests.bad_values import (
    CLEANED,
    DAMAGED,
    DRAFT,
    LEFT_OUT,
    MARKS,
    NOT_FOUND,
    REFUSED,
    TAKEN,
    TOLD,
    UNKNOWN,
    Field,
)  # fmt: skip
from scaleup.tests.form import Form
from scaleup.tests.read_pages import Page
from scaleup.tests.scenes import Scene, undone
from scaleup.tests.walks import NOT_COUNTED, fingerprints

# Tokens, nonces of forms and moments; and what was typed, where it is hidden and so shown as it came.
DIFFERS = re.compile(
    r'(?<=value=")\w{32,64}(?=")|(?<=datetime=")[^"]+|(?<=type="hidden" name="organisation" value=")\d+'
)
WRITES = "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"


def writes() -> dict[str, int]:
    """How many rows this transaction wrote in each table, also those taken back since."""
    with connection.cursor() as cursor:
        cursor.execute(WRITES)
        return {table: count for table, count in cursor if table not in NOT_COUNTED}


def touched_since(counted: dict[str, int]) -> set[str]:
    """Tables that were written since; all others are as they were."""
    return {table for table, _ in counted.items() ^ writes().items()}


@dataclass
class Answer:
    """What came of one posting."""

    status: int
    page: Page
    text: str
    changed: set[str] = field(default_factory=set)  # tables
    rows: str = ""  # of those, as text
    fields: set[str] = field(default_factory=set)  # that the history says were changed

    @property
    def said(self) -> tuple[int, str]:
        """The whole answer, without what differs in every answer."""
        return self.status, DIFFERS.sub("~", self.text)


@dataclass
class Trial:
    """One form in its scene, to be sent again and again as if for the first time."""

    form: Form
    scene: Scene

    def __post_init__(self) -> None:
        self.url = self.form.url(self.scene)
        self.before = fingerprints()
        self.latest = Change.objects.latest("pk").pk, RatingChange.objects.latest("pk").pk

    @property
    def good(self) -> dict[str, Any]:
        """Read anew each time: a file can be read once."""
        return self.form.good(self.scene)

    def send(self, **said: Any) -> Answer:
        """Sends the good form with some answers replaced; afterwards everything is as before."""
        data = {name: value for name, value in (self.good | said).items() if value is not LEFT_OUT}
        browser, cookies = self.scene.browser, self.scene.browser.cookies.copy()
        with undone():
            counted = writes()
            response = browser.post(self.url, data | {"csrfmiddlewaretoken": "not asked for here"})
            answer = self._answer(response, touched=touched_since(counted))
        browser.cookies = cookies
        if self.form.is_counted:
            cache.clear()  # counters of failed tries
        return answer

    def complaints(self) -> Iterator[str]:
        """Everything that comes out otherwise than the table says."""
        for name, one in self.form.fields.items():
            for kind, (bad, expected) in one.spoiled.items():
                wrong = list(self._wrong(name, one, bad, kind=kind, expected=expected))
                if wrong:
                    yield f"{self.form}: {name} {kind} should be {expected}: {'; '.join(wrong)}"

    def _answer(self, response: HttpResponse, *, touched: set[str]) -> Answer:
        changed = {table for table, now in fingerprints(touched).items() if now != self.before[table]}
        rows = "\n".join(row for table in changed for row in written(table))
        fields = set(self._logged()) if changed else set()
        status = response.status_code
        if status == 302 and not changed:  # somewhere it says why
            response = self.scene.browser.get(response["Location"], follow=True)
        return Answer(status, Page(response.text, here=self.url), response.text, changed, rows, fields)

    def _logged(self) -> Iterator[str]:
        """The fields that a log says were changed; of ratings and of cells by the name they have in the form."""
        change, rating_change = self.latest
        for kind, pk, name in Change.objects.filter(pk__gt=change).values_list("kind", "object_id", "field"):
            yield name
            if kind == "responsibility":
                yield f"{name}-{pk}"
        for line in RatingChange.objects.filter(pk__gt=rating_change):
            yield f"{line.field}-{Rating.objects.get(pk=line.object_id).item.key}"

    def _wrong(self, name: str, one: Field, bad: Any, *, kind: str, expected: str) -> Iterator[str]:
        answer = self.send(**{name: bad})
        if answer.status >= 500:
            yield f"fault {answer.status}"
        elif expected == TAKEN:
            yield from self._wrong_if_taken(answer)
        elif expected == CLEANED:
            yield from self._wrong_if_taken(answer)
            yield from hidden_marks(answer.rows, MARKS[kind])
        else:
            yield from self._wrong_if_refused(answer, name, one, bad, expected=expected)

    def _wrong_if_taken(self, answer: Answer) -> Iterator[str]:
        if answer.status != self.form.success or not (answer.changed or self.form.changes_nothing):
            yield f"{answer.status}, {sorted(answer.changed)}, {answer.page.summary or answer.page.notices}"

    def _wrong_if_refused(self, answer: Answer, name: str, one: Field, bad: Any, *, expected: str) -> Iterator[str]:
        if answer.changed and (name in answer.fields or not self.form.is_saved_by_field):
            yield f"changed {sorted(answer.changed)}"
        statuses = {REFUSED: {422, 409}, TOLD: {302}, NOT_FOUND: {404}, DAMAGED: {400}, DRAFT: {200}}[expected]
        if answer.status not in statuses:
            yield f"status {answer.status}"
        elif expected == TOLD and not answer.page.notices:
            yield "no word on the next page"
        elif expected == REFUSED:
            if not sentences(answer.page, name, self.url):
                yield "no sentence at the field"
            if lost := list(self._lost(answer.page, {name: bad} if one.is_shown else {})):
                yield f"lost {lost}"

    def _lost(self, page: Page, spoiled: dict[str, Any]) -> Iterator[str]:
        """Fields whose answer does not stand in the page any more."""
        good = {name: value for name, value in self.form.good(self.scene).items() if self.form.fields[name].is_shown}
        for name, value in (good | spoiled).items():
            if value is not LEFT_OUT and not holds(page, name, self.url, str(value)):
                yield name


def sentences(page: Page, name: str, url: str) -> list[str]:
    """What is said about a field; about a hidden one, above the form."""
    controls = page.of(name, url)
    if not controls or all(control.kind == "hidden" for control in controls):
        return [text for _, text in page.summary] or page.general
    return page.sentences(name, url)


def holds(page: Page, name: str, url: str, value: str) -> bool:
    """Whether a field shows the value. A choice that is none cannot be shown."""
    controls = page.of(name, url)
    if controls and controls[0].kind in {"radio", "select"}:
        offers = {offer for control in controls for offer in control.offers}
        return value not in offers or value in {shown(control) for control in controls}
    return value in {shown(control) for control in controls}


def shown(control: Any) -> str | None:
    if control.kind == "select" and control.value is None:
        return control.offers[0] if control.offers else None
    return control.value or "" if control.kind != "radio" else control.value


def written(table: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT row::text FROM "{table}" AS row')
        yield from (row for (row,) in cursor)


def hidden_marks(rows: str, mark: str) -> Iterator[str]:
    """Marks that reached a table, as they are or as JSON spells them."""
    if any(spelt in rows for spelt in (mark, f"\\u{ord(mark):04x}")):
        yield f"{mark!r} is kept"


def told_apart(trial: Trial) -> Iterator[str]:
    """Fields where a thing of another tenant is answered otherwise than one that nobody has.

    Both are asked at one moment, for a page may show a signed link, and the second is part of the signature.
    """
    for name, one in trial.form.fields.items():
        if one.foreign:
            with time_machine.travel(timezone.now(), tick=False):
                foreign, unknown = (trial.send(**{name: number}) for number in (one.foreign(trial.scene), UNKNOWN))
            if foreign.said != unknown.said or foreign.fields & {name}:
                yield f"{trial.form}: {name}"
