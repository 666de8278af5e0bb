"""How many turns are taken at once, and how many of them from one user and of one conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import Busy

_ALL, _USER, _THREAD = "all", "user", "thread"
_FULL = {
    _ALL: "Too many turns are waiting.",
    _USER: "Too many of your messages are waiting.",
    _THREAD: "Too many messages of this conversation are waiting.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnLimits:
    """How many turns at once, how long, and at what cost."""

    workers: int = 8
    """Turns that run at the same time, most of which wait for a hosted model."""
    computing: int = 1
    """The same where none waits: more of them would only take the interpreter from each other."""
    waiting: int = 64
    """Turns that may wait for their start; the next one is refused with `Busy`."""
    of_user: int = 16
    """Turns of one user that may run or wait, so that nobody fills the queue alone."""
    of_thread: int = 8
    """Turns of one conversation that may run or wait."""
    models_s: float = 40.0
    """Seconds from the arrival of a message after which no hosted model is waited for: the offline model takes over."""
    timeout_s: float = 110.0
    """Seconds from the arrival of a message after which its turn is given up; two calls of a model that began just
    before `models_s` fit in, and so does the edge's patience with an answer."""
    lock_s: float = 60.0
    """Seconds that a turn waits for one of the same conversation in another process."""
    retry_after_s: int = 1
    """What a refused client is told."""
    economy: bool = False
    """One call of a hosted model at most."""

    def of(self, *, hosted: bool) -> int:
        """Turns at the same time."""
        return self.workers if hosted else min(self.computing, self.workers)


@dataclass(slots=True)
class Admission:
    """The turns that run or wait, counted for everybody, for each user and for each conversation."""

    limits: TurnLimits
    workers: int
    """Turns that run at the same time."""
    _taken: Counter[tuple[str, str]] = field(default_factory=Counter)

    def admit(self, user: str | None, thread: str | None) -> Callable[[], None]:
        """Takes a turn; to be called when it is over. Strangers and new conversations count for nobody.

        Raises Busy when there are as many as may be.
        """
        limits = self.limits
        counted = [(_ALL, "", self.workers + limits.waiting)]
        counted += [(_USER, user, limits.of_user)] if user is not None else []
        counted += [(_THREAD, thread, limits.of_thread)] if thread is not None else []
        for kind, name, most in counted:
            if self._taken[kind, name] >= most:
                raise Busy(_FULL[kind], retry_after_s=limits.retry_after_s)
        places = Counter((kind, name) for kind, name, _ in counted)
        self._taken += places

        def over() -> None:
            self._taken -= places  # and keeps nothing of whom it counts no more

        return over
