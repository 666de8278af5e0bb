"""Plans one tool call from the person's words: which tool by name and meaning, which arguments by name and type."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from .evidence import gather
from .request import Request, ToolCard
from .slots import Filled, fill
from .tool_words import content

Embed = Callable[[str], np.ndarray]
"""Text to a unit vector, shape (d,)."""

CALL_FROM = 0.4
"""Least score of a tool that is called without being told to."""
_IN_NAME = 0.5
_IN_DESCRIPTION = 0.2
_PLAIN_WORD = 0.6
"""Of a group of words: a word that is merely shared says less than an action both speak of."""
_MENTION = 2.0
_CLAUSES = re.compile(
    r"\s*(?:[.;!?。；！？]+\s|,?\s*\b(?:and then|then|after that|afterwards)\b|，?然后|，?再|，?接着)\s*", re.IGNORECASE
)


def plan_call(request: Request, embed: Embed) -> tuple[str, dict[str, Any]] | None:
    """Name and arguments of the next call, or None when no tool is called for.

    A forced call whose arguments were not said is made with those that were: the tool answers what is missing.
    """
    if request.choice and not request.results:
        return _forced(request, embed)
    left = [tool for tool in request.tools if tool.name not in request.called]
    for clause in _clauses(request.text):
        tool = _best(clause, left, embed, at_least=CALL_FROM)
        arguments = tool and _arguments(tool, clause, request)
        if tool and arguments and not arguments.missing:
            return tool.name, arguments.values
    return None


def _forced(request: Request, embed: Embed) -> tuple[str, dict[str, Any]] | None:
    named = [tool for tool in request.tools if tool.name == request.choice] or list(request.tools)
    tool = _best(request.text, named, embed, at_least=-math.inf)
    return tool and (tool.name, _arguments(tool, request.text, request).values)


def _arguments(tool: ToolCard, clause: str, request: Request) -> Filled:
    return fill(tool.parameters, gather(clause, request.messages), loose=True)


def _clauses(text: str) -> list[str]:
    parts = [one.strip() for one in _CLAUSES.split(text) if one.strip()]
    return parts if len(parts) > 1 else [text]


def _best(text: str, tools: Sequence[ToolCard], embed: Embed, *, at_least: float) -> ToolCard | None:
    scored = [(score, tool) for score, tool in zip(scores(text, tools, embed), tools, strict=True) if score >= at_least]
    return max(scored, key=lambda one: one[0], default=(0.0, None))[1]


def scores(text: str, tools: Sequence[ToolCard], embed: Embed) -> list[float]:
    """How well each tool fits the words: cosine of the meanings, shared words, and being named."""
    if not text.strip() or not tools:
        return [0.0] * len(tools)
    asked, vector = content(text), embed(text)
    return [
        float(vector @ _meaning(embed, f"{_spoken(tool.name)}: {_summary(tool)}"))
        + _shared(asked, tool)
        + _MENTION * (tool.name in text)
        for tool in tools
    ]


def _shared(asked: frozenset[str], tool: ToolCard) -> float:
    name = content(_spoken(tool.name))
    return _IN_NAME * _weight(asked & name) + _IN_DESCRIPTION * _weight((asked & content(_summary(tool))) - name)


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
