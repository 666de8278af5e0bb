"""clarify: a question beside the recommendations, when the answer would narrow the choice."""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime

from ..clarify import best_question
from ..context import RecommenderContext
from ..parts import Parts
from ..state import Need, RecommenderState
from ..understanding import Emotion, Intent

_WORTH_ASKING = 12
"""Candidates; with fewer the person has seen half of them."""
_MOST_QUESTIONS = 3
"""Of one need."""
_PATIENT = {Intent.RECOMMEND, Intent.REFINE}
_IMPATIENT = {Emotion.FRUSTRATED, Emotion.STRESSED}


def clarify(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:  # noqa: ARG001
    """Adds the best question to the reply, if one is worth asking."""
    brief, said, need = state.get("brief"), state.get("understanding"), state.get("need", Need())
    if brief is None or said is None or brief.question or not _may_ask(state):
        return {}
    asked_before = state.get("asked_before", [])
    closed = {one.facet for one in need.constraints} | set(need.relaxed) | set(asked_before)
    pool = [one.item_id for one in state.get("candidates", [])]
    question = best_question(parts.catalog, pool, closed, said.language)
    if question is None:
        return {}
    return {
        "brief": brief.model_copy(update={"question": question}),
        "asked_before": [*asked_before, question.facet],
    }


def _may_ask(state: RecommenderState) -> bool:
    said, need = state.get("understanding"), state.get("need", Need())
    if said is None or said.intent not in _PATIENT or said.emotion in _IMPATIENT or said.more or said.critiques:
        return False
    enough = len(state.get("candidates", [])) >= _WORTH_ASKING
    shown_what = need.similar_to or need.picture
    return enough and not shown_what and len(state.get("asked_before", [])) < _MOST_QUESTIONS
