"""How the history says what was done with capacity checks and the support they lead to. As `partners.domain.words`."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise

from programs.domain.history import Places

VERBS: dict[tuple[str, str], Promise] = {}
FIELDS: dict[tuple[str, str], Promise] = {}
VALUES: dict[tuple[str, str], Mapping[Any, Any]] = {}
PLACES: dict[str, Places] = {}
