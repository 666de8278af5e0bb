"""What Prometheus is told: turns, their outcomes and times, the queue, model calls; no content and no user."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as MEDIA_TYPE

from .in_flight import TurnObserved

__all__ = ["MEDIA_TYPE", "Metrics"]
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """Counts turns. Names follow Prometheus' conventions: base units, `_total` for what only grows."""

    def __init__(self) -> None:
        own = self._registry = CollectorRegistry()
        self._turns = Counter("recommender_turns", "Turns that are over, by outcome.", ["outcome"], registry=own)
        self._refused = Counter("recommender_turns_refused", "Turns refused because too many wait.", registry=own)
        self._seconds = Histogram(
            "recommender_turn_seconds", "From the message to the end of its turn.", buckets=_SECONDS, registry=own
        )
        self._waited = Histogram("recommender_turn_wait_seconds", "Before a turn ran.", buckets=_SECONDS, registry=own)
        self._first_token = Histogram(
            "recommender_first_token_seconds", "From the message to the first word.", buckets=_SECONDS, registry=own
        )
        self._calls = Counter("recommender_model_calls", "Calls of hosted models.", registry=own)
        self._degraded = Counter(
            "recommender_turns_degraded", "Turns in which the offline model helped out.", registry=own
        )
        self._pending = Gauge("recommender_turns_pending", "Turns that run or wait.", registry=own)
        self._running = Gauge("recommender_turns_running", "Turns that run.", registry=own)

    def observe(self, turn: TurnObserved) -> None:
        """Counts a turn that is over."""
        if turn.outcome == "refused":
            self._refused.inc()
            return
        self._turns.labels(turn.outcome).inc()
        self._seconds.observe(turn.seconds)
        self._waited.observe(turn.waited_s)
        self._calls.inc(turn.model_calls)
        if turn.first_token_s is not None:
            self._first_token.observe(turn.first_token_s)
        if turn.degraded:
            self._degraded.inc()

    def watch(self, pending: Callable[[], int], running: Callable[[], int]) -> None:
        """Asks for the queue whenever Prometheus does."""
        self._pending.set_function(pending)
        self._running.set_function(running)

    def exposition(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self._registry)
