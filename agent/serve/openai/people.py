"""Who talks: the caller of the request, or one of several people that one key or one front end speaks for."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from ..edge.identified import COOKIE, caller_of
from ..identity import Caller


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
    share: str | None
    """Whose share of the queue their turns take: those whom the key may not speak for share the caller's."""


def person_of(request: Request, named: str | None) -> Person:
    """Who talks. `named` is the `user` of the body.

    People who share a key share no profile, see `Caller.person`. A guest who brings no cookie is a stranger, since most
    clients never send it back.
    """
    caller: Caller = caller_of(request)
    if caller.guest and COOKIE not in request.cookies:
        return Person(None, None, guest=True, named=False, share=None)
    user = caller.person(named)
    share = user if user == named else caller.user
    return Person(user, caller.user, guest=caller.guest, named=bool(named) and not caller.named, share=share)
