"""A long conversation stays small, and what was said at its beginning is not lost to a model."""

from typing import Any

from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.scripted import ScriptedChatModel, Step
from langgraph_recommender.agent.state.opening import Storage
from langgraph_recommender.graphs.context import RecommenderContext
from langgraph_recommender.graphs.parts import Limits
from langgraph_recommender.graphs.understanding import Intent, TurnUnderstanding
from langgraph_recommender.tools.catalog import Catalog

CONFIG: Any = {"configurable": {"thread_id": "ada:1"}}
ADA = RecommenderContext(user_id="ada")
SHORT = Limits(kept_messages=4)


def test_messages_are_dropped_and_a_line_of_each_exchange_is_kept(storage: Storage, products: Catalog) -> None:
    recommender = create_recommender(products, checkpointer=storage.checkpointer, limits=SHORT)
    said = ["a perfume under 100", *(f"cheaper than {price}" for price in range(90, 30, -5)), "sunglasses"]
    for words in said:
        state = recommender.invoke({"messages": [("user", words)]}, CONFIG)
        assert len(state["messages"]) <= SHORT.kept_messages + 2
    assert state["earlier"][0].startswith("person: a perfume under 100 | reply: ")
    assert [line.split(" | ")[0] for line in state["earlier"]] == [f"person: {words}" for words in said[:-2]]


def test_what_is_forgotten_is_in_no_line(storage: Storage, products: Catalog) -> None:
    recommender = create_recommender(products, checkpointer=storage.checkpointer, store=storage.store, limits=SHORT)
    for words in ("I love perfume", "a laptop", "cheaper", "cheaper", "forget what I said about perfume"):
        state = recommender.invoke({"messages": [("user", words)]}, CONFIG, context=ADA)
    assert state["earlier"]
    assert not any("perfume" in line.casefold() for line in state["earlier"])
    state = recommender.invoke({"messages": [("user", "forget everything about me")]}, CONFIG, context=ADA)
    assert state["earlier"] == []


def test_a_hosted_model_is_told_of_what_it_no_longer_reads(products: Catalog) -> None:
    understood = TurnUnderstanding(intent=Intent.CHITCHAT, language="en", confidence=1.0)
    told = Step(understood, expects="[Earlier in this conversation:\nperson: I want a perfume | reply: Fine.")
    steps = [one for _ in range(4) for one in (understood, "Fine.")]
    with ScriptedChatModel.of(*steps, told, "Fine.") as model:
        recommender = create_recommender(products, model, limits=SHORT)
        for words in ("I want a perfume", "hello", "well", "so", "and now?"):
            recommender.invoke({"messages": [("user", words)]}, CONFIG)
