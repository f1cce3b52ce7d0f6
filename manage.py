#!/usr/bin/env python3
"""Django's command line for ScaleUp."""

import os
import sys


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  said here, before anything breaks
        version = ".".join(str(number) for number in sys.version_info[:2])
        sys.exit("ScaleUp needs Python 3.11 or newer; this is Python " + version + ".")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scaleup.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
