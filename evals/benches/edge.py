"""What the edge of a server costs a request, apart from sockets and routes."""

from __future__ import annotations

import asyncio
import io
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from .figures import BenchReport, Figure, Options

if TYPE_CHECKING:
    from starlette.applications import Starlette

_REQUESTS = 3_000
_WARM_UP = 200
_KEYS = 20
_BODY = b'{"message": "a laptop under 1500"}'
_BOUND_MS = 1.0
_PLENTY = 10**9
_ORIGIN = "https://shop.example"


def edge(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """Requests with a key of 20, through the whole edge with its log and through an app without it."""
    requests = options.count or _REQUESTS
    key = secrets.token_urlsafe(32)
    bare, guarded = _app(), _app()
    _protect(guarded, key)
    progress(0, 2)
    without = asyncio.run(_timed(bare, key, requests))
    progress(1, 2)
    with _logged():
        with_edge = asyncio.run(_timed(guarded, key, requests))
    progress(2, 2)
    figures = [
        Figure(f"edge p{at}", float(np.percentile(with_edge, at) - np.percentile(without, at)), "ms", at_most)
        for at, at_most in ((50, _BOUND_MS), (95, None))
    ]
    return BenchReport("edge", tuple(figures), options)


def _app() -> Starlette:
    """Reads the body and answers two bytes."""
    from starlette.applications import Starlette  # noqa: PLC0415

    async def answer(_: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"ok"})

    app = Starlette()
    app.router.default = answer
    return app


def _protect(app: Starlette, key: str) -> None:
    from ...agent.serve.edge.settings import EdgeSettings  # noqa: PLC0415
    from ...agent.serve.edge.stack import protect  # noqa: PLC0415
    from ...agent.serve.identity import keys_of  # noqa: PLC0415

    users = {key: "ada", **{secrets.token_urlsafe(32): f"user {at}" for at in range(_KEYS - 1)}}
    plenty = EdgeSettings(
        per_minute=_PLENTY, burst=_PLENTY, address_per_minute=_PLENTY, address_burst=_PLENTY, cors_origins=_ORIGIN
    )
    protect(app, keys_of(users), plenty)


@contextmanager
def _logged() -> Iterator[None]:
    """The log of requests is written, to nowhere."""
    from ...agent.serve.edge.logs import ACCESS, JsonLines  # noqa: PLC0415

    log, written = logging.getLogger(ACCESS), logging.StreamHandler(io.StringIO())
    before = log.handlers, log.propagate, log.level
    written.setFormatter(JsonLines())
    log.handlers, log.propagate = [written], False
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.handlers, log.propagate = before[0], before[1]
        log.setLevel(before[2])


async def _timed(app: Starlette, key: str, requests: int) -> np.ndarray:
    """Milliseconds of each request, (requests,)."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": _BODY, "more_body": False}

    async def send(_: Any) -> None: ...

    taken = np.empty(_WARM_UP + requests)
    for at in range(len(taken)):
        began = perf_counter()
        await app(_scope(key), receive, send)
        taken[at] = (perf_counter() - began) * 1_000
    return taken[_WARM_UP:]


def _scope(key: str) -> dict[str, Any]:
    names = {"host": "127.0.0.1", "x-api-key": key, "content-type": "application/json", "accept": "*/*"}
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/chat",
        "raw_path": b"/api/chat",
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in names.items()],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8_000),
        "state": {},
    }
