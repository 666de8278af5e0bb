"""What was said before the messages that a model still reads: a line for each exchange."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from .asking.budget import cut_middle, estimate_tokens

PRIVATE = "private"
"""Marks, in its `response_metadata`, a reply that holds personal data."""
MOST_LINES = 20
_WORDS_TOKENS = 24
_REPLY_TOKENS = 40


def public(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """Those that hold words, and no personal data."""
    return [one for one in messages if one.text.strip() and not one.response_metadata.get(PRIVATE)]


def lines_of(messages: Sequence[BaseMessage]) -> list[str]:
    """A line for each of these messages of a person, with the beginning and end of both sides; oldest first."""
    lines: list[str] = []
    for one in public(messages):
        if isinstance(one, HumanMessage):
            lines.append(f"person: {_short(one, _WORDS_TOKENS)}")
        elif isinstance(one, AIMessage) and lines and "reply: " not in lines[-1]:
            lines[-1] += f" | reply: {_short(one, _REPLY_TOKENS)}"
    return lines


def with_earlier(lines: Sequence[str], messages: Sequence[BaseMessage], most_tokens: int) -> list[BaseMessage]:
    """The messages, the first of them headed by as many of the newest lines as fit."""
    kept: list[str] = []
    for line in reversed(lines):
        most_tokens -= estimate_tokens(line) + 1
        if most_tokens < 0:
            break
        kept.insert(0, line)
    if not kept or not messages:
        return list(messages)
    head = "\n".join(["[Earlier in this conversation:", *kept, "]", messages[0].text])
    return [messages[0].model_copy(update={"content": head}), *messages[1:]]


def _short(message: BaseMessage, most_tokens: int) -> str:
    return cut_middle(" ".join(message.text.split()), most_tokens)
