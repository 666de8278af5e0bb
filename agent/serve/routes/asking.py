"""Who asks, as a route takes it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request


def user_of(request: Request) -> str:
    """The user that the edge made out."""
    return request.state.caller.user


User = Annotated[str, Depends(user_of)]
