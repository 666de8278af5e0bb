"""Every request has an id: the client's, as far as it is one, or a new one; the answer carries it."""

from __future__ import annotations

import re
from contextvars import ContextVar
from uuid import uuid4

from .asgi import START, App, Message, Receive, Scope, Send, noted, values

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that is being answered, for what is logged meanwhile."""
_HEADER = b"x-request-id"
_VALID = re.compile("[A-Za-z0-9._-]{1,64}", re.ASCII)


class RequestIds:
    """Notes the request's id and sends it back as `X-Request-Id`."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = _given(scope)
        noted(scope)["request_id"] = given
        REQUEST_ID.set(given)

        async def with_id(message: Message) -> None:
            if message["type"] == START:
                message["headers"] = [*message.get("headers", ()), (_HEADER, given.encode())]
            await send(message)

        await self._app(scope, receive, with_id)


def _given(scope: Scope) -> str:
    sent = values(scope, _HEADER)
    return sent[0] if len(sent) == 1 and _VALID.fullmatch(sent[0]) else uuid4().hex
