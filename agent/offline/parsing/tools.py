"""Calls of the integrator's tools: which one the words ask for, and its arguments by parameter name and type."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import numpy as np

from ....graphs.briefs import ToolCard, UnderstandBrief
from ....graphs.understanding import PlannedCall
from .. import request, tool_use
from .cues import cue
from .numbers import find_numbers
from .references import Reference
from .text import Message, Span, overlaps, words

LEAST = 0.5
"""Score of a tool (meaning and shared words) from which it is called."""
_ITEMS = ("item", "product", "book", "movie", "restaurant", "id", "sku", "dish", "title")
_COUNTS = ("quantity", "count", "number", "amount", "qty", "seats", "people", "party", "n", "k", "copies")


def planned_calls(
    message: Message, brief: UnderstandBrief, references: Sequence[Reference], embed: Callable[[str], np.ndarray]
) -> tuple[PlannedCall, ...]:
    """The call that the words ask for, once for each item they refer to; none when an argument is missing."""
    tool = _called(message, brief, embed)
    if tool is None:
        return ()
    items = list(dict.fromkeys(item for one in references for item in one.ids)) or _only_one(brief)
    wants_item = any(_is_item(name) for name in tool.parameters)
    if wants_item and not items:
        return ()
    several = any(kind == "array" and _is_item(name) for name, kind in tool.parameters.items())
    groups = [items] if several or not wants_item else [[item] for item in items]
    calls = [_call(message, tool, group, references, brief) for group in groups]
    return tuple(call for call in calls if call.arguments != "{}" or not tool.parameters)


def _called(message: Message, brief: UnderstandBrief, embed: Callable[[str], np.ndarray]) -> ToolCard | None:
    if not brief.tools or not (
        cue("tool_verb").search(message.text) or any(tool.name in message.raw for tool in brief.tools)
    ):
        return None
    cards = [request.ToolCard(tool.name, tool.description, {}) for tool in brief.tools]
    scores = tool_use.scores(message.raw, cards, embed, _no_further_groups)
    best = int(np.argmax(scores))
    return brief.tools[best] if scores[best] >= LEAST else None


def _no_further_groups(_: str) -> frozenset[str]:
    return frozenset()


def _only_one(brief: UnderstandBrief) -> list[str]:
    return [one.id for one in brief.shown] if len(brief.shown) == 1 else []


def _is_item(name: str) -> bool:
    return any(part in _ITEMS or part.removesuffix("s") in _ITEMS for part in words(name.replace("_", " ")))


def _call(
    message: Message, tool: ToolCard, items: list[str], references: Sequence[Reference], brief: UnderstandBrief
) -> PlannedCall:
    values = {name: _argument(name, kind, message, items, references, brief) for name, kind in tool.parameters.items()}
    said = {name: value for name, value in values.items() if value is not None}
    return PlannedCall(name=tool.name, arguments=json.dumps(said, ensure_ascii=False))


def _argument(
    name: str, kind: str, message: Message, items: list[str], references: Sequence[Reference], brief: UnderstandBrief
) -> object:
    parts = words(name.replace("_", " "))
    if kind in ("integer", "number"):
        number = _number(message, references)
        return None if number is None else int(number) if kind == "integer" else number
    if kind == "array":
        return items if _is_item(name) else None
    if "title" in parts and items:
        return next((one.title for one in (*brief.shown, *brief.shown_before) if one.id == items[0]), None)
    if _is_item(name):
        return items[0] if items else None
    return message.raw if any(part in ("text", "message", "query", "note", "request") for part in parts) else None


def _number(message: Message, references: Sequence[Reference]) -> float | None:
    taken = [Span(one.start, one.end) for one in references]
    free = [number for number in find_numbers(message.text) if not overlaps(number, taken)]
    plain = [number for number in free if message.text[number.start : number.end] not in ("一", "one")]
    return plain[0].value if plain else None
