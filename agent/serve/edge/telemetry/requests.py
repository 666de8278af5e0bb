"""A span for each request, below which everything that answers it stands."""

from __future__ import annotations

import asyncio

from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, Status, StatusCode, use_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from ..asgi import START, App, Message, Receive, Scope, Send, noted, values
from ..identified import UNCOUNTED
from . import attributes as a
from .tracing import Tracing
from .turns import SPANS, Spans

_PARENT = ("traceparent", "tracestate")


class Traced:
    """Traces requests, and through LangChain's callbacks the turns that they cause; nothing that people write.

    Sends what is left when the app ends.
    """

    def __init__(self, app: App, tracing: Tracing) -> None:
        self._app = app
        self._tracing = tracing
        self._tracer = tracing.tracer
        self._spans = Spans(tracing.tracer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, self._closing(send))
        elif scope["type"] != "http" or scope["path"] in UNCOUNTED:
            await self._app(scope, receive, send)
        else:
            await self._traced(scope, receive, send)

    async def _traced(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        known = {a.METHOD: method, a.SCHEME: scope["scheme"], a.REQUEST_ID: noted(scope)["request_id"]}
        span = self._tracer.start_span(method, _parent(scope), SpanKind.SERVER, known)

        async def watched(message: Message) -> None:
            if message["type"] == START:
                span.set_attribute(a.STATUS, message["status"])
                if message["status"] >= 500:
                    span.set_attribute(a.ERROR_TYPE, str(message["status"]))
                    span.set_status(Status(StatusCode.ERROR))
            await send(message)

        SPANS.set(self._spans)
        with use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
            try:
                await self._app(scope, receive, watched)
            finally:
                route = getattr(scope.get("route"), "path", None)
                if route:
                    span.set_attribute(a.ROUTE, route)
                    span.update_name(f"{method} {route}")

    def _closing(self, send: Send) -> Send:
        async def watched(message: Message) -> None:
            if message["type"].startswith("lifespan.shutdown"):
                await asyncio.to_thread(self._tracing.close)
            await send(message)

        return watched


def _parent(scope: Scope) -> Context:
    """The span of whoever asks, where the request names one (W3C Trace Context)."""
    carried = {name: found[0] for name in _PARENT if (found := values(scope, name.encode()))}
    return TraceContextTextMapPropagator().extract(carried, Context())
