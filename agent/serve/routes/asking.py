"""Who asks, as a route takes it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request

from ..identity import Caller
from ..wire import LONGEST_NAME, Text


async def user_of(request: Request) -> str:
    """The user that the edge made out. Awaited, so that it takes no thread."""
    return request.state.caller.user


async def person_of(request: Request, user: Annotated[Text | None, Query(max_length=LONGEST_NAME)] = None) -> str:
    """The user, or the one of the caller's people that `user` names, as the `user` of /v1 does."""
    caller: Caller = request.state.caller
    return caller.person(user)


User = Annotated[str, Depends(user_of)]
Person = Annotated[str, Depends(person_of)]
