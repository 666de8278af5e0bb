"""How often one may ask: token buckets in bounded memory, one for each address and one for each key or guest."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from .asgi import App, Receive, Scope, Send, noted, refuse
from .identified import UNCOUNTED, asked_by_the_dozen

_S_PER_MINUTE = 60.0
MOST_BUCKETS = 5_000
"""Buckets that are kept of each kind; the one that was asked least recently is forgotten first."""


@dataclass(slots=True)
class Buckets:
    """A token bucket for each name, as the moment at which it is full again.

    The generic cell rate algorithm (ITU-T I.371, annex A): a bucket of `burst` tokens that gains `per_minute`.
    """

    burst: int
    most: int = MOST_BUCKETS
    full_at: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def take(self, name: str, per_minute: float, now: float) -> float:
        """Takes a token at `now` (seconds): 0, or the seconds until there is one, and then none is taken."""
        each = _S_PER_MINUTE / per_minute
        full_at = max(self.full_at.get(name, now), now) + each
        wait = full_at - now - self.burst * each
        if wait > 1e-9:
            return wait
        self.full_at[name] = full_at
        self.full_at.move_to_end(name)
        if len(self.full_at) > self.most:
            self.full_at.popitem(last=False)
        return 0.0


class AddressRate:
    """Answers 429 with Retry-After when an address asks too often."""

    def __init__(self, app: App, per_minute: int, burst: int, clock: Callable[[], float]) -> None:
        self._app = app
        self._per_minute = per_minute
        self._buckets = Buckets(burst)
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is within the rate."""
        if scope["type"] == "http" and self._per_minute and scope["path"] not in UNCOUNTED:
            wait = self._buckets.take(noted(scope)["address"], self._per_minute, self._clock())
            if wait:
                await _too_often(scope, send, wait)
                return
        await self._app(scope, receive, send)


class CallerRate:
    """Answers 429 with Retry-After when a key or guest asks too often."""

    def __init__(self, app: App, per_minute: int, burst: int, clock: Callable[[], float]) -> None:
        self._app = app
        self._per_minute = per_minute
        self._buckets = Buckets(burst)
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is within the rate."""
        caller = noted(scope).get("caller") if scope["type"] == "http" else None
        rate = caller and (caller.per_minute or self._per_minute)
        if caller and rate and scope["path"] not in UNCOUNTED and not asked_by_the_dozen(scope["path"]):
            wait = self._buckets.take(caller.key, rate, self._clock())
            if wait:
                await _too_often(scope, send, wait)
                return
        await self._app(scope, receive, send)


async def _too_often(scope: Scope, send: Send, wait_s: float) -> None:
    retry = str(math.ceil(wait_s)).encode()
    await refuse(
        scope, send, 429, "too_many_requests", "Too many requests; try again later.", [(b"retry-after", retry)]
    )
