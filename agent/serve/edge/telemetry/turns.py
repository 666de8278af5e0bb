"""Spans of a turn: the agent, each call of a model and each tool, from LangChain's callbacks, without any content."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage
from langchain_core.outputs import LLMResult
from langchain_core.tracers.context import register_configure_hook
from opentelemetry.context import Context, get_current
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, set_span_in_context

from .....graphs.nodes.act import SEARCH, act
from .....graphs.nodes.rank import rank
from . import attributes as a
from .tracing import SERVICE

_OURSELVES = "langgraph_recommender"
"""As a provider: what LangChain calls the offline model's."""
_TOOLS = {act.__name__: SEARCH, rank.__name__: "rank_items"}
"""Nodes of the graph that do what a tool of that name does for an agent."""
SPANS: ContextVar[Any] = ContextVar("spans", default=None)
"""The `Spans` of the request that is being answered; LangChain hands it to every run below."""
register_configure_hook(SPANS, inheritable=True)


class Spans(BaseCallbackHandler):
    """Spans by the GenAI conventions: `invoke_agent`, and below it `chat` and `execute_tool`."""

    run_inline = True

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._open: dict[UUID, Span] = {}
        self._contexts: dict[UUID, Context] = {}

    def on_chain_start(self, *_: Any, run_id: UUID, parent_run_id: UUID | None = None, **more: Any) -> None:
        """A graph begins a span, and so does a node that is a tool; what else runs within hands its span on."""
        around = self._contexts.get(parent_run_id) if parent_run_id else None
        if around is not None:
            tool = _TOOLS.get(more.get("name") or "")
            if tool is None:
                self._contexts[run_id] = around
            else:
                self._start(run_id, parent_run_id, f"execute_tool {tool}", SpanKind.INTERNAL, _of_tool(tool))
            return
        known = {a.OPERATION: "invoke_agent", a.PROVIDER: _OURSELVES, a.AGENT: SERVICE}
        thread = (more.get("metadata") or {}).get("thread_id")
        if thread:
            known[a.CONVERSATION] = str(thread).rpartition(":")[2]
        self._start(run_id, None, f"invoke_agent {SERVICE}", SpanKind.INTERNAL, known)

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **_: Any) -> None:
        """What came of the turn."""
        self._end(run_id, _of_turn(outputs) if run_id in self._open else {})

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """The turn was broken off."""
        self._fail(run_id, error)

    def on_chat_model_start(self, *_: Any, run_id: UUID, parent_run_id: UUID | None = None, **more: Any) -> None:
        """A model is called; what has no name only hands on what a model has said."""
        known = _of_model(more.get("metadata") or {})
        if a.REQUEST_MODEL in known:
            name = f"chat {known[a.REQUEST_MODEL]}"
            self._start(run_id, parent_run_id, name, SpanKind.CLIENT, {a.OPERATION: "chat", **known})

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **_: Any) -> None:
        """Its answer has come."""
        self._end(run_id, _of_answer(response))

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """It failed."""
        self._fail(run_id, error)

    def on_tool_start(
        self, serialized: Any, *_: Any, run_id: UUID, parent_run_id: UUID | None = None, **more: Any
    ) -> None:
        """A tool is called."""
        tool = (serialized or {}).get("name") or more.get("name") or "tool"
        known = _of_tool(tool)
        if more.get("tool_call_id"):
            known[a.TOOL_CALL] = str(more["tool_call_id"])
        self._start(run_id, parent_run_id, f"execute_tool {tool}", SpanKind.INTERNAL, known)

    def on_tool_end(self, *_: Any, run_id: UUID, **__: Any) -> None:
        """It has answered."""
        self._end(run_id, {})

    def on_tool_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """It failed."""
        self._fail(run_id, error)

    def _start(self, run: UUID, parent: UUID | None, name: str, kind: SpanKind, known: dict[str, Any]) -> None:
        context = self._contexts.get(parent) if parent else None
        span = self._tracer.start_span(name, get_current() if context is None else context, kind, known)
        self._open[run] = span
        self._contexts[run] = set_span_in_context(span)

    def _end(self, run: UUID, known: dict[str, Any]) -> None:
        self._contexts.pop(run, None)
        span = self._open.pop(run, None)
        if span is not None:
            span.set_attributes({name: value for name, value in known.items() if value is not None})
            span.end()

    def _fail(self, run: UUID, error: BaseException) -> None:
        """Only the kind of the error: its words may hold what somebody wrote."""
        span = self._open.get(run)
        if span is not None:
            span.set_status(Status(StatusCode.ERROR))
        self._end(run, {a.ERROR_TYPE: type(error).__qualname__})


def _of_tool(name: str) -> dict[str, Any]:
    return {a.OPERATION: "execute_tool", a.TOOL: name, a.TOOL_TYPE: "function"}


def _of_model(metadata: dict[str, Any]) -> dict[str, Any]:
    """What LangChain's standard parameters say of the model that is called."""
    provider = metadata.get("ls_provider", _OURSELVES)
    known = {
        a.PROVIDER: a.PROVIDERS.get(provider, provider),
        a.REQUEST_MODEL: metadata.get("ls_model_name"),
        a.REQUEST_TEMPERATURE: metadata.get("ls_temperature"),
        a.REQUEST_MAX_TOKENS: metadata.get("ls_max_tokens"),
    }
    return {name: value for name, value in known.items() if value is not None}


def _of_answer(response: LLMResult) -> dict[str, Any]:
    message = getattr(response.generations[0][0], "message", None) if response.generations else None
    if not isinstance(message, AIMessage):
        return {}
    usage, about = message.usage_metadata, message.response_metadata
    reason = about.get("finish_reason")
    return {
        a.INPUT_TOKENS: usage["input_tokens"] if usage else None,
        a.OUTPUT_TOKENS: usage["output_tokens"] if usage else None,
        a.RESPONSE_MODEL: about.get("model_name"),
        a.RESPONSE_ID: about.get("id"),
        a.FINISH_REASONS: [reason] if reason else None,
    }


def _of_turn(outputs: Any) -> dict[str, Any]:
    turn = outputs.get("turn") if isinstance(outputs, dict) else None
    if turn is None:
        return {}
    return {
        a.OUTCOME: str(turn.outcome),
        a.INTENT: str(turn.intent),
        a.RECOMMENDED: len(turn.recommendations),
        a.DEGRADED: list(turn.degraded),
    }
