"""A keep-alive connection that posts JSON: HTTP/1.1 by hand, since a library would take its share of the machine."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import perf_counter

_LIMIT = 1 << 24


@dataclass(slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    marked_at: float | None = None
    """On the clock of `perf_counter`: when the mark that was looked for had come."""


@dataclass(slots=True)
class Connection:
    """To one server; opened when it is first needed, and again when the server has closed it meanwhile."""

    host: str
    port: int
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = field(default=None, init=False)

    async def post(self, path: str, body: bytes, cookie: str = "", mark: bytes = b"") -> Answer:
        """The answer, whole. Raises OSError or EOFError when the server hangs up."""
        reused = self._streams is not None
        try:
            return await self._post(path, body, cookie, mark)
        except (OSError, EOFError):
            self.close()
            if not reused:
                raise
        return await self._post(path, body, cookie, mark)

    def close(self) -> None:
        """Hangs up."""
        if self._streams:
            self._streams[1].close()
        self._streams = None

    async def _post(self, path: str, body: bytes, cookie: str, mark: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self.host, self.port, limit=_LIMIT)
        reader, writer = self._streams
        head = [f"POST {path} HTTP/1.1", f"Host: {self.host}:{self.port}", "Content-Type: application/json"]
        head += [f"Content-Length: {len(body)}", *([f"Cookie: {cookie}"] if cookie else [])]
        writer.write("\r\n".join([*head, "", ""]).encode() + body)
        answer = _read_head(await reader.readuntil(b"\r\n\r\n"))
        await _read_body(reader, answer, mark)
        if answer.headers.get("connection") == "close":
            self.close()
        return answer


def _read_head(head: bytes) -> Answer:
    status, *lines = head.decode("latin-1").split("\r\n")
    named = (line.partition(":") for line in lines if line)
    return Answer(int(status.split()[1]), {name.strip().lower(): value.strip() for name, _, value in named})


async def _read_body(reader: asyncio.StreamReader, answer: Answer, mark: bytes) -> None:
    if answer.headers.get("transfer-encoding") != "chunked":
        answer.body = await reader.readexactly(int(answer.headers.get("content-length", 0)))
        return
    pieces: list[bytes] = []
    while size := int(await reader.readline(), 16):
        piece = (await reader.readexactly(size + 2))[:-2]
        if mark and answer.marked_at is None and mark in piece:
            answer.marked_at = perf_counter()
        pieces.append(piece)
    await reader.readline()
    answer.body = b"".join(pieces)
