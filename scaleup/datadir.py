"""The data folder: where everything that is embedded or kept on this machine lies."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

# A Unix socket's path may be 104 bytes on macOS and 108 on Linux, end mark included.
LONGEST_SOCKET_PATH = 100
POSTGRES_SOCKET_NAME = ".s.PGSQL.5432"
DATABASE_NAME = "scaleup"


@dataclass(frozen=True, slots=True)
class DataDir:
    """Names of the things in one data folder. Nothing here touches the disk."""

    root: Path

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    @property
    def files(self) -> Path:
        return self.root / "files"

    @property
    def static(self) -> Path:
        return self.root / "static"

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def pids(self) -> Path:
        return self.root / "pids"

    @property
    def secret_key(self) -> Path:
        return self.root / "secret-key"

    @property
    def sockets(self) -> Path:
        """The folder of the servers' sockets; a short one elsewhere if ours has too long a name."""
        inside = self.root / "run"
        if len(os.fsencode(inside / POSTGRES_SOCKET_NAME)) < LONGEST_SOCKET_PATH:
            return inside
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"scaleup-{os.getuid()}-{digest}"

    @property
    def database_url(self) -> str:
        return f"postgresql://scaleup@/{quote(str(self.sockets))}/{DATABASE_NAME}"

    @property
    def redis_url(self) -> str:
        return f"unix://{quote(str(self.sockets / 'valkey.sock'))}"

    @property
    def mail_url(self) -> str:
        return f"filemail:///{quote(str(self.mail))}"
