"""understand: one model call turns the newest message into a typed `TurnUnderstanding`."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langgraph.runtime import Runtime

from ...tools.errors import ModelError
from ..asking.demonstrations import pick, render_demonstrations
from ..asking.prompts import prompt
from ..asking.settle import settle
from ..asking.structured import ask
from ..briefing import understand_brief
from ..briefs import UnderstandBrief, embed_brief
from ..context import RecommenderContext
from ..parts import Parts
from ..state import RecommenderState
from ..understanding import Intent, TurnUnderstanding
from .recall import earlier_messages, newest_words

_LEAST_CONFIDENCE = 0.2


def understand(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:  # noqa: ARG001
    """Understands the message; when a hosted model fails, the offline model does and the turn says so."""
    words = bounded(newest_words(state), parts.limits.message_characters)
    brief = understand_brief(parts, state)
    if not words.strip():
        return {"understanding": silent(brief)}
    if not parts.hosted:
        return {"understanding": _offline(parts, words, brief)}
    calls, degraded = state.get("model_calls", 0), state.get("degraded", [])
    try:
        asked = ask(
            parts.model,
            _messages(parts, state, words, brief),
            TurnUnderstanding,
            check=lambda said: settle(said, brief, parts.catalog, words),
        )
    except ModelError as error:
        problem = f"understand: {error.message}"
        taken_over = _offline(parts, words, brief)
        return {"understanding": taken_over, "model_calls": calls + error.attempts, "degraded": [*degraded, problem]}
    said, problems = _trusted(asked.value, _offline(parts, words, brief))
    return {"understanding": said, "model_calls": calls + asked.attempts, "degraded": [*degraded, *problems]}


def _trusted(said: TurnUnderstanding, offline: TurnUnderstanding) -> tuple[TurnUnderstanding, list[str]]:
    """A hosted model that hardly understood is not followed, and nothing is erased on its word alone."""
    if said.confidence < _LEAST_CONFIDENCE:
        return offline, [f"understand: confidence {said.confidence:.2f}, taken over by the offline model"]
    if _erases(said) and not _erases(offline):
        return offline, ["understand: asked to erase what the person did not, taken over by the offline model"]
    return said, []


def _erases(said: TurnUnderstanding) -> bool:
    return said.profile_request is not None and said.profile_request.action in ("forget_one", "forget_all")


def bounded(text: str, longest: int) -> str:
    """The first and last characters of a very long message: its request stands at an end."""
    return text if len(text) <= 2 * longest else f"{text[:longest]}\n{text[-longest:]}"


def silent(brief: UnderstandBrief) -> TurnUnderstanding:
    """What a message without words means."""
    return TurnUnderstanding(intent=Intent.CHITCHAT, language=brief.last_language or "en", confidence=1.0)


def _offline(parts: Parts, words: str, brief: UnderstandBrief) -> TurnUnderstanding:
    messages = [SystemMessage(embed_brief("understand", brief)), HumanMessage(words)]
    return ask(parts.offline, messages, TurnUnderstanding).value


def _messages(parts: Parts, state: RecommenderState, words: str, brief: UnderstandBrief) -> list[BaseMessage]:
    picked = pick(parts.demonstrations, words, parts.shots, parts.catalog.embeddings) if parts.shots else ()
    system = prompt("understand", brief=embed_brief("understand", brief), demonstrations=render_demonstrations(picked))
    return [SystemMessage(system), *earlier_messages(state, parts), HumanMessage(words)]
