"""How much a request may bring, and how long that may take."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from .asgi import START, App, Message, Receive, Scope, Send, refuse, values

AT_ONCE = 16
"""Bodies of the largest size that one process holds at the same time, in whatever pieces."""
_CLOSE = [(b"connection", b"close")]
_LATER = [*_CLOSE, (b"retry-after", b"1")]


class BoundedBody:
    """A body above `most` bytes is answered with 413, one that is not whole after `seconds` with 408.

    It is refused by its stated length, or as soon as more has come, whatever the app makes of it. When all bodies
    together are more than the process may hold, the newest is answered with 503.
    """

    def __init__(self, app: App, most: int, seconds: float) -> None:
        self._app = app
        self._held = _Held(most * AT_ONCE)
        self._most = most
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is within the limits."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        deadline = asyncio.get_running_loop().time() + self._seconds
        body = _Body(scope, receive, send, self._held, self._most, deadline)
        if _stated(scope) > self._most:
            body.wrong = body.too_large()
            await body.refuse()
            return
        try:
            await self._app(scope, body.receive, body.send)
        except _Refused:
            await body.refuse()
        finally:
            self._held.bytes -= body.taken


@dataclass(slots=True)
class _Held:
    """Bytes of all bodies whose requests are not over."""

    most: int
    bytes: int = 0


class _Refused(Exception):
    pass


@dataclass(slots=True)
class _Body:
    """What has come of one request's body; once something is wrong, the app's answer is replaced."""

    scope: Scope
    inner_receive: Receive
    inner_send: Send
    held: _Held
    most: int
    deadline: float
    taken: int = 0
    whole: bool = False
    started: bool = False
    wrong: tuple[int, str, str] | None = field(default=None)

    async def receive(self) -> Message:
        if self.wrong:
            raise _Refused
        if self.whole:
            return await self.inner_receive()
        message = await self._in_time()
        self.whole = message["type"] != "http.request" or not message.get("more_body", False)
        self._take(len(message.get("body", b"")))
        return message

    def _take(self, length: int) -> None:
        self.taken += length
        self.held.bytes += length
        if self.taken > self.most:
            self.wrong = self.too_large()
        elif self.held.bytes > self.held.most:
            self.wrong = (503, "too_much_at_once", "Too many large requests at once; try again later.")
        if self.wrong:
            raise _Refused

    async def _in_time(self) -> Message:
        try:
            async with asyncio.timeout_at(self.deadline):
                return await self.inner_receive()
        except TimeoutError as error:
            self.wrong = (408, "body_too_slow", "The body did not come in time.")
            raise _Refused from error

    async def send(self, message: Message) -> None:
        if self.wrong and not self.started:
            await self.refuse()
        elif not self.wrong or message["type"] != START:
            self.started = True
            await self.inner_send(message)

    async def refuse(self) -> None:
        if self.wrong and not self.started:
            self.started = True
            headers = _LATER if self.wrong[0] == 503 else _CLOSE
            await refuse(self.scope, self.inner_send, *self.wrong, headers)

    def too_large(self) -> tuple[int, str, str]:
        return 413, "body_too_large", f"A request may have {self.most / 1e6:g} MB."


def _stated(scope: Scope) -> int:
    stated = values(scope, b"content-length")
    return int(stated[0]) if stated and stated[0].isdigit() else 0
