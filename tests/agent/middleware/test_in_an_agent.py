"""`RecommenderMiddleware` in LangChain's agent: tools, memory, grounding and rules."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.store.memory import InMemoryStore
from langgraph_recommender.agent import OfflineChatModel, RecommenderContext, create_recommender
from langgraph_recommender.agent.middleware import RecommenderMiddleware, recommender_tool
from langgraph_recommender.agent.scripted import ScriptedChatModel, Step
from langgraph_recommender.graphs.policies import Policies
from langgraph_recommender.tools.catalog import Catalog, open_catalog
from langgraph_recommender.tools.errors import SettingsError

ANN = RecommenderContext(user_id="ann")


def calls(name: str, **arguments: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": f"call_{name}"}])


def ask(agent: Any, text: str, context: RecommenderContext = ANN, thread: str = "t") -> dict[str, Any]:
    return agent.invoke(
        {"messages": [("user", text)]}, {"configurable": {"thread_id": thread}, "recursion_limit": 20}, context=context
    )


def agent_of(catalog: Catalog, model: Any, **options: Any) -> Any:
    middleware = RecommenderMiddleware(catalog, **options)
    return create_agent(model, middleware=[middleware], context_schema=RecommenderContext, checkpointer=InMemorySaver())


def found(result: dict[str, Any]) -> list[dict[str, Any]]:
    told = [
        json.loads(one.text) for one in result["messages"] if isinstance(one, ToolMessage) and one.status != "error"
    ]
    return [item for one in told for item in one.get("items", [])]


@pytest.mark.parametrize("words", ["a perfume under 100", "100美元以下的香水"])
def test_the_offline_model_recommends_with_it(products: Catalog, words: str) -> None:
    result = ask(agent_of(products, OfflineChatModel.for_catalog(products)), f"search the catalog: {words}")
    assert result["recommended"]
    assert {products.item(one).facets["category"] for one in result["recommended"]} == {"fragrances"}


def test_what_is_made_up_is_left_out(products: Catalog) -> None:
    title = products.item("81").title

    def answer(messages: Sequence[BaseMessage]) -> AIMessage:
        price = f"{products.item('81').facets['price']:g}"
        lies = "The **Zephyr Book 9000** is better still. It weighs 1234 grams."
        return AIMessage(f"Take a look at **{title}**, at ${price}. {lies}\n- **UltraPad Pro** for less\nEnjoy!")

    model = ScriptedChatModel.of(calls("search_catalog", query="laptop", filter="price<1200"), answer)
    result = ask(agent_of(products, model), "a laptop under 1200")
    said = result["messages"][-1].text
    assert title in said
    assert "Enjoy!" in said
    for lie in ("Zephyr", "1234", "UltraPad"):
        assert lie not in said
    assert result["recommended"] == ["81"]


@pytest.mark.parametrize(("words", "listed"), [("laptops", "From the catalog: "), ("笔记本电脑", "目录里有：")])
def test_where_nothing_true_is_left_the_finds_are_named(products: Catalog, words: str, listed: str) -> None:
    model = ScriptedChatModel.of(calls("search_catalog", query="laptop", limit=2), "Buy the **Zephyr Book 9000**.")
    result = ask(agent_of(products, model), words)
    assert result["messages"][-1].text.startswith(listed)
    assert result["recommended"] == [one["id"] for one in found(result)]


def test_numbers_of_the_host_s_own_instructions_may_be_said(products: Catalog) -> None:
    middleware = RecommenderMiddleware(products)
    model = ScriptedChatModel.of("We have been open since 1998, and we ship in 48 hours.")
    agent = create_agent(
        model,
        system_prompt="You work for a shop that opened in 1998 and ships in 48 hours.",
        middleware=[middleware],
        context_schema=RecommenderContext,
    )
    assert ask(agent, "who are you?")["messages"][-1].text == "We have been open since 1998, and we ship in 48 hours."


def test_what_is_remembered_is_told_to_the_model_of_that_person_alone(products: Catalog) -> None:
    store = InMemoryStore()
    first = ScriptedChatModel.of(calls("record_feedback", item_id="81", kind="like"), "Noted.")
    ask(agent_of(products, first, store=store), "I love that Lenovo")

    def system_of(context: RecommenderContext) -> str:
        seen: list[str] = []

        def look(messages: Sequence[BaseMessage]) -> AIMessage:
            seen.extend(one.text for one in messages if isinstance(one, SystemMessage))
            return AIMessage("Hello.")

        ask(agent_of(products, ScriptedChatModel.of(look), store=store), "hi", context)
        return "\n".join(seen)

    title = products.item("81").title
    assert title in system_of(ANN)
    assert title not in system_of(RecommenderContext(user_id="bob"))
    assert title not in system_of(RecommenderContext())


def test_what_was_disliked_or_had_is_not_found_again(products: Catalog) -> None:
    store = InMemoryStore()
    model = ScriptedChatModel.of(
        calls("record_feedback", item_id="81", kind="dislike"),
        calls("record_feedback", item_id="82", kind="seen"),
        calls("search_catalog", query="laptop", limit=50),
        calls("rank_items", item_ids=["80", "81", "82"]),
        "Done.",
    )
    result = ask(agent_of(products, model, store=store), "not the Lenovo, and I own the Dell")
    assert found(result)
    assert not {"81", "82"} & {one["id"] for one in found(result)}


def test_the_rules_of_the_house_hold_in_every_tool(products: Catalog) -> None:
    policies = Policies(block=("81",), block_where=("brand = Dell",), require_where=("price < 1500",))
    model = ScriptedChatModel.of(
        calls("search_catalog", query="laptop", limit=50),
        calls("rank_items", query="laptop", limit=50),
        calls("item_details", item_ids=["81"]),
        calls("explain_item", item_id="81"),
        "Done.",
    )
    result = ask(agent_of(products, model, policies=policies), "laptops")
    assert found(result)
    assert all(one["price"] < 1500 and one.get("brand") != "Dell" and one["id"] != "81" for one in found(result))
    details, explained = [one for one in result["messages"] if isinstance(one, ToolMessage)][-2:]
    assert {details.status, explained.status} == {"error"}


def test_a_rule_about_what_the_catalog_does_not_have_is_told_at_once(products: Catalog) -> None:
    with pytest.raises(SettingsError, match="colour"):
        RecommenderMiddleware(products, policies=Policies(block_where=("colour = red",)))


@pytest.fixture
def shop(tmp_path: Path, home: Path) -> Catalog:
    path = tmp_path / "shop.csv"
    path.write_text(
        "id,title,price,sponsored,age_rating\n"
        "1,Oak table,90,true,0\n2,Pine table,80,false,0\n3,Whisky table,70,false,18\n"
    )
    return open_catalog(path, home=tmp_path / "home")


def test_who_paid_is_said(shop: Catalog) -> None:
    for words, sentence in (("tables", "Sponsored: Oak table."), ("推荐桌子 table", "赞助内容：Oak table。")):
        model = ScriptedChatModel.of(calls("search_catalog", query="table"), "There are Oak table and Pine table.")
        assert ask(agent_of(shop, model), words)["messages"][-1].text.endswith(sentence)


def test_items_for_adults_are_hidden_until_the_age_is_known(shop: Catalog) -> None:
    for age, expected in ((None, {"1", "2"}), (17, {"1", "2"}), (30, {"1", "2", "3"})):
        model = ScriptedChatModel.of(calls("search_catalog", query="table"), "Done.")
        result = ask(agent_of(shop, model), "tables", replace(ANN, age=age))
        assert {one["id"] for one in found(result)} == expected


async def test_asynchronously(products: Catalog) -> None:
    model = ScriptedChatModel.of(calls("search_catalog", query="laptop", limit=1), "Buy the **Zephyr Book 9000**.")
    result = await agent_of(products, model).ainvoke(
        {"messages": [("user", "laptops")]}, {"configurable": {"thread_id": "t"}}, context=ANN
    )
    assert result["messages"][-1].text.startswith("From the catalog: ")


def test_the_recommender_as_a_tool_goes_on_in_the_same_thread(products: Catalog) -> None:
    tool = recommender_tool(create_recommender(products))
    model = ScriptedChatModel.of(
        calls("recommend", message="a laptop under 1500"),
        Step("Here you are.", expects="Laptop"),
        calls("recommend", message="cheaper, please"),
        "And these.",
        calls("recommend", message="a perfume"),
        "Here.",
    )
    agent = create_agent(model, [tool], context_schema=RecommenderContext, checkpointer=InMemorySaver())
    first = ask(agent, "a laptop under 1500")["messages"][-2].artifact
    second = ask(agent, "cheaper, please")["messages"][-2].artifact
    prices = [max(products.item(one.item_id).facets["price"] for one in turn) for turn in (first, second)]
    assert prices[1] < prices[0]
    assert {products.item(one.item_id).facets["category"] for one in second} == {"laptops"}
    other = ask(agent, "a perfume", thread="other")["messages"][-2].artifact
    assert {products.item(one.item_id).facets["category"] for one in other} == {"fragrances"}


def test_one_person_never_goes_on_with_the_conversation_of_another(products: Catalog) -> None:
    def kinds(thread: str | None, user: str, message: str) -> set[str]:
        model = ScriptedChatModel.of(calls("recommend", message=message), "Here you are.")
        agent = create_agent(model, [tool], context_schema=RecommenderContext)
        config: Any = {"configurable": {"thread_id": thread} if thread else {}}
        said = agent.invoke({"messages": [("user", message)]}, config, context=RecommenderContext(user_id=user))
        return {str(products.item(one.item_id).facets["category"]) for one in said["messages"][-2].artifact}

    saver = InMemorySaver()
    tool = recommender_tool(create_recommender(products, checkpointer=saver))
    for thread in (None, "t"):
        assert kinds(thread, "ann", "a laptop under 1500") == {"laptops"}
        assert kinds(thread, "ben", "cheaper, please") != {"laptops"}
    assert kinds("t", "ann", "cheaper, please") == {"laptops"}
    assert len({one.config["configurable"]["thread_id"] for one in saver.list(None)}) == 2
