"""Who asks, before any route is reached: a key where keys are configured, a cookie where not."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.requests import HTTPConnection

from ..identity import MOST_NAME, Caller, Keys, guest
from .asgi import START, App, Message, Receive, Scope, Send, noted, refuse, values
from .keys_file import expired

COOKIE = "recommender_guest"
OPEN = frozenset({"/", "/health", "/ready", "/favicon.ico"})
"""Paths that need no key: whether the server is well, and the page, which asks for a key itself."""
OPEN_BELOW = ("/static/",)
UNCOUNTED = frozenset({"/health", "/ready", "/metrics"})
"""Paths that machines ask: they get no cookie and no span, and are not counted."""
_PICTURE = "/picture"
_COOKIE = re.compile(r"([0-9a-f]{32})(?:\.([0-9]{1,12}))?", re.ASCII)
"""A guest's secret, and the Unix time at which it was given or renewed."""
_KEPT_S = 180 * 24 * 3600
_ASK = (b"www-authenticate", b'Bearer realm="recommender"')
_BEARER = "bearer "
_REFUSED = 1008


def caller_of(request: HTTPConnection) -> Caller:
    """Who asks, a FastAPI dependency. Every path that is not in OPEN has a caller."""
    return request.state.caller


def asked_by_the_dozen(path: str) -> bool:
    """Whether a page asks for it by the dozen: its files and pictures count for the address alone."""
    return path.startswith(OPEN_BELOW) or path.endswith(_PICTURE)


class Identified:
    """Notes the caller of a request; without one, what is not open is answered with 401.

    A key may come as `Authorization: Bearer KEY` or `X-API-Key: KEY`. A key whose scope covers several users speaks
    for the one in `user_header`; a user out of its scope is answered with 403. A guest's cookie is renewed once half of
    its time is over.
    """

    def __init__(self, app: App, keys: Keys, user_header: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)):
        self._app = app
        self._keys = keys
        self._user_header = user_header.lower().encode()
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what has a caller, or needs none."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _REFUSED})
        elif scope["type"] != "http":
            await self._app(scope, receive, send)
        elif self._keys:
            await self._with_key(scope, receive, send)
        else:
            await self._as_guest(scope, receive, send)

    async def _with_key(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._caller(scope)
        if isinstance(found, Caller):
            noted(scope)["caller"] = found
        elif not _open(scope["path"]):
            status, code, detail = found
            await refuse(scope, send, status, code, detail, headers=[_ASK] if status == 401 else [])
            return
        await self._app(scope, receive, send)

    def _caller(self, scope: Scope) -> Caller | tuple[int, str, str]:
        presented = _presented(scope)
        if not presented:
            return 401, "key_missing", "A key is needed: Authorization: Bearer KEY, or X-API-Key: KEY."
        if len(presented) > 1:
            return 401, "key_ambiguous", "The request holds several different keys."
        key = self._keys.find(presented.pop())
        if key is None:
            return 401, "key_unknown", "The key is not known."
        if expired(key, self._now()):
            return 401, "key_expired", "The key has expired."
        return self._named(scope, key.caller)

    def _named(self, scope: Scope, caller: Caller) -> Caller | tuple[int, str, str]:
        names = set(values(scope, self._user_header))
        if not names:
            return caller
        name = _name(names.pop())
        if names or name is None:
            return 400, "user_invalid", f"The user must be one name of at most {MOST_NAME} characters in UTF-8."
        return caller.speaking_for(name) or (403, "user_out_of_scope", "The key may not speak for this user.")

    async def _as_guest(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in UNCOUNTED or scope["path"].startswith(OPEN_BELOW):
            await self._app(scope, receive, send)
            return
        secret, given = _held(scope) or (secrets.token_hex(16), 0)
        noted(scope)["caller"] = guest(secret)
        now = int(self._now().timestamp())
        cookie = _cookie(secret, now, scope["scheme"] == "https")

        async def with_cookie(message: Message) -> None:
            if message["type"] == START:
                message["headers"] = [*message.get("headers", ()), (b"set-cookie", cookie)]
            await send(message)

        await self._app(scope, receive, send if 0 <= now - given < _KEPT_S // 2 else with_cookie)


def _presented(scope: Scope) -> set[str]:
    """The different keys that a request holds; other schemes of Authorization are not ours."""
    bearers = [one for one in values(scope, b"authorization") if one[: len(_BEARER)].lower() == _BEARER]
    return {key for key in [one[len(_BEARER) :].strip() for one in bearers] + values(scope, b"x-api-key") if key}


def _open(path: str) -> bool:
    return path in OPEN or path.startswith(OPEN_BELOW)


def _name(value: str) -> str | None:
    """The user of a header, whose bytes are UTF-8; None when it is none."""
    try:
        name = value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
    return name if name.isprintable() and 0 < len(name) <= MOST_NAME else None


def _held(scope: Scope) -> tuple[str, int] | None:
    """What the guest's cookie holds, as far as it is one that we gave; other cookies may be as odd as they like."""
    pairs = (pair.strip().partition("=") for line in values(scope, b"cookie") for pair in line.split(";"))
    held = _COOKIE.fullmatch(next((value for name, _, value in pairs if name == COOKIE), ""))
    return (held[1], int(held[2] or 0)) if held else None


def _cookie(secret: str, now: int, secure: bool) -> bytes:
    ending = "; Secure" if secure else ""
    return f"{COOKIE}={secret}.{now}; Path=/; Max-Age={_KEPT_S}; HttpOnly; SameSite=Strict{ending}".encode()
