"""Plans one tool call from the person's words: which tool by name and meaning, which arguments by name and type."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from .evidence import gather
from .request import Request, ToolCard
from .slots import Filled, fill
from .tool_words import content

Embed = Callable[[str], np.ndarray]
"""Text to a unit vector, shape (d,)."""

Meant = Callable[[str], frozenset[str]]
"""Text to the groups of `tool_words.yaml` that it speaks of without using their words, as `=name`."""

CALL_FROM = 0.4
"""Least score of a tool that is called without being told to."""
_IN_NAME = 0.5
_IN_DESCRIPTION = 0.2
_UNSAID = 0.15
"""Taken off for an action in the name that was not asked for: "forget this" is not "forget everything"."""
_PLAIN_WORD = 0.6
"""Of a group of words: a word that is merely shared says less than an action both speak of."""
_MENTION = 2.0
_CLAUSES = re.compile(
    r"\s*(?:[.;!?。；！？]+\s|,?\s*\b(?:and then|then|after that|afterwards)\b|，?然后|，?再|，?接着)\s*", re.IGNORECASE
)


class Planned(NamedTuple):
    """A call, and the words of the message that it answers."""

    name: str
    arguments: dict[str, Any]
    clause: str


def plan_call(request: Request, embed: Embed, meant: Meant) -> Planned | None:
    """The next call, or None when no tool is called for.

    A forced call whose arguments were not said is made with those that were: the tool answers what is missing.
    """
    if request.choice and not request.results:
        return _forced(request, embed, meant)
    left = [tool for tool in request.tools if tool.name not in request.called]
    for clause in _clauses(request.text):
        for score, tool in _ranked(clause, left, embed, meant):
            arguments = _arguments(tool, clause, request) if score >= CALL_FROM else None
            if arguments and not arguments.missing:
                return Planned(tool.name, arguments.values, clause)
    return None


def _forced(request: Request, embed: Embed, meant: Meant) -> Planned | None:
    named = [tool for tool in request.tools if tool.name == request.choice] or list(request.tools)
    ranked = _ranked(request.text, named, embed, meant)
    if not ranked:
        return None
    tool = ranked[0][1]
    return Planned(tool.name, _arguments(tool, request.text, request).values, request.text)


def _arguments(tool: ToolCard, clause: str, request: Request) -> Filled:
    return fill(tool.parameters, gather(clause, request.messages), loose=True)


def _clauses(text: str) -> list[str]:
    parts = [one.strip() for one in _CLAUSES.split(text) if one.strip()]
    return parts if len(parts) > 1 else [text]


def _ranked(text: str, tools: Sequence[ToolCard], embed: Embed, meant: Meant) -> list[tuple[float, ToolCard]]:
    return sorted(zip(scores(text, tools, embed, meant), tools, strict=True), key=lambda one: -one[0])


def scores(text: str, tools: Sequence[ToolCard], embed: Embed, meant: Meant) -> list[float]:
    """How well each tool fits the words: cosine of the meanings, shared words, and being named."""
    if not text.strip() or not tools:
        return [0.0] * len(tools)
    asked, vector = content(text) | meant(text), embed(text)
    return [
        float(vector @ _meaning(embed, f"{_spoken(tool.name)}: {_summary(tool)}"))
        + _shared(asked, tool)
        + _MENTION * (tool.name in text)
        for tool in tools
    ]


def _shared(asked: frozenset[str], tool: ToolCard) -> float:
    name = content(_spoken(tool.name))
    described = content(_summary(tool)) - name
    unsaid = sum(word.startswith("=") for word in name - asked)
    return _IN_NAME * _weight(asked & name) + _IN_DESCRIPTION * _weight(asked & described) - _UNSAID * unsaid


def _weight(found: frozenset[str]) -> float:
    """Words of a group count once, by their group."""
    groups = {word for word in found if word.startswith("=")}
    plain = {word for word in found - groups if f"={word}" not in groups}
    return len(groups) + _PLAIN_WORD * len(plain)


@lru_cache(maxsize=1024)
def _meaning(embed: Embed, text: str) -> np.ndarray:
    """Of a tool: the same few texts in every call."""
    return embed(text)


def _spoken(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")


def _summary(tool: ToolCard) -> str:
    """The first sentence of the description: what the tool does, without its arguments."""
    return re.split(r"(?<=[.。])\s", tool.description.strip(), maxsplit=1)[0]
