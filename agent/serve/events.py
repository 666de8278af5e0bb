"""What the graph says while a turn runs, as the events that go over the wire."""

from __future__ import annotations

from collections.abc import Iterator
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


class Told:
    """Turns the parts of `stream_mode=["custom", "updates", "messages"]` into events."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
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
            card = recommended_card(Recommendation.model_validate(part), self._catalog, self._language)
            if card:
                yield ItemEvent(item=card)
        elif kind == "turn":
            turn = TurnResult.model_validate(part)
            if turn.question:
                yield QuestionEvent(question=turn.question)
            yield TurnEvent(turn=turn)

    def _update(self, part: dict[str, Any]) -> Iterator[Event]:
        if "__interrupt__" in part:
            asked = part["__interrupt__"][0].value
            yield ConfirmEvent(confirm=Confirmation(message=asked["message"], tool=asked["tool"], args=asked["args"]))
        understood = (part.get("understand") or {}).get("understanding")
        if understood is not None:
            self._language = understood.language
