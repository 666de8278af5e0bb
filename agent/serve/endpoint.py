"""A recommender as a typed Runnable: what goes in and out over HTTP, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any
from uuid import uuid4

from langchain_core.messages import AIMessageChunk
from langchain_core.runnables import ConfigurableFieldSpec, Runnable, RunnableConfig
from langgraph.types import Command
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from ...graphs.context import RecommenderContext
from ...tools.catalog.pictures.locating import data_of
from ...tools.errors import PictureError
from ...tools.normalize import well_formed
from ..recommender import Recommender
from .identity import thread_of
from .threaded import in_thread

USER_KEY = "recommender_user"
"""Set by the server from the authenticated request, after whatever the body said."""
_REPLY_NODE = "reply"


def _whole(value: object) -> object:
    return well_formed(value) if isinstance(value, str) else value


def _a_picture(value: str | None) -> str | None:
    if value is not None:
        try:
            data_of(value)
        except PictureError as error:
            raise ValueError(str(error)) from error
    return value


class ChatInput(BaseModel):
    """One message of a conversation."""

    model_config = ConfigDict(extra="forbid")

    message: Annotated[str, BeforeValidator(_whole)] = Field(default="", max_length=20_000)
    image: Annotated[str | None, AfterValidator(_a_picture)] = None
    """A picture that comes with the message, as a data URI; addresses are refused, never fetched."""
    thread_id: Annotated[str | None, BeforeValidator(_whole)] = Field(default=None, max_length=200)
    """The conversation to go on with; a new one starts without, and its id comes back."""
    confirm: bool | None = None
    """The answer to a confirmation that the last output asked for."""


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
        result = self._recommender.invoke(_sent(asked), _thread(user, thread), context=RecommenderContext(user_id=user))
        return _output(thread, result)

    def stream(self, input: ChatInput, config: RunnableConfig | None = None, **_: Any) -> Iterator[dict[str, Any]]:
        """One turn, as it happens."""
        asked, user = ChatInput.model_validate(input), _user(config)
        thread = asked.thread_id or uuid4().hex
        yield {"event": "thread", "thread_id": thread}
        for mode, part in self._recommender.stream(
            _sent(asked),
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


def _sent(asked: ChatInput) -> Any:
    if asked.confirm is not None:
        return Command(resume=asked.confirm)
    if asked.image is None:
        return {"messages": [("user", asked.message)]}
    text = [{"type": "text", "text": asked.message}] if asked.message else []
    return {"messages": [("user", [*text, {"type": "image", "url": asked.image}])]}


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
