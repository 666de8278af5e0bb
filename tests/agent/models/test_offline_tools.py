"""Tool calls of the built-in model: any bound tool, by its name, description and parameters."""

import json
from typing import Literal

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langgraph_recommender.agent.offline.model import OfflineChatModel
from langgraph_recommender.tools.plugin import make_tools

MODEL = OfflineChatModel()
FOUND = json.dumps([{"id": "b1", "title": "Dune"}, {"id": "b2", "title": "Foundation"}, {"id": "b3", "title": "Emma"}])


@tool
def get_weather(location: str) -> str:
    """Get the weather at a location."""
    return f"It is sunny in {location}."


@tool
def find_books(query: str, limit: int = 10) -> str:
    """Search for books by words."""
    return FOUND


@tool
def compare_books(item_ids: list[str]) -> str:
    """Compare books side by side."""
    return json.dumps({"compared": item_ids})


@tool
def add_to_cart(item_id: str, quantity: int = 1) -> str:
    """Add an item to the shopping cart."""
    return json.dumps({"cart": [item_id] * quantity})


@tool
def rate_book(item_id: str, feedback: Literal["like", "dislike"]) -> str:
    """Record feedback on a book."""
    return "Noted."


@tool
def delete_everything() -> str:
    """Delete all data that is stored of the person."""
    return "Deleted."


@tool
def book_table(restaurant: str, guests: int) -> str:
    """Book a table at a restaurant."""
    return "Booked."


TOOLS = [get_weather, find_books, compare_books, add_to_cart, rate_book, delete_everything, book_table]
SHOWN = [
    HumanMessage("find me a novel"),
    AIMessage("", tool_calls=[{"name": "find_books", "args": {"query": "novel"}, "id": "1", "type": "tool_call"}]),
    ToolMessage(FOUND, tool_call_id="1", name="find_books"),
    AIMessage("Here is what I found."),
]


def planned(words, before=(), tools=TOOLS, **bound):
    answer = MODEL.bind_tools(tools, **bound).invoke([*before, HumanMessage(words)])
    return [(call["name"], call["args"]) for call in answer.tool_calls]


@pytest.mark.parametrize(
    ("words", "name", "args"),
    [
        ("What's the weather in Oslo?", "get_weather", {"location": "Oslo"}),
        ("find me 3 books about whales", "find_books", {"query": "3 books about whales", "limit": 3}),
        ("推荐几本科幻小说", "find_books", {"query": "科幻小说"}),
        ("compare the first two", "compare_books", {"item_ids": ["b1", "b2"]}),
        ("比较前两个", "compare_books", {"item_ids": ["b1", "b2"]}),
        ("compare Dune and Emma", "compare_books", {"item_ids": ["b1", "b3"]}),
        ("put two of the third one in my cart", "add_to_cart", {"item_id": "b3", "quantity": 2}),
        ("把第一个加入购物车", "add_to_cart", {"item_id": "b1"}),
        ("add Foundation to my cart", "add_to_cart", {"item_id": "b2"}),
        ("I really liked Emma", "rate_book", {"item_id": "b3", "feedback": "like"}),
        ("delete all my data", "delete_everything", {}),
        ("book a table for 4 guests at Luigi's", "book_table", {"restaurant": "Luigi's", "guests": 4}),
    ],
)
def test_the_tool_and_its_arguments_come_from_the_words(words, name, args):
    assert planned(words, SHOWN) == [(name, args)]


@pytest.mark.parametrize(
    "words", ["Hello!", "thanks a lot", "how are you?", "tell me a joke", "你好", "谢谢", "why is the sky blue?"]
)
def test_talk_calls_nothing(words):
    assert planned(words, SHOWN) == []


@pytest.mark.parametrize("words", ["add it to my cart", "compare the first two", "book a table"])
def test_no_call_with_arguments_that_nobody_said(words):
    assert planned(words) == []


def test_the_choice_is_honoured():
    assert planned("Hello!", tool_choice="get_weather")[0][0] == "get_weather"
    assert len(planned("Hello!", tool_choice="any")) == 1
    assert planned("What's the weather in Oslo?", tool_choice="none") == []


def test_results_are_told_by_title_and_errors_as_they_are():
    bound = MODEL.bind_tools(TOOLS)
    said = bound.invoke(SHOWN[:3]).text
    assert all(title in said for title in ("Dune", "Foundation", "Emma"))
    assert "b1" not in said
    failed = ToolMessage("No such shelf.", tool_call_id="1", name="find_books", status="error")
    assert "No such shelf." in bound.invoke([*SHOWN[:2], failed]).text


def test_two_clauses_are_two_calls_and_then_an_answer():
    agent = create_agent(MODEL, TOOLS)
    done = agent.invoke({"messages": [("user", "find a novel, then compare the first two")]}, {"recursion_limit": 10})
    calls = [(call["name"], call["args"]) for one in done["messages"] for call in getattr(one, "tool_calls", [])]
    assert calls == [("find_books", {"query": "novel"}), ("compare_books", {"item_ids": ["b1", "b2"]})]
    assert "b1, b2" in done["messages"][-1].text


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        (
            "laptops under 1500 dollars",
            lambda item: item.facets["price"] < 1500 and item.facets["category"] == "laptops",
        ),
        (
            "一千二百美元以下的笔记本电脑",
            lambda item: item.facets["price"] <= 1200 and item.facets["category"] == "laptops",
        ),
    ],
)
def test_our_tools_in_an_agent_find_what_fits(products, words, fits):
    agent = create_agent(OfflineChatModel.for_catalog(products), make_tools(products))
    done = agent.invoke({"messages": [("user", words)]}, {"recursion_limit": 10})
    (result,) = [one for one in done["messages"] if isinstance(one, ToolMessage)]
    items = [products.item(one["id"]) for one in json.loads(result.text)["items"]]
    assert items
    assert all(fits(item) for item in items)
    assert items[0].title in done["messages"][-1].text
