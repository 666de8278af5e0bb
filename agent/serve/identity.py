"""Who is asking: a key or a cookie names the user; nothing in a request body ever does."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

ANONYMOUS = "anonymous"
EVERYBODY = "*"
_SCOPE_DIGITS = 16
_BELOW_DIGITS = 32
MOST_NAME = 128
"""Characters that a user's name may have."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request comes from, and for whom it may speak."""

    user: str
    """Id of the user whose profile and conversations these are."""
    key: str
    """What is counted for the rate: a key by its name, or a guest."""
    scope: str = ""
    """The users that the caller may name: none, `*`, or all that begin alike, as in `shop-*`."""
    per_minute: int | None = None
    """Requests a minute of this key, where it has a rate of its own."""
    guest: bool = False
    named: bool = False
    """Whether the request has said for whom the caller speaks; it then says so nowhere else."""

    def speaking_for(self, user: str) -> Caller | None:
        """The caller as that user, who may name nobody else; None when the key's scope does not reach so far."""
        within = user == self.user or _reaches(self.scope, user)
        return replace(self, user=user, scope="", named=True) if within else None

    def person(self, name: str | None) -> str:
        """The user that a request is about which names one of the caller's people, and in no header.

        Whom the key may not speak for is a person of its own below the caller, whom no other caller reaches.
        """
        if not name or self.named:
            return self.user
        spoken = self.speaking_for(name)
        return spoken.user if spoken else f"{self.user}~{sha256(name.encode()).hexdigest()[:_BELOW_DIGITS]}"


@dataclass(frozen=True, slots=True)
class Key:
    """An API key, known by its hash alone."""

    digest: bytes
    """SHA-256 of the key."""
    caller: Caller
    expires: datetime | None = None
    """The moment from which on it is refused."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a server; without any, everybody is a guest."""

    known: tuple[Key, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.known)

    def find(self, presented: str) -> Key | None:
        """The key that was presented, or None. Every key is compared, each in constant time."""
        digest = sha256(presented.encode("utf-8", "surrogateescape")).digest()
        matching = [key for key in self.known if hmac.compare_digest(key.digest, digest)]
        return matching[0] if matching else None


def keys_of(users: Mapping[str, str]) -> Keys:
    """Keys that speak for one user each: {key: user}."""
    return Keys(
        tuple(Key(digest_of(key), Caller(user, f"key {at}")) for at, (key, user) in enumerate(users.items(), start=1))
    )


def digest_of(key: str) -> bytes:
    """What is kept of a key."""
    return sha256(key.encode()).digest()


def guest(secret: str) -> Caller:
    """The guest whose cookie holds the secret, which is told from the id by nobody."""
    user = f"guest-{sha256(secret.encode()).hexdigest()[:32]}"
    return Caller(user, user, guest=True)


def _reaches(scope: str, user: str) -> bool:
    return scope.endswith(EVERYBODY) and user.startswith(scope[: -len(EVERYBODY)])


def thread_of(user: str | None, thread_id: str) -> str:
    """The id a thread is stored under: another user who names the same thread gets another one."""
    return f"{scope_of(user)}:{thread_id}"


def scope_of(user: str | None) -> str:
    """What the ids of a user's threads begin with."""
    return sha256((user or ANONYMOUS).encode("utf-8", "surrogatepass")).hexdigest()[:_SCOPE_DIGITS]
