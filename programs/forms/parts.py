"""Forms that stand inside a <form> of the page, alone or several together."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms


class PageForm(forms.Form):
    """Its fields; the page writes the <form> around them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class OptionalForm(PageForm):
    """May be left empty as a whole; once something stands in it, `needed` must stand there too."""

    def needed(self, said: dict[str, Any]) -> dict[str, str]:
        """Fields by name, each with the sentence for those who left it out."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if any(said.get(name) for name in self.fields) or self.errors:
            for name, message in self.needed(said).items():
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, message)
        return said
