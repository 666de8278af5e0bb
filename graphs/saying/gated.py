"""A reply that is checked before a word of it leaves: sentence by sentence, while the model still writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langgraph.constants import TAG_NOSTREAM
from pydantic import ConfigDict, Field

_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？\n])")


class GatedReply(BaseChatModel):
    """Passes on the sentences of another model that the check lets through, and keeps the others in `dropped`."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    inner: BaseChatModel
    passes: Callable[[str], bool]
    dropped: list[str] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "gated-reply"

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for sentence in self._sentences(messages, stop, **kwargs):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=sentence))
            if run_manager:
                run_manager.on_llm_new_token(sentence, chunk=chunk)
            yield chunk

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(self._sentences(messages, stop, **kwargs))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])

    def _sentences(self, messages: list[BaseMessage], stop: list[str] | None, **kwargs: Any) -> Iterator[str]:
        pending = ""
        for chunk in self.inner.stream(messages, {"tags": [TAG_NOSTREAM]}, stop=stop, **kwargs):
            pending += chunk.text
            *whole, pending = _pieces(pending)
            yield from self._let_through(whole)
        yield from self._let_through([pending] if pending else [])

    def _let_through(self, sentences: list[str]) -> Iterator[str]:
        for sentence in sentences:
            if self.passes(sentence):
                yield sentence
            else:
                self.dropped.append(sentence.strip())


def _pieces(text: str) -> list[str]:
    """Whole sentences with the space that follows them, then what is not yet whole.

    >>> _pieces("One. Two is")
    ['One. ', 'Two is']
    """
    ends = [found.end() for found in _END.finditer(text)]
    starts = [0, *ends]
    return [text[start:end] for start, end in zip(starts, [*ends, len(text)], strict=True)]
