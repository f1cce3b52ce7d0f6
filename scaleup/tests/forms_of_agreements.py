"""Forms of agreements and coordination bodies."""

from scaleup.tests.form import Form

FORMS: list[Form] = []
