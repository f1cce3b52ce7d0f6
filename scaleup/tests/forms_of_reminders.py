"""Forms of reminders: the inbox, and how people want to be told."""

from scaleup.tests import forms_of_calendar, forms_of_inbox, forms_of_operations, forms_of_wishes
from scaleup.tests.form import Form

FORMS: list[Form] = [
    *forms_of_inbox.FORMS,
    *forms_of_calendar.FORMS,
    *forms_of_wishes.FORMS,
    *forms_of_operations.FORMS,
]
