"""What each tool answers."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.plugin import make_tools
from langgraph_recommender.tools.profile.memory import ProfileMemory

Toolbox = dict[str, BaseTool]


def call(tool: BaseTool, **arguments: Any) -> ToolMessage:
    message = tool.invoke({"type": "tool_call", "name": tool.name, "id": "call-1", "args": arguments})
    assert isinstance(message, ToolMessage)
    return message


def answer(tool: BaseTool, **arguments: Any) -> dict[str, Any]:
    message = call(tool, **arguments)
    assert message.status == "success", message.content
    return json.loads(str(message.content))


def test_search_keeps_the_filter_and_hands_on_candidates(tools: Toolbox, products: Catalog) -> None:
    message = call(tools["search_catalog"], query="smartphone", filter="price < 500", limit=4)
    content = json.loads(str(message.content))
    ids = [item["id"] for item in content["items"]]
    assert len(ids) == 4
    assert content["fitting"] == sum(bool(item.facets["price"] < 500) for item in products.items())  # pyright: ignore
    assert all(item["price"] < 500 and item["title"] for item in content["items"])
    assert [one["item_id"] for one in message.artifact] == ids
    assert {one["source"] for one in message.artifact} == {"search_catalog"}
    scores = [one["score"] for one in message.artifact]
    assert scores == sorted(scores, reverse=True)


def test_conditions_in_parts_mean_the_same_as_a_filter(tools: Toolbox) -> None:
    parts = [{"facet": "price", "op": "between", "value": [100, 300]}, {"facet": "brand", "op": "!=", "value": "Apple"}]
    written = answer(tools["search_catalog"], query="gift", filter="price between (100, 300) and brand != Apple")
    assert answer(tools["search_catalog"], query="gift", conditions=parts) == written


def test_search_leaves_out_and_finds_alike(tools: Toolbox, products: Catalog) -> None:
    found = answer(tools["search_catalog"], similar_to=["1"], exclude=["2"], limit=5)
    ids = [item["id"] for item in found["items"]]
    assert not {"1", "2"} & set(ids)
    categories = [products.item(one).facets["category"] for one in ids]
    assert products.item("1").facets["category"] in categories


def test_nothing_fits(tools: Toolbox) -> None:
    message = call(tools["search_catalog"], query="phone", filter="price < 0.01")
    assert json.loads(str(message.content)) == {"fitting": 0, "items": []}
    assert message.artifact == []


@pytest.mark.parametrize(
    ("tool", "arguments", "hint"),
    [
        ("search_catalog", {"filter": "prise < 500"}, "price"),
        ("search_catalog", {"filter": "price < cheap"}, "price"),
        ("search_catalog", {"conditions": [{"facet": "prise", "op": "<", "value": 5}]}, "price"),
        ("search_catalog", {"conditions": [{"facet": "price", "op": "between", "value": [5]}]}, "[low, high]"),
        ("search_catalog", {"similar_to": ["no such id"]}, "no such id"),
        ("item_details", {"item_ids": ["no such id"]}, "no such id"),
        ("compare_items", {"item_ids": ["1", "2"], "facets": ["colour"]}, "colour"),
        ("rank_items", {"item_ids": ["no such id"]}, "no such id"),
        ("rank_items", {"query": "phone", "liked": ["no such id"]}, "no such id"),
        ("rank_items", {"query": "phone", "disliked": ["no such id"]}, "no such id"),
        ("rank_items", {}, "nothing to rank"),
        ("explain_item", {"item_id": "no such id"}, "no such id"),
        ("explain_item", {"item_id": "1", "filter": "prise < 5"}, "price"),
        ("record_feedback", {"item_id": "no such id", "kind": "like"}, "no such id"),
        ("remember_preference", {}, "nothing to remember"),
        ("remember_preference", {"value": "red", "facet": "colour"}, "colour"),
        ("remember_preference", {"always": "prise < 5"}, "price"),
    ],
)
def test_the_model_reads_what_was_wrong(tools: Toolbox, tool: str, arguments: dict[str, Any], hint: str) -> None:
    message = call(tools[tool], **arguments)
    assert message.status == "error"
    assert hint in str(message.content)


def test_details_hold_every_facet(tools: Toolbox, products: Catalog) -> None:
    [item] = answer(tools["item_details"], item_ids=["1", "1"])["items"]
    assert item["facets"].keys() == products.item("1").facets.keys()
    assert item["text"]


def test_compare_gives_a_table(tools: Toolbox, products: Catalog) -> None:
    lines = str(call(tools["compare_items"], item_ids=["1", "2"], facets=["price", "brand"]).content).splitlines()
    assert [line.count("|") for line in lines] == [4] * len(lines)
    assert products.item("1").title in lines[0]
    assert lines[2].startswith("| price |")
    assert f"{products.item('2').facets['price']:g}" in lines[2]


def test_rank_orders_given_items_by_what_was_liked(tools: Toolbox, products: Catalog) -> None:
    phones = [item.id for item in products.items() if item.facets.get("category") == "smartphones"]
    mixed = [*(item.id for item in products.items() if item.facets.get("category") == "groceries"), *phones[1:]]
    content = answer(tools["rank_items"], item_ids=mixed, liked=phones[:1], limit=3)
    assert {one["id"] for one in content["items"]} <= set(phones)
    title = products.item(phones[0]).title
    assert content["items"][0]["because"] == [f"feedback on {title}"]


def test_rank_searches_when_there_is_only_a_query(tools: Toolbox) -> None:
    message = call(tools["rank_items"], query="perfume", filter="price < 100", limit=3)
    items = json.loads(str(message.content))["items"]
    assert len(items) == 3
    assert all(one["price"] < 100 for one in items)
    assert [one["score"] for one in items] == sorted((one["score"] for one in items), reverse=True)
    assert all(0 < one["score"] < 1 for one in message.artifact)


def test_an_explanation_adds_up_and_says_what_is_broken(tools: Toolbox, products: Catalog) -> None:
    phones = [item for item in products.items() if item.facets.get("category") == "smartphones"]
    liked, other = phones[0], phones[1]
    why = answer(tools["explain_item"], item_id=other.id, query="phone", filter="price < 0.5", liked=[liked.id])
    assert sum(why["contributions"].values()) == pytest.approx(why["score"], abs=0.01)
    assert {"cause": f"feedback on {liked.title}", "worth": why["for"][0]["worth"]} in why["for"]
    assert why["breaks"] == ["price under $0.50"]
    disliked = answer(tools["explain_item"], item_id=other.id, query="phone", disliked=[liked.id])
    assert [one["cause"] for one in disliked["against"]] == [f"feedback on {liked.title}"]
    assert disliked["breaks"] == []


def test_remembered_tastes_move_the_ranking(tools: Toolbox, products: Catalog) -> None:
    def place() -> int:
        ranked = answer(tools["rank_items"], query="smartphone", limit=50)["items"]
        return next(at for at, one in enumerate(ranked) if one["brand"] == "Vivo")

    before = place()
    answer(tools["remember_preference"], value="vivo", facet="brand", weight=1, evidence="I love Vivo")
    assert place() < before


def test_what_must_always_hold_binds_search_and_ranking(tools: Toolbox) -> None:
    said = answer(tools["remember_preference"], always="price <= 50", evidence="never above 50")
    assert "50" in said["remembered"][0]
    found = answer(tools["search_catalog"], query="watch")
    assert found["always_required"]
    assert all(one["price"] <= 50 for one in found["items"])
    ranked = answer(tools["rank_items"], query="watch")["items"]
    assert ranked
    assert all(one["price"] <= 50 for one in ranked)


def test_memory_is_told_recalled_exported_and_forgotten(tools: Toolbox, products: Catalog) -> None:
    answer(tools["remember_preference"], value="perfume", weight=-1, evidence="perfume gives me a headache")
    assert answer(tools["record_feedback"], item_id="1", kind="like", reason="nice")["recorded"]
    known = answer(tools["recall_profile"])
    assert known["like"] == ["1"]
    assert any("perfume" in one for one in known["remembered"])
    exported = answer(tools["export_profile"])
    assert exported["preferences"][0]["value"] == "perfume"
    assert exported["events"][0]["title"] == products.item("1").title
    assert len(answer(tools["forget_statement"], target="perfume")["forgotten"]) == 1
    assert answer(tools["forget_statement"], target="perfume") == {"forgotten": []}
    assert answer(tools["forget_everything"])["erased"] == 1
    assert answer(tools["recall_profile"])["remembered"] == []


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("recall_profile", {}),
        ("remember_preference", {"value": "tea"}),
        ("record_feedback", {"item_id": "1", "kind": "seen"}),
        ("forget_statement", {"target": "tea"}),
        ("forget_everything", {}),
        ("export_profile", {}),
    ],
)
@pytest.mark.parametrize("missing", ["user", "memory"])
def test_without_a_user_or_a_memory_nothing_is_stored(
    toolbox: Callable[..., Toolbox],
    products: Catalog,
    memory: ProfileMemory,
    tool: str,
    arguments: dict[str, Any],
    missing: str,
) -> None:
    tools = toolbox(None) if missing == "user" else {one.name: one for one in make_tools(products, user_id="ann")}
    assert "no memory" in str(call(tools[tool], **arguments).content)
    assert memory.records("ann") == memory.records("") == []
