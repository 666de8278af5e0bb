"""Is the process up, can it answer, and which one is it?"""

from __future__ import annotations

from fastapi import APIRouter

from ..served import Served


def health_routes(served: Served) -> APIRouter:
    """`/health` and `/version`."""
    router = APIRouter(tags=["health"])

    @router.get("/health")
    def health() -> dict[str, str]:
        """The process is up."""
        return {"status": "ok"}

    @router.get("/version")
    def version() -> dict[str, str]:
        """Of the package."""
        return {"version": served.version}

    return router
