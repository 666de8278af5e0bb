"""Health, readiness, version and metrics over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from threading import Event
from typing import Any

import httpx
import pytest
from langgraph.store.memory import InMemoryStore
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.serve.served import served
from langgraph_recommender.tools.catalog import Catalog
from prometheus_client.parser import text_string_to_metric_families


def test_a_server_is_up_before_it_is_ready(little_shop: Catalog, serving: Callable[..., str]) -> None:
    warm = Event()
    url = serving(served(create_recommender(little_shop), little_shop, warm=warm))
    assert httpx.get(f"{url}/health").status_code == 200
    assert httpx.get(f"{url}/ready").status_code == 503
    warm.set()
    ready = httpx.get(f"{url}/ready")
    assert ready.status_code == 200
    assert ready.json() == {"ready": True, "warm": True, "store": True, "items": 20}


class Unreachable(InMemoryStore):
    """A store whose server is gone."""

    def batch(self, ops: Any) -> Any:
        raise ConnectionError("the store is gone")


def test_a_server_whose_store_is_gone_is_not_ready(little_shop: Catalog, serving: Callable[..., str]) -> None:
    url = serving(served(create_recommender(little_shop, store=Unreachable()), little_shop))
    ready = httpx.get(f"{url}/ready")
    assert ready.status_code == 503
    assert not ready.json()["store"]
    assert httpx.get(f"{url}/health").status_code == 200
    failed = httpx.post(f"{url}/api/chat", json={"message": "a lamp"})
    assert failed.status_code == 500
    assert failed.json()["request_id"] == failed.headers["x-request-id"]
    assert "gone" not in failed.text


def test_however_many_ask_the_store_is_asked_now_and_then(
    little_shop: Catalog, serving: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, asked = served(create_recommender(little_shop), little_shop), list[Any]()

    def slow(*given: Any) -> bool:
        asked.append(given)
        time.sleep(0.3)
        return False

    monkeypatch.setattr(ready.conversations, "known", slow)
    url = serving(ready)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: httpx.get(f"{url}/ready", timeout=30), range(20)))
    assert {one.status_code for one in answers} == {200}
    assert 1 <= len(asked) < 10


def test_warming_up_sets_the_event(little_shop: Catalog) -> None:
    warm = Event()
    create_recommender(little_shop, warm=warm)
    assert warm.wait(60)


def test_the_version_is_that_of_the_package(guest: httpx.Client) -> None:
    told = guest.get("/version").json()
    assert told["version"] == version("langgraph-recommender")
    assert told["catalog"] == "shop"


def test_metrics_count_turns(little_shop: Catalog, serving: Callable[..., str]) -> None:
    with httpx.Client(base_url=serving(little_shop)) as client:
        client.post("/api/chat", json={"message": "a lamp"})
        with client.stream("POST", "/api/chat/stream", json={"message": "hello"}) as answer:
            answer.read()
        client.post("/api/chat", json={"message": "hi", "thread_id": "nowhere"})
        text = client.get("/metrics").text
    samples = {
        (one.name, *one.labels.values()): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }
    assert samples["recommender_turns_total", "recommended"] == 1
    assert samples["recommender_turns_total", "greeting"] == 1
    assert samples["recommender_turns_total", "unknown_thread"] == 1
    assert samples["recommender_turn_seconds_count",] == 3
    assert samples["recommender_first_token_seconds_count",] == 1
    assert samples["recommender_turns_pending",] == 0
