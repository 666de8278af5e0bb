"""Answers of both APIs as streams: the first piece is waited for, so that a refusal still has a status of its own."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from typing import Any

from fastapi import Request

from ..problems import problem_of
from ..sse import EventStream, first_of
from .answering import Piece
from .errors import ApiError, told

Json = dict[str, Any]
Frame = Callable[[Json], str]


def plain(data: Json) -> str:
    """A chunk, without a name."""
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def named(data: Json) -> str:
    """An event by the name that is its type."""
    return f"event: {data['type']}\n{plain(data)}"


async def streamed(
    request: Request,
    pieces: AsyncGenerator[Piece],
    begin: Callable[[], Iterator[str]],
    each: Callable[[Piece], Iterator[str]],
    end: Callable[[], Awaitable[Iterator[str]]],
    failed: Callable[[ApiError], str],
) -> EventStream:
    """The answer: what it begins with, what comes of each piece, what it ends with; or, in its midst, an error."""
    first = await first_of(request, pieces)

    async def frames() -> AsyncGenerator[str]:
        try:
            for frame in begin():
                yield frame
            if first is not None:
                for frame in each(first):
                    yield frame
            async for piece in pieces:
                for frame in each(piece):
                    yield frame
            for frame in await end():
                yield frame
        except Exception as error:  # the answer has begun: whatever went wrong is told in its last event
            yield failed(told(problem_of(error, request)))

    return EventStream(frames(), pieces)
