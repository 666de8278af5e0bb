"""How often one may ask: token buckets in bounded memory, one for each address and one for each key or guest."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from .asgi import App, Receive, Scope, Send, noted, refuse
from .identified import UNCOUNTED, asked_by_the_dozen

Counted = Callable[[Scope], tuple[str, int]]
"""Of a request: whose bucket it takes from, and requests a minute; 0 is no limit."""
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


class RateLimit:
    """Answers 429 with Retry-After when somebody asks too often; `counted` says who asks, and at which rate."""

    def __init__(self, app: App, counted: Counted, burst: int, clock: Callable[[], float]) -> None:
        self._app = app
        self._counted = counted
        self._buckets = Buckets(burst)
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is within the rate."""
        name, per_minute = self._counted(scope) if scope["type"] == "http" else ("", 0)
        wait = self._buckets.take(name, per_minute, self._clock()) if per_minute else 0
        if wait:
            await _too_often(scope, send, wait)
        else:
            await self._app(scope, receive, send)


def by_address(per_minute: int) -> Counted:
    """Whatever an address asks, keys or not."""
    return lambda scope: (noted(scope)["address"], 0 if scope["path"] in UNCOUNTED else per_minute)


def by_caller(per_minute: int) -> Counted:
    """What a key or guest asks, at the rate of the key where it has one of its own."""

    def counted(scope: Scope) -> tuple[str, int]:
        caller = noted(scope).get("caller")
        if caller is None or scope["path"] in UNCOUNTED or asked_by_the_dozen(scope["path"]):
            return "", 0
        return caller.key, caller.per_minute or per_minute

    return counted


async def _too_often(scope: Scope, send: Send, wait_s: float) -> None:
    retry = str(math.ceil(wait_s)).encode()
    await refuse(
        scope, send, 429, "too_many_requests", "Too many requests; try again later.", [(b"retry-after", retry)]
    )
