"""Which conversations there are and whose they are, on the store that the profiles are in."""

from __future__ import annotations

from uuid import uuid4

from langgraph.store.base import BaseStore

from ...tools.profile.memory import guard_of
from .identity import scope_of

_OURS = "conversations"
_MOST = 1_000_000_000


class Conversations:
    """The conversations of each user. Ids are issued here; what was not issued to a user is unknown to that user."""

    def __init__(self, store: BaseStore) -> None:
        self._store = store
        self._guard = guard_of(store)

    def start(self, user: str | None, thread_id: str | None = None) -> str:
        """The id of a new conversation; one's own id is for adapters that derive theirs."""
        issued = thread_id or uuid4().hex
        with self._guard:
            self._store.put((_OURS, scope_of(user)), issued, {}, index=False)
        return issued

    def known(self, user: str | None, thread_id: str) -> bool:
        """Whether the conversation was issued to that user and has not been deleted."""
        with self._guard:
            return self._store.get((_OURS, scope_of(user)), thread_id) is not None

    def of(self, user: str | None) -> list[str]:
        """Ids of the user's conversations."""
        with self._guard:
            return [one.key for one in self._store.search((_OURS, scope_of(user)), limit=_MOST)]

    def drop(self, stored: str) -> None:
        """The conversation is unknown from now on, named by the id that its thread is stored under."""
        scope, _, thread_id = stored.partition(":")
        with self._guard:
            self._store.delete((_OURS, scope), thread_id)
