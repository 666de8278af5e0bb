"""The routes of the core, one subject a file: each makes an APIRouter over `Served`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from ..problems import MEDIA_TYPE
from ..served import Served
from ..web.routes import page_routes
from ..wire import Problem
from .catalog import catalog_routes
from .chat import chat_routes
from .feedback import feedback_routes
from .health import health_routes
from .profile import profile_routes
from .threads import thread_routes

_CORE = (chat_routes, thread_routes, feedback_routes, profile_routes, catalog_routes, health_routes)


_SCHEMA = Problem.model_json_schema()
_PROBLEM: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem (RFC 9457).",
        "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
    }
}


def routers(served: Served) -> list[APIRouter]:
    """All of them, and those of the page; what each may answer beside its result is told once."""
    whole = APIRouter(responses=_PROBLEM)
    for make in (*_CORE, page_routes):
        whole.include_router(make(served))
    return [whole]
