"""All of the edge around an app, in the order in which a request passes it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.middleware.cors import CORSMiddleware

from ...environment import words
from ..identity import Keys
from .addresses import Addressed
from .bodies import BoundedBody
from .content import allowed_of
from .failures import Failures
from .identified import Identified
from .logs import AccessLog
from .rates import RateLimit, by_address, by_caller
from .request_ids import RequestIds
from .security_headers import SecurityHeaders
from .settings import EdgeSettings
from .telemetry.tracing import open_tracing
from .timeouts import TimelyAnswer

if TYPE_CHECKING:
    from starlette.applications import Starlette


def protect(app: Starlette, keys: Keys, edge: EdgeSettings, clock: Callable[[], float] = time.monotonic) -> None:
    """Puts the edge around an app. `clock` gives seconds, for the rates."""
    app.state.allowed = allowed_of(edge)
    passed = [
        (RequestIds, {}),
        *_traced(edge),
        (Addressed, {"trusted": edge.trusted_proxies}),
        (AccessLog, {"content": edge.log_content}),
        (SecurityHeaders, {"image_sources": words(edge.image_sources)}),
        (Failures, {}),
        *_cors(edge),
        (RateLimit, {"counted": by_address(edge.address_per_minute), "burst": edge.address_burst, "clock": clock}),
        (Identified, {"keys": keys, "user_header": edge.user_header}),
        (RateLimit, {"counted": by_caller(edge.per_minute), "burst": edge.burst, "clock": clock}),
        (TimelyAnswer, {"seconds": edge.answer_timeout_s}),
        (BoundedBody, {"most": edge.max_body_bytes, "seconds": edge.body_timeout_s}),
    ]
    for middleware, arguments in reversed(passed):
        app.add_middleware(middleware, **arguments)


def _traced(edge: EdgeSettings) -> list[tuple[type, dict[str, object]]]:
    """Nothing, when no collector is configured: then OpenTelemetry is not even imported."""
    if edge.otlp_endpoint is None:
        return []
    tracing = open_tracing(edge.otlp_endpoint)
    from .telemetry.requests import Traced  # noqa: PLC0415

    return [(Traced, {"tracing": tracing})]


def _cors(edge: EdgeSettings) -> list[tuple[type, dict[str, object]]]:
    """Nothing, when no other origin may call. Keys are sent by header: cookies are never shared across origins."""
    origins = words(edge.cors_origins)
    if not origins:
        return []
    headers = ["Authorization", "Content-Type", "X-API-Key", "X-Request-Id", edge.user_header]
    exposed = ["X-Request-Id", "Retry-After"]
    allowed = {"allow_origins": origins, "allow_methods": ["GET", "POST", "DELETE"], "allow_headers": headers}
    return [(CORSMiddleware, {**allowed, "expose_headers": exposed})]
