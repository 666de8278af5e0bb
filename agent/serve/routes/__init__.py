"""The routes of the core, one subject a file: each makes an APIRouter over `Served`."""

from __future__ import annotations

from fastapi import APIRouter

from ..served import Served
from ..web.routes import page_routes
from .catalog import catalog_routes
from .chat import chat_routes
from .feedback import feedback_routes
from .health import health_routes
from .profile import profile_routes
from .threads import thread_routes

_CORE = (chat_routes, thread_routes, feedback_routes, profile_routes, catalog_routes, health_routes)


def routers(served: Served) -> list[APIRouter]:
    """All of them, and those of the page."""
    return [*(make(served) for make in _CORE), page_routes(served)]
