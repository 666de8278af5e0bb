"""What words, feedback and purpose add to meaning: accessories stand behind the thing, misspelt names are found."""

from __future__ import annotations

import numpy as np
import pytest
from langgraph_recommender.tools.catalog.search.blend import QueryKind, Weights, learned_weights
from langgraph_recommender.tools.catalog.search.engine import SearchEngine, SearchRequest
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item

BRAND = Facet(name="brand", kind=FacetKind.CATEGORICAL, role=FacetRole.BRAND, aliases={"Samsung": ("三星",)})
GOODS = CatalogSchema(facets=(BRAND,))
WORKS = CatalogSchema(facets=(Facet(name="author", kind=FacetKind.CATEGORICAL, role=FacetRole.CREATOR),))
SHOP = (
    Item("sleeve", "Sleeve for laptop", "", {"brand": "Targus"}),
    Item("laptop", "Thin laptop", "", {"brand": "Samsung"}),
    Item("case", "Case for notebooks", "A laptop case.", {"brand": "Hewlett Packard"}),
    Item("lamp", "Lamp", "", {"brand": "Ikea"}),
)


def engine(items: tuple[Item, ...] = SHOP, schema: CatalogSchema = GOODS) -> SearchEngine:
    """All vectors are alike, so that words decide."""
    vectors = np.full((len(items), 4), 0.5, dtype=np.float32)
    return SearchEngine.build(items, [item.title for item in items], vectors, schema, lambda _: vectors[0])


def test_what_is_only_for_the_thing_stands_behind_it() -> None:
    hits = {hit.item_id: hit for hit in engine().search(SearchRequest("laptop")).hits}
    assert hits["sleeve"].parts["accessory"] < 0
    assert "accessory" not in hits["laptop"].parts
    assert "accessory" not in hits["case"].parts
    assert hits["laptop"].score > hits["sleeve"].score


def test_who_asks_for_the_accessory_gets_it() -> None:
    assert engine().search(SearchRequest("laptop sleeve")).hits[0].item_id == "sleeve"
    assert "accessory" not in engine().search(SearchRequest("sleeve")).hits[0].parts


def test_works_have_no_accessories() -> None:
    works = (Item("v", "V for Vendetta", "", {"author": "Moore"}), Item("g", "Waiting for Godot", "", {"author": "B"}))
    for query, first in (("vendetta", "v"), ("godot", "g")):
        hit = engine(works, WORKS).search(SearchRequest(query)).hits[0]
        assert (hit.item_id, "accessory" in hit.parts) == (first, False)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("samsng", "laptop"),
        ("hewlet pakard", "case"),
        ("hewlett pakcard", "case"),
        ("三星", "laptop"),
        ("targuss", "sleeve"),
    ],
)
def test_a_misspelt_value_is_read_as_the_value(query: str, first: str) -> None:
    hit = engine().search(SearchRequest(query)).hits[0]
    assert (hit.item_id, "value" in hit.parts) == (first, True)


def test_the_query_moves_to_what_its_words_find() -> None:
    items = (Item("red", "Red mug"), Item("blue", "Blue cup"), Item("far", "Stone"))
    vectors = np.array([[1, 0, 0], [0.96, 0.28, 0], [0, 0, 1]], dtype=np.float32)
    asked = np.array([0, 0, 1], dtype=np.float32)
    built = SearchEngine.build(items, [item.title for item in items], vectors, GOODS, lambda _: asked)
    kept = learned_weights()
    still = built.weighing(Weights(kept.lexical, 0.0, kept.accessory)).search(SearchRequest("mug"))
    moved = built.search(SearchRequest("mug"))
    assert still.query_vector is not None
    assert moved.query_vector is not None
    assert float(still.query_vector @ vectors[1]) == pytest.approx(0)
    assert float(moved.query_vector @ vectors[1]) > 0.1
    assert np.linalg.norm(moved.query_vector) == pytest.approx(1)


def test_the_result_says_how_the_query_was_weighed() -> None:
    result = engine().search(SearchRequest("laptop"))
    assert result.blend is not None
    assert result.blend.kind is QueryKind.KEYWORDS
    assert engine().search(SearchRequest("thin laptop")).blend.kind is QueryKind.TITLE  # pyright: ignore[reportOptionalMemberAccess]
    assert engine().search(SearchRequest("")).blend is None


def test_learned_weights_are_shares() -> None:
    weights = learned_weights()
    assert set(weights.lexical) == set(QueryKind)
    assert all(0 <= one <= 1 for one in (*weights.lexical.values(), weights.feedback, weights.accessory))
