"""What must hold of a server: its memory stays flat, idle conversations cost little, nothing crosses between people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from threading import Event, Thread
from typing import Any

from .figures import Figure
from .serving_measured import Talks, growth, measured
from .serving_process import Server, crowd

_GROWTH_PERCENT, _IDLE_MB = 5, 50
_WARM_SHARE = 0.2
"""Of a soak: until then caches fill."""
_AT_ONCE = 32
_CANARY, _ANY_CANARY = "qx{:03d}zv", re.compile(r"qx\d{3}zv")
"""A word that no catalog has: whoever is told another's was told something of another."""


def soak(server: Server, talks: Talks, *, guests: int, seconds: float) -> Iterator[Figure]:
    """The crowd without a pause, and the memory of the server meanwhile."""
    memory, over = list[float](), Event()

    def watch() -> None:
        while not over.wait(max(0.2, seconds / 300)):
            memory.append(server.memory_mb())

    watching = Thread(target=watch)
    watching.start()
    try:
        window = measured([server], talks, guests=guests, seconds=seconds)
    finally:
        over.set()
        watching.join()
    warm = memory[int(_WARM_SHARE * len(memory)) :]
    yield from window.figures(f"{seconds:g} s")
    yield Figure(f"{seconds:g} s: memory at the end", warm[-1], "MB")
    yield Figure(f"{seconds:g} s: growth of memory after warm-up", growth(warm), "%", at_most=_GROWTH_PERCENT)


def idle(server: Server, talks: Talks, count: int) -> Iterator[Figure]:
    """What so many conversations leave in memory that have begun and wait."""
    before = server.memory_mb()
    openings = [talk[:1] for talk in (*talks, *talks)][-count:]
    told = crowd([server], openings, "each", guests=_AT_ONCE)
    yield Figure(f"{count} idle conversations: memory", server.memory_mb() - before, "MB", at_most=_IDLE_MB)
    yield Figure(
        f"{count} idle conversations: errors", sum(bool(one["error"]) for row in told for one in row), at_most=0
    )


def crossing(servers: Sequence[Server], talks: Talks, *, users: int, turns: int) -> Iterator[Figure]:
    """Users who talk at the same time, each of a word of their own, and the same talks one after the other."""
    marked = [_marked(talk, at, turns) for at, talk in enumerate(_long(talks, users, turns))]
    crowded = crowd(servers, marked, "each", guests=users)
    alone = crowd(servers, marked, "each", guests=1)
    outputs = [one["output"] for row in crowded for one in row]
    yield Figure(f"{users} users x {turns} turns: turns", len(outputs))
    yield Figure(f"{users} users x {turns} turns: errors", outputs.count(None), at_most=0)
    yield Figure("words of another user", sum(_foreign(row, at) for at, row in enumerate(crowded)), at_most=0)
    yield Figure("turns unlike those of the user alone", _unlike(crowded, alone), at_most=0)


def _long(talks: Talks, users: int, turns: int) -> list[list[str]]:
    """A talk of that many turns for each user, put together from several."""
    said = [message for talk in talks for message in talk]
    return [[said[(at * turns + place) % len(said)] for place in range(turns)] for at in range(users)]


def _marked(talk: Sequence[str], user: int, turns: int) -> list[str]:
    """The talk, with the user's own word in it, which the person likes, and in the end what is known of the person."""
    word = _CANARY.format(user)
    return [f"I love {word}", *talk[: turns - 3], f"something like {word}", "what do you know about me?"]


def _foreign(row: Sequence[dict[str, Any]], user: int) -> int:
    """Turns in which the word of another stands."""
    told = (str(one["output"]).replace(_CANARY.format(user), "") for one in row)
    return sum(_ANY_CANARY.search(one) is not None for one in told)


def _unlike(crowded: Sequence[Sequence[dict[str, Any]]], alone: Sequence[Sequence[dict[str, Any]]]) -> int:
    pairs = ((one, other) for two in zip(crowded, alone, strict=True) for one, other in zip_longest(*two))
    return sum(_shown(one["output"]) != _shown(other["output"]) for one, other in pairs)


def _shown(output: dict[str, Any] | None) -> Any:
    """What the person sees of a turn."""
    if output is None:
        return None
    turn = output["turn"]
    items = [(one["item_id"], one["reasons"]) for one in turn["recommendations"]]
    return turn["reply"], turn["question"], turn["constraints"], items
