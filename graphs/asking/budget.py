"""A token budget for the history that goes to a model, counted without a tokenizer."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage, trim_messages

from ...tools.normalize import count_chinese

_OVERHEAD = 4
"""Tokens that a message costs beside its text."""
_LETTERS_PER_TOKEN = 4
_CUT = " [...] "


def estimate_tokens(text: str) -> int:
    """About how many tokens a text has: one for each Chinese character, one for four others."""
    chinese = count_chinese(text)
    return chinese + -(-(len(text) - chinese) // _LETTERS_PER_TOKEN)


def count_tokens(messages: Sequence[BaseMessage]) -> int:
    """About how many tokens the messages have, tool calls included."""
    return sum(_OVERHEAD + estimate_tokens(one.text + str(getattr(one, "tool_calls", "") or "")) for one in messages)


def trim_history(messages: Sequence[BaseMessage], max_tokens: int) -> list[BaseMessage]:
    """The newest messages that fit, system messages kept first; newest ones that are too long are cut in their middle.

    The system message is the caller's and never cut. What is left starts with a message of the person, so that no
    tool result stands without its call; without one nothing is left.
    """
    system = [one for one in messages if isinstance(one, SystemMessage)]
    talk = [one for one in messages if not isinstance(one, SystemMessage)]
    room = max(max_tokens - count_tokens(system), _OVERHEAD)
    kept = trim_messages(talk, max_tokens=room, token_counter=count_tokens, strategy="last", start_on="human")
    return [*system, *(kept or _newest(talk, room))]


def _newest(talk: Sequence[BaseMessage], room: int) -> list[BaseMessage]:
    """From the person's newest message on, when even that does not fit: each text is cut to its share."""
    start = max((place for place, one in enumerate(talk) if isinstance(one, HumanMessage)), default=len(talk))
    kept = talk[start:]
    share = max(room // max(len(kept), 1) - _OVERHEAD, 1)
    return [one.model_copy(update={"content": cut_middle(one.text, share)}) for one in kept]


def cut_middle(text: str, max_tokens: int) -> str:
    """The two ends of a text, together at most `max_tokens` tokens; the text itself when it fits."""
    if estimate_tokens(text) <= max_tokens:
        return text
    half = max(len(text) * max_tokens // (2 * estimate_tokens(text)) - len(_CUT), 1)
    while half > 1 and estimate_tokens(text[:half] + _CUT + text[-half:]) > max_tokens:
        half = half * 9 // 10
    return text[:half] + _CUT + text[-half:]
