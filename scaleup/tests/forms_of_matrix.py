"""Forms of the matrix: its cells, its functions, its complaints."""

from scaleup.tests.form import Form

FORMS: list[Form] = []
