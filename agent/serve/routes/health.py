"""Is the process up, can it answer, which one is it, and how does it fare?"""

from __future__ import annotations

import asyncio
import logging

from fastapi import APIRouter, Response
from pydantic import BaseModel

from ..metrics import MEDIA_TYPE
from ..served import Served

_LOG = logging.getLogger(__name__)
_PATIENCE_S = 3.0
"""For the store, when readiness is asked for."""


class Health(BaseModel):
    """The process is up."""

    status: str = "ok"


class Readiness(BaseModel):
    """Whether turns can be answered, and what each part says."""

    ready: bool
    warm: bool
    """Whether what the first turn needs has been loaded."""
    store: bool
    """Whether the store answers."""
    items: int
    """Of the catalog."""


class Version(BaseModel):
    """Which server it is."""

    version: str
    catalog: str
    revision: int
    """Of the catalog: grows with every change of its items."""


def health_routes(served: Served) -> APIRouter:
    """`/health`, `/ready`, `/version` and `/metrics`."""
    router = APIRouter(tags=["health"])

    @router.get("/health")
    async def health() -> Health:
        """The process is up."""
        return Health()

    @router.get("/ready", responses={503: {"model": Readiness}})
    async def ready(response: Response) -> Readiness:
        """Turns can be answered; 503 before everything is loaded, and while the store does not answer."""
        warm, store = served.warm.is_set(), await _answers(served)
        if not (warm and store):
            response.status_code = 503
        return Readiness(ready=warm and store, warm=warm, store=store, items=len(served.catalog))

    @router.get("/version")
    async def version() -> Version:
        """Of the package and of the catalog."""
        return Version(version=served.version, catalog=served.catalog.name, revision=served.catalog.revision)

    @router.get("/metrics", response_class=Response)
    def metrics() -> Response:
        """For Prometheus."""
        return Response(served.metrics.exposition(), media_type=MEDIA_TYPE)

    return router


async def _answers(served: Served) -> bool:
    try:
        await asyncio.wait_for(asyncio.to_thread(served.conversations.known, None, "ready"), _PATIENCE_S)
    except Exception:  # a store may raise anything, and any of it means that it does not answer
        _LOG.exception("the store does not answer")
        return False
    return True
