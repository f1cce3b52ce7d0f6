"""A phase: some years that are costed together."""

from typing import Any

from crispy_forms.layout import Layout, Row
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.domain import phases
from funding.forms.fields import YearField
from programs.forms.facts import SeenForm
from programs.forms.fields import LineField
from programs.forms.parts import PageForm


class PhaseForm(PageForm, SeenForm):
    """Its name and years."""

    shown_facts = phases.FACTS

    name = LineField(
        limit=120,
        label=gettext_lazy("Name of the phase"),
        help_text=gettext_lazy("For example: ten districts, then the whole region."),
    )
    first_year = YearField(label=gettext_lazy("First year"))
    last_year = YearField(label=gettext_lazy("Last year"), help_text=gettext_lazy("The same year if it is one year."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper.layout = Layout("name", Row("first_year", "last_year"), "seen", "nonce")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("first_year") and said.get("last_year") and said["last_year"] < said["first_year"]:
            self.add_error("last_year", _("It cannot end before it begins: enter the first year or a later one."))
        return said
