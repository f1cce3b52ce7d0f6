"""The line to the mail server: Django's own, but neither opening it nor handing over a mail can take for ever.

The timeout of a socket is not enough: a server that says one byte every nine seconds never meets it.
"""

import smtplib
import time
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

OPENS_WITHIN = 15  # seconds
GOES_WITHIN = 15
ENDS_WITHIN = 3
STEP = 10  # without a sign of life


class _Replies:
    """What the server says, line by line, until the time of the line is up; in place of a file of the socket."""

    def __init__(self, line: "_Line") -> None:
        self.line = line
        self.heard = b""

    def readline(self, limit: int) -> bytes:
        """Up to the end of a line, at most `limit` bytes; fewer when the server hangs up. Raises TimeoutError."""
        while b"\n" not in self.heard and len(self.heard) < limit and (more := self._hear()):
            self.heard += more
        end = min(self.heard.find(b"\n") + 1 or limit, limit)
        said, self.heard = self.heard[:end], self.heard[end:]
        return said

    def close(self) -> None:
        self.heard = b""

    def _hear(self) -> bytes:
        if (sock := self.line.sock) is None:
            return b""
        sock.settimeout(self.line.time_left())
        return sock.recv(4096)


class _Line(smtplib.SMTP):
    """One conversation with the server. What is asked after `take_time` must be answered within it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.take_time(OPENS_WITHIN)
        super().__init__(*args, **kwargs)

    def take_time(self, seconds: float) -> None:
        self.ends_at = time.monotonic() + seconds

    def time_left(self) -> float:
        """How long the next step may take. Raises TimeoutError when there is none left."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("The mail server took too long.")
        return min(STEP, left)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = _Replies(self)  # in place of one that waits as long as bytes keep coming
        return super().getreply()

    def quit(self) -> tuple[int, bytes]:
        self.take_time(ENDS_WITHIN)
        return super().quit()


class _TLSLine(_Line, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class SmtpBackend(EmailBackend):
    """Mail by SMTP, each try within `OPENS_WITHIN` + `GOES_WITHIN` seconds."""

    @property
    def connection_class(self) -> type[_Line]:
        return _TLSLine if self.use_ssl else _Line

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        if isinstance(self.connection, _Line):
            self.connection.take_time(GOES_WITHIN)
        return super().send_messages(email_messages)
