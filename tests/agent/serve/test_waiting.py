"""What waits for a database, or for another process, holds nobody else up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Event

import httpx
import pytest
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.serve.admission import TurnLimits
from langgraph_recommender.agent.serve.identity import keys_of, thread_of
from langgraph_recommender.agent.serve.served import Served, served
from langgraph_recommender.agent.settings import Settings
from langgraph_recommender.agent.state.locks import InProcessLocks, ThreadLock
from langgraph_recommender.agent.state.opening import open_storage
from langgraph_recommender.tools.catalog import Catalog
from pydantic import SecretStr

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


@dataclass
class Elsewhere:
    """Another process, as far as this one can tell: it holds conversations of Ada's."""

    locks: ThreadLock
    held: ExitStack = field(default_factory=ExitStack)

    def hold(self, *threads: str) -> None:
        for one in threads:
            self.held.enter_context(self.locks.hold(thread_of("ada", one), timeout_s=5))


@pytest.fixture(params=["process", pytest.param("postgres", marks=pytest.mark.postgres)])
def elsewhere(request: pytest.FixtureRequest) -> Iterator[Elsewhere]:
    with ExitStack() as stack:
        locks: ThreadLock = InProcessLocks()
        if request.param == "postgres":
            url = SecretStr(request.getfixturevalue("database"))
            locks = stack.enter_context(open_storage(Settings(database_url=url))).locks
        one = Elsewhere(locks)
        stack.enter_context(one.held)
        yield one


def ready_beside(elsewhere: Elsewhere, catalog: Catalog, **limits: float) -> Served:
    known = keys_of({ADA: "ada"})
    at_most = TurnLimits(**limits)  # pyright: ignore[reportArgumentType]
    return served(create_recommender(catalog), catalog, keys=known, locks=elsewhere.locks, limits=at_most)


def test_turns_that_wait_for_another_process_leave_every_worker_to_others(
    elsewhere: Elsewhere, little_shop: Catalog, serving: Callable[..., str], until: Callable[..., None]
) -> None:
    ready = ready_beside(elsewhere, little_shop)
    stuck = [ready.conversations.start("ada") for _ in range(3 * TurnLimits().computing)]
    elsewhere.hold(*stuck)
    with client(serving(ready), ADA) as ada, ThreadPoolExecutor(len(stuck)) as pool:
        waiting = [pool.submit(ada.post, "/api/chat", json={"message": "a lamp", "thread_id": one}) for one in stuck]
        until(lambda: ready.turns.pending == len(stuck))
        for _ in range(3):
            assert ada.post("/api/chat", json={"message": "a clock"}, timeout=10).status_code == 200
        assert not any(one.done() for one in waiting)
        elsewhere.held.close()
        assert {one.result().status_code for one in waiting} == {200}


def test_messages_that_waited_for_another_process_are_answered_in_their_order(
    elsewhere: Elsewhere, little_shop: Catalog, serving: Callable[..., str], until: Callable[..., None]
) -> None:
    ready, said = ready_beside(elsewhere, little_shop), ["a lamp", "under 60", "over 30"]
    thread = ready.conversations.start("ada")
    elsewhere.hold(thread)
    with client(serving(ready), ADA) as ada, ThreadPoolExecutor() as pool:
        asked = []
        for number, message in enumerate(said, start=1):
            asked.append(pool.submit(ada.post, "/api/chat", json={"message": message, "thread_id": thread}))
            until(lambda waiting=number: ready.turns.pending == waiting)
        elsewhere.held.close()
        assert {one.result().status_code for one in asked} == {200}
        read = ada.get(f"/api/threads/{thread}").json()
    assert [one["message"] for one in read["turns"]] == said


def test_those_who_leave_while_another_process_holds_their_conversation_are_forgotten(
    elsewhere: Elsewhere, little_shop: Catalog, serving: Callable[..., str], until: Callable[..., None]
) -> None:
    ready = ready_beside(elsewhere, little_shop)
    thread = ready.conversations.start("ada")
    elsewhere.hold(thread)
    with client(serving(ready), ADA) as ada:
        with pytest.raises(httpx.ReadTimeout):
            ada.post("/api/chat", json={"message": "a lamp", "thread_id": thread}, timeout=0.3)
        until(lambda: ready.turns.pending == 0)
        elsewhere.held.close()
        assert ada.get(f"/api/threads/{thread}").json()["turns"] == []


def test_a_turn_is_given_up_in_time_though_another_process_holds_its_conversation(
    elsewhere: Elsewhere, little_shop: Catalog, serving: Callable[..., str], until: Callable[..., None]
) -> None:
    ready = ready_beside(elsewhere, little_shop, timeout_s=0.4)
    thread = ready.conversations.start("ada")
    elsewhere.hold(thread)
    with client(serving(ready), ADA) as ada:
        late = ada.post("/api/chat", json={"message": "a lamp", "thread_id": thread})
        assert (late.status_code, late.json()["code"]) == (504, "turn_timeout")
        until(lambda: ready.turns.pending == 0)
