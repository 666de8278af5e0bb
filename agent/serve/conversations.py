"""Which conversations there are and whose they are, on the store that the profiles are in."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from uuid import uuid4

from langgraph.store.base import BaseStore

from ...tools.profile.memory import guard_of
from .identity import ANONYMOUS, SCOPE_DIGITS

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
            self._store.put(_namespace(user), issued, {}, index=False)
        return issued

    def known(self, user: str | None, thread_id: str) -> bool:
        """Whether the conversation was issued to that user and has not been deleted."""
        with self._guard:
            return self._store.get(_namespace(user), thread_id) is not None

    def of(self, user: str | None) -> list[str]:
        """Ids of the user's conversations."""
        with self._guard:
            return [one.key for one in self._store.search(_namespace(user), limit=_MOST)]

    def drop(self, user: str | None, thread_id: str) -> None:
        """The conversation is unknown from now on."""
        with self._guard:
            self._store.delete(_namespace(user), thread_id)

    def drop_stored(self, threads: Sequence[str]) -> None:
        """Those conversations are unknown from now on, named by the ids that their threads are stored under."""
        with self._guard:
            users = self._store.list_namespaces(prefix=(_OURS,), limit=_MOST)
            of_scope = {namespace[1][:SCOPE_DIGITS]: namespace for namespace in users}
            for scope, _, thread_id in (thread.partition(":") for thread in threads):
                if scope in of_scope:
                    self._store.delete(of_scope[scope], thread_id)


def _namespace(user: str | None) -> tuple[str, str]:
    return _OURS, sha256((user or ANONYMOUS).encode("utf-8", "surrogatepass")).hexdigest()
