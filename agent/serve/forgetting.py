"""Forgetting: a conversation, or all that is known of a person."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial

from ..state.locks import ThreadBusy
from .elsewhere import HeldElsewhere, once_free
from .errors import unknown_thread
from .identity import thread_of
from .served import Served


async def forget_thread(served: Served, user: str, thread_id: str) -> None:
    """Deletes a conversation once no turn of it runs. Raises UnknownThread."""
    async with served.turns.alone(user, thread_id):
        if not await _once_free(served, user, [thread_id]):
            raise unknown_thread()


async def forget_person(served: Served, user: str) -> int:
    """Deletes a person's conversations, then what is remembered of them; the number of statements and events.

    In that order: a turn that still runs is waited for, and what it remembers goes as well.
    """
    threads = sorted(await asyncio.to_thread(served.conversations.of, user))
    async with AsyncExitStack() as held:
        for thread_id in threads:
            await held.enter_async_context(served.turns.alone(user, thread_id))
        await _once_free(served, user, threads)
    return await asyncio.to_thread(served.memory.forget_all, user)


def lose_thread(served: Served, stored: str) -> None:
    """Nothing leads to the thread any more, named by the id that it is stored under."""
    served.places.drop_thread(stored)
    served.conversations.drop(stored)


async def _once_free(served: Served, user: str, threads: Sequence[str]) -> bool:
    """Whether any was there. A turn of another process is waited for in no thread."""
    attempt = partial(_delete, served, user, threads)
    return await once_free(lambda: served.turns.aside(attempt), served.turns.limits.lock_s)


def _delete(served: Served, user: str, threads: Sequence[str]) -> bool:
    """Whether any was there. What leads to them goes last, so that a deletion that fails can be asked for again."""
    known = [thread_of(user, one) for one in threads if served.conversations.known(user, one)]
    try:
        if known:
            served.delete(known)
    except ThreadBusy as busy:
        raise HeldElsewhere(busy.message, cure=busy.cure) from busy
    for stored in known:
        lose_thread(served, stored)
    return bool(known)
