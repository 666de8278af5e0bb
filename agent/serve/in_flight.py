"""One turn on its way, and what is known of it once it is over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .carrying import Entry
from .errors import TurnTimeout, UnknownThread
from .scope import Left, TurnScope
from .wire import ChatInput, ConfirmEvent, Event, TokenEvent, TurnEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnObserved:
    """What is known of a turn once it is over."""

    outcome: str
    """`TurnResult.outcome`, or confirm, left, timeout, failed, unknown_thread, refused."""
    seconds: float
    """Since it was asked for."""
    waited_s: float
    """Before it ran."""
    first_token_s: float | None = None
    model_calls: int = 0
    degraded: tuple[str, ...] = ()


Observe = Callable[[TurnObserved], None]


@dataclass(slots=True)
class TurnInFlight:
    """One turn on its way: the loop waits at `told`, a thread puts events into it."""

    user: str | None
    asked: ChatInput
    create: bool
    followed: bool
    """Whether it is told as it happens; otherwise when it is over."""
    entry: Entry | None
    asked_at: float
    scope: TurnScope
    told: asyncio.Queue[Event | None] = field(default_factory=asyncio.Queue)
    late: bool = False
    started_at: float | None = None
    first_token_at: float | None = None
    last: Event | None = None

    @property
    def untold(self) -> bool:
        """Whether it begins a conversation whose id is told to nobody before the turn is over."""
        return self.asked.thread_id is None and (self.entry is not None or not self.followed)

    def tell(self, event: Event) -> None:
        """Takes an event, on the loop."""
        if isinstance(event, TokenEvent) and self.first_token_at is None:
            self.first_token_at = time.perf_counter()
        self.last = event
        self.told.put_nowait(event)

    def too_late(self, seconds: float) -> TurnTimeout:
        """What is said of a turn that took longer than so many seconds."""
        self.late = True
        said = f"The turn took longer than {seconds:g} s."
        if self.scope.bound:
            return TurnTimeout(f"{said} It will be completed.", cure="Read the conversation before you say it again.")
        return TurnTimeout(said, cure="Say it again, or in other words.")

    def observed(self, error: BaseException | None) -> TurnObserved:
        """What is known of it, now that it has ended, perhaps with an error."""
        now, result = time.perf_counter(), self.last.turn if isinstance(self.last, TurnEvent) else None
        token = self.first_token_at
        return TurnObserved(
            outcome=_outcome(self, error),
            seconds=now - self.asked_at,
            waited_s=(self.started_at or now) - self.asked_at,
            first_token_s=None if token is None else token - self.asked_at,
            model_calls=result.model_calls if result else 0,
            degraded=result.degraded if result else (),
        )


def _outcome(turn: TurnInFlight, error: BaseException | None) -> str:
    if isinstance(turn.last, TurnEvent):
        return turn.last.turn.outcome
    if isinstance(turn.last, ConfirmEvent):
        return "confirm"
    if isinstance(error, UnknownThread):
        return "unknown_thread"
    if turn.late:
        return "timeout"
    return "left" if turn.scope.left.is_set() or isinstance(error, Left) else "failed"
