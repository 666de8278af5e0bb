"""Logs as lines of JSON. What people write and are answered is in none of them, unless a setting says so."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from hashlib import sha256
from time import perf_counter
from typing import Any, TextIO

from .asgi import START, App, Message, Receive, Scope, Send, noted
from .request_ids import REQUEST_ID

ACCESS = "langgraph_recommender.access"
_OURS = ("langgraph_recommender", "uvicorn.error")
_MOST_CONTENT = 4_000
"""Bytes of a request and of its answer that are logged where content is."""
_LEFT = 499
"""The status of a request whose client left before it was answered, as nginx has it."""
_log = logging.getLogger(ACCESS)


def write_json_lines(level: str, stream: TextIO | None = None) -> None:
    """Sends our own log and the server's to a stream and nowhere else; to standard error when none is given."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    for name in _OURS:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level.upper())


class JsonLines(logging.Formatter):
    """A JSON object a line: time, level, logger, message, the request's id, and `extra={"fields": ...}`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a traceback is one of its strings."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": REQUEST_ID.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps({key: value for key, value in line.items() if value not in ("", None)}, ensure_ascii=False)


class AccessLog:
    """Writes a line for each request when it ends: route, status, milliseconds, bytes, and who, as a hash."""

    def __init__(self, app: App, content: bool) -> None:
        self._app = app
        self._content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] != "http" or not _log.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        began, seen = perf_counter(), _Seen(self._content)
        try:
            await self._app(scope, seen.receiving(receive), seen.sending(send))
        finally:
            fields = {**_of(scope), **seen.fields(), "ms": round((perf_counter() - began) * 1_000, 2)}
            _log.info("request", extra={"fields": fields})


class _Seen:
    """What passed of one request and its answer."""

    def __init__(self, content: bool) -> None:
        self._kept = _MOST_CONTENT if content else 0
        self._status = 0
        self._asked, self._answered = b"", b""
        self._in = self._out = 0

    def receiving(self, receive: Receive) -> Receive:
        async def watched() -> Message:
            message = await receive()
            body = message.get("body", b"")
            self._in += len(body)
            self._asked += body[: self._kept - len(self._asked)] if self._kept else b""
            return message

        return watched

    def sending(self, send: Send) -> Send:
        async def watched(message: Message) -> None:
            if message["type"] == START:
                self._status = message["status"]
            body = message.get("body", b"")
            self._out += len(body)
            self._answered += body[: self._kept - len(self._answered)] if self._kept else b""
            await send(message)

        return watched

    def fields(self) -> dict[str, Any]:
        content = {"asked": _text(self._asked), "answered": _text(self._answered)} if self._kept else {}
        return {"status": self._status or _LEFT, "bytes_in": self._in, "bytes_out": self._out, **content}


def _of(scope: Scope) -> dict[str, Any]:
    """The route rather than the path, which may hold an id; no query, which is something that a person wrote."""
    state, route = noted(scope), scope.get("route")
    caller = state.get("caller")
    return {
        "method": scope["method"],
        "route": getattr(route, "path", None),
        "address": state.get("address"),
        "key": caller.key if caller and not caller.guest else None,
        "user": sha256(caller.user.encode()).hexdigest()[:12] if caller else None,
    }


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
