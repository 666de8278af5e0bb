"""understand: one model call turns the newest message into a typed `TurnUnderstanding`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langgraph.runtime import Runtime

from ...tools.errors import ModelError
from ...tools.normalize import count_chinese
from ..asking.demonstrations import pick, render_demonstrations
from ..asking.prompts import prompt
from ..asking.seeing import ask_seeing
from ..asking.settle import settle
from ..asking.structured import ask
from ..briefing import understand_brief
from ..briefs import UnderstandBrief, embed_brief
from ..context import RecommenderContext
from ..parts import Parts
from ..pictures import content_with
from ..pointing import beside_dropping, words_beside
from ..state import RecommenderState
from ..understanding import Intent, TurnUnderstanding
from .recall import earlier_messages, newest_words

_LEAST_CONFIDENCE = 0.2
_WITH_PICTURE = {Intent.RECOMMEND, Intent.REFINE, Intent.FEEDBACK, Intent.PROFILE}
"""Any other intent of a message with a picture is to find what looks like it."""


def understand(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:  # noqa: ARG001
    """Understands the message; when a hosted model fails, the offline model does and the turn says so."""
    words = beside_dropping(bounded(newest_words(state), parts.limits.message_characters))
    brief = understand_brief(parts, state)
    if not words.strip() and not state.get("picture_shown"):
        return {"understanding": of_picture(silent(brief), state)}
    if not parts.hosted:
        return {"understanding": of_picture(_offline(parts, words, brief), state)}
    return _hosted(state, parts, words, brief)


def _hosted(state: RecommenderState, parts: Parts, words: str, brief: UnderstandBrief) -> dict[str, Any]:
    calls, degraded = state.get("model_calls", 0), state.get("degraded", [])
    offline = of_picture(_offline(parts, words, brief), state)
    try:
        asked, blind = ask_seeing(
            parts.model,
            lambda shown: _messages(parts, state, words, brief, shown),
            state.get("picture_shown", []),
            TurnUnderstanding,
            check=lambda said: settle(said, brief, parts.catalog, words),
        )
    except ModelError as error:
        problem = f"understand: {error.message}"
        return {"understanding": offline, "model_calls": calls + error.attempts, "degraded": [*degraded, problem]}
    said, problems = _trusted(of_picture(asked.value, state), offline)
    told = [*degraded, *([f"understand: {blind}"] if blind else []), *problems]
    return {"understanding": said, "model_calls": calls + asked.attempts, "degraded": told}


def of_picture(said: TurnUnderstanding, state: RecommenderState) -> TurnUnderstanding:
    """What a message means that came with a picture: "do you have this?" asks for what looks like it."""
    sent = state.get("picture")
    if sent is None or said.intent in _WITH_PICTURE or (sent.wanted is None and not newest_words(state).strip()):
        return said
    return said.model_copy(update={"intent": Intent.RECOMMEND, "facets_asked": (), "references": ()})


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
    return TurnUnderstanding(
        intent=Intent.CHITCHAT, language=brief.last_language or brief.catalog_language, confidence=1.0
    )


def _offline(parts: Parts, words: str, brief: UnderstandBrief) -> TurnUnderstanding:
    if brief.picture and not (words := words_beside(said := words)):
        language = "zh" if count_chinese(said) else silent(brief).language
        return silent(brief).model_copy(update={"intent": Intent.RECOMMEND, "language": language})
    messages = [SystemMessage(embed_brief("understand", brief)), HumanMessage(words)]
    return ask(parts.offline, messages, TurnUnderstanding).value


def _messages(
    parts: Parts, state: RecommenderState, words: str, brief: UnderstandBrief, shown: Sequence[str]
) -> list[BaseMessage]:
    picked = pick(parts.demonstrations, words, parts.shots, parts.catalog.embeddings) if parts.shots else ()
    system = prompt("understand", brief=embed_brief("understand", brief), demonstrations=render_demonstrations(picked))
    newest = HumanMessage(content_with(words, shown)) if shown else HumanMessage(words)
    return [SystemMessage(system), *earlier_messages(state, parts), newest]
