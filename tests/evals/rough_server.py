"""An HTTP server on a real socket that answers as it is told to, down to the bytes."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread


def answer(body: bytes, *, status: str = "200 OK", length: int | None = None) -> bytes:
    """A whole HTTP answer; `length` is what it claims of its body."""
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n".encode() + body


class RoughServer:
    """Answers one connection after the other with the given bytes, the last again and again; None never answers."""

    def __init__(self, answers: Sequence[bytes | None]) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.closing = Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/v1"

    def serve(self) -> None:
        """Until the socket is closed."""
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                self.requests.append(_request(connection))
                given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if given is None:
                    self.closing.wait(30)
                else:
                    connection.sendall(given)


def _request(connection: socket.socket) -> bytes:
    held = b""
    while b"\r\n\r\n" not in held:
        held += connection.recv(65536)
    head, _, body = held.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def rough(*answers: bytes | None) -> Iterator[RoughServer]:
    """Serves the answers while it is open."""
    server = RoughServer(answers)
    Thread(target=server.serve, daemon=True).start()
    try:
        yield server
    finally:
        server.closing.set()
        server.socket.close()
