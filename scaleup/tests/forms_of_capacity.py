"""Forms of capacity checks and support plans."""

from scaleup.tests.form import Form

FORMS: list[Form] = []
