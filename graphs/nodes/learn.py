"""learn: what was said of the person is remembered, once, and the turn is summed up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage
from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from ...tools.constraints import Constraint, Op
from ...tools.profile.model import ItemEvent, LastingConstraint, Preference
from ..context import RecommenderContext
from ..parts import Parts
from ..state import RecommenderState, ShownList, TurnResult
from ..understanding import ProfileRequest, TurnUnderstanding, Wish
from .ground import constraints_now
from .recall import context_of, newest_words

_KEPT_LISTS = 20
_FORGETTING = {"forget_one", "forget_all"}
_ABOUT_ITEMS = {"answered", "compared", "explained", "tool_done", "tool_declined"}
_ABSOLUTE = -1.0
"""A lasting dislike of this weight about a known facet is a constraint: it is never shown."""


def learn(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:
    """Writes to the profile with keys made of the message id, so that a repeated run writes nothing twice."""
    said = state.get("understanding")
    assert said is not None
    if not _forgets(said.profile_request):
        _remember(said, state, runtime, parts)
    result = _result(said, state, runtime, parts)
    get_stream_writer()({"event": "turn", **result.model_dump(mode="json")})
    return {"turn": result, "shown": _shown(state), "asked": result.question, "in_focus": _in_focus(state)}


def _forgets(request: ProfileRequest | None) -> bool:
    return request is not None and request.action in _FORGETTING


def _remember(
    said: TurnUnderstanding, state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts
) -> None:
    user, now = context_of(runtime).user_id, context_of(runtime).now or parts.clock()
    if not user:
        return
    key, words = _message_key(state), newest_words(state)[:200]
    for place, wish in enumerate(one for one in said.wishes if one.lasting):
        parts.memory.remember(user, _statement(wish, words, now, parts), key=f"{key}:wish:{place}")
    for place, one in enumerate(said.feedback):
        event = ItemEvent(
            item_id=one.item_id,
            catalog=parts.catalog.name,
            kind=one.kind,
            time=now,
            reason=one.reason,
            title=parts.catalog.item(one.item_id).title,
        )
        parts.memory.record(user, event, key=f"{key}:feedback:{place}")
    parts.memory.set_language(user, said.language)


def _message_key(state: RecommenderState) -> str:
    newest = next((one for one in reversed(state.get("messages", [])) if isinstance(one, HumanMessage)), None)
    return str(newest.id if newest else state.get("turn_number", 0))


def _statement(wish: Wish, words: str, now: datetime, parts: Parts) -> Preference | LastingConstraint:
    if wish.weight <= _ABSOLUTE and wish.facet and parts.catalog.schema.facet(wish.facet):
        never = Constraint(facet=wish.facet, op=Op.NE, value=wish.value)
        return LastingConstraint(constraint=never, catalog=parts.catalog.name, evidence=words, time=now)
    catalog = parts.catalog.name if wish.facet else ""
    return Preference(facet=wish.facet, value=wish.value, weight=wish.weight, evidence=words, time=now, catalog=catalog)


def _shown(state: RecommenderState) -> list[ShownList]:
    rows, earlier = state.get("recommendations", []), state.get("shown", [])
    if not rows:
        return earlier
    return [*earlier, ShownList(turn=state.get("turn_number", 0), items=tuple(rows))][-_KEPT_LISTS:]


def _in_focus(state: RecommenderState) -> list[str]:
    brief = state.get("brief")
    return [one.id for one in brief.items] if brief and brief.outcome in _ABOUT_ITEMS else []


def _result(
    said: TurnUnderstanding, state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts
) -> TurnResult:
    brief, answer = state.get("brief"), state.get("messages", [])[-1]
    return TurnResult(
        reply=answer.text if isinstance(answer, AIMessage) else "",
        intent=said.intent,
        language=said.language,
        emotion=said.emotion,
        recommendations=tuple(state.get("recommendations", [])),
        question=brief.question if brief else None,
        constraints=constraints_now(state, runtime, parts),
        outcome=brief.outcome if brief else "",
        tool_calls=tuple(state.get("tool_calls", [])),
        model_calls=state.get("model_calls", 0),
        degraded=tuple(state.get("degraded", [])),
        latency_ms=round((parts.timer() - state.get("started", parts.timer())) * 1000, 2),
    )
