"""An answer begins in time, or the client is told that it does not."""

from __future__ import annotations

import asyncio

from .asgi import App, Message, Receive, Scope, Send, refuse


class TimelyAnswer:
    """Answers 504 when no answer has begun after `seconds`. One that has begun may take longer."""

    def __init__(self, app: App, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = asyncio.timeout(self._seconds)

        async def begun(message: Message) -> None:
            limit.reschedule(None)
            await send(message)

        try:
            async with limit:
                await self._app(scope, receive, begun)
        except TimeoutError:
            if not limit.expired():
                raise
            await refuse(scope, send, 504, "answer_too_slow", "The answer did not come in time.")
