"""LangServe over the turns of the server: invoke, batch, stream and the playground, in an extra of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from contextvars import ContextVar
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from langchain_core.runnables import ConfigurableFieldSpec, Runnable, RunnableConfig
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException

from ...tools.errors import RecommenderError
from .edge.content import allowed_for
from .problems import problem_of
from .served import Served
from .turns import Turns
from .wire import ChatInput, ChatOutput, ErrorEvent

PATH = "/recommender"
_REQUEST: ContextVar[Request] = ContextVar("langserve_request")
"""Who asks is read from here, never from a config: LangServe drops a batch's, and a client may have written it."""
_ENDPOINTS = ("invoke", "batch", "stream", "playground", "input_schema", "output_schema")
"""stream_events and stream_log would show internal state."""
_UNREADABLE = (ValidationError, UnicodeDecodeError, RecursionError)
"""What LangServe raises of a body, beside what it tells itself."""
_PLAYGROUND = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src * data:"
"""The page of LangServe holds its schemas in a script of its own."""


def langserve_routes(served: Served) -> APIRouter:
    """`/recommender/{invoke,batch,stream,playground,input_schema,output_schema}`."""
    from langserve import add_routes  # noqa: PLC0415

    router = APIRouter(route_class=_Route)
    add_routes(
        router,
        TurnRunnable(served.turns),
        path=PATH,
        enabled_endpoints=_ENDPOINTS,
        config_keys=(),
    )
    return router


class TurnRunnable(Runnable[ChatInput, Any]):
    """invoke returns a `ChatOutput`; stream yields events: thread; tool, item and token; question; turn or confirm."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    @property
    def InputType(self) -> type[ChatInput]:
        return ChatInput

    @property
    def OutputType(self) -> Any:
        return ChatOutput

    @property
    def config_specs(self) -> list[ConfigurableFieldSpec]:
        """No field of a client's config is read."""
        return []

    def invoke(self, input: ChatInput, config: RunnableConfig | None = None, **_: Any) -> ChatOutput:
        """Not to be called: turns run on the loop of the server."""
        raise NotImplementedError("Turns run on the server's event loop: use ainvoke.")

    async def ainvoke(self, input: ChatInput, config: RunnableConfig | None = None, **_: Any) -> ChatOutput:  # noqa: ARG002
        """One turn."""
        return await self._turns.run(_user(), await _taken(input))

    async def abatch(
        self,
        inputs: list[ChatInput],
        config: Any = None,  # noqa: ARG002
        *,
        return_exceptions: bool = False,  # noqa: ARG002
        **_: Any,
    ) -> list[ChatOutput]:
        """One turn after the other: a request never has more than one place in the queue."""
        return [await self.ainvoke(one) for one in inputs]

    async def astream(
        self,
        input: ChatInput,
        config: RunnableConfig | None = None,  # noqa: ARG002
        **_: Any,
    ) -> AsyncGenerator[dict[str, Any]]:
        """One turn as it happens. What goes wrong once the answer has begun is its last event."""
        try:
            async with aclosing(self._turns.stream(_user(), await _taken(input))) as events:
                async for event in events:
                    yield _plain(event)
        except (RecommenderError, HTTPException) as error:
            yield _plain(ErrorEvent(problem=problem_of(error, _REQUEST.get())))


def _plain(event: BaseModel) -> dict[str, Any]:
    return event.model_dump(mode="json")


async def _taken(sent: object) -> ChatInput:
    """The message. Raises TooMuch for more than the server takes of one."""
    asked = ChatInput.model_validate(sent)
    await allowed_for(_REQUEST.get()).check_turn(asked.message, asked.image)
    return asked


def _user() -> str:
    return _REQUEST.get().state.caller.user


class _Route(APIRoute):
    """Notes the request, and lets the page of LangServe, and no other, run its own script."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle, page = super().get_route_handler(), "/playground" in self.path

        async def handled(request: Request) -> Response:
            _REQUEST.set(request)
            try:
                answer = await handle(request)
            except _UNREADABLE as error:
                raise HTTPException(422, "The body is not what `input_schema` says.") from error
            except (OSError, ValueError) as error:
                if not page:
                    raise
                raise HTTPException(404, "No such file.") from error
            if page:
                answer.headers["Content-Security-Policy"] = _PLAYGROUND
            return answer

        return handled
