"""Clients that leave: the turn ends, the model's stream is closed, and nothing of the turn is kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.hosted import open_model
from langgraph_recommender.agent.serve.admission import TurnLimits
from langgraph_recommender.agent.serve.identity import thread_of
from langgraph_recommender.agent.serve.served import Served, served
from langgraph_recommender.agent.serve.sse import EventStream
from langgraph_recommender.agent.serve.wire import ChatInput, ThreadEvent
from langgraph_recommender.evals.openai_faults import Fault
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.tools.catalog import Catalog
from starlette.requests import ClientDisconnect

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def talking(writer: OpenAIServer, little_shop: Catalog) -> Served:
    model = open_model("openai:slow", base_url=writer.base_url)
    return served(create_recommender(little_shop, model), little_shop)


def first_words(url: str, cookies: httpx.Cookies, **asked: Any) -> str:
    """Asks, reads up to the first word and hangs up; the conversation."""
    thread = ""
    with (
        httpx.Client(cookies=cookies, timeout=30) as client,
        client.stream("POST", f"{url}/api/chat/stream", json=asked) as answer,
    ):
        for line in answer.iter_lines():
            if line.startswith("data: "):
                event = json.loads(line[6:])
                thread = event.get("thread_id", thread)
                if event["event"] == "token":
                    return thread
    raise AssertionError("no word came")


def test_a_client_that_leaves_closes_the_models_stream(
    until: Until, writer: OpenAIServer, talking: Served, serving: Callable[..., str]
) -> None:
    url = serving(talking)
    with httpx.Client(base_url=url, timeout=30) as client:
        client.get("/api/profile")
        thread = first_words(url, client.cookies, message="a lamp")
        until(lambda: writer.hung_up == 1)
        until(lambda: talking.turns.pending == 0)
        assert client.get(f"/api/threads/{thread}").json()["turns"] == []
        writer.pause_s = 0
        turn = client.post("/api/chat", json={"message": "a clock", "thread_id": thread}).json()
        assert turn["turn"]["recommendations"]
        read = client.get(f"/api/threads/{thread}").json()
    assert [one["message"] for one in read["turns"]] == ["a clock"]
    assert writer.hung_up == 1


def test_a_turn_that_is_late_is_ended_by_the_offline_model(
    writer: OpenAIServer, little_shop: Catalog, serving: Callable[..., str]
) -> None:
    model = open_model("openai:slow", base_url=writer.base_url)
    writer.pause_s, limits = 0.3, TurnLimits(models_s=1.5)
    ready = served(create_recommender(little_shop, model), little_shop, limits=limits)
    with httpx.Client(base_url=serving(ready), timeout=60) as client:
        turn = client.post("/api/chat", json={"message": "a lamp"}).json()["turn"]
    assert turn["recommendations"]
    assert turn["reply"]
    assert any("TimeoutError" in one or "offline" in one for one in turn["degraded"])


def test_a_turn_that_takes_too_long_is_given_up(
    until: Until, writer: OpenAIServer, little_shop: Catalog, serving: Callable[..., str]
) -> None:
    writer.faults, writer.delay_s = frozenset({Fault.SLOW}), 3
    model = open_model("openai:slow", base_url=writer.base_url)
    ready = served(create_recommender(little_shop, model), little_shop, limits=TurnLimits(timeout_s=0.5))
    with httpx.Client(base_url=serving(ready), timeout=60) as client:
        late = client.post("/api/chat", json={"message": "a lamp"})
        assert (late.status_code, late.json()["code"]) == (504, "turn_timeout")
        with client.stream("POST", "/api/chat/stream", json={"message": "a lamp"}) as answer:
            events = [json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: ")]
        assert events[-1]["problem"]["code"] == "turn_timeout"
        until(lambda: ready.turns.pending == 0)
        assert client.get(f"/api/threads/{events[0]['thread_id']}").json()["turns"] == []
        assert 'recommender_turns_total{outcome="timeout"} 2.0' in client.get("/metrics").text


def test_a_client_that_leaves_before_the_model_answers_closes_its_connection(
    until: Until, writer: OpenAIServer, talking: Served, serving: Callable[..., str]
) -> None:
    writer.faults, writer.delay_s = frozenset({Fault.SLOW}), 600
    with httpx.Client(base_url=serving(talking)) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.post("/api/chat", json={"message": "a lamp"}, timeout=1)
        until(lambda: writer.hung_up == 1)
        until(lambda: talking.turns.pending == 0)
        outcomes = client.get("/metrics").text
    assert 'recommender_turns_total{outcome="left"} 1.0' in outcomes
    assert len(writer.calls) == 1


def test_a_model_that_says_nothing_is_waited_for_no_longer_than_the_turn_allows(
    writer: OpenAIServer, little_shop: Catalog, serving: Callable[..., str]
) -> None:
    writer.faults, writer.delay_s = frozenset({Fault.SLOW}), 600
    model = open_model("openai:slow", base_url=writer.base_url, timeout_s=500)
    ready = served(create_recommender(little_shop, model), little_shop, limits=TurnLimits(models_s=0.5))
    with httpx.Client(base_url=serving(ready), timeout=60) as client:
        turn = client.post("/api/chat", json={"message": "a lamp"}).json()["turn"]
    assert turn["recommendations"]
    assert turn["degraded"]
    assert writer.hung_up >= 1


def test_those_who_left_while_they_waited_are_forgotten(
    until: Until, writer: OpenAIServer, little_shop: Catalog, serving: Callable[..., str]
) -> None:
    writer.faults, writer.delay_s = frozenset({Fault.SLOW}), 1.5
    model = open_model("openai:slow", base_url=writer.base_url)
    ready = served(create_recommender(little_shop, model), little_shop, limits=TurnLimits(workers=1))
    with httpx.Client(base_url=serving(ready), timeout=60) as client, ThreadPoolExecutor() as pool:
        first = pool.submit(client.post, "/api/chat", json={"message": "a lamp"})
        until(lambda: ready.turns.running == 1)
        with pytest.raises(httpx.ReadTimeout):
            client.post("/api/chat", json={"message": "a clock"}, timeout=0.3)
        until(lambda: ready.turns.pending == 1)
        assert first.result().status_code == 200
    assert not any("clock" in str(one.body["messages"][-1]) for one in writer.calls)


async def test_a_stream_that_nobody_begins_to_read_leaves_no_turn(writer: OpenAIServer, talking: Served) -> None:
    async def frames() -> AsyncGenerator[str]:
        async for event in events:
            yield event.event

    async def hangs_up(_: Any) -> None:
        raise OSError

    async def waits() -> Any:
        await asyncio.sleep(60)

    events = talking.turns.stream("ada", ChatInput(message="a lamp"))
    first = await anext(events)
    assert isinstance(first, ThreadEvent)
    with pytest.raises((OSError, ClientDisconnect)):
        await EventStream(frames(), events)({"type": "http", "asgi": {"spec_version": "2.4"}}, waits, hangs_up)
    async with asyncio.timeout(30):
        while talking.turns.pending:
            await asyncio.sleep(0.02)
    place = {"thread_id": thread_of("ada", first.thread_id)}
    assert talking.recommender.get_state({"configurable": place}).values == {}


async def test_a_server_that_stops_waits_for_no_model(writer: OpenAIServer, little_shop: Catalog) -> None:
    writer.faults, writer.delay_s = frozenset({Fault.SLOW}), 60
    model = open_model("openai:slow", base_url=writer.base_url, max_retries=0, timeout_s=60)
    turns = served(create_recommender(little_shop, model), little_shop).turns
    asked = asyncio.create_task(turns.run("ada", ChatInput(message="a lamp")))
    while not writer.asked:
        await asyncio.sleep(0.02)
    await asyncio.wait_for(turns.drain(), 30)
    turn = (await asked).turn
    assert turn is not None
    assert turn.recommendations
    assert turn.degraded
    assert writer.hung_up >= 1
