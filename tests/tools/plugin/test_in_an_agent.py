"""The tools in LangChain's own agent, without our graph."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langgraph.checkpoint.memory import InMemorySaver
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.plugin import make_tools
from langgraph_recommender.tools.profile.memory import ProfileMemory

Call = tuple[str, dict[str, Any]]


class ScriptedChatModel(BaseChatModel):
    """Answers the n-th request with the n-th step: tool calls, or words. A step too few or too many is an error."""

    steps: tuple[list[Call] | str, ...]

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> "ScriptedChatModel":
        return self

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        step = self.steps[sum(isinstance(message, AIMessage) for message in messages)]
        calls = [] if isinstance(step, str) else step
        message = AIMessage(
            content=step if isinstance(step, str) else "",
            tool_calls=[{"name": name, "args": args, "id": f"call_{n}"} for n, (name, args) in enumerate(calls)],
        )
        return ChatResult(generations=[ChatGeneration(message=message)])


@dataclass
class Asker:
    user_id: str | None = None


@pytest.fixture
def memory_tools(products: Catalog, memory: ProfileMemory) -> list[Any]:
    return make_tools(products, memory=memory)


def said(messages: Sequence[AnyMessage]) -> list[Any]:
    return [json.loads(str(one.content)) for one in messages if isinstance(one, ToolMessage)]


def test_a_conversation_ends_in_items(memory_tools: list[Any]) -> None:
    model = ScriptedChatModel(
        steps=(
            [("search_catalog", {"query": "laptop", "filter": "price < 2000"})],
            [("rank_items", {"query": "laptop", "filter": "price < 2000", "limit": 3})],
            "These three suit you.",
        )
    )
    agent = create_agent(model, memory_tools, context_schema=Asker)
    result = agent.invoke({"messages": [("user", "A laptop below 2000?")]}, context=Asker("ann"))
    found, ranked = said(result["messages"])
    assert result["messages"][-1].content == "These three suit you."
    assert {one["id"] for one in ranked["items"]} <= {str(one["id"]) for one in found["items"]} | {
        one["item_id"] for one in result["messages"][4].artifact
    }
    assert all(one["price"] < 2000 for one in ranked["items"])


def test_a_wrong_argument_is_corrected_by_the_model(memory_tools: list[Any]) -> None:
    model = ScriptedChatModel(
        steps=(
            [("search_catalog", {"filter": "prise < 20"})],
            [("search_catalog", {"filter": "price < 20", "limit": 999})],
            [("search_catalog", {"filter": "price < 20", "limit": 2})],
            "Done.",
        )
    )
    messages = create_agent(model, memory_tools).invoke({"messages": [("user", "Something cheap")]})["messages"]
    tool_messages = [one for one in messages if isinstance(one, ToolMessage)]
    assert [one.status for one in tool_messages] == ["error", "error", "success"]
    assert "price" in tool_messages[0].content


@pytest.mark.parametrize("context", [Asker("ann"), {"user_id": "ann"}], ids=["object", "dictionary"])
def test_the_context_says_who_is_asking(memory_tools: list[Any], memory: ProfileMemory, context: Any) -> None:
    model = ScriptedChatModel(steps=([("remember_preference", {"value": "tea"})], "Noted."))
    agent = create_agent(model, memory_tools, context_schema=type(context))
    agent.invoke({"messages": [("user", "I love tea")]}, context=context)
    assert [one.value for one in memory.load("ann").preferences] == ["tea"]


def test_the_model_cannot_choose_the_user(memory_tools: list[Any], memory: ProfileMemory) -> None:
    spoofed = {"value": "tea", "user_id": "bob", "runtime": {"context": {"user_id": "bob"}}}
    model = ScriptedChatModel(steps=([("remember_preference", spoofed)], "Noted."))
    create_agent(model, memory_tools, context_schema=Asker).invoke({"messages": [("user", "hi")]}, context=Asker("ann"))
    assert memory.records("bob") == []


def test_nobody_is_remembered_without_a_user(memory_tools: list[Any], memory: ProfileMemory) -> None:
    model = ScriptedChatModel(steps=([("remember_preference", {"value": "tea"})], "Noted."))
    messages = create_agent(model, memory_tools).invoke({"messages": [("user", "I love tea")]})["messages"]
    assert "no memory" in messages[2].content
    assert memory.records("") == []


def test_users_in_parallel_do_not_mix(memory_tools: list[Any], memory: ProfileMemory) -> None:
    model = ScriptedChatModel(steps=([("recall_profile", {})], "Here."))
    agent = create_agent(model, memory_tools, context_schema=Asker)
    users = [f"user-{number}" for number in range(8)]

    def speak(user: str) -> None:
        told = ScriptedChatModel(
            steps=(
                [("remember_preference", {"value": user}), ("record_feedback", {"item_id": "1", "kind": "like"})],
                "OK.",
            )
        )
        create_agent(told, memory_tools, context_schema=Asker).invoke(
            {"messages": [("user", "hi")]}, context=Asker(user)
        )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(speak, users * 2))
        answers = list(pool.map(lambda user: agent.invoke({"messages": [("user", "?")]}, context=Asker(user)), users))
    for user, result in zip(users, answers, strict=True):
        [known] = said(result["messages"])
        assert known["like"] == ["1"]
        assert [other for other in users if other in str(known)] == [user]


def test_a_call_that_runs_again_writes_once(memory_tools: list[Any], memory: ProfileMemory) -> None:
    asked = AIMessage(
        "", id="m1", tool_calls=[{"name": "record_feedback", "args": {"item_id": "1", "kind": "like"}, "id": "call_0"}]
    )
    for thread, times in (("t1", 2), ("t2", 1)):
        for _ in range(times):
            agent = create_agent(
                ScriptedChatModel(steps=("unused", "Done.")),
                memory_tools,
                context_schema=Asker,
                checkpointer=InMemorySaver(),
            )
            config: Any = {"configurable": {"thread_id": thread}}
            agent.update_state(config, {"messages": [("user", "I like it"), asked]}, as_node="model")
            agent.invoke(None, config, context=Asker("ann"))
    assert len(memory.load("ann").events) == 2


def test_tools_without_arguments_know_the_user(memory_tools: list[Any], memory: ProfileMemory) -> None:
    steps = (
        [("remember_preference", {"value": "tea"})],
        [("export_profile", {})],
        [("forget_everything", {})],
        "Gone.",
    )
    agent = create_agent(ScriptedChatModel(steps=steps), memory_tools, context_schema=Asker)
    _, exported, erased = said(agent.invoke({"messages": [("user", "hi")]}, context=Asker("ann"))["messages"])
    assert exported["preferences"][0]["value"] == "tea"
    assert erased == {"erased": 1}
    assert memory.records("ann") == []


def test_calls_with_the_same_number_in_other_answers_are_other_calls(
    memory_tools: list[Any], memory: ProfileMemory
) -> None:
    steps = ([("remember_preference", {"value": "tea"})], [("remember_preference", {"value": "coffee"})], "Noted.")
    agent = create_agent(ScriptedChatModel(steps=steps), memory_tools, context_schema=Asker)
    agent.invoke({"messages": [("user", "I love tea, and coffee")]}, context=Asker("ann"))
    assert {one.value for one in memory.load("ann").preferences} == {"tea", "coffee"}


async def test_works_asynchronously(memory_tools: list[Any]) -> None:
    model = ScriptedChatModel(steps=([("compare_items", {"item_ids": ["1", "2"]})], "The first."))
    result = await create_agent(model, memory_tools, context_schema=Asker).ainvoke(
        {"messages": [("user", "compare")]}, context=Asker("ann")
    )
    assert result["messages"][2].content.startswith("|")
