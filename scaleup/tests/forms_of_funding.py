"""Forms of costs, sources, rates."""

from scaleup.tests.form import Form

FORMS: list[Form] = []
