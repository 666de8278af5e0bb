"""What a browser is told with every answer: run nothing foreign, guess no type, show it in no frame, tell no one."""

from __future__ import annotations

from .asgi import START, App, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src {images}; connect-src 'self'; font-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_IMAGES = "'self' data: blob:"
_ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    b"cross-origin-opener-policy": b"same-origin",
    b"cache-control": b"no-store",
}
_HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")


class SecurityHeaders:
    """Adds each header that the route has not set itself; what may be kept in a cache says so itself."""

    def __init__(self, app: App, image_sources: tuple[str, ...]) -> None:
        self._app = app
        policy = _POLICY.format(images=" ".join((_IMAGES, *image_sources)))
        self._wanted = {**_ALWAYS, b"content-security-policy": policy.encode()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == START:
                own = list(message.get("headers", ()))
                known = {name.lower() for name, _ in own}
                added = [pair for pair in self._wanted.items() if pair[0] not in known]
                secure = [_HTTPS_ONLY] if scope["scheme"] == "https" else []
                message["headers"] = own + added + secure
            await send(message)

        await self._app(scope, receive, with_headers)
