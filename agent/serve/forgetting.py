"""Forgetting: a conversation, or all that is known of a person."""

from __future__ import annotations

import asyncio
from functools import partial

from .errors import UnknownThread, unknown_thread
from .identity import thread_of
from .served import Served


async def forget_thread(served: Served, user: str, thread_id: str) -> None:
    """Deletes a conversation once no turn of it runs. Raises UnknownThread."""
    async with served.turns.alone(user, thread_id):
        await served.turns.aside(partial(_drop, served, user, thread_id))


async def forget_person(served: Served, user: str) -> int:
    """Deletes a person's conversations, then what is remembered of them; the number of statements and events.

    In that order: a turn that still runs is waited for, and what it remembers goes as well.
    """
    for thread_id in await asyncio.to_thread(served.conversations.of, user):
        try:
            await forget_thread(served, user, thread_id)
        except UnknownThread:
            continue  # it was deleted meanwhile
    await asyncio.to_thread(served.places.forget, user)
    return await asyncio.to_thread(served.memory.forget_all, user)


def _drop(served: Served, user: str, thread_id: str) -> None:
    if not served.conversations.known(user, thread_id):
        raise unknown_thread()
    served.delete(thread_of(user, thread_id))
    served.conversations.drop(user, thread_id)
