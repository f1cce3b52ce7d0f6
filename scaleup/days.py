"""Days in the database, written so that an index and a condition on it are the same words.

An index on them is best on all rows: PostgreSQL knows how many to expect of a day only from such an index.
"""

from django.db import models


def day_of(moment: str | models.Func) -> models.Func:
    """The day of a moment by the clock of UTC: as `{since[…]}` in what people owe has it."""
    pattern = "((%(expressions)s AT TIME ZONE 'UTC')::date)"
    return models.Func(moment, template=pattern, output_field=models.DateField())


def days_apart(day: str | models.Func, sign: str, count: str) -> models.Func:
    """The day so many days after another (`+`), or before it (`-`)."""
    # In the order of the alphabet, as migrations write them: another order is another index to Django.
    return models.Func(
        day, count, arg_joiner=f" {sign} ", output_field=models.DateField(), template="(%(expressions)s)"
    )
