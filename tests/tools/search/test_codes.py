"""Model numbers and identifiers: however they are typed, the item that they stand for comes first."""

from __future__ import annotations

import numpy as np
import pytest
from langgraph_recommender.tools.catalog.search.codes import code_table, rows_of_codes
from langgraph_recommender.tools.catalog.search.engine import SearchEngine, SearchRequest
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item

SCHEMA = CatalogSchema(
    facets=(
        Facet(name="brand", kind=FacetKind.CATEGORICAL, role=FacetRole.BRAND),
        Facet(name="ean", kind=FacetKind.MULTI, role=FacetRole.IDENTIFIER),
    )
)
ITEMS = (
    Item("B00X4WHP5E", "HP Pavilion dv7-1211ea Notebook", "", {"brand": "HP", "ean": ("0884962204207",)}),
    Item("2", "HP Pavilion DV7 1210 EA Notebook", "", {"brand": "HP", "ean": ("8710895924771", "884962204208")}),
    Item("3", "Xerox 006R90321 toner cartridge", "", {"brand": "Xerox"}),
    Item("4", "Notebook 16GB 1080p 2019", "", {"brand": "Acme"}),
    Item("1984", "Nineteen Eighty-Four notebook", "", {"brand": "Orwell"}),
)
TABLE = code_table(ITEMS, SCHEMA)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("dv7-1211ea", [0]),
        ("DV7 1211 EA", [0]),
        ("dv71211ea", [0]),
        ("ＤＶ７－１２１１ＥＡ", [0]),
        ("hp dv7-1210ea laptop", [1]),
        ("006r90321", [2]),
        ("0884962204207", [0]),
        ("884962204207", [0]),
        ("0884962204208", [1]),
        ("b00x4whp5e", [0]),
        ("16gb notebook", []),
        ("1080p", []),
        ("1984", []),
        ("2019", []),
        ("notebook", []),
        ("", []),
    ],
)
def test_the_items_that_a_code_stands_for(query: str, rows: list[int]) -> None:
    assert rows_of_codes(query, *TABLE).tolist() == rows


def test_a_code_of_many_items_is_a_property() -> None:
    items = [Item(str(row), f"Card RTX2060X version {row}") for row in range(20)]
    assert rows_of_codes("rtx2060x", *code_table(items, SCHEMA)).tolist() == []


def test_no_items_have_no_codes() -> None:
    assert rows_of_codes("dv7-1211ea", *code_table((), SCHEMA)).tolist() == []


def engine() -> SearchEngine:
    vectors = np.eye(len(ITEMS), 8, dtype=np.float32)
    far = np.ones(8, dtype=np.float32) / np.sqrt(8, dtype=np.float32)
    return SearchEngine.build(ITEMS, [item.title for item in ITEMS], vectors, SCHEMA, lambda _: far)


def test_the_item_of_the_code_comes_first_and_the_score_says_why() -> None:
    first, second = engine().search(SearchRequest("cheap notebook 8710895924771", k=2)).hits
    assert first.item_id == "2"
    assert first.parts["code"] > second.score
