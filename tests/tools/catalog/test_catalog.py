import threading
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from langgraph_recommender.tools.catalog import Catalog, SearchRequest, open_catalog
from langgraph_recommender.tools.constraints import Constraint, Op
from langgraph_recommender.tools.errors import CatalogError, FilterError, UnknownItemError
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item

from .conftest import CountingEmbeddings

ITEMS = [
    Item("1", "Blue lamp", "It lights a desk.", {"price": 20.0, "brand": "Lumo"}),
    Item("2", "Red lamp", "It lights a room.", {"price": 35.0, "brand": "Lumo"}),
    Item("3", "Oak desk", "Heavy, for decades.", {"price": 240.0, "brand": "Holt"}),
]


@pytest.fixture
def catalog(counting: CountingEmbeddings) -> Catalog:
    opened = open_catalog(ITEMS, embeddings=counting)
    counting.texts.clear()
    return opened


def test_items_and_rows_go_together(catalog: Catalog) -> None:
    assert list(catalog.items()) == ITEMS
    assert len(catalog) == 3
    assert "2" in catalog
    assert "9" not in catalog
    assert catalog.item("2") is ITEMS[1]
    assert catalog.position("3") == 2
    assert catalog.vectors.shape == (3, 512)
    assert np.array_equal(catalog.vector_of(["3", "1"]), catalog.vectors[[2, 0]])
    assert catalog.vector_of([]).shape == (0, 512)


def test_unknown_ids_are_errors(catalog: Catalog) -> None:
    for ask in (
        catalog.item,
        catalog.position,
        lambda one: catalog.vector_of([one]),
        lambda one: catalog.delete([one]),
    ):
        with pytest.raises(UnknownItemError, match="'9'"):
            ask("9")
    with pytest.raises(UnknownItemError):
        catalog.statistics("price", ["9"])
    assert len(catalog) == 3


def test_a_query_is_embedded_once_and_cannot_be_changed(catalog: Catalog, counting: CountingEmbeddings) -> None:
    vector = catalog.embed_query("something bright")
    assert catalog.embed_query("something bright") is vector
    assert counting.texts == ["something bright"]
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        catalog.vectors[0, 0] = 1


def test_masks_and_statistics(catalog: Catalog) -> None:
    assert catalog.mask([Constraint(facet="price", op=Op.LT, value=100)]).tolist() == [True, True, False]
    assert catalog.mask([Constraint(facet="price", op=Op.LT, value=100, hard=False)]).all()
    assert catalog.statistics("brand").counts == {"Lumo": 2, "Holt": 1}
    assert catalog.statistics("price", ["1", "3"]).median == 130
    with pytest.raises(FilterError, match="Did you mean 'price'"):
        catalog.mask([Constraint(facet="prise", op=Op.LT, value=100)])


def test_search_finds_by_words_and_by_meaning(catalog: Catalog) -> None:
    assert catalog.search(SearchRequest("oak desk", k=1)).hits[0].item_id == "3"
    cheap = Constraint(facet="price", op=Op.LT, value=30)
    assert [hit.item_id for hit in catalog.search(SearchRequest("lamp", (cheap,))).hits] == ["1"]


def test_a_change_is_seen_by_everything_at_once(catalog: Catalog, counting: CountingEmbeddings) -> None:
    revision = catalog.revision
    catalog.upsert([Item("2", "Red lamp", "It lights a room.", {"price": 5.0, "brand": "Lumo"}), Item("4", "Wool rug")])
    assert counting.texts == ["Wool rug"]
    assert catalog.revision == revision + 1
    assert catalog.mask([Constraint(facet="price", op=Op.LT, value=10)]).tolist() == [False, True, False, False]
    assert catalog.search(SearchRequest("wool rug", k=1)).hits[0].item_id == "4"
    catalog.delete(["4", "1", "4"])
    assert [item.id for item in catalog.items()] == ["2", "3"]
    assert catalog.statistics("price").total == 2


def test_a_catalog_can_be_emptied_and_filled_again(catalog: Catalog) -> None:
    catalog.delete(["1", "2", "3"])
    assert len(catalog) == 0
    assert catalog.search(SearchRequest("lamp")).hits == ()
    catalog.upsert([ITEMS[0]])
    assert catalog.search(SearchRequest("lamp")).hits[0].item_id == "1"


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (Item("9", " "), "Item '9' has no title"),
        (Item("", "Rug"), "Item '' has no id"),
        (Item("9", "Rug", facets={"prise": 3.0}), "unknown facet 'prise'. Did you mean 'price'"),
        (Item("9", "Rug", facets={"price": "cheap"}), "price is 'cheap'"),
        (Item("9", "Rug", facets={"price": float("nan")}), "price is nan"),
        (Item("9", "Rug", facets={"price": True}), "price is True"),
        (Item("9", "Rug", facets={"brand": ("a",)}), "brand is"),
    ],
)
def test_items_that_break_the_schema_change_nothing(catalog: Catalog, item: Item, message: str) -> None:
    with pytest.raises(CatalogError, match=message):
        catalog.upsert([Item("4", "Wool rug"), item])
    assert len(catalog) == 3


def test_two_items_with_one_id(counting: CountingEmbeddings) -> None:
    with pytest.raises(CatalogError, match="2 items have the id '1'"):
        open_catalog([ITEMS[0], Item("1", "Other")], embeddings=counting)


def test_no_items_at_all(counting: CountingEmbeddings) -> None:
    with pytest.raises(CatalogError, match="no rows"):
        open_catalog([], embeddings=counting)


def test_readers_never_see_half_a_change(catalog: Catalog) -> None:
    broken: list[Sequence[object]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            hits = catalog.search(SearchRequest("lamp", k=50)).hits
            scores = [hit.score for hit in hits]
            if len({hit.item_id for hit in hits}) != len(hits) or scores != sorted(scores, reverse=True):
                broken.append(hits)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(10):
        catalog.upsert([Item(f"new {number}", f"Lamp {number}")])
        catalog.delete([f"new {number}"])
    stop.set()
    for reader in readers:
        reader.join()
    assert not broken
    assert [item.id for item in catalog.items()] == ["1", "2", "3"]


def test_a_change_of_stock_embeds_nothing_and_is_seen_by_the_next_search(counting: CountingEmbeddings) -> None:
    stock = Facet(name="availability", kind=FacetKind.CATEGORICAL, role=FacetRole.STOCK)
    items = [Item(str(number), f"Lamp {number}", facets={"availability": "in stock"}) for number in range(30)]
    catalog = open_catalog(items, schema=CatalogSchema(facets=(stock,)), embeddings=counting)
    gone = Constraint(facet="availability", op=Op.EQ, value="out of stock")
    assert catalog.search(SearchRequest("lamp", (gone,))).fitting == 0
    counting.texts.clear()
    catalog.upsert([replace(catalog.item("7"), facets={"availability": "out of stock"})])
    assert [hit.item_id for hit in catalog.search(SearchRequest("lamp", (gone,))).hits] == ["7"]
    assert counting.texts == []


def test_after_many_changes_a_search_finds_what_one_in_a_new_catalog_finds(counting: CountingEmbeddings) -> None:
    nouns, colours = ("lamp", "desk", "chair", "shelf"), ("blue", "red", "oak")
    items = [
        Item(str(number), f"{colours[number % 3]} {nouns[number % 4]} {number}", facets={"price": float(number)})
        for number in range(60)
    ]
    catalog = open_catalog(items, embeddings=counting)
    queries = ("blue lamp", "a chair for my room", "oak desk 14", "wool rug", "blue lampe")
    for query in queries:
        catalog.search(SearchRequest(query))
    catalog.upsert([Item("new", "Wool rug", facets={"price": 70.0}), replace(items[5], title="Red rug")])
    catalog.search(SearchRequest("rug"))
    catalog.delete(["3", "8"])
    catalog.upsert([replace(items[9], facets={"price": 1.0})])
    anew = open_catalog(list(catalog.items()), schema=catalog.schema, embeddings=counting)
    for query in queries:
        found, expected = (one.search(SearchRequest(query, k=100)) for one in (catalog, anew))
        assert {hit.item_id for hit in found.hits} == {hit.item_id for hit in expected.hits}
        assert {hit.item_id for hit in found.hits[:3]} & {hit.item_id for hit in expected.hits[:3]}
        scores = {hit.item_id: hit.score for hit in expected.hits}
        assert all(abs(scores[hit.item_id] - hit.score) < 0.1 for hit in found.hits)
