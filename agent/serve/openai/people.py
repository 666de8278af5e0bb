"""Who talks: the caller of the request, or one of several people that one key or one front end speaks for."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from fastapi import Request

from ..edge.identified import COOKIE, caller_of
from ..identity import Caller

_SHOWN = 32


@dataclass(frozen=True, slots=True)
class Person:
    """Whose profile and conversations these are."""

    user: str | None
    """None for a stranger, of whom nothing is remembered."""
    caller: str | None
    """Who answers for them: responses are known to every person of one caller."""
    guest: bool
    """Whether there is no key: what a guest began as a stranger is theirs still."""
    named: bool
    """Whether the request says which of the caller's people it is."""


def person_of(request: Request, named: str | None) -> Person:
    """Who talks. `named` is the `user` of the body.

    Where the caller's key may speak for that user, it is that user. Otherwise it is a person of its own below the
    caller, whom nobody else reaches: people who share a key share no profile. A guest who brings no cookie is a
    stranger, since most clients never send it back.
    """
    caller: Caller = caller_of(request)
    if caller.guest and COOKIE not in request.cookies:
        return Person(None, None, guest=True, named=False)
    return Person(_user(caller, named), caller.user, guest=caller.guest, named=bool(named))


def _user(caller: Caller, named: str | None) -> str:
    if not named:
        return caller.user
    speaking = caller.speaking_for(named)
    return speaking.user if speaking else f"{caller.user}~{sha256(named.encode()).hexdigest()[:_SHOWN]}"
