"""Forms of partners and the people who speak for them."""

from scaleup.tests.form import Form

FORMS: list[Form] = []
