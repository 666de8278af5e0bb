"""The recommender as a plugin: tools of one's own, subgraph, streaming, repeated runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langchain_core.tools import BaseTool, tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.store.memory import InMemoryStore
from langgraph.types import Command
from langgraph_recommender.agent import Recommender, RecommenderContext, create_recommender
from langgraph_recommender.agent.state.sqlite import open_sqlite
from langgraph_recommender.graphs.checkpointing import knowing_our_types
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.profile.memory import ProfileMemory

THREAD: Any = {"configurable": {"thread_id": "t"}}


def say(recommender: Recommender, words: str, **context: Any) -> dict[str, Any]:
    sent = {"messages": [("user", words)]}
    return recommender.invoke(sent, THREAD, context=RecommenderContext(**context))


@pytest.fixture
def cart() -> list[tuple[str, int]]:
    return []


@pytest.fixture
def add_to_cart(cart: list[tuple[str, int]]) -> BaseTool:
    @tool
    def add_to_cart(item_id: str, quantity: int = 1) -> str:
        """Add an item to the shopping cart. 把商品加入购物车。"""
        cart.append((item_id, quantity))
        return f"{quantity} in your cart."

    add_to_cart.metadata = {"confirm": True}
    return add_to_cart


def test_a_tool_is_called_after_a_yes(products: Catalog, add_to_cart: BaseTool, cart: list[tuple[str, int]]) -> None:
    recommender = create_recommender(products, tools=[add_to_cart])
    shown = say(recommender, "sunglasses")["recommendations"]
    asked = say(recommender, "add two of the second one to my cart")["__interrupt__"][0].value
    assert asked["tool"] == "add_to_cart"
    assert cart == []
    done = recommender.invoke(Command(resume="yes"), THREAD)["turn"]
    assert cart == [(shown[1].item_id, 2)]
    assert "in your cart" in done.reply


@pytest.mark.parametrize("answer", ["no", "不要", False, "hm, let me think"])
def test_without_a_yes_nothing_happens(
    products: Catalog, add_to_cart: BaseTool, cart: list[tuple[str, int]], answer: object
) -> None:
    recommender = create_recommender(products, tools=[add_to_cart])
    say(recommender, "sunglasses")
    say(recommender, "把第一个加入购物车")
    done = recommender.invoke(Command(resume=answer), THREAD)["turn"]
    assert cart == []
    assert done.outcome == "tool_declined"
    assert done.language == "zh"


def test_a_confirmation_survives_a_restart(
    products: Catalog, add_to_cart: BaseTool, cart: list[tuple[str, int]], tmp_path: Path
) -> None:
    with open_sqlite(tmp_path / "threads.sqlite") as saver:
        recommender = create_recommender(products, checkpointer=saver, tools=[add_to_cart])
        say(recommender, "sunglasses")
        say(recommender, "add the first one to my cart")
    with open_sqlite(tmp_path / "threads.sqlite") as saver:
        recommender = create_recommender(products, checkpointer=saver, tools=[add_to_cart])
        assert recommender.get_state(THREAD).interrupts
        recommender.invoke(Command(resume=True), THREAD)
    assert len(cart) == 1


def test_a_failing_tool_is_said(products: Catalog) -> None:
    from langchain_core.tools import ToolException

    @tool
    def book_delivery(item_id: str) -> str:
        """Book a delivery of an item."""
        raise ToolException("no courier today")

    recommender = create_recommender(products, tools=[book_delivery])
    say(recommender, "sunglasses")
    turn = say(recommender, "book a delivery of the first one")["turn"]
    assert turn.outcome == "tool_failed"
    assert "no courier today" in turn.reply


def as_a_node(recommender: Recommender, **how: Any) -> Any:
    parent = StateGraph(MessagesState)
    parent.add_node("recommender", recommender)
    parent.add_edge(START, "recommender")
    parent.add_edge("recommender", END)
    return parent.compile(**how)


def test_the_graph_is_a_subgraph(products: Catalog) -> None:
    parent = as_a_node(create_recommender(products, checkpointer=False))
    answer = parent.invoke({"messages": [HumanMessage("sunglasses, please")]})
    assert "Sunglasses" in answer["messages"][-1].text


def test_as_a_subgraph_it_goes_on_in_the_threads_of_its_parent(
    products: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    @tool
    def add_to_cart(item_id: str) -> str:
        """Add an item to the shopping cart."""
        return f"{item_id} is in your cart."

    add_to_cart.metadata = {"confirm": True}
    recommender = create_recommender(products, tools=[add_to_cart], checkpointer=True)
    parent = as_a_node(recommender, checkpointer=knowing_our_types(InMemorySaver()))
    said = [
        parent.invoke({"messages": [HumanMessage(words)]}, THREAD)["messages"][-1].text
        for words in ("sunglasses, please", "cheaper", "why the first one?")
    ]
    assert "price under" in said[1]
    assert "category sunglasses" in said[2]
    waiting = parent.invoke({"messages": [HumanMessage("add the first one to my cart")]}, THREAD)
    assert waiting["__interrupt__"][0].value["tool"] == "add_to_cart"
    done = parent.invoke(Command(resume=True), THREAD)
    assert "is in your cart" in done["messages"][-1].text
    other = parent.invoke({"messages": [HumanMessage("why the first one?")]}, {"configurable": {"thread_id": "other"}})
    assert "sunglasses" not in other["messages"][-1].text
    assert "unregistered type" not in caplog.text


def test_the_graph_is_a_tool_of_another_agent(products: Catalog) -> None:
    recommend = create_recommender(products).as_tool(
        name="recommend", description="Recommends.", arg_types={"messages": list}
    )
    found = recommend.invoke({"messages": [("user", "perfume under 60")]}, THREAD)
    assert all(products.item(one.item_id).facets["price"] < 60 for one in found["recommendations"])


def test_tokens_tool_progress_and_items_stream(shop: Recommender) -> None:
    spoken, events = "", []
    for mode, part in shop.stream({"messages": [("user", "sunglasses")]}, THREAD, stream_mode=["messages", "custom"]):
        if mode == "messages":
            spoken += part[0].text
        else:
            events.append(part)
    assert [event["event"] for event in events][:2] == ["tool", "item"]
    assert events[-1]["event"] == "turn"
    assert spoken == events[-1]["reply"]
    shown = [event["item_id"] for event in events if event["event"] == "item"]
    assert shown == [one["item_id"] for one in events[-1]["recommendations"]]


async def test_the_graph_runs_asynchronously(products: Catalog) -> None:
    recommender = create_recommender(products)
    result = await recommender.ainvoke({"messages": [("user", "sunglasses")]}, THREAD)
    assert result["recommendations"]


def test_learning_twice_writes_once(products: Catalog) -> None:
    store = InMemoryStore()
    recommender = create_recommender(products, store=store)
    say(recommender, "remember that I love perfume", user_id="ada")
    before = recommender.get_state(THREAD)
    recommender.update_state(THREAD, {}, as_node="reply")
    recommender.invoke(None, THREAD, context=RecommenderContext(user_id="ada"))
    assert recommender.get_state(THREAD).values["turn"].reply == before.values["turn"].reply
    assert len(ProfileMemory(store).load("ada").preferences) == 1


def test_state_reads_under_strict_serialization(products: Catalog, caplog: pytest.LogCaptureFixture) -> None:
    recommender = create_recommender(products, checkpointer=InMemorySaver())
    say(recommender, "a laptop under 1500")
    say(recommender, "cheaper")
    assert "unregistered type" not in caplog.text
    assert "Blocked" not in caplog.text


def test_a_ranker_of_ones_own_takes_the_place_of_ours(products: Catalog) -> None:
    from langgraph_recommender.tools.ranking.protocol import Scores

    class Alphabetical:
        name = "alphabetical"

        def score(self, context: Any, candidates: Any) -> Scores:
            import numpy as np

            titles = sorted(candidates, key=lambda one: products.item(one).title)
            return Scores(tuple(candidates), {"alphabet": np.array([-float(titles.index(one)) for one in candidates])})

    turn = say(create_recommender(products, ranker=Alphabetical()), "smartphones")["turn"]
    titles = [one.title for one in turn.recommendations]
    assert titles[0] == min(titles)


def test_sampling_differs_by_seed_and_repeats_by_seed(products: Catalog) -> None:
    def shown(seed: int) -> list[str]:
        recommender = create_recommender(products, temperature=5.0, seed=seed)
        return [one.item_id for one in say(recommender, "something for my kitchen")["recommendations"]]

    assert shown(1) == shown(1)
    assert len({tuple(shown(seed)) for seed in range(4)}) > 1


def test_warming_up_answers_the_same(products: Catalog) -> None:
    warmed = say(create_recommender(products, warm=True), "smartphones")["recommendations"]
    assert warmed == say(create_recommender(products), "smartphones")["recommendations"]
