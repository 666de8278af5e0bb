"""Where a talk left off: the conversation and checkpoint that a digest of the talk, or a response's id, stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from langgraph.store.base import BaseStore, GetOp

from ....tools.profile.memory import guard_of
from ..identity import ANONYMOUS, thread_of

_OURS = "openai"
_ALL = 1_000_000_000
_KEPT = 40
"""Exchanges back to which a talk may be edited and still go on from its checkpoint; further back it is rebuilt."""


@dataclass(frozen=True, slots=True)
class Place:
    """A checkpoint of a conversation. `thread_id` is the one that clients know."""

    user: str | None
    thread_id: str
    checkpoint_id: str
    created: int = 0
    """Unix time, seconds."""

    @property
    def configurable(self) -> dict[str, str]:
        """What the graph's config calls it."""
        return {
            "thread_id": thread_of(self.user, self.thread_id),
            "checkpoint_ns": "",
            "checkpoint_id": self.checkpoint_id,
        }


class Places:
    """Places by key, a room of keys for each user, on the store that the profiles are in. Digests only, no words."""

    def __init__(self, store: BaseStore) -> None:
        self._store = store
        self._guard = guard_of(store)

    def latest(self, room: str | None, keys: Sequence[str]) -> tuple[int, Place] | None:
        """The last of the keys that is known in that room, with its index."""
        if not keys:
            return None
        with self._guard:
            found = self._store.batch([GetOp(_namespace(room), key) for key in keys])
        for index in range(len(keys) - 1, -1, -1):
            item: Any = found[index]
            if item is not None:
                return index, Place(**item.value)
        return None

    def keep(self, room: str | None, key: str, place: Place) -> None:
        """What the key stands for from now on."""
        with self._guard:
            self._store.put(_namespace(room), key, asdict(place), index=False)

    def drop(self, room: str | None, keys: Sequence[str]) -> None:
        """The keys are unknown from now on."""
        with self._guard:
            for key in keys:
                self._store.delete(_namespace(room), key)

    def forget(self, room: str | None) -> None:
        """Every key of a room is unknown from now on."""
        with self._guard:
            keys = [one.key for one in self._store.search(_namespace(room), limit=_ALL)]
        self.drop(room, keys)

    def outdated(self, digests: Sequence[str]) -> Sequence[str]:
        """Of the digests of one talk those that are too far back."""
        return digests[1:-_KEPT][-1:]


def _namespace(room: str | None) -> tuple[str, str]:
    return _OURS, sha256((room or ANONYMOUS).encode("utf-8", "surrogatepass")).hexdigest()
