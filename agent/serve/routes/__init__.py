"""The routes of the core, one subject a file: each makes an APIRouter over `Served`."""

from __future__ import annotations

from fastapi import APIRouter

from ..served import Served
from ..web.routes import page_routes
from .chat import chat_routes
from .health import health_routes


def routers(served: Served) -> list[APIRouter]:
    """All of them."""
    return [make(served) for make in (chat_routes, health_routes, page_routes)]
