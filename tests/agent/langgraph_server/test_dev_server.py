"""The graph of `langgraph.json` under `langgraph dev`, spoken to with langgraph-sdk over a socket."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph_recommender.tools.catalog import Catalog
from langgraph_sdk.client import SyncLangGraphClient
from langgraph_sdk.errors import APIStatusError

from .conftest import LANGGRAPH, REPOSITORY, client_of, dev_server

pytestmark = pytest.mark.skipif(not LANGGRAPH.exists(), reason="make .venv-langgraph/.ready")

AUTH = next(
    one
    for one in re.findall(r"```python\n(.*?)```", (REPOSITORY / "docs/deploying.md").read_text(), re.S)
    if "Auth()" in one
)
"""As the documentation shows it."""
SHOP = """
import os
from functools import cache
from pathlib import Path

from langchain_core.tools import tool
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.tools import open_catalog
from langgraph_sdk.runtime import ServerRuntime

catalog = open_catalog("products", home=Path(os.environ["RECOMMENDER_HOME"]))
cart = []


@tool
def add_to_cart(item_id: str) -> str:
    \"\"\"Add an item to the shopping cart.\"\"\"
    cart.append(item_id)
    return f"{len(cart)} in your cart."


add_to_cart.metadata = {"confirm": True}


@cache
def over(store):
    return create_recommender(catalog, tools=[add_to_cart], store=store, checkpointer=False)


def graph(runtime: ServerRuntime):
    return over(runtime.store)
"""


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, home: Path, products: Catalog, ours: dict[str, Any]
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("platform")
    (folder / "auth.py").write_text(AUTH)
    (folder / "shop.py").write_text(SHOP)
    graphs = {**ours["graphs"], "shop": "./shop.py:graph"}
    with dev_server(folder, home, ours | {"graphs": graphs, "auth": {"path": "./auth.py:auth"}}) as url:
        yield url


@pytest.fixture
def ada(served: str) -> SyncLangGraphClient:
    return client_of(served, "k-ada")


def say(client: SyncLangGraphClient, thread: str, text: str, **more: Any) -> dict[str, Any]:
    said = {"messages": [{"role": "user", "content": text}]}
    return client.runs.wait(thread, "recommender", input=said, **more)


def thread_of(client: SyncLangGraphClient) -> str:
    return client.threads.create()["thread_id"]


def test_a_thread_goes_on_over_several_runs(ada: SyncLangGraphClient) -> None:
    thread = thread_of(ada)
    first = say(ada, thread, "a laptop under 1500")["turn"]
    second = say(ada, thread, "cheaper, please")["turn"]
    assert first["recommendations"]
    bounds = [one["value"] for one in second["constraints"] if one["facet"] == "price"]
    assert bounds
    assert min(bounds) < 1500
    assert ada.threads.get_state(thread)["values"]["turn_number"] == 2


def test_chinese(ada: SyncLangGraphClient) -> None:
    turn = say(ada, thread_of(ada), "推荐一款1500美元以下的笔记本电脑")["turn"]
    assert turn["language"] == "zh"
    assert turn["recommendations"]


def test_tokens_and_items_are_streamed(ada: SyncLangGraphClient) -> None:
    said = {"messages": [{"role": "user", "content": "sunglasses, please"}]}
    parts = list(ada.runs.stream(thread_of(ada), "recommender", input=said, stream_mode=["messages-tuple", "custom"]))
    tokens = [part.data[0]["content"] for part in parts if part.event == "messages"]
    assert len(tokens) > 5
    assert {"item", "turn"} <= {part.data["event"] for part in parts if part.event == "custom"}


def test_a_profile_is_of_the_authenticated_user_whatever_the_context_says(
    served: str, ada: SyncLangGraphClient
) -> None:
    thread = thread_of(ada)
    shown = say(ada, thread, "a laptop under 1500")["turn"]["recommendations"][0]
    say(ada, thread, "I like the first one")
    known = say(ada, thread_of(ada), "what do you know about me?", context={"user_id": "bob"})
    assert shown["title"] in known["turn"]["reply"]
    bob = client_of(served, "k-bob")
    spied = say(bob, thread_of(bob), "what do you know about me?", context={"user_id": "ada"})
    assert shown["title"] not in spied["turn"]["reply"]


def test_a_thread_of_another_user_is_unknown(served: str, ada: SyncLangGraphClient) -> None:
    thread, bob = thread_of(ada), client_of(served, "k-bob")
    say(ada, thread, "a laptop under 1500")
    for spying in (
        lambda: bob.threads.get(thread),
        lambda: bob.threads.get_state(thread),
        lambda: say(bob, thread, "cheaper"),
        lambda: bob.threads.delete(thread),
    ):
        with pytest.raises((APIStatusError, httpx.HTTPStatusError)) as refused:
            spying()
        assert refused.value.response.status_code == 404
    assert thread not in [one["thread_id"] for one in bob.threads.search()]
    assert ada.threads.get_state(thread)["values"]["turn_number"] == 1


def test_an_unknown_key_is_refused(served: str) -> None:
    with pytest.raises(APIStatusError) as refused:
        client_of(served, "k-eve").threads.create()
    assert refused.value.response.status_code == 401


def test_an_interrupt_is_resumed(ada: SyncLangGraphClient) -> None:
    thread = thread_of(ada)
    for text in ("running shoes for men", "add the second one to my cart"):
        ada.runs.wait(thread, "shop", input={"messages": [{"role": "user", "content": text}]})
    waiting = ada.threads.get_state(thread)
    assert waiting["interrupts"]
    done = ada.runs.wait(thread, "shop", command={"resume": "yes"})
    assert "1 in your cart" in done["turn"]["reply"]
