"""Deleting conversations: one, all of a user, or those that nobody goes on with."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from langgraph.checkpoint.base import CheckpointTuple

from .aging import first_id_of
from .locks import ThreadBusy, ThreadLock

_WAIT_S = 60.0
"""For a turn that is running in a thread that its user deletes."""


class Deleting(Protocol):
    """What the savers of this package offer beside keeping checkpoints."""

    def get_tuple(self, config: Any) -> CheckpointTuple | None:
        """The newest checkpoint of a thread."""
        ...

    def threads_of(self, scope: str) -> list[str]:
        """Threads whose ids begin with `scope:`."""
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

    def delete(self, thread_id: str) -> None:
        """Deletes one, by the id it is stored under. Raises ThreadBusy when a turn of it does not end."""
        self._drop(thread_id, _WAIT_S)
        self.saver.erase_traces()

    def delete_of(self, scope: str) -> list[str]:
        """Deletes all whose ids begin with `scope:`; returns their ids. Raises ThreadBusy as `delete` does."""
        found = self.saver.threads_of(scope)
        for thread in found:
            self._drop(thread, _WAIT_S)
        self.saver.erase_traces()
        return found

    def delete_idle(self, before: datetime) -> list[str]:
        """Deletes all without a turn since then; returns their ids. One with a turn that begins now is left."""
        gone = []
        for thread in self.saver.idle_threads(before):
            with suppress(ThreadBusy), self.locks.hold(thread, timeout_s=0):
                newest = self.saver.get_tuple({"configurable": {"thread_id": thread}})
                if newest is None or newest.checkpoint["id"] < first_id_of(before):
                    self.saver.drop(thread)
                    gone.append(thread)
        if gone:
            self.saver.erase_traces()
        return gone

    def _drop(self, thread_id: str, wait_s: float) -> None:
        with self.locks.hold(thread_id, timeout_s=wait_s):
            self.saver.drop(thread_id)
