"""A turn up to its ranking once more, as if some likes had never been said: what a counterfactual is checked by."""

from __future__ import annotations

from langgraph.runtime import Runtime

from ..context import RecommenderContext
from ..parts import Parts
from ..state import Need, RecommenderState
from .act import searched
from .rank import rank
from .recall import profile_of


def unsaid(
    state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts, gone: frozenset[str]
) -> RecommenderState:
    """The state of the turn with other candidates: those of the same need without a word on the items `gone`."""
    said, need = state.get("understanding"), state.get("need", Need())
    assert said is not None
    profile = profile_of(state, runtime, parts)
    before: RecommenderState = {
        **state,
        "understanding": said.model_copy(
            update={
                "feedback": tuple(one for one in said.feedback if one.item_id not in gone),
                "similar_to": tuple(one for one in said.similar_to if one not in gone),
            }
        ),
        "profile": profile.model_copy(update={"events": [one for one in profile.events if one.item_id not in gone]}),
        "feedback": {item_id: kind for item_id, kind in state.get("feedback", {}).items() if item_id not in gone},
    }
    left = need.model_copy(update={"similar_to": tuple(one for one in need.similar_to if one not in gone)})
    met, candidates = searched(before, runtime, parts, left)
    found: RecommenderState = {**before, "need": met, "candidates": candidates}
    return {**found, "candidates": rank(found, runtime, parts).get("candidates", [])}
