"""converse: greetings, small talk, and what lies outside the catalog."""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime

from ..briefing import make_brief
from ..context import RecommenderContext
from ..parts import Parts
from ..saying.notes import picture_notes
from ..saying.small_talk import kind_of
from ..state import RecommenderState
from ..understanding import Intent
from .recall import newest_words


def converse(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:  # noqa: ARG001
    """Says what kind of small talk it is; the reply answers it in a sentence and offers help."""
    said = state.get("understanding")
    assert said is not None
    sent, words = state.get("picture"), newest_words(state)
    if sent and sent.problem and not words.strip():
        notes = tuple(picture_notes(sent, said.language))
        return {"brief": make_brief(parts, state, outcome="picture_unused", notes=notes)}
    kind = kind_of(words, out_of_scope=said.intent is Intent.OUT_OF_SCOPE)
    return {"brief": make_brief(parts, state, outcome=kind)}
