"""Tools that want a yes first, over HTTP: asked for, read again after a reload, answered once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from langchain_core.tools import BaseTool, tool
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.serve.served import served
from langgraph_recommender.tools.catalog import Catalog


@pytest.fixture
def cart() -> list[str]:
    return []


@pytest.fixture
def adding(cart: list[str]) -> BaseTool:
    @tool
    def add_to_cart(item_id: str) -> str:
        """Add an item to the shopping cart."""
        cart.append(item_id)
        return "It is in your cart."

    add_to_cart.metadata = {"confirm": True}
    return add_to_cart


@pytest.fixture
def asking(adding: BaseTool, little_shop: Catalog, serving: Callable[..., str]) -> Iterator[httpx.Client]:
    ready = served(create_recommender(little_shop, tools=[adding]), little_shop)
    with httpx.Client(base_url=serving(ready), timeout=30) as client:
        yield client


@pytest.fixture
def waiting(asking: httpx.Client) -> dict[str, Any]:
    """The answer that asks for a yes."""
    thread = asking.post("/api/chat", json={"message": "a lamp"}).json()["thread_id"]
    return asking.post("/api/chat", json={"message": "add the first one to my cart", "thread_id": thread}).json()


@pytest.mark.parametrize(
    ("answer", "added"),
    [
        ({"confirm": True}, True),
        ({"confirm": False}, False),
        ({"message": "Yes!"}, True),
        ({"message": "不用"}, False),
    ],
)
def test_the_tool_is_called_after_a_yes_only(
    asking: httpx.Client, waiting: dict[str, Any], cart: list[str], answer: dict[str, Any], added: bool
) -> None:
    thread = waiting["thread_id"]
    assert waiting["turn"] is None
    assert waiting["confirm"]["tool"] == "add_to_cart"
    assert cart == []
    read = asking.get(f"/api/threads/{thread}").json()
    assert read["confirm"] == waiting["confirm"]
    assert read["turns"][-1] == {"message": "add the first one to my cart", "pictures": 0, "reply": "", "items": []}
    done = asking.post("/api/chat", json={**answer, "thread_id": thread}).json()
    assert done["turn"]["outcome"] == ("tool_done" if added else "tool_declined")
    assert cart == ([waiting["confirm"]["args"]["item_id"]] if added else [])
    assert asking.post("/api/chat", json={"confirm": True, "thread_id": thread}).status_code == 409
    assert len(cart) == added


@pytest.mark.parametrize("more", [{"message": "a clock"}, {"image": "data:image/png;base64,"}])
def test_a_yes_with_a_message_is_refused_and_neither_is_lost(
    asking: httpx.Client, waiting: dict[str, Any], cart: list[str], more: dict[str, str]
) -> None:
    thread = waiting["thread_id"]
    both = asking.post("/api/chat", json={**more, "confirm": True, "thread_id": thread})
    assert both.status_code == 422
    assert "not both" in both.json()["detail"]
    assert cart == []
    asking.post("/api/chat", json={"message": " ", "confirm": True, "thread_id": thread})
    assert len(cart) == 1


def test_a_stream_ends_with_the_question(
    asking: httpx.Client, waiting: dict[str, Any], cart: list[str], streamed: Callable[..., list[dict[str, Any]]]
) -> None:
    thread = asking.post("/api/chat", json={"message": "a lamp"}).json()["thread_id"]
    asked = streamed(asking, message="add the first one to my cart", thread_id=thread)
    assert asked[-1]["event"] == "confirm"
    done = streamed(asking, confirm=True, thread_id=thread)
    assert done[-1]["turn"]["tool_calls"][-1]["name"] == "add_to_cart"
    assert cart == [asked[-1]["confirm"]["args"]["item_id"]]


def test_a_verdict_does_not_answer_the_question(asking: httpx.Client, waiting: dict[str, Any], cart: list[str]) -> None:
    thread = waiting["thread_id"]
    said = {"item_id": "lamp-1", "kind": "dislike", "thread_id": thread}
    assert asking.post("/api/feedback", json=said).json() == {"remembered": True, "in_conversation": False}
    asking.post("/api/chat", json={"confirm": True, "thread_id": thread})
    assert len(cart) == 1
    items = asking.post("/api/chat", json={"message": "show me a lamp", "thread_id": thread}).json()["items"]
    assert "lamp-1" not in [one["item_id"] for one in items]


def test_another_message_leaves_the_tool_uncalled(
    asking: httpx.Client, waiting: dict[str, Any], cart: list[str]
) -> None:
    thread = waiting["thread_id"]
    other = asking.post("/api/chat", json={"message": "show me a clock", "thread_id": thread}).json()
    assert all(one["item_id"].startswith("clock") for one in other["items"])
    assert cart == []
    assert asking.post("/api/chat", json={"confirm": True, "thread_id": thread}).status_code == 409
