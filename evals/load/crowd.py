"""Crowds of guests: so many at once without a pause (closed), so many turns a second (open), or each talk once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from time import perf_counter

from .guest import Guest, Place, Told

Talk = Sequence[str]
"""What one guest says, a message a turn."""
Talks = Sequence[Talk]


async def closed(places: Sequence[Place], talks: Talks, *, guests: int, until: float, streams: bool) -> list[Told]:
    """Each guest says the next message as soon as the last is answered; after a talk another guest begins the next."""
    told, following = list[Told](), _endless(talks)

    async def one_after_the_other() -> None:
        while perf_counter() < until:
            async with _staying(Guest(places, streams)) as guest:
                for message in next(following):
                    told.append(await guest.say(message))
                    if perf_counter() >= until:
                        return

    await asyncio.gather(*(one_after_the_other() for _ in range(guests)))
    return told


async def opened(places: Sequence[Place], talks: Talks, *, rate: float, until: float, seed: int) -> list[Told]:
    """Messages come as of a Poisson process, `rate` a second, answered or not; times count from when they came."""
    told, following, draw = list[Told](), _endless(talks), random.Random(seed)
    free: list[tuple[Guest, Iterator[str]]] = []

    async def say(came: float) -> None:
        guest, rest = free.pop() if free else (Guest(places), iter(next(following)))
        message = next(rest, None)
        if message is None:
            guest.leave()
            guest, rest = Guest(places), iter(next(following))
            message = next(rest)
        told.append(await guest.say(message, came))
        free.insert(0, (guest, rest))

    saying, came = set[asyncio.Task[None]](), perf_counter()
    while came < until:
        await asyncio.sleep(max(0.0, came - perf_counter()))
        saying.add(asyncio.create_task(say(came)))
        came += draw.expovariate(rate)
    await asyncio.gather(*saying)
    return told


async def each(places: Sequence[Place], talks: Talks, *, guests: int) -> list[list[Told]]:
    """Every talk once, by a guest of its own, `guests` of them at the same time."""
    room = asyncio.Semaphore(guests)

    async def one(talk: Talk) -> list[Told]:
        async with room, _staying(Guest(places, keeps=True)) as guest:
            return [await guest.say(message) for message in talk]

    return await asyncio.gather(*map(one, talks))


@asynccontextmanager
async def _staying(guest: Guest) -> AsyncIterator[Guest]:
    try:
        yield guest
    finally:
        guest.leave()


def _endless(talks: Talks) -> Iterator[Talk]:
    return (talks[number % len(talks)] for number in count())
