"""Conversations that another process holds: asked for again after a pause, so that no thread waits for them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import TypeVar

from ..state.locks import ThreadBusy, ThreadLock

T = TypeVar("T")
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.02, 0.25


class HeldElsewhere(ThreadBusy):
    """Another process holds the conversation; nothing has been done."""


def at_once(locks: ThreadLock | None, key: str, work: Callable[[], T]) -> T:
    """The result of work that is done while the conversation is held. Raises HeldElsewhere when it is not free."""
    with ExitStack() as held:
        try:
            if locks:
                held.enter_context(locks.hold(key, timeout_s=0))
        except ThreadBusy as error:
            raise HeldElsewhere(error.message, cure=error.cure) from error
        return work()


async def once_free(attempt: Callable[[], Awaitable[T]], patience_s: float) -> T:
    """The result of an attempt, made again while it raises HeldElsewhere, which it may after `patience_s`."""
    until, pause = time.monotonic() + patience_s, _FIRST_PAUSE_S
    while True:
        try:
            return await attempt()
        except HeldElsewhere:
            if time.monotonic() + pause > until:
                raise
        await asyncio.sleep(pause)
        pause = min(1.5 * pause, _LONGEST_PAUSE_S)
