"""understand: one model call turns the newest message into a typed `TurnUnderstanding`."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langgraph.runtime import Runtime

from ...tools.catalog import Catalog
from ...tools.constraints import Constraint
from ...tools.errors import ModelError
from ..briefing import understand_brief
from ..briefs import UnderstandBrief, embed_brief
from ..budget import trim_history
from ..context import RecommenderContext
from ..demonstrations import pick, render_demonstrations
from ..parts import Parts
from ..prompts import prompt
from ..state import RecommenderState
from ..structured import ask
from ..understanding import Intent, TurnUnderstanding
from .recall import newest_words


def understand(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:  # noqa: ARG001
    """Understands the message; when a hosted model fails, the offline model does and the turn says so."""
    words = bounded(newest_words(state), parts.limits.message_characters)
    brief = understand_brief(parts, state)
    if not words.strip():
        return {"understanding": silent(brief)}
    if not parts.hosted:
        return {"understanding": checked(_offline(parts, words, brief), parts.catalog)}
    try:
        asked = ask(parts.model, _messages(parts, state, words, brief), TurnUnderstanding)
    except ModelError as error:
        taken_over = checked(_offline(parts, words, brief), parts.catalog)
        calls = state.get("model_calls", 0) + error.attempts
        return {
            "understanding": taken_over,
            "model_calls": calls,
            "degraded": [*state.get("degraded", []), f"understand: {error.message}"],
        }
    return {
        "understanding": checked(asked.value, parts.catalog),
        "model_calls": state.get("model_calls", 0) + asked.attempts,
    }


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
    earlier = [one for one in state.get("messages", [])[:-1] if one.text.strip()]
    return [SystemMessage(system), *trim_history(earlier, parts.limits.history_tokens), HumanMessage(words)]


def checked(said: TurnUnderstanding, catalog: Catalog) -> TurnUnderstanding:
    """Keeps what exists: a model may name facets and items that the catalog does not have."""
    return said.model_copy(
        update={
            "constraints": tuple(one for one in said.constraints if _usable(one, catalog)),
            "references": _existing(said.references, catalog),
            "similar_to": _existing(said.similar_to, catalog),
            "feedback": tuple(one for one in said.feedback if one.item_id in catalog),
            "critiques": tuple(one for one in said.critiques if catalog.schema.facet(one.facet)),
            "facets_asked": tuple(one for one in said.facets_asked if catalog.schema.facet(one)),
        }
    )


def _existing(item_ids: tuple[str, ...], catalog: Catalog) -> tuple[str, ...]:
    return tuple(one for one in dict.fromkeys(item_ids) if one in catalog)


def _usable(constraint: Constraint, catalog: Catalog) -> bool:
    return catalog.schema.facet(constraint.facet) is not None and bool(constraint.values)
