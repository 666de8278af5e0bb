"""Which node answers which intent: plain code over the typed understanding."""

from __future__ import annotations

from typing import Literal

from langgraph.runtime import Runtime

from .context import RecommenderContext
from .nodes.act import asked_for_age
from .nodes.inform import unclear_which
from .nodes.recall import context_of, newest_words
from .nodes.use_tools import planned_tools
from .parts import Parts
from .state import RecommenderState
from .understanding import Intent

Step = Literal["act", "inform", "explore", "manage_profile", "converse", "use_tools"]
BY_INTENT: dict[Intent, Step] = {
    Intent.RECOMMEND: "act",
    Intent.REFINE: "act",
    Intent.FEEDBACK: "act",
    Intent.ITEM_QUESTION: "inform",
    Intent.COMPARE: "inform",
    Intent.EXPLAIN: "inform",
    Intent.PROFILE: "manage_profile",
    Intent.CHITCHAT: "converse",
    Intent.OUT_OF_SCOPE: "converse",
}


def route_turn(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> Step:
    """The node that answers this turn. A planned tool of the integrator goes first."""
    said = state.get("understanding")
    assert said is not None
    if planned_tools(said, parts):
        return "use_tools"
    sent = state.get("picture")
    if not any(sign.isalnum() for sign in newest_words(state)) and not (sent and sent.wanted):
        return "converse"
    if said.answer and asked_for_age(state):
        return "act"
    if said.intent is Intent.ITEM_QUESTION and not said.facets_asked and _may_explore(runtime, parts):
        return "explore"
    return "inform" if unclear_which(said, state) else BY_INTENT[said.intent]


def _may_explore(runtime: Runtime[RecommenderContext], parts: Parts) -> bool:
    return parts.hosted and bool(parts.lookup_tools) and not context_of(runtime).economy


def route_found(state: RecommenderState) -> Literal["rank", "ground"]:
    """An empty bus needs no ranking."""
    return "rank" if state.get("candidates") else "ground"
