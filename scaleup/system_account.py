"""Which account of this machine the embedded servers run under.

PostgreSQL refuses to run as root. Started by root, the servers run under an unprivileged account
that is there already; started by anybody else, under their own.
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An account the servers run under; `uid` is None when it is the caller's own."""

    uid: int | None = None
    gid: int | None = None

    @property
    def process_options(self) -> dict[str, Any]:
        """What subprocess needs to start something under this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        """Make the folder if need be, and let this account alone into it."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)

    def open_way_to(self, path: Path) -> None:
        """Let this account walk (not look) through the folders above `path`."""
        if self.uid is None:
            return
        for folder in path.resolve().parents:
            _add_mode(folder, stat.S_IXOTH)

    def open_programs(self, folder: Path) -> None:
        """Let this account read and run what was installed here under a strict umask."""
        if self.uid is None:
            return
        self.open_way_to(folder)
        for path in [folder, *folder.rglob("*")]:
            executable = path.stat().st_mode & stat.S_IXUSR
            _add_mode(path, stat.S_IROTH | (stat.S_IXOTH if executable else 0))


def account_for_servers() -> Account:
    """The caller's own account, or an unprivileged one if the caller is root."""
    if os.geteuid() != 0:
        return Account()
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise LookupError(f"Started as root, but this machine has none of the accounts {', '.join(UNPRIVILEGED)}.")


def _add_mode(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(stat.S_IMODE(mode) | bits)
