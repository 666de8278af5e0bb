"""A bug is logged with its traceback and answered without it."""

from __future__ import annotations

import logging

from starlette.requests import ClientDisconnect

from .asgi import App, Message, Receive, Scope, Send, refuse

_log = logging.getLogger(__name__)


class Failures:
    """Answers 500 when something below raises; an answer that has begun is broken off."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            _log.debug("A client left before its request was whole.")
        except Exception:
            _log.exception("A request failed.")
            if started:
                raise
            await refuse(scope, send, 500, "internal", "Something went wrong here.")
