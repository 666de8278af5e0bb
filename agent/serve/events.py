"""What the graph says while a turn runs, as the events that go over the wire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.messages import AIMessageChunk

from ...graphs.state import Recommendation, TurnResult
from ...tools.catalog import Catalog
from ...tools.items import Language
from .cards import recommended_card
from .wire import (
    Confirmation,
    ConfirmEvent,
    Event,
    ItemEvent,
    QuestionEvent,
    TokenEvent,
    ToolEvent,
    TurnEvent,
)

REPLY_NODE = "reply"


WHOLE = ("updates",)
"""Modes of a turn that nobody follows: LangGraph then needs no second thread for each of its steps."""
FOLLOWED = ("custom", "updates", "messages")
"""Modes of a turn that is told as it happens."""


class Told:
    """Turns the parts of a stream into events: those of a turn as it happens, or with `WHOLE` what it comes to."""

    def __init__(self, catalog: Catalog, modes: Sequence[str] = FOLLOWED) -> None:
        self._catalog = catalog
        self._whole = modes == WHOLE
        self._language: Language = catalog.schema.language

    def events(self, mode: str, part: Any) -> Iterator[Event]:
        """The events of one part of the stream; none for most updates."""
        if mode == "custom":
            yield from self._custom(part)
        elif mode == "updates":
            yield from self._update(part)
        elif mode == "messages":
            chunk, metadata = part
            if isinstance(chunk, AIMessageChunk) and metadata.get("langgraph_node") == REPLY_NODE and chunk.text:
                yield TokenEvent(text=chunk.text)

    def _custom(self, part: dict[str, Any]) -> Iterator[Event]:
        kind = part.get("event")
        if kind == "tool":
            yield ToolEvent(name=part["name"], found=part.get("found"))
        elif kind == "item":
            yield from self._item(Recommendation.model_validate(part))
        elif kind == "turn":
            yield from _turn(TurnResult.model_validate(part))

    def _item(self, shown: Recommendation) -> Iterator[Event]:
        card = recommended_card(shown, self._catalog, self._language)
        if card:
            yield ItemEvent(item=card)

    def _update(self, part: dict[str, Any]) -> Iterator[Event]:
        if "__interrupt__" in part:
            asked = part["__interrupt__"][0].value
            yield ConfirmEvent(confirm=Confirmation(message=asked["message"], tool=asked["tool"], args=asked["args"]))
        understood = (part.get("understand") or {}).get("understanding")
        if understood is not None:
            self._language = understood.language
        if self._whole:
            for shown in (part.get("ground") or {}).get("recommendations", ()):
                yield from self._item(shown)
            if "learn" in part:
                yield from _turn(part["learn"]["turn"])


def _turn(turn: TurnResult) -> Iterator[Event]:
    if turn.question:
        yield QuestionEvent(question=turn.question)
    yield TurnEvent(turn=turn)
