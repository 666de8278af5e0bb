"""recall: a new turn starts clean, with the person's profile at hand."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import HumanMessage, RemoveMessage
from langgraph.runtime import Runtime

from ...tools.normalize import well_formed
from ...tools.profile.model import UserProfile
from ..context import RecommenderContext
from ..parts import Parts
from ..state import Need, RecommenderState


def context_of(runtime: Runtime[RecommenderContext]) -> RecommenderContext:
    """The caller's context; a server that passes none gets the defaults."""
    return runtime.context or RecommenderContext()


def profile_of(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> UserProfile:
    """The profile of this turn; read again when a resumed turn has lost it, since no checkpoint holds it."""
    return state.get("profile") or parts.memory.load(context_of(runtime).user_id)


def recall(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:
    """Loads the profile, clears what belonged to the last turn, and drops the oldest messages of a long thread."""
    surplus = state.get("messages", [])[: -parts.limits.kept_messages]
    return {
        "profile": parts.memory.load(context_of(runtime).user_id),
        "started": parts.timer(),
        "turn_number": state.get("turn_number", 0) + 1,
        "need": state.get("need", Need()),
        "messages": [RemoveMessage(id=one.id) for one in surplus if one.id],
        "understanding": None,
        "candidates": [],
        "recommendations": [],
        "brief": None,
        "tool_calls": [],
        "model_calls": 0,
        "degraded": [],
        "notes": [],
    }


def newest_words(state: RecommenderState) -> str:
    """The text of the newest human message, empty when there is none."""
    for message in reversed(state.get("messages", [])):
        if isinstance(message, HumanMessage):
            return well_formed(message.text)
    return ""
