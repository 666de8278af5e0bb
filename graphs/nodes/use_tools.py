"""use_tools: the integrator's own tools, called when the person asks for it, after a yes where the tool wants one."""

from __future__ import annotations

import json
from typing import Any

from langchain_core.tools import BaseTool, ToolException
from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime
from langgraph.types import interrupt
from pydantic import ValidationError

from ...tools.errors import ToolInputError
from ...tools.items import Language
from ..briefing import make_brief, recommended_items
from ..context import RecommenderContext
from ..parts import Parts
from ..state import Recommendation, RecommenderState, ToolCallRecord
from ..understanding import PlannedCall, TurnUnderstanding

CONFIRM = "confirm"
"""Key of a tool's `metadata`: True asks the person before the tool is called."""
_YES = {"yes", "y", "ok", "okay", "sure", "true", "confirm", "是", "好", "好的", "可以", "确认", "对", "行", "要"}
_NO = {"no", "n", "nope", "false", "cancel", "否", "不", "不要", "不用", "不行", "取消"}
_QUESTION: dict[Language, str] = {
    "en": "Shall I go ahead with “{tool}”{details}? (yes/no)",
    "zh": "要执行“{tool}”{details}吗？（是/否）",
}


def planned_tools(said: TurnUnderstanding, parts: Parts) -> list[tuple[BaseTool, PlannedCall]]:
    """The planned calls of tools that the integrator brought."""
    own = {tool.name: tool for tool in parts.tools}
    return [(own[call.name], call) for call in said.plan if call.name in own]


def use_tools(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:  # noqa: ARG001
    """Calls each planned tool once. A declined or failed call is said, never hidden."""
    said = state.get("understanding")
    assert said is not None
    records, outcomes, notes = list(state.get("tool_calls", [])), [], []
    for tool, call in planned_tools(said, parts):
        arguments = _arguments(call)
        outcome, note = _carry_out(tool, arguments, said.language)
        outcomes.append(outcome)
        notes.append(note)
        if outcome != "tool_declined":
            records.append(ToolCallRecord(name=tool.name, args=arguments))
    items = recommended_items(parts.catalog, _mentioned(state, said))
    outcome = next((one for one in outcomes if one != "tool_done"), "tool_done")
    brief = make_brief(parts, state, outcome=outcome, notes=tuple(one for one in notes if one), items=items)
    return {"brief": brief, "tool_calls": records}


def _carry_out(tool: BaseTool, arguments: dict[str, Any], language: Language) -> tuple[str, str]:
    """(outcome, what to say about it)."""
    if (tool.metadata or {}).get(CONFIRM) and not _confirmed(tool, arguments, language):
        return "tool_declined", tool.name
    get_stream_writer()({"event": "tool", "name": tool.name})
    try:
        return "tool_done", str(tool.invoke(arguments))
    except (ToolException, ToolInputError, ValidationError) as error:
        return "tool_failed", f"{tool.name}: {error}"


def _confirmed(tool: BaseTool, arguments: dict[str, Any], language: Language) -> bool:
    details = f" ({', '.join(f'{name}: {value}' for name, value in arguments.items())})" if arguments else ""
    question = _QUESTION[language].format(tool=tool.name.replace("_", " "), details=details)
    answer = interrupt({"event": CONFIRM, "tool": tool.name, "args": arguments, "message": question})
    return answer is True or answer_in(str(answer)) is True


def answer_in(text: str) -> bool | None:
    """A message that is a plain yes or no; None for any other."""
    word = text.strip().casefold().rstrip(".!。！")
    return True if word in _YES else False if word in _NO else None


def _arguments(call: PlannedCall) -> dict[str, Any]:
    try:
        arguments = json.loads(call.arguments or "{}")
    except json.JSONDecodeError:
        return {}
    return arguments if isinstance(arguments, dict) else {}


def _mentioned(state: RecommenderState, said: TurnUnderstanding) -> list[Recommendation]:
    shown = {one.item_id: one for earlier in state.get("shown", []) for one in earlier.items}
    return [shown[one] for one in said.references if one in shown]
