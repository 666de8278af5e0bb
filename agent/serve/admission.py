"""How many turns are taken at once, and from whom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnLimits:
    """How many turns at once, how long, and at what cost."""

    workers: int = 8
    """Turns that run at the same time, most of which wait for a hosted model."""
    computing: int = 2
    """The same where none waits: more of them would only take the interpreter from each other."""
    waiting: int = 64
    """Turns that may wait for their start; the next one is refused with `Busy`."""
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
