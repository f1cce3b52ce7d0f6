"""The functions every scale-up has, and at which levels somebody usually must do them (DOMAIN: step 7, item 7.2)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A function by its name, what it covers, and the levels at which it is done (as `partners.models.Level`)."""

    name: Promise
    covers: Promise
    levels: tuple[str, ...] = ()


BUILT_IN: dict[str, BuiltIn] = {
    "training": BuiltIn(
        _("Training"), _("Preparing the people who will do the work, and those who follow them."), ("district",)
    ),
    "supervision": BuiltIn(
        _("Supervision"), _("Visiting sites, coaching, and following up what was found."), ("district",)
    ),
    "monitoring": BuiltIn(
        _("Monitoring and evaluation"), _("Indicators, data quality, and reviews where they are used."), ("national",)
    ),
    "resource-allocation": BuiltIn(
        _("Resource allocation"), _("Deciding which place gets people, kits and money, and when."), ("national",)
    ),
    "fund-raising": BuiltIn(_("Funding procurement"), _("Finding money and keeping those who give it informed.")),
    "information-system": BuiltIn(
        _("Management information system"), _("Tools, forms and the flow of records."), ("national",)
    ),
    "supply": BuiltIn(_("Supply"), _("Materials and kits on hand before they are needed."), ("district",)),
    "advocacy": BuiltIn(_("Advocacy"), _("Winning those who decide on policies, plans and budgets."), ("national",)),
    "community-link": BuiltIn(
        _("Community link"), _("Hearing the people the program is for, and answering them."), ("community",)
    ),
    "technical-assistance": BuiltIn(_("Technical assistance"), _("Know-how from the pilot for those who adopt it.")),
}
