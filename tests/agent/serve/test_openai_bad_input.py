"""What the API of OpenAI is sent by accident or on purpose: refused in its own form, or answered, never a 5xx."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.serve.admission import TurnLimits
from langgraph_recommender.agent.serve.app import create_app
from langgraph_recommender.agent.serve.identity import keys_of
from langgraph_recommender.agent.serve.served import served
from langgraph_recommender.tools.catalog import Catalog

from .conftest import ADA, UNHURRIED, live

CHAT, RESPONSES = "/chat/completions", "/responses"
HEADERS = {"Authorization": f"Bearer {ADA}", "Content-Type": "application/json"}
ERROR = {"message", "type", "param", "code"}
LONG = "please find a lamp for my desk. " * 320


@pytest.fixture
def api(keyed_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{keyed_url}/v1", headers=HEADERS, timeout=60) as one:
        yield one


def said(*messages: Any, **more: Any) -> dict[str, Any]:
    told = [{"role": role, "content": content} for role, content in messages]
    return {"model": "recommender", "messages": told, **more}


def error_of(answer: httpx.Response) -> dict[str, Any]:
    assert 400 <= answer.status_code < 500, answer.text
    assert "Traceback" not in answer.text
    error = answer.json()["error"]
    assert set(error) == ERROR
    assert error["message"]
    return error


WRONG_JSON = [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"nope", b"[" * 100_000, b'{"a":' * 50_000, b"{'a': 1}"]


@pytest.mark.parametrize("path", [CHAT, RESPONSES])
@pytest.mark.parametrize("content", WRONG_JSON, ids=range(len(WRONG_JSON)))
def test_what_is_no_json_of_a_request_is_refused(api: httpx.Client, path: str, content: bytes) -> None:
    error_of(api.post(path, content=content))


WRONG = [
    {},
    {"model": "recommender"},
    {"model": 5, "messages": []},
    said(),
    said(("user", 5)),
    said(("user", {"text": "hi"})),
    said(("user", [5])),
    said(("user", [{"text": "no type"}])),
    said(("user", [{"type": "image_url"}])),
    said(("user", [{"type": "image_url", "image_url": 5}])),
    said(("user", [{"type": "input_audio", "input_audio": {"data": "x"}}])),
    said(("king", "hi")),
    said(("system", "only instructions")),
    said(("user", "hi"), ("assistant", "hello")),
    said(("user", "hi"), ("tool", "42")),
    said(("user", "hi"), stream="perhaps"),
    said(("user", "hi"), stream_options="usage"),
    said(("user", "hi"), n="many"),
    said(("user", "hi"), n=0),
    said(("user", "hi"), user="x" * 300),
    said(("user", "hi"), user={"id": 1}),
    said(("user", "hi"), metadata=[1]),
    said(("user", "hi"), metadata={"thread_id": "x" * 300}),
    said(("user", "hi"), metadata={"thread_id": "x" * 201}),
    said(("user", "x" * 20_001)),
    said(*[("user", "hi")] * 2_001),
    {"model": "recommender", "messages": {"role": "user"}},
    {"model": "recommender", "messages": "hi"},
]


@pytest.mark.parametrize("body", WRONG, ids=range(len(WRONG)))
def test_a_wrong_request_is_refused(api: httpx.Client, body: dict[str, Any]) -> None:
    assert error_of(api.post(CHAT, json=body))["type"] == "invalid_request_error"


def test_the_field_that_is_wrong_is_named(api: httpx.Client) -> None:
    assert error_of(api.post(CHAT, json=said(("user", "hi"), ("king", "x"))))["param"] == "messages[1].role"
    assert error_of(api.post(CHAT, content=b"{"))["code"] == "invalid_json"


GOOD = [
    said(("user", "")),
    said(("user", None)),
    said(("user", [])),
    said(("user", "   \n")),
    said(("user", "😀👩‍👩‍👧‍👦")),
    said(("user", LONG)),
    said(("user", "\u0000\u001b[31m\u202e")),
    said(("user", "<script>alert(1)</script> **bold** [x](javascript:alert(1))")),
    said(("user", "a"), ("user", "b"), ("user", "a lamp")),
    said(("assistant", "Welcome!"), ("user", "a lamp")),
    said(("user", "hi"), ("assistant", None), ("user", "a lamp")),
    said(("user", "hi"), ("assistant", "x" * 100_000), ("user", "a lamp")),
    said(("user", "hi"), ("assistant", ""), ("tool", "42"), ("user", "a lamp")),
    said(*[("user", "a lamp"), ("assistant", "Here.")] * 200, ("user", "cheaper")),
    said(("user", "a lamp"), stream=None, n=None, user=None, metadata=None, stream_options=None, response_format=None),
    said(("user", "a lamp"), logit_bias="?", tools=5, temperature="hot", unknown={"a": [1]}),
]


@pytest.mark.parametrize("body", GOOD, ids=range(len(GOOD)))
def test_odd_requests_are_answered(api: httpx.Client, body: dict[str, Any]) -> None:
    answer = api.post(CHAT, json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["choices"][0]["message"]["content"].strip()


@pytest.mark.parametrize("words", [r"\ud83d", r"a lamp \udc00\ud800", r"\ud83d\ud83d"])
def test_halves_of_characters_are_replaced(api: httpx.Client, words: str) -> None:
    for path, said_so in (
        (CHAT, f'"messages": [{{"role": "user", "content": "{words}"}}]'),
        (RESPONSES, f'"input": "{words}"'),
    ):
        body = f'{{"model": "recommender", "user": "{words}", "metadata": {{"thread_id": "{words}"}}, {said_so}}}'
        answer = api.post(path, content=body.encode())
        assert answer.status_code == 200, answer.text
        answer.json()


@pytest.mark.parametrize("wrong", [r'"model": "\ud83d"', r'"model": "x", "\ud83d": 1', r'"messages": "\ud83d"'])
def test_halves_of_characters_in_what_is_wrong(api: httpx.Client, wrong: str) -> None:
    error_of(api.post(CHAT, content=f'{{{wrong}, "n": "\\ud83d"}}'.encode()))


def test_a_huge_body_is_refused(api: httpx.Client) -> None:
    try:
        answer = api.post(CHAT, content=b'{"x": "' + b"x" * 30_000_000 + b'"}')
    except httpx.TransportError:
        return  # the server hangs up on who goes on sending
    assert answer.status_code == 413
    error_of(answer)


def test_what_is_not_there_is_said_in_the_same_form(api: httpx.Client, keyed_url: str) -> None:
    for method, path in (("GET", "/nope"), ("POST", "/embeddings"), ("GET", "/models/x"), ("GET", "/responses/resp_x")):
        error_of(api.request(method, path))
    assert error_of(httpx.get(f"{keyed_url}/v1/models"))["message"]
    assert httpx.get(f"{keyed_url}/v1/models").status_code == 401


@pytest.mark.parametrize("body", GOOD[:8], ids=range(8))
def test_odd_input_of_a_response_is_answered(api: httpx.Client, body: dict[str, Any]) -> None:
    answer = api.post(RESPONSES, json={"model": "recommender", "input": body["messages"]})
    assert answer.status_code == 200, answer.text


def test_items_that_are_no_messages_are_left_out(api: httpx.Client) -> None:
    items = [
        {"type": "function_call", "name": "f"},
        {"type": "reasoning", "summary": []},
        {"role": "user", "content": "a lamp"},
    ]
    assert api.post(RESPONSES, json={"model": "recommender", "input": items}).status_code == 200
    error_of(api.post(RESPONSES, json={"model": "recommender", "input": items[:2]}))


def test_more_turns_than_may_wait_are_refused_for_now(little_shop: Catalog) -> None:
    held, asked = threading.Event(), threading.Event()

    class Slow(GenericFakeChatModel):
        def invoke(self, *_: Any, **__: Any) -> AIMessage:
            asked.set()
            held.wait(20)
            return AIMessage("...")

    recommender = create_recommender(little_shop, Slow(messages=iter([])))
    limits = TurnLimits(workers=1, waiting=0, timeout_s=30)
    app = create_app(served(recommender, little_shop, keys=keys_of({ADA: "ada"}), limits=limits), UNHURRIED)
    with live(app) as url, httpx.Client(base_url=f"{url}/v1", headers=HEADERS, timeout=30) as api:
        first = threading.Thread(target=lambda: api.post(CHAT, json=said(("user", "a lamp"))))
        first.start()
        asked.wait(20)
        for stream in (False, True):
            refused = api.post(CHAT, json=said(("user", "a chair"), stream=stream))
            assert refused.status_code == 429
            assert refused.headers["retry-after"]
            assert error_of(refused)["type"] == "rate_limit_error"
        held.set()
        first.join()


def test_a_turn_that_fails_in_mid_stream_ends_with_an_error(
    little_shop: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = served(create_recommender(little_shop), little_shop, keys=keys_of({ADA: "ada"}))
    with live(create_app(ready, UNHURRIED)) as url, httpx.Client(base_url=f"{url}/v1", headers=HEADERS) as api:
        monkeypatch.setattr(type(little_shop), "item", lambda *_: 1 / 0)
        chat = api.post(CHAT, json=said(("user", "a lamp"), stream=True))
        *_, last = [line for line in chat.text.splitlines() if line]
        assert json.loads(last.removeprefix("data: "))["error"]["type"] == "server_error"
        assert "ZeroDivision" not in chat.text
        response = api.post(RESPONSES, json={"model": "recommender", "input": "a lamp", "stream": True})
        assert "event: response.failed" in response.text
        whole = api.post(CHAT, json=said(("user", "a lamp")))
        assert whole.status_code == 500
        assert set(whole.json()["error"]) == ERROR


def test_the_place_of_a_fault_is_told_in_the_words_of_the_request(api: httpx.Client) -> None:
    error = error_of(api.post(CHAT, json=said(("user", 5))))
    assert error["param"] == "messages[0].content"
    assert "function" not in error["message"]
