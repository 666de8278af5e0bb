"""A blocking iterator as an async one: it runs whole in one thread, so that its context variables stay its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from threading import Event
from typing import TypeVar

T = TypeVar("T")
_END = object()


async def in_thread(iterate: Callable[[], Iterator[T]]) -> AsyncIterator[T]:
    """Yields what the iterator yields, as it comes; its exception is raised here. Closing stops it at its next item."""
    loop, queue, stopped = asyncio.get_running_loop(), asyncio.Queue(), Event()

    def run() -> None:
        try:
            for one in iterate():
                if stopped.is_set():
                    return
                loop.call_soon_threadsafe(queue.put_nowait, one)
        finally:
            loop.call_soon_threadsafe(queue.put_nowait, _END)

    running = asyncio.ensure_future(asyncio.to_thread(run))
    try:
        while (one := await queue.get()) is not _END:
            yield one
        await running
    finally:
        stopped.set()
