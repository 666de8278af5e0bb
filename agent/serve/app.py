"""The FastAPI app: health, and the recommender through LangServe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...tools.errors import SettingsError
from ..recommender import Recommender
from .endpoint import USER_KEY, RecommenderEndpoint
from .identity import Tokens
from .limits import BoundedBody

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

ENDPOINTS = ("invoke", "batch", "stream", "playground", "input_schema", "output_schema")
"""stream_events and stream_log would show internal state."""


def create_app(recommender: Recommender, tokens: Tokens) -> FastAPI:
    """An app with `/health` and `/recommender/{invoke,batch,stream,playground}`.

    Raises SettingsError when the extra `serve` is not installed.
    """
    try:
        from fastapi import FastAPI  # noqa: PLC0415
        from langserve import add_routes  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError(
            "Serving needs more packages.", cure="pip install 'langgraph-recommender[serve]'"
        ) from error
    app = FastAPI(title="langgraph-recommender")
    app.add_middleware(BoundedBody)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    add_routes(
        app,
        RecommenderEndpoint(recommender),
        path="/recommender",
        enabled_endpoints=ENDPOINTS,
        per_req_config_modifier=_with_user(tokens),
        config_keys=(),
    )
    return app


def _with_user(tokens: Tokens) -> Any:
    from fastapi import HTTPException  # noqa: PLC0415

    def modify(config: dict[str, Any], request: Request) -> dict[str, Any]:
        user = tokens.user_of(request.headers.get("authorization"))
        if tokens.users and user is None and not request.url.path.endswith(("_schema", "/playground/")):
            raise HTTPException(401, "A valid bearer token is needed.", {"WWW-Authenticate": "Bearer"})
        return {**config, "configurable": {**config.get("configurable", {}), USER_KEY: user}}

    return modify
