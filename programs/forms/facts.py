"""Forms over the facts of one row, as `journal.facts` changes them: they remember what they were opened with."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from journal.facts import ChangedMeanwhile
from programs.forms.fields import NonceField


class SeenForm(forms.Form):
    """`seen` carries the facts the form was opened with; `shown_facts` names those it lets people change."""

    shown_facts: tuple[str, ...] = ()

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    nonce = NonceField()

    def __init__(self, *args: Any, seen: Mapping[str, Any] | None = None, **options: Any) -> None:
        """`seen` are the facts of the row to be changed (`journal.facts.facts_of`); none for a new one."""
        if seen is not None:
            options["initial"] = {**seen, "seen": json.dumps(seen)} | options.get("initial", {})
        super().__init__(*args, **options)

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.shown_facts}

    def clean_seen(self) -> dict[str, Any]:
        try:
            seen = json.loads(self.cleaned_data["seen"] or "{}")
        except ValueError:
            return {}
        return seen if isinstance(seen, dict) else {}

    def tell_clash(self, clash: ChangedMeanwhile) -> None:
        """Says what stands there now, beside what was typed; sent again the form replaces that knowingly."""
        for name, value in clash.fields.items():
            message = _("Somebody changed this meanwhile to “%(value)s”. Save again to put yours in its place.")
            self.add_error(name, message % {"value": value or _("nothing")})
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = json.dumps(clash.now)
