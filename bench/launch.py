"""The launcher as `make run` starts it, but with the addresses only a measurement asks for."""

import os
import sys

from django.core.management import execute_from_command_line

from scaleup import processes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scaleup.settings")
processes.COMMANDS["web"] = processes.COMMANDS["web"].replace("scaleup.wsgi", "bench.wsgi")

if __name__ == "__main__":
    execute_from_command_line([sys.argv[0], "launch"])
