"""LangChain's own suite for tools, one class a tool."""

from typing import Any

import pytest
from langchain_core.tools import BaseTool
from langchain_tests.unit_tests import ToolsUnitTests
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.plugin import make_tools


class _OfTheCatalog(ToolsUnitTests):
    name: str
    example: dict[str, Any]

    @pytest.fixture(autouse=True)
    def _made(self, products: Catalog) -> None:
        self._tool = next(one for one in make_tools(products) if one.name == self.name)

    @property
    def tool_constructor(self) -> BaseTool:
        return self._tool

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return self.example

    def test_every_argument_is_described(self, tool: BaseTool) -> None:
        assert tool.description
        assert all(argument["description"] for argument in tool.args.values())
        assert set(self.example) <= set(tool.args)

    def test_runtime_is_hidden_from_the_model(self, tool: BaseTool) -> None:
        assert "runtime" not in tool.args


class TestSearchCatalog(_OfTheCatalog):
    name = "search_catalog"
    example = {"query": "phone", "filter": "price<500", "limit": 3}  # noqa: RUF012


class TestItemDetails(_OfTheCatalog):
    name = "item_details"
    example = {"item_ids": ["1"]}  # noqa: RUF012


class TestCompareItems(_OfTheCatalog):
    name = "compare_items"
    example = {"item_ids": ["1", "2"], "facets": ["price"]}  # noqa: RUF012


class TestRankItems(_OfTheCatalog):
    name = "rank_items"
    example = {"query": "phone", "liked": ["1"]}  # noqa: RUF012


class TestExplainItem(_OfTheCatalog):
    name = "explain_item"
    example = {"item_id": "1", "query": "phone", "liked": ["2"]}  # noqa: RUF012


class TestRecallProfile(_OfTheCatalog):
    name = "recall_profile"
    example = {}  # noqa: RUF012


class TestRememberPreference(_OfTheCatalog):
    name = "remember_preference"
    example = {"value": "Apple", "facet": "brand", "weight": 0.5}  # noqa: RUF012


class TestRecordFeedback(_OfTheCatalog):
    name = "record_feedback"
    example = {"item_id": "1", "kind": "like"}  # noqa: RUF012


class TestForgetStatement(_OfTheCatalog):
    name = "forget_statement"
    example = {"target": "Apple"}  # noqa: RUF012


class TestForgetEverything(_OfTheCatalog):
    name = "forget_everything"
    example = {}  # noqa: RUF012


class TestExportProfile(_OfTheCatalog):
    name = "export_profile"
    example = {}  # noqa: RUF012


def test_every_tool_has_a_class_here(products: Catalog) -> None:
    tested = {kind.name for kind in _OfTheCatalog.__subclasses__()}
    assert {one.name for one in make_tools(products)} == tested
