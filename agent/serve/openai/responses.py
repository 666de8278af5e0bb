"""`/v1/responses`: a turn as a response, whole or as typed events, followed on by `previous_response_id`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
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
    Progress,
    check_model,
    entry_of,
    kept,
    prompt_tokens,
    refuse_format,
)
from .continuing import Entry
from .errors import ApiError, refused
from .frames import Json, named, streamed
from .history import Talk, talk_of
from .wire import ResponsesRequest


async def respond(answering: Answering, asked: ResponsesRequest, request: Request, now: int) -> Json | EventStream:
    """The answer to a request for a response. `now` is Unix time, seconds. Raises ApiError and what a turn raises."""
    talk = await _read(answering, asked)
    entry = await entry_of(answering.continuing, request, asked, talk)
    answer = Answer(prompt_tokens=prompt_tokens(asked.messages))
    response = Response(answer, now, asked.previous_response_id, stored=asked.store is not False)
    pieces = answering.pieces(talk, entry, answer, tokens=bool(asked.stream))
    if not asked.stream:
        await unless_left(request, response.whole(pieces, entry))
        return response.as_json("completed")
    events = Events(response)

    async def end() -> Iterator[str]:
        await response.keep(entry)
        return events.end()

    return await streamed(request, pieces, events.begin, events.each, end, events.failed)


async def _read(answering: Answering, asked: ResponsesRequest) -> Talk:
    check_model(asked.model)
    if asked.background:
        raise refused("Responses are not made in the background.", "background", "unsupported_value")
    if asked.conversation is not None:
        raise refused(
            "There are no conversation objects; use previous_response_id.", "conversation", "unsupported_value"
        )
    talk = talk_of(asked.messages)
    await answering.check(talk)
    refuse_format(asked.text.format if asked.text else None, "text.format")
    return talk


@dataclass
class Response:
    """One answer in the form of a response: the progress as a reasoning item, the reply as a message."""

    answer: Answer
    created: int
    previous: str | None = None
    stored: bool = True
    """Whether another response may follow on it."""
    id: str = field(default_factory=lambda: f"resp_{uuid4().hex}")

    async def whole(self, pieces: AsyncGenerator[Piece], entry: Entry) -> None:
        """Waits for all of it."""
        async for _ in pieces:
            pass
        await self.keep(entry)

    async def keep(self, entry: Entry) -> None:
        """From now on something may follow."""
        await kept(entry, self.answer, self.created, self.id if self.stored else "")

    def as_json(self, status: str, error: ApiError | None = None) -> Json:
        """The response as it stands."""
        done = status == "completed"
        more = {"recommender": self.answer.output.model_dump(mode="json")} if done and self.answer.output else {}
        failure = {"code": "server_error", "message": error.message} if error else None
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.created,
            "status": status,
            "background": False,
            "error": failure,
            "incomplete_details": None,
            "instructions": None,
            "metadata": {},
            "model": MODEL,
            "output": self.output() if done else [],
            "parallel_tool_calls": False,
            "previous_response_id": self.previous,
            "store": self.stored,
            "text": {"format": {"type": "text"}},
            "tool_choice": "auto",
            "tools": [],
            "usage": self._usage() if done else None,
            **more,
        }

    def output(self) -> list[Json]:
        """What was said: the reply, after what was done for it."""
        done = [self.reasoning("completed")] if self.answer.progress else []
        return [*done, self.message("completed")]

    def reasoning(self, status: str) -> Json:
        """The progress."""
        summary = [{"type": "summary_text", "text": self.answer.progress}] if status == "completed" else []
        return {"id": f"rs_{self.id[5:]}", "type": "reasoning", "summary": summary, "status": status}

    def message(self, status: str) -> Json:
        """The reply."""
        content = [text_part(self.answer.text)] if status == "completed" else []
        return {
            "id": f"msg_{self.id[5:]}",
            "type": "message",
            "role": "assistant",
            "content": content,
            "status": status,
        }

    def _usage(self) -> Json:
        prompt, words = self.answer.prompt_tokens, self.answer.completion_tokens
        return {
            "input_tokens": prompt,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": words,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": prompt + words,
        }


def text_part(text: str) -> Json:
    """A text of a message."""
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


@dataclass
class Events:
    """A response as it comes: every event is numbered, every item opened, filled and closed."""

    response: Response
    _number: int = 0
    _index: int = -1
    """Of the item that is open."""
    _open: Json | None = None

    def begin(self) -> Iterator[str]:
        """The response exists."""
        yield self._event("response.created", response=self.response.as_json("in_progress"))
        yield self._event("response.in_progress", response=self.response.as_json("in_progress"))

    def each(self, piece: Piece) -> Iterator[str]:
        """Progress fills the reasoning item, words the message."""
        kind = "reasoning" if isinstance(piece, Progress) else "message"
        if self._open is None or self._open["type"] != kind:
            yield from self._close()
            yield from self._begin(kind)
        yield self._part(f"{_PART[kind].text}.delta", delta=piece.text)

    def end(self) -> Iterator[str]:
        """The response is complete."""
        if self._open is None:
            yield from self._begin("message")
        yield from self._close()
        yield self._event("response.completed", response=self.response.as_json("completed"))

    def failed(self, error: ApiError) -> str:
        """What ends a stream in its midst."""
        return self._event("response.failed", response=self.response.as_json("failed", error))

    def _begin(self, kind: str) -> Iterator[str]:
        response = self.response
        self._index += 1
        self._open = response.message("in_progress") if kind == "message" else response.reasoning("in_progress")
        yield self._event("response.output_item.added", output_index=self._index, item=self._open)
        yield self._part(f"{_PART[kind].part}.added", part=_PART[kind].of(""))

    def _close(self) -> Iterator[str]:
        if self._open is None:
            return
        kind, answer = self._open["type"], self.response.answer
        form, text = _PART[kind], answer.text if kind == "message" else answer.progress
        yield self._part(f"{form.text}.done", text=text)
        yield self._part(f"{form.part}.done", part=form.of(text))
        item = self.response.message("completed") if kind == "message" else self.response.reasoning("completed")
        yield self._event("response.output_item.done", output_index=self._index, item=item)
        self._open = None

    def _part(self, name: str, **data: Any) -> str:
        assert self._open is not None
        where = {"content_index": 0} if self._open["type"] == "message" else {"summary_index": 0}
        logprobs = {"logprobs": []} if name.startswith("output_text") else {}
        place = {"item_id": self._open["id"], "output_index": self._index, **where, **logprobs}
        return self._event(f"response.{name}", **place, **data)

    def _event(self, name: str, **data: Any) -> str:
        self._number += 1
        return named({"type": name, "sequence_number": self._number - 1, **data})


@dataclass(frozen=True, slots=True)
class _Form:
    """What the events of one kind of item are called, and what its part looks like."""

    part: str
    text: str
    of: Any


def _summary(text: str) -> Json:
    return {"type": "summary_text", "text": text}


_PART = {
    "message": _Form("content_part", "output_text", text_part),
    "reasoning": _Form("reasoning_summary_part", "reasoning_summary_text", _summary),
}
