"""`ProfileMemory`: what is remembered of each user, on any LangGraph store."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol, runtime_checkable
from weakref import WeakKeyDictionary

from langgraph.store.base import BaseStore, GetOp, PutOp
from langgraph.store.memory import InMemoryStore

from ..items import CatalogSchema, Language
from .describe import describe_one
from .forgetting import plan_forgetting
from .merge import history, resolve, split
from .model import FeedbackKind, ItemEvent, LastingConstraint, Preference, Statement, UserProfile
from .records import (
    LANGUAGE_KEY,
    Record,
    Remembered,
    Value,
    encode,
    forgotten,
    language_of,
    language_value,
    namespace,
    records_of,
    store_key,
)
from .taking_back import taken_back

_EVERYTHING = 1_000_000_000
_BATCH = 1000
_GUARDS: WeakKeyDictionary[BaseStore, threading.RLock] = WeakKeyDictionary()
_GUARDS_LOCK = threading.Lock()


@runtime_checkable
class ErasesTraces(Protocol):
    """A store that can also remove the bytes that deleted rows leave behind."""

    def erase_traces(self) -> None:
        """Removes them."""
        ...


class ProfileMemory:
    """Remembers statements and feedback of users, a store item each, so that concurrent turns never lose one.

    Writes are idempotent by `key`: the same key for the same user writes once, also after it was forgotten. Without a
    user id nothing is stored and nothing is known. What contradicts is resolved when a profile is loaded.

        memory = ProfileMemory(InMemoryStore())
        memory.remember("u1", Preference(value="jazz", weight=1, time=now), key="thread-1:turn-3:0")
        memory.load("u1").preferences
    """

    def __init__(self, store: BaseStore) -> None:
        self._store = store
        self._guard = guard_of(store)

    @property
    def store(self) -> BaseStore:
        """Where it is kept."""
        return self._store

    def load(self, user_id: str | None) -> UserProfile:
        """The profile of a user; an empty one when there is no user id or nothing is known.

        Raises:
            StoreError: a stored statement cannot be read.
        """
        values = self._values(user_id)
        records = records_of(values)
        statements = [one.content for one in records if not isinstance(one.content, ItemEvent)]
        resolution = resolve(statements)
        holding = [statements[position] for position in resolution.current]
        return UserProfile.model_validate(
            {
                "user_id": user_id or "",
                "preferences": [one for one in holding if isinstance(one, Preference)],
                "constraints": [one for one in holding if isinstance(one, LastingConstraint)],
                "events": [one.content for one in records if isinstance(one.content, ItemEvent)],
                "language": language_of(values),
                "history": history(statements, resolution),
            }
        )

    def remember(self, user_id: str | None, statement: Statement, *, key: str) -> None:
        """Adds a preference or a lasting constraint, once for each `key`."""
        self.add(user_id, {key: statement})

    def record(self, user_id: str | None, event: ItemEvent, *, key: str) -> None:
        """Adds feedback on an item, once for each `key`."""
        self.add(user_id, {key: event})

    def add(self, user_id: str | None, contents: Mapping[str, Remembered]) -> int:
        """Adds many by their keys; returns how many store items were new."""
        values = _values_by_store_key(contents)
        known = self._known(user_id, list(values))
        return self._put(user_id, {name: value for name, value in values.items() if name not in known})

    def renew(self, user_id: str | None, contents: Mapping[str, Remembered]) -> int:
        """Like `add`, but what a key held before is replaced, unless it was forgotten: for what is inferred anew."""
        values = _values_by_store_key(contents)
        known = self._known(user_id, list(values))
        kept = {name for name, value in known.items() if value == forgotten() or value == values[name]}
        return self._put(user_id, {name: value for name, value in values.items() if name not in kept})

    def set_language(self, user_id: str | None, language: Language) -> None:
        """Remembers the language the person speaks."""
        self._put(user_id, {LANGUAGE_KEY: language_value(language)})

    def forget(
        self, user_id: str | None, target: str, *, schemas: Mapping[str, CatalogSchema] | None = None
    ) -> list[str]:
        """Forgets what `target` names ("what I said about horror", a title, "my budget"), and its history.

        `schemas` by catalog name let it know other words for a value ("恐怖片") and a facet ("预算"). Returns what was
        removed, as statements in the user's language; an empty list when nothing matched.
        """
        values = self._values(user_id)
        language = language_of(values)
        plan = plan_forgetting(records_of(values), target, schemas or {})
        removed: dict[str, Value | None] = {one.store_key: forgotten() for one in plan.removed}
        changed: dict[str, Value | None] = {one.store_key: encode(one.content, one.key) for one in plan.redacted}
        self._put(user_id, removed | changed, erasing=True)
        said = [describe_one(one.content, schemas or {}, "zh" if language == "zh" else "en") for one in plan.removed]
        return list(dict.fromkeys(said))

    def take_back(self, user_id: str | None, kind: FeedbackKind, item_id: str, catalog: str) -> bool:
        """Takes back a like or a dislike of an item, or that it was seen, however it was said; whether it was.

        Unlike what is forgotten, it may be said again by the same key.
        """
        records = {one.store_key: one for one in self.records(user_id)}
        changed = taken_back(list(records.values()), kind, item_id, catalog)
        values = {name: encode(one, records[name].key) if one else None for name, one in changed.items()}
        return bool(self._put(user_id, values))

    def forget_all(self, user_id: str | None) -> int:
        """Erases all that is stored of a user, history included; returns the number of statements and events."""
        values = self._values(user_id)
        self._put(user_id, {name: None for name, _ in values}, erasing=True)
        return len([value for _, value in values if value != forgotten()])

    def export(self, user_id: str | None) -> dict[str, Any]:
        """All that is stored of a user, ready for JSON."""
        return self.load(user_id).model_dump(mode="json")

    def records(self, user_id: str | None) -> list[Record]:
        """Every stored statement and event, replaced ones too, oldest first."""
        return records_of(self._values(user_id))

    def _values(self, user_id: str | None) -> list[tuple[str, Value]]:
        place = namespace(user_id)
        if place is None:
            return []
        with self._guard:
            return [(item.key, item.value) for item in self._store.search(place, limit=_EVERYTHING)]

    def _known(self, user_id: str | None, names: Sequence[str]) -> dict[str, Value]:
        place = namespace(user_id)
        if place is None:
            return {}
        known: dict[str, Value] = {}
        for start in range(0, len(names), _BATCH):
            with self._guard:
                found = self._store.batch([GetOp(place, name) for name in names[start : start + _BATCH]])
            known.update({item.key: item.value for item in found if item is not None})  # pyright: ignore
        return known

    def _put(self, user_id: str | None, values: Mapping[str, Value | None], *, erasing: bool = False) -> int:
        place = namespace(user_id)
        if place is None or not values:
            return 0
        puts = [PutOp(place, name, value) for name, value in values.items()]
        for start in range(0, len(puts), _BATCH):
            with self._guard:
                self._store.batch(puts[start : start + _BATCH])
        if erasing and isinstance(self._store, ErasesTraces):
            self._store.erase_traces()
        return len(values)


def _values_by_store_key(contents: Mapping[str, Remembered]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for key, content in contents.items():
        parts = [content] if isinstance(content, ItemEvent) else split(content)
        keys = [key] if len(parts) == 1 else [f"{key}#{number}" for number in range(len(parts))]
        values.update({store_key(part, one): encode(part, one) for one, part in zip(keys, parts, strict=True)})
    return values


def guard_of(store: BaseStore) -> AbstractContextManager[Any]:
    """One lock for an in-memory store, whose dictionaries may not change while they are read; databases have theirs."""
    if not isinstance(store, InMemoryStore):
        return nullcontext()
    with _GUARDS_LOCK:
        return _GUARDS.setdefault(store, threading.RLock())
