"""`POST /v1/chat/completions`: a turn as a chat completion, whole or in chunks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from fastapi import Request

from ..leaving import unless_left
from ..sse import EventStream
from .answering import (
    MODEL,
    Answer,
    Answering,
    Piece,
    Words,
    check_model,
    entry_of,
    kept,
    prompt_tokens,
    refuse_format,
)
from .continuing import Entry
from .errors import ApiError, refused
from .frames import Json, plain, streamed
from .history import Talk, talk_of
from .wire import ChatRequest

_DONE = "data: [DONE]\n\n"


async def complete(answering: Answering, asked: ChatRequest, request: Request, now: int) -> Json | EventStream:
    """The answer to a chat request. `now` is Unix time, seconds. Raises ApiError and what a turn raises."""
    talk = await _read(answering, asked)
    entry = await entry_of(answering.continuing, request, asked, talk)
    answer = Answer(prompt_tokens=prompt_tokens(asked.messages))
    completion = Completion(answer, now, with_usage=bool(asked.stream_options and asked.stream_options.include_usage))
    pieces = answering.pieces(talk, entry, answer, tokens=bool(asked.stream))
    if not asked.stream:
        await unless_left(request, completion.whole(pieces, entry))
        return completion.as_json()

    async def end() -> Iterator[str]:
        await kept(entry, answer, now)
        return completion.end()

    return await streamed(request, pieces, completion.begin, completion.each, end, completion.failed)


async def _read(answering: Answering, asked: ChatRequest) -> Talk:
    check_model(asked.model)
    if asked.n not in (None, 1):
        raise refused("There is one answer to a message: n must be 1.", "n", "unsupported_value")
    talk = talk_of(asked.messages)
    await answering.check(talk)
    refuse_format(asked.response_format, "response_format")
    return talk


@dataclass
class Completion:
    """One answer in the form of a chat completion."""

    answer: Answer
    created: int
    with_usage: bool = False
    """Whether the stream ends with the usage."""
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid4().hex}")

    async def whole(self, pieces: Any, entry: Entry) -> None:
        """Waits for all of it."""
        async for _ in pieces:
            pass
        await kept(entry, self.answer, self.created)

    def as_json(self) -> Json:
        """The completion in one."""
        message: Json = {"role": "assistant", "content": self.answer.text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {**self._head("chat.completion"), "choices": [choice], "usage": self._usage(), **self._more()}

    def begin(self) -> Iterator[str]:
        """The chunk that says who speaks."""
        yield self._chunk({"role": "assistant", "content": ""})

    def each(self, piece: Piece) -> Iterator[str]:
        """A chunk: words as content, progress as reasoning."""
        yield self._chunk({"content": piece.text} if isinstance(piece, Words) else {"reasoning_content": piece.text})

    def end(self) -> Iterator[str]:
        """The last chunk, with the items; the usage when it was asked for."""
        yield self._chunk({}, "stop", **self._more())
        if self.with_usage:
            yield plain({**self._head("chat.completion.chunk"), "choices": [], "usage": self._usage()})
        yield _DONE

    def failed(self, error: ApiError) -> str:
        """What ends a stream in its midst."""
        return plain(error.as_json())

    def _chunk(self, delta: Json, finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        usage = {"usage": None} if self.with_usage else {}
        return plain({**self._head("chat.completion.chunk"), "choices": [choice], **usage, **more})

    def _head(self, kind: str) -> Json:
        return {"id": self.id, "object": kind, "created": self.created, "model": MODEL, "system_fingerprint": None}

    def _usage(self) -> Json:
        prompt, words = self.answer.prompt_tokens, self.answer.completion_tokens
        return {"prompt_tokens": prompt, "completion_tokens": words, "total_tokens": prompt + words}

    def _more(self) -> Json:
        """The field `recommender`: what `POST /api/chat` answers, with cards of the items."""
        return {"recommender": self.answer.output.model_dump(mode="json")} if self.answer.output else {}
