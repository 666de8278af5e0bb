"""Somebody else's agent in this process, and what of a conversation it cannot show."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.runnables import RunnableLambda
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph_recommender.evals.outcome import Outcome
from langgraph_recommender.evals.running import cases_of, run_cases
from langgraph_recommender.evals.suite import read_suite
from langgraph_recommender.evals.targets.runnable_target import RunnableTarget, load_object
from langgraph_recommender.tools.errors import SettingsError

SUITE = """\
suite: shop
catalog: shop
conversations:
  - name: lamps
    turns:
      - say: a lamp
        expect:
          intent: recommend
          constraints_include: price < 50
          emotion: happy
          shown: {include: Lamp Two}
          tools: {include: [search]}
          text: {contains: lamp}
      - say: thanks
        expect: {shown: none}
    at_end: {model_calls: 4, shown_sometime: Lamp Two}
"""


def run(agent: Any, facts: Any, suite: str = SUITE) -> Outcome:
    (outcome,) = run_cases(
        cases_of([read_suite(suite, "s.yaml")]), RunnableTarget(agent, lambda _: facts), lambda _: facts
    )
    return outcome


def compiled(node: Any, checkpointer: Any = None) -> Any:
    graph = StateGraph(MessagesState)
    graph.add_node("talk", node)
    graph.add_edge(START, "talk")
    return graph.compile(checkpointer=checkpointer)


def talk(state: Any) -> Any:
    messages = state["messages"]
    if messages[-1].text == "thanks":
        return {"messages": [AIMessage("You are welcome, my friend.")]}
    call = {"name": "search", "args": {"query": messages[-1].text}, "id": "1"}
    return {
        "messages": [
            AIMessage("", tool_calls=[call]),
            ToolMessage("Lamp Two, Chair", tool_call_id="1"),
            AIMessage("Here is a lamp that fits: **Lamp Two**."),
        ]
    }


@pytest.mark.parametrize("checkpointer", [None, InMemorySaver()])
def test_a_graph_is_judged_by_what_it_shows(checkpointer: Any, facts: Any) -> None:
    outcome = run(compiled(talk, checkpointer), facts)
    assert outcome.passed, outcome.failures
    first, second = outcome.turns
    assert set(first.skipped) == {"intent", "constraints_include", "emotion.recognised", "model_calls", "reasons"}
    assert outcome.skipped_at_end == ("at_end.model_calls",)
    assert first.observed is not None
    assert [one.id for one in first.observed.shown] == ["a2"]
    assert [one.name for one in first.observed.tools] == ["search"]
    assert second.observed is not None
    assert second.observed.tools == ()


def test_what_is_not_seen_does_not_pass_in_silence(facts: Any) -> None:
    outcome = run(
        lambda messages: "Here is a lamp that fits: **Lamp Two**." if len(messages) == 1 else "Bye my friend.", facts
    )
    assert outcome.passed
    assert "tools.include" in outcome.turns[0].skipped


def test_an_agent_without_memory_is_sent_the_whole_talk(facts: Any) -> None:
    heard: list[list[str]] = []

    def agent(messages: Any) -> str:
        heard.append([one.text for one in messages])
        return "all is well"

    run(agent, facts)
    assert heard == [["a lamp"], ["a lamp", "all is well", "thanks"]]


def test_an_agent_with_memory_is_sent_each_message_once(facts: Any) -> None:
    seen: list[int] = []

    def count(state: Any) -> Any:
        seen.append(len(state["messages"]))
        return {"messages": [AIMessage("all is well")]}

    run(compiled(count, InMemorySaver()), facts)
    assert seen == [1, 3]


def test_calls_of_chat_models_are_counted(facts: Any) -> None:
    model: BaseChatModel = GenericFakeChatModel(messages=iter([AIMessage("a lamp"), AIMessage("a chair")]))
    graph = compiled(lambda state: {"messages": [model.invoke(state["messages"])]})
    observed = [turn.observed for turn in run(graph, facts).turns]
    assert [one.model_calls for one in observed if one] == [1, 1]
    assert all("model_calls" not in one.hidden for one in observed if one)


def as_dict(_: Any) -> Any:
    return {
        "reply": "Lamps for you.",
        "recommendations": [{"id": "a1", "score": 0.5}, {"title": "Lamp Two"}, "b1", {"id": "x", "name": "Ghost"}],
    }


async def later(messages: Any) -> Any:
    return [*messages, {"role": "assistant", "content": "Take **Chair**."}]


async def only_async(state: Any) -> Any:
    return {"messages": [AIMessage("Take **Chair**.")]}


@pytest.mark.parametrize(
    ("agent", "reply", "ids"),
    [
        (as_dict, "Lamps for you.", ["a1", "a2", "b1", "x"]),
        (lambda text: {"output": "Take **Chair**."}, "Take **Chair**.", ["b1"]),
        (lambda _: AIMessage("Take **Chair**."), "Take **Chair**.", ["b1"]),
        (RunnableLambda(lambda _: {"messages": [("user", "x"), ("ai", "Take **Chair**.")]}), "Take **Chair**.", ["b1"]),
        (later, "Take **Chair**.", ["b1"]),
        (compiled(only_async), "Take **Chair**.", ["b1"]),
    ],
)
def test_answers_of_many_forms_are_read(agent: Any, reply: str, ids: list[str], facts: Any) -> None:
    observed = run(agent, facts).turns[0].observed
    assert observed is not None
    assert observed.reply == reply
    assert [one.id for one in observed.shown] == ids


@pytest.mark.parametrize(
    "output", [None, 7, [], {}, {"messages": []}, {"messages": 3}, {"messages": [{"role": "?"}]}, object()]
)
def test_answers_that_cannot_be_read_fail_readably(output: Any, facts: Any) -> None:
    (failure,) = run(lambda _: output, facts).turns[0].failures
    assert failure.check == "reply"
    assert "nothing that can be read as a reply" in failure.got


def test_profiles_and_rules_of_the_house_are_not_run(facts: Any) -> None:
    for given in ("user: ann\n    profile: {likes: lamps}", "policies: {one_at_a_time: true}"):
        outcome = run(as_dict, facts, SUITE.replace("name: lamps", f"name: lamps\n    {given}"))
        assert outcome.not_run
        assert not outcome.turns


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "my_shop_agent.py").write_text(
        "agent = lambda messages: 'hello'\ndef make(): return agent\nnumber = 7\n", encoding="utf-8"
    )
    (tmp_path / "my_broken_agent.py").write_text("1 / 0\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return "my_shop_agent"


def test_an_object_of_a_module_in_the_working_directory(module: str) -> None:
    assert load_object(f"{module}:agent")([]) == "hello"
    assert load_object(f"{module}:make")([]) == "hello"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("my_shop_agent:agnt", "Did you mean 'agent'"),
        ("my_shop_agent:number", "is of type int, no agent"),
        ("my_broken_agent:agent", "ZeroDivisionError"),
        ("no_such_module:agent", "cannot be imported"),
    ],
)
def test_an_object_that_cannot_be_used_is_refused(path: str, said: str, module: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_object(path)
