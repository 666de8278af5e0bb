"""reply: the facts of the turn become words, streamed; what a hosted model makes up is left out."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langgraph.runtime import Runtime

from ..asking.prompts import prompt
from ..briefs import ReplyBrief, embed_brief
from ..context import RecommenderContext
from ..earlier import PRIVATE
from ..parts import Parts
from ..saying.gated import GatedReply
from ..saying.truth import Truth
from ..state import RecommenderState
from .recall import context_of, newest_words

_PRIVATE = {"profile_shown", "exported", "forgotten"}
"""Outcomes whose reply holds personal data: no hosted model sees it, now or as an earlier message."""
_MODEL_FREE = _PRIVATE | {"empty_message", "picture_unused", "prompt_request", "age_gate", "no_memory"}
"""Outcomes whose reply must be exact or is private."""


def reply(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:
    """One AI message. Economy mode, exact outcomes and a failed hosted model use the offline model."""
    brief = state.get("brief")
    assert brief is not None
    hosted = parts.hosted and not context_of(runtime).economy and brief.outcome not in _MODEL_FREE
    if not hosted:
        return {"messages": [_offline(brief, state, parts)]}
    calls = state.get("model_calls", 0) + 1
    said, problem = _hosted(brief, state, parts)
    message = said if said.text else _offline(brief, state, parts)
    degraded = [*state.get("degraded", []), *([f"reply: {problem}"] if problem else [])]
    return {"messages": [message], "model_calls": calls, "degraded": degraded}


def _offline(brief: ReplyBrief, state: RecommenderState, parts: Parts) -> AIMessage:
    words = HumanMessage(newest_words(state) or "…")
    said = _spoken(parts.offline, [SystemMessage(embed_brief("reply", brief)), words])
    return said.model_copy(update={"response_metadata": {PRIVATE: True}}) if brief.outcome in _PRIVATE else said


def _spoken(model: Any, messages: list[BaseMessage]) -> AIMessage:
    """With the id of what was streamed, so that a stream of messages does not tell the reply a second time."""
    said = model.invoke(messages)
    return AIMessage(said.text.strip(), id=said.id)


def _hosted(brief: ReplyBrief, state: RecommenderState, parts: Parts) -> tuple[AIMessage, str]:
    """(reply, problem): the reply is empty when the offline model must take over."""
    gate = GatedReply(inner=parts.model, passes=Truth.of(brief, newest_words(state)).holds)
    system = SystemMessage(prompt("reply", brief=embed_brief("reply", brief)))
    try:
        said = _spoken(gate, [system, HumanMessage(newest_words(state))])
    except Exception as error:  # a provider may raise anything; the turn still ends in an answer
        return AIMessage(""), f"{type(error).__name__}, written by the offline model"
    if not said.text:
        return said, "nothing usable, written by the offline model"
    return said, f"{len(gate.dropped)} ungrounded sentence(s) left out" if gate.dropped else ""
