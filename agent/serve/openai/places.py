"""Where a talk left off: the conversation and checkpoint that a digest of the talk, or a response's id, stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from langgraph.store.base import BaseStore, GetOp, Op, PutOp

from ....tools.profile.memory import guard_of
from ..identity import ANONYMOUS, thread_of

_OURS, _OF_THREADS = "openai", "openai-threads"
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
    def stored(self) -> str:
        """The id that its thread is stored under."""
        return thread_of(self.user, self.thread_id)

    @property
    def configurable(self) -> dict[str, str]:
        """What the graph's config calls it."""
        return {"thread_id": self.stored, "checkpoint_ns": "", "checkpoint_id": self.checkpoint_id}


class Places:
    """Places by key, a room of keys for each user, on the store that the profiles are in. Digests only, no words.

    Beside each lies a row below its thread, so that all places of a thread are found when it is deleted.
    """

    def __init__(self, store: BaseStore) -> None:
        self._store = store
        self._guard = guard_of(store)

    def latest(self, room: str | None, keys: Sequence[str]) -> tuple[int, Place] | None:
        """The last of the keys that is known in that room, with its index."""
        found = self._batch(GetOp((_OURS, _hash(room)), key) for key in keys)
        for index in range(len(keys) - 1, -1, -1):
            if found[index] is not None:
                return index, _place(found[index])
        return None

    def keep(self, room: str | None, key: str, place: Place) -> None:
        """What the key stands for from now on."""
        item = PutOp((_OURS, _hash(room)), key, asdict(place), index=False)
        below = {"room": item.namespace[1], "key": key}
        self._batch([PutOp(*_below(place.stored, **below), below, index=False), item])

    def drop(self, room: str | None, keys: Sequence[str]) -> None:
        """The keys are unknown from now on."""
        found = self._batch(GetOp((_OURS, _hash(room)), key) for key in keys)
        self._delete(found, [_below(_place(one).stored, one.namespace[1], one.key) for one in found if one])

    def drop_thread(self, stored: str) -> None:
        """Whatever leads to the thread is unknown from now on, named by the id that it is stored under."""
        with self._guard:
            rows: Any = self._store.search((_OF_THREADS, _hash(stored)), limit=_ALL)
        found = self._batch(GetOp((_OURS, one.value["room"]), one.value["key"]) for one in rows)
        leading = [one for one in found if one is not None and _place(one).stored == stored]
        self._delete(leading, [(one.namespace, one.key) for one in rows])

    def outdated(self, digests: Sequence[str]) -> Sequence[str]:
        """Of the digests of one talk those that are too far back."""
        return digests[1:-_KEPT][-1:]

    def _delete(self, items: Iterable[Any], below: Iterable[tuple[tuple[str, ...], str]]) -> None:
        places = [(one.namespace, one.key) for one in items if one is not None]
        self._batch(PutOp(namespace, key, None) for namespace, key in (*places, *below))

    def _batch(self, ops: Iterable[Op]) -> list[Any]:
        listed = [*ops]
        with self._guard:
            return self._store.batch(listed) if listed else []


def _place(item: Any) -> Place:
    return Place(**item.value)


def _below(stored: str, room: str, key: str) -> tuple[tuple[str, str], str]:
    """Where the row below a thread lies."""
    return (_OF_THREADS, _hash(stored)), f"{room}-{key}"


def _hash(name: str | None) -> str:
    """As namespaces may hold it, whatever characters a name has."""
    return sha256((name or ANONYMOUS).encode("utf-8", "surrogatepass")).hexdigest()
