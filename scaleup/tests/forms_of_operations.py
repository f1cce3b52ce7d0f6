"""Forms of the page of operations."""

from scaleup.tests.form import Form

FORMS = [Form("reminders:delivery_retry", "admin", page="reminders:operations")]
