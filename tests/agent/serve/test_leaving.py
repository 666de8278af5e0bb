"""Clients that leave: the turn ends, the model's stream is closed, and nothing of the turn is kept."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from langgraph_recommender.agent import OfflineChatModel, create_recommender
from langgraph_recommender.agent.hosted import open_model
from langgraph_recommender.agent.serve.served import Served, served
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.tools.catalog import Catalog


@pytest.fixture
def writer(little_shop: Catalog) -> Iterator[OpenAIServer]:
    with OpenAIServer(OfflineChatModel.for_catalog(little_shop), pause_s=0.03) as one:
        yield one


@pytest.fixture
def talking(writer: OpenAIServer, little_shop: Catalog) -> Served:
    model = open_model("openai:slow", base_url=writer.base_url)
    return served(create_recommender(little_shop, model), little_shop)


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    """Waits for something that another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def first_words(url: str, cookies: httpx.Cookies, **asked: Any) -> str:
    """Asks, reads up to the first word and hangs up; the conversation."""
    thread = ""
    with httpx.Client(cookies=cookies, timeout=30) as client, client.stream("POST", f"{url}/api/chat/stream", json=asked) as answer:
        for line in answer.iter_lines():
            if line.startswith("data: "):
                event = json.loads(line[6:])
                thread = event.get("thread_id", thread)
                if event["event"] == "token":
                    return thread
    raise AssertionError("no word came")


def test_a_client_that_leaves_closes_the_models_stream(
    writer: OpenAIServer, talking: Served, serving: Callable[..., str]
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
