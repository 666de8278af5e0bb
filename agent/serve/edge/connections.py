"""Connections that send or read too slowly are cut before they hold anything else up."""

from __future__ import annotations

from asyncio import TimerHandle
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from .settings import EdgeSettings

MOST_HEAD_BYTES = 65_536
_Protocol: Any = AutoHTTPProtocol
_EMPTY = b"Content-Length: 0\r\nConnection: close\r\n\r\n"
_FULL = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n" + _EMPTY
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\n" + _EMPTY
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\n" + _EMPTY


class Patient(_Protocol):
    """The HTTP protocol of uvicorn, with an end to its patience.

    A connection is refused when it is one too many, and cut when the head of a request is not there in time or too
    large, or when its client leaves an answer unread for too long. Between requests uvicorn cuts it, for bodies there
    is `BoundedBody`.
    """

    def __init__(self, edge: EdgeSettings, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._edge = edge
        self._head: TimerHandle | None = None
        self._head_bytes = 0
        self._stalled: TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begins to wait for a first request, or refuses the connection."""
        super().connection_made(transport)
        if len(self.connections) > self._edge.max_connections:
            self._hang_up(_FULL)
        else:
            self._await_head()

    def data_received(self, data: bytes) -> None:
        """Hands on what comes; a head that is whole has begun a new cycle."""
        before = self.cycle
        if self._head is None and (before is None or before.response_complete):
            self._await_head()
        super().data_received(data)
        if self.cycle is not before:
            self._stop_waiting()
        elif self._head is not None:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self._hang_up(_TOO_LARGE)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets every timer."""
        self._stop_waiting()
        self._not_stalled()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client reads more slowly than the answer comes."""
        super().pause_writing()
        self._stalled = self._stalled or self.loop.call_later(self._edge.stall_timeout_s, self.transport.abort)

    def resume_writing(self) -> None:
        """The client has read on."""
        self._not_stalled()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Cuts an idle connection, also one whose last answer lies unread."""
        super().timeout_keep_alive_handler()
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def _await_head(self) -> None:
        self._head_bytes = 0
        self._head = self.loop.call_later(self._edge.head_timeout_s, self._hang_up, _TOO_SLOW)

    def _stop_waiting(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _not_stalled(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _hang_up(self, answer: bytes) -> None:
        self._stop_waiting()
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.transport.close()
