"""Many turns at once: those of one conversation in order, as many as may wait, and a server that ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.hosted import open_model
from langgraph_recommender.agent.serve.admission import TurnLimits
from langgraph_recommender.agent.serve.identity import keys_of, thread_of
from langgraph_recommender.agent.serve.served import served
from langgraph_recommender.agent.state.locks import InProcessLocks
from langgraph_recommender.evals.openai_faults import Fault
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.tools.catalog import Catalog

Until = Callable[[Callable[[], bool]], None]


def test_turns_of_one_conversation_run_in_the_order_in_which_they_came(
    until: Until, writer: OpenAIServer, little_shop: Catalog, serving: Callable[..., str]
) -> None:
    writer.faults, writer.delay_s, writer.pause_s = frozenset({Fault.SLOW}), 0.2, 0
    ready = served(create_recommender(little_shop, open_model("openai:m", base_url=writer.base_url)), little_shop)
    said = ["a lamp", "under 60", "over 30", "show me more"]
    with httpx.Client(base_url=serving(ready), timeout=60) as client, ThreadPoolExecutor() as pool:
        thread = client.post("/api/chat", json={"message": "hello"}).json()["thread_id"]
        asked = []
        for number, message in enumerate(said, start=1):
            asked.append(pool.submit(client.post, "/api/chat", json={"message": message, "thread_id": thread}))
            until(lambda waiting=number: ready.turns.pending >= waiting)
        assert [one.result().status_code for one in asked] == [200] * len(said)
        read = client.get(f"/api/threads/{thread}").json()
    assert [one["message"] for one in read["turns"]] == ["hello", *said]
    assert all(one["reply"] for one in read["turns"])


def test_more_than_may_wait_are_told_to_come_again(
    until: Until, writer: OpenAIServer, little_shop: Catalog, serving: Callable[..., str]
) -> None:
    writer.faults, writer.delay_s = frozenset({Fault.SLOW}), 1
    model = open_model("openai:m", base_url=writer.base_url)
    limits = TurnLimits(workers=1, waiting=1, retry_after_s=7)
    ready = served(create_recommender(little_shop, model), little_shop, limits=limits)
    with httpx.Client(base_url=serving(ready), timeout=60) as client, ThreadPoolExecutor() as pool:
        taken = [pool.submit(client.post, "/api/chat", json={"message": "a lamp"}) for _ in range(2)]
        until(lambda: ready.turns.pending == 2)
        for path in ("/api/chat", "/api/chat/stream"):
            refused = client.post(path, json={"message": "a clock"})
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "7")
            assert refused.json()["code"] == "busy"
        assert [one.result().status_code for one in taken] == [200, 200]
        assert client.post("/api/chat", json={"message": "a clock"}).status_code == 200
        assert "recommender_turns_refused_total 2.0" in client.get("/metrics").text


def test_nobody_takes_more_than_a_share_of_the_queue(
    until: Until, little_shop: Catalog, serving: Callable[..., str]
) -> None:
    locks, limits = InProcessLocks(), TurnLimits(of_user=3, of_thread=2, retry_after_s=7)
    known = keys_of({"k-ada": "ada", "k-bob": "bob"})
    ready = served(create_recommender(little_shop), little_shop, keys=known, locks=locks, limits=limits)
    one, other = (ready.conversations.start("ada") for _ in range(2))

    def ask(key: str, path: str = "/api/chat", **more: str) -> httpx.Response:
        return httpx.post(url + path, json={"message": "a lamp", **more}, headers={"X-API-Key": key}, timeout=60)

    with ThreadPoolExecutor() as pool, ExitStack() as held:
        url = serving(ready)
        for thread in (one, other):
            held.enter_context(locks.hold(thread_of("ada", thread), timeout_s=5))
        taken = [pool.submit(ask, "k-ada", thread_id=one) for _ in range(2)]
        until(lambda: ready.turns.pending == 2)
        refused = [ask("k-ada", path, thread_id=one) for path in ("/api/chat", "/api/chat/stream")]
        taken.append(pool.submit(ask, "k-ada", thread_id=other))
        until(lambda: ready.turns.pending == 3)
        refused += [ask("k-ada"), ask("k-ada", thread_id=other)]
        assert ask("k-bob").status_code == 200
        held.close()
        assert [turn.result().status_code for turn in taken] == [200] * 3
        assert ask("k-ada", thread_id=one).status_code == 200
    assert {(turn.status_code, turn.headers["retry-after"], turn.json()["code"]) for turn in refused} == {
        (429, "7", "busy")
    }
    assert "this conversation" in refused[0].json()["detail"]
    assert "of your messages" in refused[-1].json()["detail"]


def test_a_server_that_is_asked_to_stop_finishes_its_turns(
    until: Until, writer: OpenAIServer, little_shop: Catalog, tmp_path: Path
) -> None:
    environ = {**os.environ, "RECOMMENDER_HOME": str(tmp_path), "OPENAI_BASE_URL": writer.base_url}
    catalog = Path(str(little_shop.directory)).as_posix()
    command = [sys.executable, "-c", "from langgraph_recommender.agent.cli import main; main()"]
    options = ["serve", "--port", "0", "--model", "openai:m", "--catalog", catalog]
    with subprocess.Popen([*command, *options], env=environ, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
        assert found
        url = found.group()
        until(lambda: httpx.get(f"{url}/ready").status_code == 200)
        with (
            httpx.Client(base_url=url, timeout=60) as client,
            client.stream("POST", "/api/chat/stream", json={"message": "a lamp"}) as answer,
        ):
            lines = answer.iter_lines()
            read = [next(line for line in lines if line.startswith("event: token"))]
            server.send_signal(signal.SIGTERM)
            read += list(lines)
        assert "event: turn" in read
        assert server.wait(timeout=30) == 0


def test_requests_while_a_server_ends_are_sent_elsewhere(little_shop: Catalog, serving: Callable[..., str]) -> None:
    ready = served(create_recommender(little_shop), little_shop)
    with httpx.Client(base_url=serving(ready), timeout=60) as client:
        client.post("/api/chat", json={"message": "hello"})
        ready.turns.close()
        refused = client.post("/api/chat", json={"message": "a lamp"})
    assert (refused.status_code, refused.json()["code"]) == (503, "busy")
    assert int(refused.headers["retry-after"]) > 0


def test_a_conversation_that_another_process_holds_is_busy(little_shop: Catalog, serving: Callable[..., str]) -> None:
    locks = InProcessLocks()
    ready = served(create_recommender(little_shop), little_shop, locks=locks, keys=keys_of({"k": "ada"}))
    with httpx.Client(base_url=serving(ready), timeout=60, headers={"X-API-Key": "k"}) as client:
        thread = client.post("/api/chat", json={"message": "hello"}).json()["thread_id"]
        ready.turns.limits = TurnLimits(lock_s=0.2)
        with locks.hold(thread_of("ada", thread), timeout_s=5):
            busy = client.post("/api/chat", json={"message": "a lamp", "thread_id": thread})
        assert (busy.status_code, busy.json()["code"]) == (503, "busy")
        assert busy.headers["retry-after"]
        assert client.post("/api/chat", json={"message": "a lamp", "thread_id": thread}).status_code == 200


def test_whoever_finds_a_conversation_busy_hears_when_to_come_again(
    little_shop: Catalog, serving: Callable[..., str]
) -> None:
    locks, limits = InProcessLocks(), TurnLimits(lock_s=0.1)
    known = keys_of({"k": "ada"})
    ready = served(create_recommender(little_shop), little_shop, locks=locks, keys=known, limits=limits)
    thread = ready.conversations.start("ada")
    turn = {"message": "a lamp", "thread_id": thread}
    talk = {"model": "recommender", "metadata": {"thread_id": thread}}
    asked: list[tuple[str, dict[str, Any]]] = [
        ("/api/chat", turn),
        ("/api/feedback", {"item_id": "lamp-1", "kind": "like", "thread_id": thread}),
        ("/recommender/invoke", {"input": turn}),
        ("/recommender/batch", {"inputs": [turn]}),
        ("/v1/responses", {**talk, "input": "a lamp"}),
        ("/v1/chat/completions", {**talk, "messages": [{"role": "user", "content": "a lamp"}]}),
        ("/v1/chat/completions", {**talk, "messages": [{"role": "user", "content": "a lamp"}], "stream": True}),
    ]
    url, key = serving(ready), {"X-API-Key": "k"}
    with locks.hold(thread_of("ada", thread), timeout_s=5):
        answers = [httpx.post(url + path, json=body, headers=key, timeout=60) for path, body in asked]
    assert [(one.status_code, one.headers.get("retry-after")) for one in answers] == [(503, "1")] * len(asked)


def test_a_thrifty_server_calls_a_hosted_model_once_a_turn(
    writer: OpenAIServer, little_shop: Catalog, serving: Callable[..., str]
) -> None:
    writer.pause_s, calls = 0, []
    model = open_model("openai:m", base_url=writer.base_url)
    for economy in (False, True):
        ready = served(create_recommender(little_shop, model), little_shop, limits=TurnLimits(economy=economy))
        before = len(writer.calls)
        with httpx.Client(base_url=serving(ready), timeout=60) as client:
            assert client.post("/api/chat", json={"message": "a lamp under 60"}).json()["turn"]["recommendations"]
        calls.append(len(writer.calls) - before)
    assert calls == [2, 1]
