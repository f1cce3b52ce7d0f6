"""Forms of the personal calendar: making its address, ending it, and how its entries are written."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.once import NonceField
from reminders.models import CalendarFeed


def _number_of_feed() -> forms.IntegerField:
    """Of the feed that was open when the page was shown; empty for none."""
    return forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class NewAddressForm(forms.Form):
    """Asks for an address, the first one or another."""

    nonce = NonceField()
    instead_of = _number_of_feed()

    def __init__(self, *args: Any, feed: CalendarFeed | None = None) -> None:
        # The address is made of the nonce: 256 bits of it, twice what other forms have.
        super().__init__(*args, initial={"nonce": secrets.token_hex(32), "instead_of": feed and feed.pk})


class EndForm(forms.Form):
    """Ends the address."""

    feed_id = _number_of_feed()

    def __init__(self, *args: Any, feed: CalendarFeed | None = None) -> None:
        super().__init__(*args, initial={"feed_id": feed and feed.pk})


class EntriesForm(forms.Form):
    """What the entries say, and whether the calendar itself reminds."""

    alarm = forms.ChoiceField(
        label=_("Alarms of your calendar"),
        choices=CalendarFeed.Alarm,
        widget=forms.RadioSelect,
        help_text=_(
            "At the hour from which you want to be reminded. Google Calendar and Outlook may leave these alarms out"
            " and ring as you set it there; most calendars of phones and computers ask you first."
        ),
    )
    names_programs = forms.BooleanField(
        label=_("Name the program in each title"),
        required=False,
        help_text=_("Whoever sees your calendar reads the name then."),
    )

    def __init__(self, *args: Any, feed: CalendarFeed | None) -> None:
        initial = {"alarm": feed.alarm, "names_programs": feed.names_programs} if feed else {}
        super().__init__(*args, initial=initial)
