"""The MCP server as a process, spoken to with the SDK's own client."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph_recommender.tools.catalog import Catalog

pytest.importorskip("mcp", reason="run in the environment that `make .venv-mcp/.ready` makes")

import httpx2
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from .conftest import COMMAND, environment

pytestmark = pytest.mark.usefixtures("products")
EXPECTED = {"search_catalog", "rank_items", "explain_item", "compare_items", "recall_profile", "export_profile"}


def over_stdio(home: Path, *options: str) -> Client:
    parameters = StdioServerParameters(command=sys.executable, args=[*COMMAND, *options], env=environment(home))
    return Client(stdio_client(parameters))


async def data(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    return answer.structured_content


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error
    assert answer.structured_content is None
    return answer.content[0].text


async def test_over_stdio(own_home: Path, products: Catalog) -> None:
    async with over_stdio(own_home, "--user", "ann") as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) >= EXPECTED
        assert all(tool.description and tool.input_schema["type"] == "object" for tool in tools.values())
        assert tools["search_catalog"].annotations.read_only_hint
        assert tools["forget_everything"].annotations.destructive_hint

        found = await data(client, "search_catalog", query="laptop", filter="price<1500", limit=2)
        assert all(one["price"] < 1500 for one in found["items"])
        best, other = (one["id"] for one in found["items"])
        ranked = await data(client, "rank_items", query="笔记本电脑", filter="price<1500", liked=[best])
        assert ranked["items"]
        why = await data(client, "explain_item", item_id=other, query="laptop", liked=[best])
        assert f"feedback on {products.item(best).title}" in [one["cause"] for one in why["for"]]
        table = await client.call_tool("compare_items", {"item_ids": [best, other]})
        assert products.item(best).title in table.content[0].text

        await data(client, "record_feedback", item_id=best, kind="like")
        assert (await data(client, "recall_profile"))["like"] == [best]

    rules = own_home / "rules.yaml"
    rules.write_text("block_where: ['category = laptops']")
    async with over_stdio(own_home, "--user", "bob", "--policies", str(rules)) as client:
        assert (await data(client, "recall_profile"))["like"] == []
        laptops = await data(client, "search_catalog", query="laptop", filter="category = laptops")
        assert laptops["items"] == []


async def test_what_is_wrong_comes_back_as_text_for_the_model(own_home: Path) -> None:
    async with over_stdio(own_home) as client:
        assert "Did you mean 'price'" in await refused(client, "search_catalog", filter="prise<5")
        assert "limit" in await refused(client, "search_catalog", limit="many")
        assert "no such id" in await refused(client, "explain_item", item_id="no such id")
        assert "search_catalog" in await refused(client, "buy")
        assert "'q'; there are: query, filter" in await refused(client, "search_catalog", q="laptop")
        assert "may have 20,000 characters" in await refused(client, "search_catalog", query="x " * 10_001)
        assert "may have 20,000 characters" in await refused(client, "rank_items", item_ids=["1", "x" * 20_001])
        assert "Traceback" not in await refused(client, "rank_items", item_ids={"no": "list"})
        nobody = await client.call_tool("remember_preference", {"value": "red"})
        assert "nobody is signed in" in nobody.content[0].text
        assert await data(client, "search_catalog", query="🎧" * 3000, limit=1)


async def test_over_http_the_key_names_the_user(serving: Callable[..., Any], tmp_path: Path, products: Catalog) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"the-key-of-ann-1": "ann", "the-key-of-bob-1": "bob"}))

    def with_key(url: str, key: str) -> Client:
        opened = httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"})
        return Client(streamable_http_client(url, http_client=opened))

    with serving("--keys", str(keys)) as url:
        async with with_key(url, "the-key-of-ann-1") as ann, with_key(url, "the-key-of-bob-1") as bob:
            await data(ann, "record_feedback", item_id="1", kind="like")
            assert (await data(ann, "recall_profile"))["like"] == ["1"]
            assert (await data(bob, "recall_profile"))["like"] == []
        assert httpx.post(url, json={}).status_code == 401
        assert httpx.post(url, json={}, headers={"Authorization": "Bearer wrong-wrong-wrong"}).status_code == 401
        wrong = {"Authorization": "Bearer the-key-of-ann-1", "Content-Type": "application/json"}
        assert 400 <= httpx.post(url, content="{half", headers=wrong).status_code < 500


async def test_over_http_without_keys_nothing_is_remembered(serving: Callable[..., Any]) -> None:
    with serving() as url:
        async with Client(streamable_http_client(url)) as client:
            assert (await data(client, "search_catalog", query="perfume", limit=1))["items"]
            answer = await client.call_tool("recall_profile", {})
            assert "nobody is signed in" in answer.content[0].text


def test_a_wrong_catalog_ends_with_a_clear_error(own_home: Path) -> None:
    command = [sys.executable, *COMMAND, "--catalog", "produkts"]
    ended = subprocess.run(command, env=environment(own_home), capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert "products" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
