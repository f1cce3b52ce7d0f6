"""How somebody wants to be told: a table of kinds and ways, and the hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from itertools import groupby
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.formats import time_format
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from reminders.domain import wishes
from reminders.domain.wishes import Group, Kind, Ways
from reminders.models.choices import EVENING, Weekday


@dataclass(frozen=True, slots=True)
class Row:
    """One kind in the table: a box for each way it can take."""

    kind: Kind
    by_mail: BoundField
    in_inbox: BoundField | None


@dataclass(frozen=True, slots=True)
class Table:
    """What belongs together, and how much of it is ticked."""

    title: str
    rows: list[Row]

    @property
    def has_inbox(self) -> bool:
        return any(row.in_inbox for row in self.rows)

    @property
    def summary(self) -> str:
        """Before it is opened: “14 kinds: 12 by mail, 14 in the inbox”."""
        count = len(self.rows)
        mail = sum(bool(row.by_mail.value()) for row in self.rows)
        inbox = sum(bool(row.in_inbox and row.in_inbox.value()) for row in self.rows)
        said = {"kinds": ngettext("%(count)s kind", "%(count)s kinds", count) % {"count": count}, "mail": mail}
        if not self.has_inbox:
            return say("%(kinds)s: %(mail)s by mail") % said
        return say("%(kinds)s: %(mail)s by mail, %(inbox)s in the inbox") % (said | {"inbox": inbox})


def hours(count: int) -> list[tuple[int, str]]:
    """As the clock shows them, from midnight on."""
    return [(hour, time_format(time(hour), "TIME_FORMAT")) for hour in range(count)]


class WishesForm(forms.Form):
    """One box for each kind and way, then the hours."""

    morning = forms.TypedChoiceField(
        label=_("Remind me from this hour on"),
        help_text=_("Nothing comes before it, nor after eight in the evening, on your own clock."),
        choices=lambda: hours(EVENING),
        coerce=int,
    )
    digest_on = forms.TypedChoiceField(
        label=_("Day of the digests"),
        choices=[("", _("No digests")), *Weekday.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    digest_hour = forms.TypedChoiceField(label=_("Hour of the digests"), choices=lambda: hours(24), coerce=int)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        rhythm, chosen = wishes.rhythm_of(user), wishes.of(user)
        initial = {name: getattr(rhythm, name) for name in ("morning", "digest_on", "digest_hour")}
        super().__init__(*args, initial=initial, **kwargs)
        self.kinds = wishes.kinds()
        for kind in self.kinds.values():
            self._add_boxes(kind, chosen.get(kind.kind, wishes.DEFAULT))

    def tables(self) -> Iterator[Table]:
        """All kinds, group by group."""
        for group, kinds in groupby(self.kinds.values(), key=lambda one: one.group):
            yield Table(str(Group(group).label), [self._row(kind) for kind in kinds])

    def clean(self) -> dict[str, Any]:
        """Adds `ways`: by kind."""
        cleaned = super().clean() or {}
        cleaned["ways"] = {
            key: Ways(cleaned[f"mail_{key}"], cleaned[f"inbox_{key}"] if kind.has_inbox else False)
            for key, kind in self.kinds.items()
        }
        return cleaned

    def _add_boxes(self, kind: Kind, ways: Ways) -> None:
        mail = _("%(kind)s: by mail"), "mail", ways.by_mail
        inbox = _("%(kind)s: in the inbox"), "inbox", ways.in_inbox
        for words, name, is_chosen in (mail, inbox)[: 2 if kind.has_inbox else 1]:
            label = str(words) % {"kind": kind.label}
            self.fields[f"{name}_{kind.kind}"] = forms.BooleanField(label=label, required=False, initial=is_chosen)

    def _row(self, kind: Kind) -> Row:
        return Row(kind, self[f"mail_{kind.kind}"], self[f"inbox_{kind.kind}"] if kind.has_inbox else None)
