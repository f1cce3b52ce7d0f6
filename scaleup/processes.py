"""The parts that run, as commands; `make run`, the Procfile and compose.yaml start the same ones."""

import sys

COMMANDS = {
    "release": "python manage.py prepare",
    "web": "python -m gunicorn --config scaleup/web_server.py scaleup.wsgi",
    "worker": "python -m celery --quiet --app scaleup worker --loglevel WARNING --without-gossip --without-mingle",
    "beat": "python -m celery --quiet --app scaleup beat --loglevel WARNING",
}


def command_of(name: str) -> list[str]:
    """One of the commands, with the Python that runs now."""
    return [sys.executable if word == "python" else word for word in COMMANDS[name].split()]
