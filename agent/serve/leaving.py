"""An answer that is given up when its client leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

T = TypeVar("T")
CLIENT_LEFT = 499
"""As nginx logs it; nobody reads this answer."""


async def unless_left(request: Request, answering: Awaitable[T]) -> T:
    """The answer; it is cancelled once the client has left. The body must have been read before."""
    answer, leaving = asyncio.ensure_future(answering), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({answer, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise HTTPException(CLIENT_LEFT)
        return await answer
    finally:
        leaving.cancel()
        if not answer.done():
            answer.cancel()
            await asyncio.wait({answer})


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
