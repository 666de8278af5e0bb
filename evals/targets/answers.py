"""Reads what somebody else's agent returned: text, a message, a state with messages, or our own turn."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, convert_to_messages
from pydantic import BaseModel, ValidationError

from ...graphs.state import TurnResult
from ...tools.errors import AgentError
from .graph_target import observe
from .naming import Names
from .target import LONGEST_REPLY, Observed, Shown, ToolUse

_LISTS = ("recommendations", "recommended", "items", "products", "results")
_TEXTS = ("output", "reply", "response", "answer", "content", "text", "message")
UNSEEN = ("intent", "language", "emotion", "constraints", "question", "profile", "model_calls", "reasons")
"""What an agent shows only if it is ours."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What could be read of an output. `recommended` is None when the items are only in the text."""

    text: str
    recommended: tuple[Shown, ...] | None = None
    messages: tuple[BaseMessage, ...] | None = None
    """Those of this turn; None when the agent returned none, so that its tool calls cannot be seen."""


def observed_in(output: Any, said: str, names: Names) -> Observed:
    """The turn in the words of the evaluation. `said` is all that the person said so far. Raises AgentError."""
    ours = _our_turn(output)
    if ours is not None:
        return replace(observe(ours), hidden=("profile",))
    answer = read_answer(output)
    if len(answer.text) > LONGEST_REPLY:
        raise AgentError(f"a reply of {len(answer.text):,} characters; at most {LONGEST_REPLY:,} are read.")
    hidden = UNSEEN if answer.messages is not None else (*UNSEEN, "tools")
    return Observed(
        reply=answer.text,
        shown=_shown(answer, said, names),
        tools=_tools(answer.messages or ()),
        input_tokens=_tokens(answer.messages or (), "input_tokens"),
        output_tokens=_tokens(answer.messages or (), "output_tokens"),
        hidden=hidden,
    )


def _shown(answer: Answer, said: str, names: Names) -> tuple[Shown, ...]:
    if answer.recommended is None:
        return names.shown(answer.text, said)
    return tuple(names.completed(one) for one in answer.recommended)


def read_answer(output: Any) -> Answer:
    """Text, items and messages of an output. Raises AgentError when there is no text in it."""
    data = _plain(output)
    if isinstance(data, str):
        return Answer(data)
    messages = _messages(data)
    if isinstance(data, Mapping):
        text = _last_text(messages) if messages else _text(data)
        if text is not None:
            return Answer(text, _recommended(data), messages)
    elif messages:
        return Answer(_last_text(messages), None, messages)
    raise AgentError(
        f"returned {_described(output)}; nothing that can be read as a reply.",
        cure="Return text, a message, or a mapping with `messages`.",
    )


def _text(data: Mapping[str, Any]) -> str | None:
    return next((data[key] for key in _TEXTS if isinstance(data.get(key), str)), None)


def _last_text(messages: Sequence[BaseMessage]) -> str:
    return [one.text for one in messages if isinstance(one, AIMessage)][-1]


def _our_turn(output: Any) -> TurnResult | None:
    """The turn of our own graph or of our server, if that is what came back."""
    turn = output.get("turn") if isinstance(output, Mapping) else None
    if isinstance(turn, TurnResult):
        return turn
    try:
        return TurnResult.model_validate(turn) if isinstance(turn, Mapping) else None
    except ValidationError:
        return None


def _plain(output: Any) -> Any:
    return output.model_dump() if isinstance(output, BaseModel) and not isinstance(output, BaseMessage) else output


def _messages(data: Any) -> tuple[BaseMessage, ...] | None:
    """The messages after the last one of the person."""
    given = data.get("messages") if isinstance(data, Mapping) else [data] if isinstance(data, BaseMessage) else data
    if not given or not isinstance(given, Sequence):
        return None
    try:
        messages = convert_to_messages(list(given))
    except (ValueError, NotImplementedError, TypeError, KeyError):
        return None
    asked = max((place for place, one in enumerate(messages) if isinstance(one, HumanMessage)), default=-1)
    answered = tuple(messages[asked + 1 :])
    if not any(isinstance(one, AIMessage) for one in answered):
        return None
    return answered


def _recommended(data: Mapping[str, Any]) -> tuple[Shown, ...] | None:
    """Items that stand in the output as data."""
    structured = _plain(data.get("structured_response"))
    for holder in (data, structured if isinstance(structured, Mapping) else {}):
        for name in _LISTS:
            listed = holder.get(name)
            if isinstance(listed, list | tuple):
                return tuple(_item(_plain(one)) for one in listed)
    return None


def _item(one: Any) -> Shown:
    if not isinstance(one, Mapping):
        return Shown(str(one), str(one))
    key = next((str(one[name]) for name in ("item_id", "id", "sku") if name in one), "")
    title = next((str(one[name]) for name in ("title", "name") if name in one), key)
    score = one.get("score")
    return Shown(key, title, score=float(score) if isinstance(score, int | float) else None)


def _tools(messages: Sequence[BaseMessage]) -> tuple[ToolUse, ...]:
    return tuple(
        ToolUse(call["name"], dict(call["args"]))
        for one in messages
        if isinstance(one, AIMessage)
        for call in one.tool_calls
    )


def _tokens(messages: Sequence[BaseMessage], kind: str) -> int:
    return sum(one.usage_metadata[kind] for one in messages if isinstance(one, AIMessage) and one.usage_metadata)


def _described(output: Any) -> str:
    if output is None:
        return "nothing"
    try:
        text = json.dumps(output, ensure_ascii=False, default=str)
    except (TypeError, ValueError):
        text = str(output)
    return f"{type(output).__name__} {text[:120]}"
