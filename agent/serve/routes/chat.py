"""`POST /api/chat` and `POST /api/chat/stream`: one turn of a conversation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, get_args

from fastapi import APIRouter, Request

from ..edge.content import allowed_for
from ..leaving import unless_left
from ..problems import problem_of
from ..served import Served
from ..sse import MEDIA_TYPE, EventStream, first_of, framed
from ..wire import ChatInput, ChatOutput, ErrorEvent, Event
from .asking import User

_FRAME = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {
        "event": {"enum": [one.model_fields["event"].default for one in get_args(Event)]},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}
_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "`event: NAME`, and in `data` the event as JSON.", "content": {MEDIA_TYPE: {"schema": _FRAME}}}
}


def chat_routes(served: Served) -> APIRouter:
    """One turn, whole or as it happens."""
    router = APIRouter(prefix="/api/chat", tags=["chat"])

    @router.post("", response_model=ChatOutput)
    async def chat(asked: ChatInput, user: User, request: Request) -> ChatOutput:
        """One turn, whole. Without `thread_id` a conversation starts; its id comes back."""
        await allowed_for(request).check_turn(asked.message, asked.image)
        return await unless_left(request, served.turns.run(user, asked))

    @router.post("/stream", status_code=200, response_class=EventStream, responses=_EVENTS)
    async def stream(asked: ChatInput, user: User, request: Request) -> EventStream:
        """One turn as it happens, as server-sent events: thread; tool, item and token; question; turn or confirm."""
        await allowed_for(request).check_turn(asked.message, asked.image)
        events = served.turns.stream(user, asked)
        return EventStream(_frames(await first_of(request, events), events, request), events)

    return router


async def _frames(first: Event | None, events: AsyncGenerator[Event], request: Request) -> AsyncGenerator[str]:
    try:
        if first is not None:
            yield framed(first.event, first)
        async for event in events:
            yield framed(event.event, event)
    except Exception as error:  # the answer has begun: whatever went wrong is told in its last event
        problem = problem_of(error, request)
        yield framed("error", ErrorEvent(problem=problem))
