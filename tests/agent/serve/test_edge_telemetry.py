"""Spans of a turn, sent to a collector over HTTP and read as the protocol says."""

from __future__ import annotations

import gzip
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from langchain_core.tools import tool
from langgraph.store.memory import InMemoryStore
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.offline.model import OfflineChatModel
from langgraph_recommender.agent.serve.app import create_app
from langgraph_recommender.agent.serve.edge.server import server_of
from langgraph_recommender.agent.serve.edge.settings import EdgeSettings
from langgraph_recommender.agent.serve.edge.telemetry import attributes
from langgraph_recommender.agent.serve.edge.telemetry.tracing import tracing_to
from langgraph_recommender.agent.serve.edge.telemetry.turns import SPANS, Spans
from langgraph_recommender.agent.serve.served import served
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.tools.catalog import Catalog

proto = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
pytest.importorskip("opentelemetry.exporter.otlp.proto.http")
TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SECRET = "perfumes for my aunt Wilhelmina"


class Collector:
    """Takes spans as a collector does."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.schemas: set[str] = set()
        self.services: set[str] = set()

    def take(self, body: bytes) -> None:
        for resource in proto.ExportTraceServiceRequest.FromString(body).resource_spans:
            self.services |= {
                one.value.string_value for one in resource.resource.attributes if one.key == "service.name"
            }
            for scope in resource.scope_spans:
                self.schemas.add(scope.schema_url)
                self.spans += scope.spans

    def named(self, name: str) -> Any:
        return next(span for span in self.spans if span.name == name)


def known(span: Any) -> dict[str, Any]:
    """The attributes of a span, as Python has them."""
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes}


@pytest.fixture(scope="module")
def collector() -> Iterator[tuple[Collector, str]]:
    kept = Collector()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield kept, f"http://127.0.0.1:{server.server_address[1]}/v1/traces"
    server.shutdown()


@pytest.fixture(scope="module")
def traced(collector: tuple[Collector, str], little_shop: Catalog) -> Collector:
    """What a collector holds after a turn, one that was refused and one that failed, and after the server ended."""
    kept, endpoint = collector
    edge = EdgeSettings(otlp_endpoint=endpoint)
    recommender = create_recommender(little_shop, store=InMemoryStore())
    server = server_of(create_app(served(recommender, little_shop), edge), edge)
    listening = socket.create_server(("127.0.0.1", 0))
    running = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    running.start()
    while not server.started:
        assert running.is_alive()
    with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=30) as client:
        headers = {"traceparent": f"00-{TRACE}-{CALLER}-01", "X-Request-Id": "the-first"}
        assert client.post("/api/chat", json={"message": "a lamp under 80"}, headers=headers).status_code == 200
        client.post("/api/chat/stream", json={"message": f"a kettle, {SECRET}"})
        client.post("/api/chat", json={"message": SECRET, "thread_id": "nobody-s"})
        client.get("/health")
    server.should_exit = True
    running.join(timeout=20)
    return kept


def test_a_request_is_a_span_of_whoever_asked(traced: Collector) -> None:
    span = next(one for one in traced.spans if known(one).get("recommender.request_id") == "the-first")
    assert (span.name, span.trace_id.hex(), span.parent_span_id.hex()) == ("POST /api/chat", TRACE, CALLER)
    assert known(span)["http.route"] == "/api/chat"
    assert known(span)["http.response.status_code"] == 200
    assert traced.services == {"langgraph-recommender"}
    assert traced.schemas == {f"https://opentelemetry.io/schemas/{attributes.VERSION}"}


def test_a_turn_is_an_agent_with_its_model_calls_below(traced: Collector) -> None:
    spans = [one for one in traced.spans if one.trace_id.hex() == TRACE]
    request = next(one for one in spans if one.name == "POST /api/chat")
    (agent,) = [one for one in spans if one.name == "invoke_agent langgraph-recommender"]
    assert agent.parent_span_id == request.span_id
    about = known(agent)
    assert about["gen_ai.operation.name"] == "invoke_agent"
    assert about["gen_ai.agent.name"] == "langgraph-recommender"
    assert len(about["gen_ai.conversation.id"]) == 32
    chats = [one for one in spans if known(one).get("gen_ai.operation.name") == "chat"]
    assert chats
    assert {one.parent_span_id for one in chats} == {agent.span_id}
    assert all(known(one)["gen_ai.provider.name"] for one in chats)


def test_search_and_ranking_are_tools_below_the_agent(traced: Collector) -> None:
    agents = {one.span_id: known(one) for one in traced.spans if one.name.startswith("invoke_agent")}
    tools = [one for one in traced.spans if known(one).get("gen_ai.operation.name") == "execute_tool"]
    for agent in agents:
        below = [one for one in tools if one.parent_span_id == agent]
        assert [one.name for one in below] == ["execute_tool search_catalog", "execute_tool rank_items"]
        assert all(one.end_time_unix_nano > one.start_time_unix_nano for one in below)
        assert {known(one)["gen_ai.tool.type"] for one in below} == {"function"}
    assert {known(one)["gen_ai.tool.name"] for one in tools} == {"search_catalog", "rank_items"}


def test_every_turn_says_what_came_of_it(traced: Collector) -> None:
    turns = [known(one) for one in traced.spans if one.name.startswith("invoke_agent")]
    assert len(turns) == 2
    assert [turn["recommender.outcome"] for turn in turns] == ["recommended", "recommended"]
    assert all(turn["recommender.recommendations"] >= 1 for turn in turns)


def test_no_span_holds_what_was_written(traced: Collector) -> None:
    written = "".join(str(span) for span in traced.spans)
    for word in (SECRET, "Wilhelmina", "lamp under 80", "kettle"):
        assert word not in written


def test_health_is_no_span(traced: Collector) -> None:
    assert not [one for one in traced.spans if "health" in one.name or one.name == "GET"]


@tool
def add_to_cart(item_id: str) -> str:
    """Add an item to the shopping cart."""
    return f"{item_id} is in your cart."


def test_a_hosted_model_and_tools_are_spans_with_what_they_cost(
    little_shop: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter").InMemorySpanExporter()
    tracing = tracing_to(memory)
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    with OpenAIServer(OfflineChatModel()) as server:
        recommender = create_recommender(
            little_shop, "openai:gpt-test", base_url=server.base_url, store=InMemoryStore(), tools=[add_to_cart]
        )
        config: Any = {"configurable": {"thread_id": "t"}}
        kept = SPANS.set(Spans(tracing.tracer))
        try:
            for message in ("a lamp under 80", "add the first one to my cart"):
                recommender.invoke({"messages": [("user", message)]}, config)
        finally:
            SPANS.reset(kept)
    tracing.close()
    spans = {span.context.span_id: span for span in memory.get_finished_spans()}
    agents = {at for at, span in spans.items() if span.name.startswith("invoke_agent")}
    chats = [span for span in spans.values() if span.attributes["gen_ai.operation.name"] == "chat"]
    (called,) = [span for span in spans.values() if span.name == "execute_tool add_to_cart"]
    assert len(agents) == 2
    hosted = [span for span in chats if span.attributes["gen_ai.provider.name"] == "openai"]
    assert len(hosted) == len(server.calls)
    assert {span.name for span in hosted} == {"chat gpt-test"}
    assert {span.name for span in chats} == {"chat gpt-test", "chat offline"}
    assert hosted[0].attributes["gen_ai.usage.input_tokens"] > 0
    assert {span.parent.span_id for span in [*chats, called]} == agents
    assert "lamp-" not in str([dict(span.attributes) for span in spans.values()])


def test_a_model_that_fails_is_an_error_without_its_words(
    little_shop: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter").InMemorySpanExporter()
    tracing = tracing_to(memory)
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    recommender = create_recommender(
        little_shop, "openai:gpt-test", base_url="http://127.0.0.1:9/v1", store=InMemoryStore(), max_retries=0
    )
    kept = SPANS.set(Spans(tracing.tracer))
    try:
        recommender.invoke({"messages": [("user", "a lamp")]}, {"configurable": {"thread_id": "t"}})
    finally:
        SPANS.reset(kept)
    tracing.close()
    failed = [span for span in memory.get_finished_spans() if span.attributes.get("error.type")]
    assert {span.name for span in failed} == {"chat gpt-test"}
    assert all(span.attributes["error.type"].endswith("ConnectionError") for span in failed)
    assert all(span.status.description is None and not span.events for span in failed)
    agent = next(span for span in memory.get_finished_spans() if span.name.startswith("invoke_agent"))
    assert agent.attributes["recommender.degraded"]


def test_the_names_are_those_of_the_conventions() -> None:
    genai = pytest.importorskip("opentelemetry.semconv._incubating.attributes.gen_ai_attributes")
    official = {value for name, value in vars(genai).items() if name.startswith("GEN_AI_")}
    ours = {value for name, value in vars(attributes).items() if name.isupper() and str(value).startswith("gen_ai.")}
    assert ours
    assert ours <= official


def test_without_an_endpoint_nothing_is_traced_or_loaded() -> None:
    script = """
import sys
from langgraph_recommender.agent.serve.edge.settings import EdgeSettings
from langgraph_recommender.agent.serve.edge.stack import protect
from langgraph_recommender.agent.serve.identity import Keys
from starlette.applications import Starlette
protect(Starlette(), Keys(), EdgeSettings())
ours = ("opentelemetry.exporter", "langgraph_recommender.agent.serve.edge.telemetry.turns")
loaded = [name for name in sys.modules if name.startswith(ours)]
assert not loaded, loaded
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_an_endpoint_without_the_extra_is_told_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from langgraph_recommender.agent.serve.edge.telemetry.tracing import open_tracing
    from langgraph_recommender.tools.errors import SettingsError

    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingsError, match=r"langgraph-recommender\[telemetry\]"):
        open_tracing("http://127.0.0.1:1/v1/traces")
