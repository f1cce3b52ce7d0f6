"""A mail server for tests that misbehaves as told: refuses, hangs, dribbles, or drops the line at any stage."""

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes

# Stages, in their order; `body` is the answer to the mail itself, after its last dot.
STAGES = ("connect", "ehlo", "mail", "rcpt", "data", "body", "rset", "quit")
GOOD = {"connect": "220 ready", "ehlo": "250 at your service", "data": "354 go on", "quit": "221 bye"}
DROP, HANG, DRIBBLE = "drop", "hang", "dribble"
KEEP_AND_DROP = "keep and drop"  # the mail is kept, and its 250 never said
SAY_AND_DROP = "say and drop"  # the good answer, then the line is gone


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail the server keeps; `was_acknowledged` once its 250 was sent."""

    message_id: str
    to: str
    content: bytes
    was_acknowledged: bool


@dataclass
class Talk:
    """One connection, as far as it has come."""

    line: socket.socket
    to: str = ""
    content: bytes = b""
    heard: bytes = b""
    is_over: bool = False


@dataclass
class SmtpServer:
    """Listens on a port of this machine from `with` on.

    `act(stage, recipient)` says what to do: "" is good, a code with words is said ("450 later"), and the names
    above misbehave. It may be exchanged at any time.
    """

    act: Callable[[str, str], str] = lambda _stage, _to: ""
    pace: float = 0.3  # seconds between two bytes of who dribbles
    kept: list[Kept] = field(default_factory=list)
    talks: int = 0

    def __enter__(self) -> "SmtpServer":
        self.lock, self.is_closed = threading.Lock(), threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.is_closed.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def misbehave(self, stage: str, how: str, *, times: int = 10**9, to: str = "") -> None:
        """Acts so at the stage, so many times, for one recipient or all; else it is good."""
        left = [times]

        def act(at: str, recipient: str) -> str:
            with self.lock:
                if at != stage or left[0] <= 0 or to not in recipient:
                    return ""
                left[0] -= 1
                return how

        self.act = act

    def _listen(self) -> None:
        while not self.is_closed.is_set():
            try:
                line, _address = self.listener.accept()
            except OSError:
                return
            self.talks += 1
            threading.Thread(target=self._talk, args=[Talk(line)], daemon=True).start()

    def _talk(self, talk: Talk) -> None:
        with talk.line:
            try:
                self._answer(talk, "connect")
                while not talk.is_over and (words := self._hear(talk, b"\r\n")):
                    self._obey(talk, words)
            except OSError:
                return

    def _obey(self, talk: Talk, words: bytes) -> None:
        stage = words[:4].strip().decode().lower()
        if stage == "rcpt":
            talk.to = words.decode().partition("<")[2].partition(">")[0]
        if self._answer(talk, stage) and stage == "data":
            talk.content = self._hear(talk, b"\r\n.\r\n")
            self._answer(talk, "body")
        talk.is_over |= stage == "quit"

    def _answer(self, talk: Talk, stage: str) -> bool:
        """Says what is to be said at the stage; whether that was the good answer."""
        how = self.act(stage, talk.to)
        good = GOOD.get(stage, "250 ok")
        if how in {DROP, KEEP_AND_DROP}:
            talk.is_over = True
        elif how == HANG:
            self.is_closed.wait()
            talk.is_over = True
        else:
            self._say(talk, good if how in {"", DRIBBLE, SAY_AND_DROP} else how, slowly=how == DRIBBLE)
            talk.is_over |= how == SAY_AND_DROP or how.startswith("421")
        is_good = how in {"", DRIBBLE, SAY_AND_DROP}
        if stage == "body" and (is_good or how == KEEP_AND_DROP):
            self._keep(talk, was_acknowledged=is_good)
        return is_good

    def _keep(self, talk: Talk, *, was_acknowledged: bool) -> None:
        message_id = message_from_bytes(talk.content)["Message-ID"]
        with self.lock:
            self.kept.append(Kept(message_id, talk.to, talk.content, was_acknowledged))

    def _say(self, talk: Talk, words: str, *, slowly: bool) -> None:
        data = f"{words}\r\n".encode()
        for piece in [data[at : at + 1] for at in range(len(data))] if slowly else [data]:
            talk.line.sendall(piece)
            if slowly and self.is_closed.wait(self.pace):
                return

    def _hear(self, talk: Talk, end: bytes) -> bytes:
        """Until the mark; nothing when the other side hung up."""
        while end not in talk.heard:
            more = talk.line.recv(65536)
            if not more:
                talk.is_over = True
                return b""
            talk.heard += more
        said, _end, talk.heard = talk.heard.partition(end)
        return said
