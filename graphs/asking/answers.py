"""Finds the JSON object in a model's answer: a tool call, JSON content, or JSON inside text."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from langchain_core.messages import AIMessage

_THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_FENCE = re.compile(r"```[\w-]*\s*\n?(.*?)```", re.DOTALL)
_ARGUMENTS = ("arguments", "parameters", "args", "input")
_STARTS_TRIED = 50

Json = dict[str, Any]


def find_object(message: AIMessage, fields: Collection[str]) -> Json | None:
    """The first object in the answer that has one of the fields, or None.

    A tool call written as JSON in the text (`{"name": ..., "arguments": {...}}`) counts as one.
    """
    for candidate in _candidates(message):
        found = _unwrap(candidate, fields)
        if found is not None:
            return found
    return None


def _candidates(message: AIMessage) -> Iterator[Json]:
    for call in message.tool_calls:
        yield call["args"]
    for call in message.invalid_tool_calls:
        yield from _objects_in(call["args"] or "")
    text = _THINKING.sub("", message.text)
    for block in _FENCE.findall(text):
        yield from _objects_in(block)
    yield from _objects_in(text)


def _objects_in(text: str) -> Iterator[Json]:
    decoder = json.JSONDecoder()
    position = text.find("{")
    for _ in range(_STARTS_TRIED):
        if position < 0:
            return
        try:
            value, end = decoder.raw_decode(text, position)
        except json.JSONDecodeError:
            end = position + 1
        else:
            yield value
        position = text.find("{", end)


def _unwrap(value: Json, fields: Collection[str]) -> Json | None:
    if any(name in value for name in fields):
        return value
    for key in _ARGUMENTS:
        inner = value.get(key)
        if isinstance(inner, str):
            inner = next(_objects_in(inner), None)
        if isinstance(inner, dict) and any(name in inner for name in fields):
            return inner
    inner = next(iter(value.values()), None) if len(value) == 1 else None
    return _unwrap(inner, fields) if isinstance(inner, dict) else None
