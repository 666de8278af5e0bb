"""Deletes, now and then, the conversations that nobody goes on with."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

from .threads import Threads

_LOG = logging.getLogger(__name__)
_EVERY_S = 3600.0


@contextmanager
def sweeping(
    threads: Threads,
    days: float | None,
    forget: Callable[[str], None],
    *,
    every_s: float = _EVERY_S,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[None]:
    """While it lasts, threads without a turn for so many days are deleted, at its start and every `every_s` seconds.

    `forget` is told the id of each before it goes. Without `days` nothing is. What goes wrong is logged, and tried
    again the next time.
    """
    if days is None:
        yield
        return
    stopped = Event()
    sweeper = Thread(target=_sweep, args=(threads, timedelta(days=days), forget, every_s, clock, stopped), daemon=True)
    sweeper.start()
    try:
        yield
    finally:
        stopped.set()
        sweeper.join()


def _sweep(
    threads: Threads,
    age: timedelta,
    forget: Callable[[str], None],
    every_s: float,
    clock: Callable[[], datetime],
    stopped: Event,
) -> None:
    while True:
        try:
            if deleted := threads.delete_idle(clock() - age, forget):
                _LOG.info("%d conversations without a turn for %s were deleted", deleted, age)
        except Exception as error:  # a database may raise anything, and the next time it may work again
            _LOG.warning("old conversations could not be deleted: %s", error)
        if stopped.wait(every_s):
            return
