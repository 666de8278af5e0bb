"""Agents behind HTTP, on real sockets: our own server, other people's, chat in OpenAI's form, and rough ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import FastAPI
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda
from langgraph.store.memory import InMemoryStore
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.serve.app import create_app
from langgraph_recommender.agent.serve.identity import keys_of
from langgraph_recommender.agent.serve.served import served
from langgraph_recommender.evals.facts import CatalogFacts
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.evals.outcome import Outcome
from langgraph_recommender.evals.running import cases_of, run_cases
from langgraph_recommender.evals.suite import read_suite
from langgraph_recommender.evals.targets import Target
from langgraph_recommender.evals.targets.opening import TargetSpec, open_target
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.errors import SettingsError
from langserve import add_routes
from typing_extensions import TypedDict

from ..agent.serve.conftest import live
from .rough_server import answer, rough

SUITE = """\
suite: shop
catalog: shop
conversations:
  - name: lamps
    turns:
      - {say: a lamp, expect: {intent: recommend, shown: {include: Lamp Two}}}
      - {say: another lamp}
"""
PHONES = """\
suite: phones
catalog: products
conversations:
  - name: phones
    turns:
      - say: a phone under 500
        expect: {intent: recommend, constraints_include: price < 500, shown: {at_least: 1, satisfy: price < 500}}
      - say: how much is the first one?
        expect: {intent: item_question, text: {contains: "{shown 1 price}"}}
  - name: somebody
    user: ann
    turns:
      - say: i love apple
      - {say: hello, new_thread: true}
"""
CHAT = {"choices": [{"message": {"role": "assistant", "content": "Take the **Lamp Two**, my friend."}}]}


def opened(target: str, facts: Any, **options: Any) -> Target:
    return open_target(TargetSpec(target, **options), lambda _: pytest.fail("no catalog is needed"), lambda _: facts)


def run(target: Target, facts: Any, suite: str = SUITE, workers: int = 1) -> list[Outcome]:
    return list(run_cases(cases_of([read_suite(suite, "s.yaml")]), target, lambda _: facts, workers=workers))


def chat(body: Any = CHAT) -> bytes:
    return answer(json.dumps(body).encode())


def test_our_own_server_shows_all_but_the_profile(products: Catalog) -> None:
    facts = CatalogFacts.of(products)
    app = create_app(served(create_recommender(products, store=InMemoryStore()), products))
    with live(app) as url:
        phones, somebody = run(opened(f"{url}/recommender", facts), facts, PHONES, workers=2)
    assert phones.passed, phones.failures
    assert phones.skipped == ()
    assert "does not know a person" in somebody.not_run


def test_a_server_that_wants_a_token_gets_it(products: Catalog) -> None:
    facts = CatalogFacts.of(products)
    app = create_app(
        served(create_recommender(products, store=InMemoryStore()), products, keys=keys_of({"t-ada": "ada"}))
    )
    with live(app) as url:
        refused = run(opened(f"{url}/recommender", facts), facts, PHONES)[0]
        headers = {"Authorization": "Bearer t-ada"}
        taken = run(opened(f"{url}/recommender/invoke", facts, headers=headers), facts, PHONES)[0]
    assert "answered 401" in refused.failures[0].got
    assert taken.passed, taken.failures


class State(TypedDict):
    messages: list[Any]


def of_text(text: str) -> str:
    return f"For {text}, take the **Lamp Two**."


def of_messages(state: dict[str, Any]) -> dict[str, Any]:
    return {"messages": [*state["messages"], AIMessage(f"{len(state['messages'])} said: **Lamp Two** it is.")]}


@pytest.mark.parametrize(("agent", "second"), [(of_text, "For another lamp"), (of_messages, "3 said")])
def test_other_peoples_langserve(agent: Any, second: str, facts: Any) -> None:
    app = FastAPI()
    kind = str if agent is of_text else State
    add_routes(app, RunnableLambda(agent).with_types(input_type=kind), path="/x")
    with live(app) as url:
        (outcome,) = run(opened(f"{url}/x/", facts), facts)
    assert outcome.passed, outcome.failures
    assert outcome.turns[1].observed is not None
    assert outcome.turns[1].observed.reply.startswith(second)


def test_a_chat_behind_an_openai_compatible_server(facts: Any) -> None:
    replies = iter([AIMessage("Take the **Lamp Two**."), AIMessage("1. **Lamp Nine** - new")])
    with OpenAIServer(GenericFakeChatModel(messages=replies)) as server:
        (outcome,) = run(opened("openai:m", facts, base_url=server.base_url), facts)
    first, second = outcome.turns
    assert not first.failures
    assert set(first.skipped) == {"intent", "model_calls", "reasons"}
    assert [(one.check, one.got) for one in second.failures] == [("grounded", "not in the catalog:  'Lamp Nine'")]
    assert [len(call.body["messages"]) for call in server.calls] == [1, 3]


def test_tokens_are_read(facts: Any) -> None:
    with rough(chat(CHAT | {"usage": {"prompt_tokens": 12, "completion_tokens": 3}})) as server:
        (outcome,) = run(opened("openai:m", facts, base_url=server.url), facts)
    assert outcome.turns[0].observed is not None
    assert (outcome.turns[0].observed.input_tokens, outcome.turns[0].observed.output_tokens) == (12, 3)


ROUGH = [
    (answer(b'{"choices": [{"mess', length=5000), "broke off"),
    (b"", "broke off"),
    (b"HELO you\r\n\r\n", "broke off"),
    (answer(b"<html>our shop</html>"), "answered no JSON: <html>our shop</html>"),
    (answer(b"<h1>bug</h1>", status="500 Internal Server Error"), "answered 500: <h1>bug</h1>"),
    (answer(b"busy", status="503 Service Unavailable"), "answered 503: busy (3 tries)"),
    (answer(b"who are you", status="401 Unauthorized"), "answered 401: who are you"),
    (answer(b"", status="302 Found"), "answered 302: nothing"),
    (chat([1, 2]), "JSON that is no chat completion"),
    (chat({"choices": []}), "JSON that is no chat completion"),
    (chat({"choices": [{"message": {"content": [1]}}]}), "content is no text"),
    (answer(b"\xff\xfe\x00"), "answered no JSON"),
    (chat({"choices": [{"message": {"content": "x" * 200_000}}]}), "a reply of 200,000 characters"),
    (answer(b"[" + b" " * 9_000_000 + b"]"), "more than 8,000,000 bytes"),
    (answer(b"[" * 100_000), "answered no JSON"),
]


@pytest.mark.parametrize(("given", "said"), ROUGH, ids=[said for _, said in ROUGH])
def test_a_rough_server_fails_the_conversation_readably(given: bytes, said: str, facts: Any) -> None:
    with rough(given) as server:
        (outcome,) = run(opened("openai:m", facts, base_url=server.url), facts)
    (failure,) = outcome.failures
    assert failure.check == "reply"
    assert said in failure.got
    assert "Traceback" not in failure.got
    assert len(failure.got) < 600


def test_a_server_that_is_silent_is_given_up(facts: Any) -> None:
    with rough(None) as server:
        (outcome,) = run(opened("openai:m", facts, base_url=server.url, timeout_s=0.3), facts)
    assert "did not answer within 0.3 s" in outcome.failures[0].got


def test_a_server_that_is_not_there_is_told(facts: Any) -> None:
    with rough(None) as server:
        url = server.url
    (outcome,) = run(opened("openai:m", facts, base_url=url), facts)
    assert "cannot be reached" in outcome.failures[0].got


def test_a_chat_that_broke_off_is_asked_again(facts: Any) -> None:
    with rough(b"", answer(b"", status="500 x"), chat()) as server:
        (outcome,) = run(opened("openai:m", facts, base_url=server.url), facts)
    assert outcome.passed, outcome.failures
    assert len(server.requests) == 4


SCHEMA = answer(b'{"properties": {"message": {}, "thread_id": {}}}')


def test_a_turn_that_may_have_happened_is_not_sent_twice(facts: Any) -> None:
    for broken in (b"", answer(b"", status="500 x"), answer(b'{"out', length=99)):
        with rough(SCHEMA, broken) as server:
            (outcome,) = run(opened(server.url, facts), facts)
        assert [request.split(b" ")[0] for request in server.requests] == [b"GET", b"POST"]
        assert len(outcome.failures) == 1


def test_a_turn_that_a_server_refused_for_now_is_sent_again(facts: Any) -> None:
    turn = answer(b'{"output": {"reply": "Take the **Lamp Two**, my friend."}}')
    with rough(SCHEMA, answer(b"", status="503 x"), turn) as server:
        (outcome,) = run(opened(server.url, facts), facts)
    assert outcome.passed, outcome.failures


@pytest.mark.parametrize("target", ["", "grph", "https//x", "openai:m"])
def test_a_target_that_is_none_is_refused(target: str, facts: Any) -> None:
    with pytest.raises(SettingsError):
        opened(target, facts)
