"""Forgetting: a conversation, or all that is known of a person."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial

from .errors import unknown_thread
from .identity import thread_of
from .served import Served


async def forget_thread(served: Served, user: str, thread_id: str) -> None:
    """Deletes a conversation once no turn of it runs. Raises UnknownThread."""
    async with served.turns.alone(user, thread_id):
        if not await served.turns.aside(partial(_delete, served, user, [thread_id])):
            raise unknown_thread()


async def forget_person(served: Served, user: str) -> int:
    """Deletes a person's conversations, then what is remembered of them; the number of statements and events.

    In that order: a turn that still runs is waited for, and what it remembers goes as well.
    """
    threads = sorted(await asyncio.to_thread(served.conversations.of, user))
    async with AsyncExitStack() as held:
        for thread_id in threads:
            await held.enter_async_context(served.turns.alone(user, thread_id))
        await served.turns.aside(partial(_delete, served, user, threads))
    return await asyncio.to_thread(served.memory.forget_all, user)


def lose_thread(served: Served, stored: str) -> None:
    """Nothing leads to the thread any more, named by the id that it is stored under."""
    served.places.drop_thread(stored)
    served.conversations.drop(stored)


def _delete(served: Served, user: str, threads: Sequence[str]) -> bool:
    """Whether any was there. What leads to them goes last, so that a deletion that fails can be asked for again."""
    known = [thread_of(user, one) for one in threads if served.conversations.known(user, one)]
    if known:
        served.delete(known)
    for stored in known:
        lose_thread(served, stored)
    return bool(known)
