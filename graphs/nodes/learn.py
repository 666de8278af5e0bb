"""learn: what was said of the person is remembered, once, and the turn is summed up."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage, HumanMessage
from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from ...tools.profile.records import Remembered
from ..context import RecommenderContext
from ..parts import Parts
from ..remembering import event, statements
from ..state import Need, RecommenderState, ShownList, TurnResult
from ..understanding import ProfileRequest, TurnUnderstanding
from .ground import constraints_now
from .recall import context_of, newest_words, profile_of

_KEPT_LISTS = 20
_FORGETTING = {"forget_one", "forget_all"}
_ABOUT_ITEMS = {"answered", "compared", "explained", "tool_done", "tool_declined"}


def learn(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:
    """Writes to the profile with keys made of the message id, so that a repeated run writes nothing twice."""
    said = state.get("understanding")
    assert said is not None
    if not _forgets(said.profile_request):
        _remember(said, state, runtime, parts)
    result = _result(said, state, runtime, parts)
    get_stream_writer()({"event": "turn", **result.model_dump(mode="json")})
    return {
        "turn": result,
        "shown": _shown(state),
        "asked": result.question,
        "in_focus": _in_focus(state),
        "candidates": [],
        "brief": None,
    }


def _forgets(request: ProfileRequest | None) -> bool:
    return request is not None and request.action in _FORGETTING


def _remember(
    said: TurnUnderstanding, state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts
) -> None:
    user, now = context_of(runtime).user_id, context_of(runtime).now or parts.clock()
    if not user:
        return
    key, shown = _message_key(state), {one.item_id for earlier in state.get("shown", []) for one in earlier.items}
    heard = enumerate(statements(said, newest_words(state), now, parts.catalog))
    judged = enumerate(event(one, one.item_id in shown, now, parts.catalog) for one in said.feedback)
    new: dict[str, Remembered] = {f"{key}:statement:{place}": one for place, one in heard}
    parts.memory.add(user, new | {f"{key}:feedback:{place}": one for place, one in judged})
    if profile_of(state, runtime, parts).language != said.language:
        parts.memory.set_language(user, said.language)


def _message_key(state: RecommenderState) -> str:
    newest = next((one for one in reversed(state.get("messages", [])) if isinstance(one, HumanMessage)), None)
    return str(newest.id if newest else state.get("turn_number", 0))


def _shown(state: RecommenderState) -> list[ShownList]:
    rows, earlier = state.get("recommendations", []), state.get("shown", [])
    if not rows:
        return earlier
    kept = tuple(one.model_copy(update={"contributions": {}}) for one in rows)
    return [*earlier, ShownList(turn=state.get("turn_number", 0), items=kept)][-_KEPT_LISTS:]


def _in_focus(state: RecommenderState) -> list[str]:
    brief = state.get("brief")
    return [one.id for one in brief.items] if brief and brief.outcome in _ABOUT_ITEMS else []


def _result(
    said: TurnUnderstanding, state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts
) -> TurnResult:
    brief, answer, need = state.get("brief"), state.get("messages", [])[-1], state.get("need", Need())
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
        picture=need.picture.digest if need.picture and state.get("recommendations") else "",
        model_calls=state.get("model_calls", 0),
        degraded=tuple(state.get("degraded", [])),
        latency_ms=round((parts.timer() - state.get("started", parts.timer())) * 1000, 2),
    )
