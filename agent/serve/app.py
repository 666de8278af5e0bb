"""The FastAPI app: routes and edge, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ...tools.errors import SettingsError
from .edge.settings import EdgeSettings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from .served import Served


def create_app(served: Served, edge: EdgeSettings | None = None) -> FastAPI:
    """An app over what is served. Raises SettingsError when the extra `serve` is not installed."""
    require_extra()
    from fastapi import FastAPI  # noqa: PLC0415

    from .edge.content import allowed_of  # noqa: PLC0415
    from .edge.stack import protect  # noqa: PLC0415
    from .openai.routes import openai_routes  # noqa: PLC0415
    from .problems import answer_with_problems  # noqa: PLC0415
    from .routes import routers  # noqa: PLC0415

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await served.turns.drain()

    edge = edge or EdgeSettings.read()
    app = FastAPI(
        title="langgraph-recommender",
        version=served.version,
        lifespan=lifespan,
        docs_url=None,  # these pages would run scripts of other servers
        redoc_url=None,
    )
    answer_with_problems(app)
    for router in routers(served):
        app.include_router(router)
    app.include_router(openai_routes(served, allowed_of(edge)))
    if _langserve_installed():
        from .langserve import langserve_routes  # noqa: PLC0415

        app.include_router(langserve_routes(served))
    protect(app, served.keys, edge)
    return app


def require_extra() -> None:
    """Raises SettingsError with the line that installs what serving needs."""
    if any(find_spec(name) is None for name in ("fastapi", "uvicorn", "prometheus_client")):
        raise SettingsError("Serving needs more packages.", cure="pip install 'langgraph-recommender[serve]'")


def _langserve_installed() -> bool:
    """It is tried, not looked for: it does not load beside every version of what it needs."""
    try:
        import langserve  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True
