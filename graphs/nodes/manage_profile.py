"""manage_profile: a person sees, corrects, exports and erases what is remembered of them."""

from __future__ import annotations

import json
from typing import Any

from langgraph.runtime import Runtime

from ...tools.items import Language
from ...tools.profile.describe import describe, describe_one
from ...tools.profile.model import UserProfile
from ..briefing import make_brief, recommended_items
from ..context import RecommenderContext
from ..forgetting import forget_in_conversation
from ..parts import Parts
from ..remembering import statements
from ..state import Recommendation, RecommenderState, ToolCallRecord
from ..understanding import ProfileRequest
from .recall import context_of, profile_of

_TOOLS = {
    "show": "recall_profile",
    "remember": "remember_preference",
    "forget_one": "forget_statement",
    "forget_all": "forget_everything",
    "export": "export_profile",
}
_EARLIER_ITEMS = 10


def manage_profile(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:
    """Does what the person asks of their own data, in the profile and in this conversation."""
    request = _request(state)
    if request.action == "shown_before":
        rows = _earlier(state)
        return {"brief": make_brief(parts, state, outcome="history", items=recommended_items(parts.catalog, rows))}
    changes = _ACTIONS[request.action](state, runtime, parts)
    call = ToolCallRecord(name=_TOOLS[request.action], args={"target": request.target} if request.target else {})
    return {**changes, "tool_calls": [*state.get("tool_calls", []), call]}


def _request(state: RecommenderState) -> ProfileRequest:
    said = state.get("understanding")
    return (said.profile_request if said else None) or ProfileRequest(action="show")


def _earlier(state: RecommenderState) -> list[Recommendation]:
    rows = {one.item_id: one for shown in reversed(state.get("shown", [])) for one in shown.items}
    return list(rows.values())[:_EARLIER_ITEMS]


def _statements(profile: UserProfile, parts: Parts, language: Language) -> tuple[str, ...]:
    return describe(profile, {parts.catalog.name: parts.catalog.schema}, language)


def _show(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:
    said = state.get("understanding")
    assert said is not None
    statements = _statements(profile_of(state, runtime, parts), parts, said.language)
    known = bool(context_of(runtime).user_id)
    return {"brief": make_brief(parts, state, outcome="profile_shown" if known else "no_memory", profile=statements)}


def _remember(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:
    """Says what will be remembered; `learn` writes it."""
    said, context = state.get("understanding"), context_of(runtime)
    assert said is not None
    if not context.user_id:
        return {"brief": make_brief(parts, state, outcome="no_memory")}
    found = statements(said, "", context.now or parts.clock(), parts.catalog)
    schemas = {parts.catalog.name: parts.catalog.schema}
    told = tuple(describe_one(one, schemas, said.language) for one in found)
    return {"brief": make_brief(parts, state, outcome="remembered" if told else "need_more", notes=told)}


def _forget_one(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:
    user, target = context_of(runtime).user_id, _request(state).target
    removed = parts.memory.forget(user, target, schemas={parts.catalog.name: parts.catalog.schema}) if user else []
    changes, dropped = forget_in_conversation(target, state, parts)
    statements = tuple(dict.fromkeys((*removed, *dropped)))
    outcome = "forgotten" if statements else "nothing_to_forget"
    profile = parts.memory.load(user)
    return {**changes, "profile": profile, "brief": make_brief(parts, state, outcome=outcome, profile=statements)}


def _forget_all(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:
    user = context_of(runtime).user_id
    parts.memory.forget_all(user) if user else None
    changes, _ = forget_in_conversation("", state, parts)
    return {**changes, "profile": parts.memory.load(user), "brief": make_brief(parts, state, outcome="forgotten_all")}


def _export(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:
    user = context_of(runtime).user_id
    if not user:
        return {"brief": make_brief(parts, state, outcome="no_memory")}
    exported = json.dumps(parts.memory.export(user), ensure_ascii=False, default=str)
    return {"brief": make_brief(parts, state, outcome="exported", notes=(exported,))}


_ACTIONS = {
    "show": _show,
    "remember": _remember,
    "forget_one": _forget_one,
    "forget_all": _forget_all,
    "export": _export,
}
