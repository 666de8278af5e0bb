"""Who is asking: a bearer token names the user; nothing in a request body ever does."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

ANONYMOUS = "anonymous"
_BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Tokens:
    """User id by token. Without tokens everybody is anonymous, and nothing is remembered beyond a thread."""

    users: Mapping[str, str]

    def user_of(self, authorization: str | None) -> str | None:
        """The user of an `Authorization: Bearer ...` header, or None. Compares in constant time."""
        given = (authorization or "").strip()
        token = given[len(_BEARER) :] if given.casefold().startswith(_BEARER) else ""
        matching = [user for known, user in self.users.items() if hmac.compare_digest(known.encode(), token.encode())]
        return matching[0] if matching else None


def thread_of(user: str | None, thread_id: str) -> str:
    """The id a thread is stored under: another user who names the same thread gets another one."""
    scope = sha256((user or ANONYMOUS).encode()).hexdigest()[:16]
    return f"{scope}:{thread_id}"
