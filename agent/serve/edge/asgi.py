"""The words of ASGI that the middlewares share: its types, headers of a request, and a short answer."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http import HTTPStatus
from typing import Any

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]

START = "http.response.start"
OPENAI = "/v1/"
"""Below it errors have the form that OpenAI's clients read."""


def values(scope: Scope, name: bytes) -> list[str]:
    """Every value of a header (its name in lower case), in the order in which they came."""
    return [value.decode("latin-1").strip() for known, value in scope["headers"] if known == name]


def noted(scope: Scope) -> dict[str, Any]:
    """What the edge notes of a request; `request.state` in a route."""
    return scope.setdefault("state", {})


async def refuse(scope: Scope, send: Send, status: int, code: str, detail: str, headers: Headers = ()) -> None:
    """Answers with a problem (`wire.Problem`, RFC 9457), or in OpenAI's form below /v1."""
    if scope["path"].startswith(OPENAI):
        said, kind = {"error": {"message": detail, "type": code, "code": code, "param": None}}, b"application/json"
    else:
        said, kind = _problem(scope, status, code, detail), b"application/problem+json"
    body = json.dumps(said).encode()
    own = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": START, "status": status, "headers": [*own, *headers]})
    await send({"type": "http.response.body", "body": body})


def _problem(scope: Scope, status: int, code: str, detail: str) -> dict[str, Any]:
    title, request_id = HTTPStatus(status).phrase, noted(scope).get("request_id", "")
    told = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code}
    return {**told, "cure": "", "request_id": request_id, "errors": []}
