"""Deleting conversations: some, or those that nobody goes on with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from langgraph.checkpoint.base import CheckpointTuple

from .aging import first_id_of
from .locks import ThreadBusy, ThreadLock


class Deleting(Protocol):
    """What the savers of this package offer beside keeping checkpoints."""

    def get_tuple(self, config: Any) -> CheckpointTuple | None:
        """The newest checkpoint of a thread."""
        ...

    def idle_threads(self, before: datetime) -> list[str]:
        """Threads without a turn since then."""
        ...

    def drop(self, thread_id: str) -> None:
        """Deletes a thread; its bytes may stay until `erase_traces`."""
        ...

    def erase_traces(self) -> None:
        """Removes the bytes that deleted threads left behind."""
        ...


@dataclass(frozen=True, slots=True)
class Threads:
    """The conversations of a storage, each deleted between two turns: a turn that runs would write it again."""

    saver: Deleting
    locks: ThreadLock

    def delete(self, thread_ids: Iterable[str]) -> None:
        """Deletes them, by the ids they are stored under. Raises ThreadBusy at a thread that a turn runs in."""
        try:
            for thread in thread_ids:
                with self.locks.hold(thread, timeout_s=0):
                    self.saver.drop(thread)
        finally:
            self.saver.erase_traces()

    def delete_idle(self, before: datetime, forget: Callable[[str], None]) -> int:
        """Deletes all without a turn since then; returns how many. One with a turn that begins now is left.

        `forget` is told the id of each before it goes: what fails there is tried again the next time.
        """
        gone = 0
        for thread in self.saver.idle_threads(before):
            with suppress(ThreadBusy), self.locks.hold(thread, timeout_s=0):
                newest = self.saver.get_tuple({"configurable": {"thread_id": thread}})
                if newest is None or newest.checkpoint["id"] < first_id_of(before):
                    forget(thread)
                    self.saver.drop(thread)
                    gone += 1
        if gone:
            self.saver.erase_traces()
        return gone
