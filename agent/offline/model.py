"""`OfflineChatModel`: the built-in chat model, English and Chinese, without a key or a network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.base import LangSmithParams
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from ...graphs.asking.budget import count_tokens, estimate_tokens
from ...tools.catalog import Catalog
from ..structured_output import LocalChatModel
from .knowledge import Knowledge
from .request import read_request
from .respond import respond

_PIECES = re.compile(r"[㐀-䶿一-鿿豈-﫿]|[^\s㐀-䶿一-鿿豈-﫿]+\s*|\s+")


class OfflineChatModel(LocalChatModel):
    """A chat model that needs nothing but this package: tool calls, structured output, streaming, batch.

    It reads the turn briefs of our graphs, and plans calls of any other bound tools from their names, descriptions
    and parameters. What it cannot derive from the conversation it does not make up: a structured answer with a field
    that nothing was said about raises ModelError.

    >>> OfflineChatModel().invoke("Hello!").text != ""
    True
    """

    model: str = "offline"
    stop: list[str] | None = None
    """The answer ends before the first of these."""
    max_tokens: int | None = None
    """The text of an answer is cut after about so many tokens."""

    _knowledge: Knowledge = PrivateAttr(default_factory=Knowledge)

    @classmethod
    def for_catalog(cls, catalog: Catalog, **settings: Any) -> OfflineChatModel:
        """A model that knows all values and titles of the catalog, not only those in the brief."""
        model = cls(**settings)
        model._knowledge = Knowledge(catalog)
        return model

    @property
    def _llm_type(self) -> str:
        return "offline"

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        params = super()._get_ls_params(stop=stop, **kwargs)
        params["ls_provider"] = "langgraph_recommender"
        return params

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._answer(messages, stop, kwargs))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in chunks(self._answer(messages, stop, kwargs)):
            generation = ChatGenerationChunk(message=chunk)
            if run_manager and chunk.text:
                run_manager.on_llm_new_token(chunk.text, chunk=generation)
            yield generation

    def _answer(self, messages: list[BaseMessage], stop: list[str] | None, arguments: dict[str, Any]) -> AIMessage:
        answer = respond(read_request(messages, arguments), self._knowledge)
        text, reason = cut(answer.text, stop or self.stop or [], None if answer.tool_calls else self.max_tokens)
        return AIMessage(
            text,
            tool_calls=answer.tool_calls,
            usage_metadata=_usage(messages, answer),
            response_metadata={
                "model_name": arguments.get("model", self.model),
                "finish_reason": "tool_calls" if answer.tool_calls else reason,
            },
        )


def cut(text: str, stop: Sequence[str], max_tokens: int | None) -> tuple[str, str]:
    """The text up to the first stop word and the token limit, and OpenAI's finish reason."""
    for word in stop:
        text = text.split(word, 1)[0] if word else text
    if max_tokens is None or estimate_tokens(text) <= max_tokens:
        return text, "stop"
    kept = ""
    for piece in _PIECES.findall(text):
        if estimate_tokens(kept + piece) > max_tokens:
            break
        kept += piece
    return kept, "length"


def chunks(message: AIMessage) -> Iterator[AIMessageChunk]:
    """The message in pieces: a word or a Chinese character each, tool calls whole; the last carries the metadata."""
    for piece in _PIECES.findall(message.text):
        yield AIMessageChunk(content=piece)
    calls = [
        tool_call_chunk(
            name=call["name"], args=json.dumps(call["args"], ensure_ascii=False), id=call["id"], index=place
        )
        for place, call in enumerate(message.tool_calls)
    ]
    if calls:
        yield AIMessageChunk(content="", tool_call_chunks=calls)
    yield AIMessageChunk(
        content="",
        usage_metadata=message.usage_metadata,
        response_metadata=message.response_metadata,
        chunk_position="last",
    )


def _usage(messages: Sequence[BaseMessage], answer: AIMessage) -> UsageMetadata:
    given, made = count_tokens(messages), count_tokens([answer])
    return UsageMetadata(input_tokens=given, output_tokens=made, total_tokens=given + made)
