"""A recommender as a typed Runnable: what goes in and out over HTTP, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from langchain_core.messages import AIMessageChunk
from langchain_core.runnables import ConfigurableFieldSpec, Runnable, RunnableConfig
from pydantic import BaseModel

from ...graphs.context import RecommenderContext
from ..recommender import Recommender
from .carrying import sent
from .identity import thread_of
from .threaded import in_thread
from .wire import ChatInput

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

USER_KEY = "recommender_user"
"""Set by the server from the authenticated request, after whatever the body said."""
ENDPOINTS = ("invoke", "batch", "stream", "playground", "input_schema", "output_schema")
"""stream_events and stream_log would show internal state."""
_REPLY_NODE = "reply"


def add_langserve(app: FastAPI, recommender: Recommender) -> None:
    """`/recommender/{invoke,batch,stream,playground}`, for the user that the edge made out."""
    from langserve import add_routes  # noqa: PLC0415

    def with_user(config: dict[str, Any], request: Request) -> dict[str, Any]:
        user = request.state.caller.user
        return {**config, "configurable": {**config.get("configurable", {}), USER_KEY: user}}

    add_routes(
        app,
        RecommenderEndpoint(recommender),
        path="/recommender",
        enabled_endpoints=ENDPOINTS,
        per_req_config_modifier=with_user,
        config_keys=(),
    )


class ChatOutput(BaseModel):
    """The turn, or the confirmation that a tool waits for."""

    thread_id: str
    turn: dict[str, Any] | None = None
    """The fields of `TurnResult`."""
    confirm: dict[str, Any] | None = None
    """`message`, `tool` and `args` of a tool that wants a yes first."""


class RecommenderEndpoint(Runnable[ChatInput, Any]):
    """invoke returns a `ChatOutput`; stream yields events: token, tool, item, then turn or confirm."""

    def __init__(self, recommender: Recommender) -> None:
        self._recommender = recommender

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
        """One turn."""
        asked, user = ChatInput.model_validate(input), _user(config)
        thread = asked.thread_id or uuid4().hex
        result = self._recommender.invoke(sent(asked), _thread(user, thread), context=RecommenderContext(user_id=user))
        return _output(thread, result)

    def stream(self, input: ChatInput, config: RunnableConfig | None = None, **_: Any) -> Iterator[dict[str, Any]]:
        """One turn, as it happens."""
        asked, user = ChatInput.model_validate(input), _user(config)
        thread = asked.thread_id or uuid4().hex
        yield {"event": "thread", "thread_id": thread}
        for mode, part in self._recommender.stream(
            sent(asked),
            _thread(user, thread),
            context=RecommenderContext(user_id=user),
            stream_mode=["messages", "custom", "updates"],
        ):
            yield from _events(mode, part)

    async def astream(
        self, input: ChatInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[dict[str, Any]]:
        """The events of `stream`."""
        async for event in in_thread(lambda: self.stream(input, config, **kwargs)):
            yield event


def _user(config: RunnableConfig | None) -> str | None:
    return ((config or {}).get("configurable") or {}).get(USER_KEY)


def _thread(user: str | None, thread_id: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread_of(user, thread_id)}}


def _output(thread: str, result: dict[str, Any]) -> ChatOutput:
    pending = result.get("__interrupt__")
    if pending:
        return ChatOutput(thread_id=thread, confirm=pending[0].value)
    return ChatOutput(thread_id=thread, turn=result["turn"].model_dump(mode="json"))


def _events(mode: str, part: Any) -> Iterator[dict[str, Any]]:
    if mode == "custom":
        yield part
    elif mode == "updates" and "__interrupt__" in part:
        yield {"event": "confirm", **part["__interrupt__"][0].value}
    elif mode == "messages":
        chunk, metadata = part
        if isinstance(chunk, AIMessageChunk) and metadata.get("langgraph_node") == _REPLY_NODE and chunk.text:
            yield {"event": "token", "text": chunk.text}
