"""Server-sent events (the WHATWG HTML standard, section 9.2), written by hand: a name, and JSON on one line."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from pydantic import BaseModel
from starlette.responses import StreamingResponse

MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


def framed(name: str, data: BaseModel) -> str:
    """One event as it goes over the wire."""
    return f"event: {name}\ndata: {data.model_dump_json()}\n\n"


class EventStream(StreamingResponse):
    """A stream whose generator is closed as soon as the client has left, not when it happens to be collected."""

    media_type = MEDIA_TYPE

    def __init__(self, frames: AsyncGenerator[str]) -> None:
        super().__init__(frames, headers=HEADERS)
        self._frames = frames

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Sends it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._frames.aclose()
