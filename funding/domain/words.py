"""How the history says what was done with the money of a program, and where it leads.

Placeholders are names in the change's `new`.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise

from programs.domain.history import Places

VERBS: dict[tuple[str, str], Promise] = {}
FIELDS: dict[tuple[str, str], Promise] = {}
VALUES: dict[tuple[str, str], Mapping[Any, Any]] = {}
PLACES: dict[str, Places] = {}
