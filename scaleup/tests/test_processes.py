"""`make run`, the Procfile and compose.yaml start the same parts with the same commands."""

import re
import sys
from pathlib import Path

from django.conf import settings

from scaleup.launcher import PARTS
from scaleup.processes import COMMANDS, command_of

ROOT = Path(settings.BASE_DIR)


def test_the_procfile_names_the_same_commands() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    assert dict(line.split(": ", 1) for line in lines) == COMMANDS


def test_compose_names_the_same_commands() -> None:
    text = (ROOT / "compose.yaml").read_text()
    found = dict(re.findall(r"^  (\w+):\n(?:    .*\n)*?    command: (python .*)\n", text, re.MULTILINE))
    assert found == COMMANDS


def test_launch_starts_them_with_the_python_that_runs() -> None:
    assert {*PARTS, "release"} == COMMANDS.keys()
    for name, command in COMMANDS.items():
        assert command_of(name) == [sys.executable, *command.split()[1:]]


def test_the_documentation_names_them() -> None:
    text = (ROOT / "docs" / "deploy.md").read_text()
    missing = [command for command in COMMANDS.values() if command not in text]
    assert missing == []
