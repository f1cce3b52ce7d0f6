"""What never reaches a log."""

import logging
import sys

import pytest

from scaleup.logs import DiscreetFormatter, discreet

TOKEN = "mF9-x2Lq_8TzVw3RkYp0aB"


@pytest.mark.parametrize(
    ("line", "logged"),
    [
        ("Not Found: /programs/7/steps/3/", "Not Found: /programs/7/steps/3/"),
        ("mail to amina@example.org failed", "mail to [e-mail] failed"),
        ("<A.B+c@sub.example.co.uk>", "<[e-mail]>"),
        ("GET /portfolio/?q=amina&page=2 200", "GET /portfolio/?[query] 200"),
        (f"Gone: /join/{TOKEN}/", "Gone: /join/[key]/"),
        (f"Gone: /join/{TOKEN}", "Gone: /join/[key]"),
        (f"Gone: /join/{TOKEN}.", "Gone: /join/[key]."),
        (f"Gone: /calendar/{TOKEN}.ics", "Gone: /calendar/[key]"),
        (f"Gone: (/join/{TOKEN}), </join/{TOKEN}>", "Gone: (/join/[key]), </join/[key]>"),
        (f"Gone: /join/{TOKEN}?next", "Gone: /join/[key]?next"),
        (f"Gone: /mails/stop/eyJ1.{TOKEN}:1x.{TOKEN}%3A{TOKEN}/", "Gone: /mails/stop/[key]/"),
        ("https://scaleup.health.example.org/programs/7/", "https://scaleup.health.example.org/programs/7/"),
        (
            'File "/srv/scaleup/test_a_module_with_a_long_name.py"',
            'File "/srv/scaleup/test_a_module_with_a_long_name.py"',
        ),
        (f"/account/password/reset/key/3-{TOKEN}/ failed", "/account/password/reset/key/[key]/ failed"),
        ("duplicate key\nDETAIL:  Key (name)=(Amina) already exists.\nend", "duplicate key\nDETAIL: [left out]\nend"),
        ("Is this a question? yes=no", "Is this a question? yes=no"),
        ('File "/srv/scaleup/programs/domain/answering.py"', 'File "/srv/scaleup/programs/domain/answering.py"'),
    ],
)
def test_private_parts_are_left_out(line: str, logged: str) -> None:
    assert discreet(line) == logged


def test_tracebacks_are_cleaned_too() -> None:
    try:
        raise ValueError("amina@example.org is taken")
    except ValueError:
        record = logging.LogRecord("app", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    text = DiscreetFormatter().format(record)
    assert "ValueError: [e-mail] is taken" in text
    assert "amina" not in text.replace('raise ValueError("amina@example.org is taken")', "").replace("[e-mail]", "")
