"""The routes below `/v1`."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter, Request

from ..edge.content import Allowed
from ..served import Served
from ..wire import Text
from .answering import MODEL, Answering, check_model
from .completions import complete
from .continuing import Continuing
from .earlier import forget, retrieve
from .errors import ApiError, OpenAIRoute
from .people import person_of
from .responses import respond
from .wire import ChatRequest, ResponsesRequest


def openai_routes(served: Served, allowed: Allowed) -> APIRouter:
    """Models, chat completions and responses, as OpenAI's clients ask for them."""
    router = APIRouter(prefix="/v1", tags=["openai"], route_class=OpenAIRoute)
    schema = served.catalog.schema
    answering = Answering(Continuing(served, allowed), allowed, schema.plural or f"{schema.noun.get('en', 'item')}s")
    model = {"id": MODEL, "object": "model", "created": int(time.time()), "owned_by": "langgraph-recommender"}

    @router.get("/models")
    async def models() -> dict[str, Any]:
        """The one model that there is."""
        return {"object": "list", "data": [model]}

    @router.get("/models/{name}")
    async def one_model(name: str) -> dict[str, Any]:
        """The model of that name."""
        check_model(name)
        return model

    @router.post("/chat/completions", response_model=None)
    async def chat_completions(asked: ChatRequest, request: Request) -> Any:
        """A turn as a chat completion; with `stream` as chunks."""
        return await complete(answering, asked, request, int(time.time()))

    _add_responses(router, answering)
    _refuse_what_is_not_there(router)
    return router


def _add_responses(router: APIRouter, answering: Answering) -> None:
    @router.post("/responses", response_model=None)
    async def responses(asked: ResponsesRequest, request: Request) -> Any:
        """A turn as a response; with `stream` as typed events."""
        return await respond(answering, asked, request, int(time.time()))

    @router.get("/responses/{response_id}")
    def one_response(response_id: Text, request: Request) -> dict[str, Any]:
        """A response that was given before."""
        return retrieve(answering.continuing, person_of(request, None), response_id)

    @router.delete("/responses/{response_id}")
    def delete_response(response_id: Text, request: Request) -> dict[str, Any]:
        """Forgets what the id of a response stands for; the conversation is deleted by its own id."""
        return forget(answering.continuing, person_of(request, None), response_id)


def _refuse_what_is_not_there(router: APIRouter) -> None:
    @router.api_route("/{path:path}", methods=["GET", "POST", "DELETE"], include_in_schema=False)
    async def nothing(path: str) -> None:
        raise ApiError(404, f"There is no /v1/{path[:80]} here.", code="unknown_url")
