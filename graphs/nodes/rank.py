"""rank: the torch mixture scores the candidates on the bus."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langgraph.runtime import Runtime

from ...tools.profile.fade import EVENT_WEIGHTS, faded, signals
from ...tools.profile.model import Preference, UserProfile
from ...tools.ranking.dialogues.model import Turn
from ...tools.ranking.protocol import RankingContext, Signal
from ...tools.ranking.rank import rank as by_probability
from ..context import RecommenderContext
from ..fairness import kept
from ..parts import Parts
from ..pictures import wanted_vector
from ..state import Candidate, Need, RecommenderState
from .recall import context_of, profile_of

KEPT = 50
"""Ranked candidates that stay on the bus; grounding picks from them."""
HEARD = 12
"""Messages of the conversation that a ranker reads."""


def rank(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:
    """Scores, sorts or samples, and keeps the best with their named contributions."""
    candidates = state.get("candidates", [])
    if not candidates:
        return {}
    context = ranking_context(state, runtime, parts)
    scores = parts.ranker().score(context, [one.item_id for one in candidates])
    turn = state.get("turn_number", 0)
    generator = np.random.default_rng((parts.seed, turn)) if parts.temperature > 0 else None
    ranked = by_probability(scores, len(candidates), temperature=parts.temperature or 1.0, generator=generator)
    probability = {one.item_id: one.probability for one in ranked}
    stay = kept(list(probability), parts.catalog, KEPT)
    provenance, named = {one.item_id: one.provenance for one in candidates}, scores.of(stay)
    return {"candidates": [Candidate(one, probability[one], provenance[one], named[one]) for one in stay]}


def ranking_context(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> RankingContext:
    """What the ranker may know: the need, the profile faded to now, and this conversation's feedback."""
    need, profile = state.get("need", Need()), profile_of(state, runtime, parts)
    now = context_of(runtime).now or parts.clock()
    catalog = parts.catalog
    earlier = [one for one in signals(profile, catalog.name, now) if one.item_id in catalog]
    return RankingContext(
        query_vector=catalog.embed_query(need.query) if need.query else None,
        retrieval={one.item_id: one.score for one in state.get("candidates", [])},
        history=(*earlier, *_conversation(state, earlier, parts)),
        preferences=(*_preferences(profile, now, parts), *_wishes(need, now)),
        soft=tuple(one for one in need.constraints if not one.hard),
        similar_to=tuple(one for one in need.similar_to if one in catalog),
        picture=wanted_vector(need.picture, catalog),
        talk=talk_so_far(state.get("messages", [])) if getattr(parts.ranker(), "reads_talk", False) else (),
    )


def talk_so_far(messages: Sequence[BaseMessage]) -> tuple[Turn, ...]:
    """The last messages that somebody wrote, as turns of a dialogue."""
    said = [one for one in messages if isinstance(one, HumanMessage | AIMessage) and one.text]
    return tuple(
        Turn(role="user" if isinstance(one, HumanMessage) else "assistant", text=one.text) for one in said[-HEARD:]
    )


def _conversation(state: RecommenderState, earlier: list[Signal], parts: Parts) -> list[Signal]:
    """Feedback of this thread; what the profile already holds is not counted twice."""
    known = {one.item_id for one in earlier if one.age < 1 / 24}
    rows = state.get("feedback", {}).items()
    return [Signal(item, EVENT_WEIGHTS[kind]) for item, kind in rows if item in parts.catalog and item not in known]


def _preferences(profile: UserProfile, now: datetime, parts: Parts) -> list[Preference]:
    return [one for one in faded(profile, now) if one.catalog in ("", parts.catalog.name)]


def _wishes(need: Need, now: datetime) -> list[Preference]:
    return [Preference(facet=one.facet, value=one.value, weight=one.weight, time=now) for one in need.wishes]
