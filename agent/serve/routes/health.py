"""Is the process up, can it answer, which one is it, and how does it fare?"""

from __future__ import annotations

import asyncio
import logging
import time
from math import inf

from fastapi import APIRouter, Response
from pydantic import BaseModel

from ..metrics import MEDIA_TYPE
from ..served import Served

_LOG = logging.getLogger(__name__)
_PATIENCE_S = 3.0
"""For the store, when readiness is asked for."""
_HELD_S = 1.0
"""What the store said counts for so long."""


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
    router, probe = APIRouter(tags=["health"]), _Probe(served)

    @router.get("/health")
    async def health() -> Health:
        """The process is up."""
        return Health()

    @router.get("/ready", responses={503: {"model": Readiness}})
    async def ready(response: Response) -> Readiness:
        """Turns can be answered; 503 before everything is loaded, and while the store does not answer."""
        warm, store = served.warm.is_set(), await probe.answers()
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


class _Probe:
    """Asks the store whether it is there, once for all who want to know at about the same time: anybody may ask."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._one = asyncio.Lock()
        self._found = False
        self._holds_until = -inf

    async def answers(self) -> bool:
        async with self._one:
            if time.monotonic() >= self._holds_until:
                self._found = await _answers(self._served)
                self._holds_until = time.monotonic() + _HELD_S
            return self._found


async def _answers(served: Served) -> bool:
    try:
        await asyncio.wait_for(asyncio.to_thread(served.conversations.known, None, "ready"), _PATIENCE_S)
    except Exception:  # a store may raise anything, and any of it means that it does not answer
        _LOG.exception("the store does not answer")
        return False
    return True
