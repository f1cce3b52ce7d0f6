"""The time zones of the world as a grouped list to choose from."""

import zoneinfo
from functools import cache
from itertools import groupby

from django.utils.translation import gettext_lazy as _

REGIONS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}


@cache
def choices() -> list[tuple[object, object]]:
    """UTC, then every place the system knows, under its region: as a select wants them."""
    places = sorted(name for name in zoneinfo.available_timezones() if name.partition("/")[0] in REGIONS)
    grouped = [
        (REGIONS[region], [(name, _place(name)) for name in names])
        for region, names in groupby(places, key=lambda name: name.partition("/")[0])
    ]
    return [("UTC", "UTC"), *grouped]


def _place(name: str) -> str:
    """`America/Argentina/Buenos_Aires` as `Argentina: Buenos Aires`."""
    return ": ".join(name.split("/")[1:]).replace("_", " ")
