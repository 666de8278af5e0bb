"""What waits for a database holds nobody else up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import httpx
import pytest
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.serve.admission import TurnLimits
from langgraph_recommender.agent.serve.identity import keys_of, thread_of
from langgraph_recommender.agent.serve.served import served
from langgraph_recommender.agent.state.locks import InProcessLocks
from langgraph_recommender.tools.catalog import Catalog

from .conftest import ADA, client

MANY = 40
"""More than the threads that asyncio has of its own."""


def test_a_store_that_is_slow_to_forget_stops_no_other_request(
    little_shop: Catalog, serving: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, began, go_on = served(create_recommender(little_shop), little_shop), Event(), Event()

    def forget(*_: object, **__: object) -> list[str]:
        began.set()
        go_on.wait(20)
        return []

    monkeypatch.setattr(ready.memory, "forget", forget)
    url = serving(ready)
    with ThreadPoolExecutor() as pool:
        forgetting = pool.submit(httpx.delete, f"{url}/api/profile", params={"about": "lamps"}, timeout=30)
        assert began.wait(20)
        try:
            assert httpx.get(f"{url}/health", timeout=5).status_code == 200
        finally:
            go_on.set()
        assert forgetting.result().status_code == 200


def test_those_who_wait_for_another_process_hold_up_no_other_conversation(
    little_shop: Catalog, serving: Callable[..., str]
) -> None:
    locks, limits = InProcessLocks(), TurnLimits(timeout_s=60)
    ready = served(create_recommender(little_shop), little_shop, keys=keys_of({ADA: "ada"}), locks=locks, limits=limits)
    with client(serving(ready), ADA) as ada, ThreadPoolExecutor(MANY) as pool:
        busy = ada.post("/api/chat", json={"message": "a lamp"}).json()["thread_id"]
        others = [ready.conversations.start("ada") for _ in range(MANY)]
        held = [locks.hold(thread_of("ada", one), timeout_s=5) for one in (busy, *others)]
        for one in held:
            one.__enter__()
        reading = [pool.submit(ada.get, f"/api/threads/{one}") for one in others]
        try:
            assert ada.post("/api/chat", json={"message": "a clock"}, timeout=10).status_code == 200
            assert ada.get("/ready").status_code == 200
        finally:
            for one in held:
                one.__exit__(None, None, None)
        assert {one.result().status_code for one in reading} == {200}
