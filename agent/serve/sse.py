"""Server-sent events (the WHATWG HTML standard, section 9.2), written by hand: a name, and JSON on one line."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import StreamingResponse

from .leaving import unless_left

T = TypeVar("T")
MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


def framed(name: str, data: BaseModel) -> str:
    """One event as it goes over the wire."""
    return f"event: {name}\ndata: {data.model_dump_json()}\n\n"


class EventStream(StreamingResponse):
    """Frames, and the source that they are made from: a client that leaves closes both, not when they are collected.

    The source is closed by itself, since frames that nobody has begun to read close nothing.
    """

    media_type = MEDIA_TYPE

    def __init__(self, frames: AsyncGenerator[str], source: AsyncGenerator[Any]) -> None:
        super().__init__(frames, headers=HEADERS)
        self._frames = frames
        self._source = source

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Sends it."""
        async with aclosing(self._source), aclosing(self._frames):
            await super().__call__(scope, receive, send)


async def first_of(request: Request, source: AsyncGenerator[T]) -> T | None:
    """Its first; waited for before an answer begins, so that a refusal has a status of its own. Closes what fails."""
    try:
        return await unless_left(request, _first(source))
    except BaseException:
        await source.aclose()
        raise


async def _first(source: AsyncGenerator[T]) -> T | None:
    return await anext(source, None)
