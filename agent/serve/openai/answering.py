"""One answer, piece by piece, before it takes the form of either API: progress, words, and what the turn came to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial

from fastapi import Request

from ....graphs.asking.budget import estimate_tokens
from ....tools.errors import PictureError
from ....tools.items import Language
from ....tools.normalize import has_chinese
from ..edge.content import Allowed, TooMuch
from ..wire import LONGEST_ID, ChatOutput, ConfirmEvent, Event, ItemEvent, TokenEvent, ToolEvent, TurnEvent
from .asides import answer_aside
from .continuing import Continuing, Entry
from .errors import ApiError, refused
from .history import Talk
from .markdown import Emphasis, progress
from .people import person_of
from .wire import ChatRequest, Format, Message, ResponsesRequest

THREAD_HEADER = "x-thread-id"
MODEL = "recommender"
_OVERHEAD = 4
"""Tokens that a message counts beside its text."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One line about what the turn is doing."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """The next piece of the reply, in Markdown."""

    text: str


Piece = Progress | Words


@dataclass
class Answer:
    """What an answer came to; complete once its pieces are."""

    thread_id: str = ""
    text: str = ""
    progress: str = ""
    output: ChatOutput | None = None
    """As `POST /api/chat` answers; None for a side request, which is no turn."""
    prompt_tokens: int = 0

    @property
    def completion_tokens(self) -> int:
        """An estimate: nothing here has a tokenizer."""
        return estimate_tokens(self.text)

    def take(self, piece: Piece) -> None:
        """Adds a piece."""
        if isinstance(piece, Words):
            self.text += piece.text
        else:
            self.progress += piece.text


@dataclass
class Answering:
    """Answers talks with turns of the recommender."""

    continuing: Continuing
    allowed: Allowed
    tag: str
    """What the items of the catalog are called."""

    async def check(self, talk: Talk) -> None:
        """Raises ApiError when the talk, its newest message or its pictures are more than the server takes."""
        allowed, newest = self.allowed, talk.newest
        _within(lambda: allowed.check_history(len(talk.messages)), "context_length_exceeded")
        _within(lambda: allowed.check_message(newest.words), "string_above_max_length")
        if newest.pictures:
            check = partial(allowed.check_images, newest.pictures)
            await asyncio.to_thread(_within, check, "invalid_image")

    async def pieces(self, talk: Talk, entry: Entry, answer: Answer, *, tokens: bool) -> AsyncGenerator[Piece]:
        """The pieces of an answer, the words as they come or at once. Raises what a turn raises."""
        aside = answer_aside(talk, self.tag)
        if aside is not None:
            yield _taken(answer, Words(aside))
            return
        async with aclosing(self._turn(talk, entry, answer, tokens=tokens)) as said:
            async for piece in said:
                yield _taken(answer, piece)

    async def _turn(self, talk: Talk, entry: Entry, answer: Answer, *, tokens: bool) -> AsyncGenerator[Piece]:
        telling = Telling("zh" if has_chinese(talk.newest.words) else "en", followed=tokens)
        turns = self.continuing.served.turns
        share = entry.person.share
        events = turns.stream(entry.user, entry.asked, create=entry.create, followed=tokens, entry=entry, share=share)
        async with aclosing(events):
            async for event in events:
                for piece in telling.pieces(event):
                    yield piece
        answer.output = telling.output
        answer.output.thread_id = answer.thread_id = entry.thread_id


@dataclass
class Telling:
    """Turns the events of a turn into pieces of text, and keeps what it came to."""

    language: Language
    followed: bool
    """Whether the client reads along; what is being done is of no interest afterwards."""
    output: ChatOutput = field(default_factory=lambda: ChatOutput(thread_id=""))
    _marked: Emphasis = field(default_factory=Emphasis)
    _spoken: bool = False
    """Whether words came one by one."""

    def pieces(self, event: Event) -> Sequence[Piece]:
        """What is said of an event."""
        if isinstance(event, ToolEvent) and self.followed:
            return [Progress(progress(event.model_dump(), self.language))]
        if isinstance(event, ItemEvent):
            self.output.items.append(event.item)
            self._marked.add(event.item.title)
        elif isinstance(event, TokenEvent):
            self._spoken = True
            return _words(self._marked.feed(event.text))
        elif isinstance(event, TurnEvent):
            self.output.turn = event.turn
            return _words(self._marked.feed("" if self._spoken else event.turn.reply, last=True))
        elif isinstance(event, ConfirmEvent):
            self.output.confirm = event.confirm
            return _words(event.confirm.message)
        return []


def _words(text: str) -> list[Piece]:
    return [Words(text)] if text else []


def _taken(answer: Answer, piece: Piece) -> Piece:
    answer.take(piece)
    return piece


def _within(check: Callable[[], None], code: str) -> None:
    try:
        check()
    except (TooMuch, PictureError) as error:
        raise refused(str(error), "messages", code) from error


def prompt_tokens(messages: Sequence[Message]) -> int:
    """About how many tokens a request has, in the measure that the history of a hosted model is cut by."""
    return sum(_OVERHEAD + estimate_tokens(one.words) for one in messages)


async def kept(entry: Entry, answer: Answer, created: int, response_id: str = "") -> None:
    """Notes where the talk with this answer goes on, before the client has all of it."""
    if answer.output is not None:
        await asyncio.to_thread(entry.keep, answer.text, created, response_id)


async def entry_of(
    continuing: Continuing, request: Request, asked: ChatRequest | ResponsesRequest, talk: Talk
) -> Entry:
    """Where the turn enters: the conversation that the request names, else the one that its history has come from."""
    person = person_of(request, asked.user)
    named = request.headers.get(THREAD_HEADER) or asked.thread
    if named and len(named) > LONGEST_ID:
        raise refused(f"The name of a thread may have {LONGEST_ID} characters.", "metadata.thread_id")
    if isinstance(asked, ResponsesRequest) and asked.previous_response_id:
        return await asyncio.to_thread(continuing.by_response, person, talk, asked.previous_response_id)
    if named:
        return continuing.by_thread(person, talk, named)
    return await asyncio.to_thread(continuing.by_talk, person, talk)


def check_model(name: str) -> None:
    """Raises ApiError when there is no model of that name."""
    if name != MODEL:
        raise ApiError(404, f"There is no model {name!r}; GET /v1/models names it.", "model", "model_not_found")


def refuse_format(wanted: Format | None, param: str) -> None:
    """Raises ApiError when the answer is wanted in another form than text: a conversation has no schema."""
    if wanted is not None and wanted.type != "text":
        raise refused(f"Answers are text; {wanted.type!r} is not offered.", param, "unsupported_value")
