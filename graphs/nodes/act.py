"""act: the need grows by what was said, and the search brings candidates onto the bus."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from ...tools.catalog import Catalog, SearchRequest, SearchResult
from ...tools.constraints import POSITIVE, Constraint, parse_filter, to_filter
from ...tools.errors import FilterError
from ...tools.items import FacetKind
from ...tools.profile.model import FeedbackKind, UserProfile
from ..catalogs import anchors, settled
from ..context import RecommenderContext
from ..critiques import directed, resolve
from ..need import grow, in_force, shown
from ..parts import Parts
from ..pictures import wanted_vector
from ..policies import blocked_ids, required
from ..saying.notes import catalog_notes, lifted_notes, picture_notes, unknown_facets
from ..state import Candidate, Need, RecommenderState, ToolCallRecord
from ..understanding import PlannedCall, TurnUnderstanding
from .recall import profile_of

SEARCH = "search_catalog"
AGE_GATE = "age_gate"
"""Facet of the question that asks whether the person is an adult."""
_AWAY = {FeedbackKind.DISLIKE, FeedbackKind.NOT_NOW}
_CONSUMED = {FeedbackKind.SEEN, FeedbackKind.CHOSEN}


def act(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:
    """Searches for the grown need. Every planned search is bound by the same hard constraints."""
    said = state.get("understanding")
    assert said is not None
    profile = profile_of(state, runtime, parts)
    feedback = feedback_now(state)
    grown, lifted = _need(state, said, parts)
    need, given_way = settled(grown, said, parts.catalog)
    need, candidates = searched(state, runtime, parts, need)
    call = ToolCallRecord(name=SEARCH, args=_arguments(need, profile, parts))
    get_stream_writer()({"event": "tool", "name": SEARCH, "found": len(candidates)})
    return {
        "need": need,
        "feedback": feedback,
        "candidates": candidates,
        "notes": [
            *state.get("notes", []),
            *unknown_facets(said, parts.catalog),
            *lifted_notes(lifted, parts.catalog, said.language),
            *catalog_notes(given_way, parts.catalog, said.language),
            *picture_notes(state.get("picture"), said.language),
        ],
        "tool_calls": [*state.get("tool_calls", []), call],
        "asked_before": [] if said.new_need else state.get("asked_before", []),
        "adult_confirmed": adult_now(state),
    }


def searched(
    state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts, need: Need
) -> tuple[Need, list[Candidate]]:
    """The candidates for a need, and the need as far as something meets it."""
    said, profile = state.get("understanding"), profile_of(state, runtime, parts)
    assert said is not None
    away = away_now(state, runtime, parts)
    queries, again = _queries(said, need, anchors(need, profile, parts.catalog)), not_again(state, said, need)
    met, found = _search(parts, need, profile, away | again, queries)
    if again and not found:
        met, found = _search(parts, need, profile, away, queries)
    return met, [Candidate(item_id, score, SEARCH) for item_id, score in found.items()]


def _need(state: RecommenderState, said: TurnUnderstanding, parts: Parts) -> tuple[Need, tuple[Constraint, ...]]:
    """The need as it grows, and the conditions that a direction leaves behind."""
    before, sent = state.get("need", Need()), state.get("picture")
    if sent and sent.wanted:
        before, said = shown(before, sent.wanted, parts.catalog.schema), said.model_copy(update={"new_need": False})
    need = grow(before, said, parts.catalog.schema)
    anchors = list(said.references) or [one.item_id for one in _last_shown(state)]
    anchors = [one for one in anchors if one in parts.catalog]
    lifted: tuple[Constraint, ...] = ()
    for critique in said.critiques:
        constraint = resolve(critique, anchors, parts.catalog, need.constraints)
        if constraint:
            held, gone = directed(need.constraints, constraint, parts.catalog)
            need, lifted = need.model_copy(update={"constraints": held}), (*lifted, *gone)
    return need, lifted


def _last_shown(state: RecommenderState) -> list[Any]:
    shown = state.get("shown", [])
    return list(shown[-1].items) if shown else []


def adult_now(state: RecommenderState) -> bool | None:
    """What the person said to the age gate, in this message or before; None when they have not been asked."""
    said = state.get("understanding")
    if said and said.answer and asked_for_age(state):
        return said.answer == "yes"
    return state.get("adult_confirmed")


def asked_for_age(state: RecommenderState) -> bool:
    """Whether the last reply asked whether the person is an adult."""
    asked = state.get("asked")
    return asked is not None and asked.facet == AGE_GATE


def feedback_now(state: RecommenderState) -> dict[str, FeedbackKind]:
    """Newest feedback per item, that of this message included."""
    said = state.get("understanding")
    return {**state.get("feedback", {}), **{one.item_id: one.kind for one in (said.feedback if said else ())}}


def away_now(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> frozenset[str]:
    """Items that may not come back: blocked, consumed, rejected; for "more" and after a like whatever was shown."""
    policies, name, said = parts.policies, parts.catalog.name, state.get("understanding")
    feedback, profile = feedback_now(state), profile_of(state, runtime, parts)
    away: set[str] = set(blocked_ids(policies, parts.catalog.schema, parts.catalog.items()))
    if policies.exclude_rejected:
        away |= {one for one, kind in feedback.items() if kind in _AWAY}
        away |= set(profile.items(FeedbackKind.DISLIKE, name))
    if policies.exclude_consumed:
        shown = {one.item_id for earlier in state.get("shown", []) for one in earlier.items}
        away |= {one for one, kind in feedback.items() if kind in _CONSUMED}
        away |= {one for one, kind in feedback.items() if kind is FeedbackKind.LIKE and one not in shown}
        away |= set(profile.consumed(name))
    if said and ((said.more and not said.similar_to) or any(one.kind is FeedbackKind.LIKE for one in said.feedback)):
        away |= {one.item_id for earlier in state.get("shown", []) for one in earlier.items}
    return frozenset(away)


def not_again(state: RecommenderState, said: TurnUnderstanding, need: Need) -> frozenset[str]:
    """What "more like the second one" does not want, unless nothing else fits: that one, and what lies beside it."""
    lists = state.get("shown", [])[0 if said.more else -1 :] if said.similar_to else []
    beside = {one.item_id for earlier in lists for one in earlier.items}
    return frozenset(beside | set(need.similar_to))


def _queries(
    said: TurnUnderstanding, need: Need, liked_before: tuple[str, ...]
) -> list[tuple[str, tuple[str, ...], str]]:
    """(query, similar_to, filter) of each search: the need's own, one like what is liked, those planned."""
    planned = [_planned(call) for call in said.plan if call.name == SEARCH]
    liked = tuple(one.item_id for one in said.feedback if one.kind is FeedbackKind.LIKE)
    own = (_query(need), need.similar_to, "")
    more = [("", found, "") for found in (liked, liked_before) if found]
    return [own, *more, *(one for one in planned if one != own and (one[0] or one[2]))]


def _query(need: Need) -> str:
    topics = [one.value for one in need.wishes if one.weight > 0 and not one.facet]
    return " ".join([need.query, *(topic for topic in topics if topic not in need.query)]).strip()


def _planned(call: PlannedCall) -> tuple[str, tuple[str, ...], str]:
    try:
        arguments = json.loads(call.arguments)
    except json.JSONDecodeError:
        return "", (), ""
    if not isinstance(arguments, dict):
        return "", (), ""
    return str(arguments.get("query") or ""), (), str(arguments.get("filter") or "")


def _search(
    parts: Parts,
    need: Need,
    profile: UserProfile,
    away: frozenset[str],
    queries: list[tuple[str, tuple[str, ...], str]],
) -> tuple[Need, dict[str, float]]:
    """Searches; when accumulated values of a multi-valued facet leave nothing, the newest one holds."""
    rules = required(parts.policies, parts.catalog.schema)
    constraints = in_force(need, profile, rules, parts.catalog.schema)
    picture = wanted_vector(need.picture, parts.catalog)
    found = _run(parts, constraints, away, queries, picture)
    found = {**_preferred(parts, constraints, away, queries[:1]), **found} if found else found
    newest = _newest_values(need, parts.catalog)
    if found or newest == need.constraints:
        return need, found
    loosened = need.model_copy(update={"constraints": newest})
    again = _run(parts, in_force(loosened, profile, rules, parts.catalog.schema), away, queries, picture)
    return (loosened, again) if again else (need, found)


def _preferred(
    parts: Parts,
    constraints: tuple[Constraint, ...],
    away: frozenset[str],
    queries: list[tuple[str, tuple[str, ...], str]],
) -> dict[str, float]:
    """What meets a soft condition too: it would not be among the best for the hard ones alone."""
    found: dict[str, float] = {}
    for one in (one for one in constraints if not one.hard and parts.catalog.schema.facet(one.facet)):
        wished = one.model_copy(update={"hard": True})
        found |= _run(parts, (*constraints, wished), away, queries, None)
    return found


def _run(
    parts: Parts,
    constraints: tuple[Constraint, ...],
    away: frozenset[str],
    queries: list[tuple[str, tuple[str, ...], str]],
    picture: np.ndarray | None,
) -> dict[str, float]:
    best: dict[str, float] = {}
    for query, similar_to, where in queries:
        similar = tuple(one for one in similar_to if one in parts.catalog)
        bound = (*constraints, *_where(where, parts.catalog))
        request = SearchRequest(
            query=query,
            constraints=bound,
            similar_to=similar,
            exclude=away,
            k=parts.limits.candidates,
            picture=picture,
        )
        found: SearchResult = parts.catalog.search(request)
        for hit in found.hits:
            best[hit.item_id] = max(hit.score, best.get(hit.item_id) or hit.score)
    return best


def _where(text: str, catalog: Catalog) -> tuple[Constraint, ...]:
    """The filter of a planned search; one that does not parse is left out, the need's own constraints still hold."""
    try:
        return parse_filter(text, catalog.schema) if text else ()
    except FilterError:
        return ()


def _newest_values(need: Need, catalog: Catalog) -> tuple[Constraint, ...]:
    multi = {one.name for one in catalog.schema.facets if one.kind is FacetKind.MULTI}
    added = [one for one in need.constraints if one.facet in multi and one.op in POSITIVE]
    last = {one.facet: one for one in added}
    return tuple(one for one in need.constraints if one not in added or last[one.facet] is one)


def _arguments(need: Need, profile: UserProfile, parts: Parts) -> dict[str, Any]:
    rules = required(parts.policies, parts.catalog.schema)
    hard = [one for one in in_force(need, profile, rules, parts.catalog.schema) if one.hard]
    arguments: dict[str, Any] = {"query": _query(need), "filter": " and ".join(to_filter(one) for one in hard)}
    arguments |= {"picture": need.picture.digest} if need.picture else {}
    return arguments | ({"similar_to": list(need.similar_to)} if need.similar_to else {})
