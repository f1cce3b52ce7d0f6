"""Keeping files that people hand in: announced, stored under a random name, and gone again if no row points at them."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.files.base import File
from django.core.files.storage import default_storage

from programs.domain.uploads import Checked
from programs.models import PendingFile


@dataclass(slots=True)
class Stored:
    """A file in the store, and whether a row came to point at it."""

    path: str
    pending: PendingFile | None = None
    is_used: bool = False

    def take(self) -> str:
        """The path, for the row that points at it from now on. Call it in the transaction that writes that row."""
        self.is_used = True
        if self.pending is not None:
            self.pending.delete()
        return self.path


def let_go(paths: Iterable[str | None]) -> None:
    """Leaves files to the sweep, whose rows go in the caller's transaction: whoever fetches one just now still can."""
    PendingFile.objects.bulk_create(PendingFile(path=path) for path in paths if path)


@contextmanager
def stored(file: File | None, checked: Checked | None, *, folder: str) -> Iterator[Stored]:
    """Puts a file in the store under a random name; takes it out again if nobody took it. No file: no path.

    It is announced first: should this process be killed, the sweep still knows of it. Open the transaction
    inside, so that what fails with it takes the file along.
    """
    if file is None or checked is None:
        yield Stored("")
        return
    ending = PurePosixPath(checked.name).suffix.lower()
    path = f"{folder}/{secrets.token_urlsafe(18)}{ending}"
    pending = PendingFile.objects.create(path=path)
    kept = Stored(default_storage.save(path, file), pending)
    try:
        yield kept
    except BaseException:
        kept.is_used = False
        raise
    finally:
        if not kept.is_used:
            default_storage.delete(kept.path)
