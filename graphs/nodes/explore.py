"""explore: for an open question a hosted model looks things up itself, in a bounded loop of tool calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langgraph.config import get_stream_writer
from langgraph.constants import TAG_NOSTREAM
from langgraph.runtime import Runtime

from ..asking.prompts import prompt
from ..briefing import described, make_brief, understand_brief
from ..briefs import embed_brief
from ..context import RecommenderContext
from ..grounding import allowed
from ..parts import Parts
from ..state import Candidate, RecommenderState, ToolCallRecord
from .inform import inform
from .recall import earlier_messages, newest_words

_TOLD = 5
"""Items that the reply may speak of."""


def explore(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:
    """The items that the model found join the bus; what it finds is checked like any recommendation."""
    said, calls = _opening(state, parts), state.get("model_calls", 0)
    try:
        while calls < state.get("model_calls", 0) + parts.limits.tool_steps:
            calls += 1
            more = _step(said, parts)
            said.extend(more)
            if len(more) == 1:
                break
    except Exception as error:  # a provider may raise anything; what is in view still answers
        problem = f"act: {type(error).__name__}, answered from what is in view"
        told = inform(state, runtime, parts)
        return {**told, "model_calls": calls, "degraded": [*state.get("degraded", []), problem]}
    return {**_found(said, state, runtime, parts), "model_calls": calls}


def _opening(state: RecommenderState, parts: Parts) -> list[BaseMessage]:
    brief = embed_brief("understand", understand_brief(parts, state))
    system = prompt("act", brief=brief, limit=str(parts.limits.tool_steps))
    return [SystemMessage(system), *earlier_messages(state, parts), HumanMessage(newest_words(state))]


def _step(said: Sequence[BaseMessage], parts: Parts) -> list[BaseMessage]:
    """The model's answer and the results of the tools it called."""
    answer = parts.model.bind_tools(parts.lookup_tools).invoke(list(said), {"tags": [TAG_NOSTREAM]})
    assert isinstance(answer, AIMessage)
    return [answer, *(_result(call, parts) for call in answer.tool_calls)]


def _result(call: Any, parts: Parts) -> ToolMessage:
    tool = next((one for one in parts.lookup_tools if one.name == call["name"]), None)
    if tool is None:
        return ToolMessage(f"There is no tool {call['name']}.", tool_call_id=call["id"], status="error")
    get_stream_writer()({"event": "tool", "name": tool.name})
    return tool.invoke({**call, "type": "tool_call"})


def _found(
    said: Sequence[BaseMessage], state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts
) -> dict[str, Any]:
    shown = inform(state, runtime, parts)
    ids = list(dict.fromkeys([one.id for one in shown["brief"].items] + list(_ids(said))))
    bus = [Candidate(item_id=one, score=0.0, provenance="explore") for one in ids]
    kept = allowed(bus, parts.catalog, (), frozenset(), parts.policies)[:_TOLD]
    items = tuple(described(parts.catalog.item(one.item_id)) for one in kept)
    outcome = "answered" if items else "need_reference"
    records = [*state.get("tool_calls", []), *_records(said)]
    return {"brief": make_brief(parts, state, outcome=outcome, items=items), "tool_calls": records}


def _ids(said: Sequence[BaseMessage]) -> Iterator[str]:
    for message in reversed(said):
        if isinstance(message, ToolMessage) and isinstance(message.artifact, list):
            yield from (one["item_id"] for one in message.artifact)


def _records(said: Sequence[BaseMessage]) -> Iterator[ToolCallRecord]:
    for message in said:
        if isinstance(message, AIMessage):
            yield from (ToolCallRecord(name=call["name"], args=_plain(call["args"])) for call in message.tool_calls)


def _plain(arguments: dict[str, Any]) -> dict[str, Any]:
    """Arguments as a record keeps them: nested ones as text."""
    return {
        name: value if isinstance(value, str | int | float | bool) else str(value) for name, value in arguments.items()
    }
