"""A catalog in a LangChain `VectorStore` that the caller brings."""

from pathlib import Path

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.vectorstores import InMemoryVectorStore
from langgraph_recommender.tools.catalog import SearchRequest, open_catalog
from langgraph_recommender.tools.errors import IndexStateError, SettingsError
from langgraph_recommender.tools.items import Item

ITEMS = [Item("1", "Blue lamp", facets={"price": 20.0}), Item("2", "Oak desk", facets={"price": 240.0})]
BOX = Item("3", "Tin box", facets={"price": 3.0})


class NoLookUp(InMemoryVectorStore):
    """One of the many stores that do not implement `get_by_ids`."""

    def get_by_ids(self, ids):
        raise NotImplementedError


@pytest.fixture
def store() -> InMemoryVectorStore:
    return InMemoryVectorStore(DeterministicFakeEmbedding(size=16))


def test_every_change_is_in_the_store_when_it_returns(store: InMemoryVectorStore) -> None:
    catalog = open_catalog(ITEMS, store=store)
    assert set(store.store) == {"1", "2"}
    catalog.upsert([BOX, Item("1", "Green lamp", facets={"price": 5.0})])
    assert store.store["1"]["metadata"]["price"] == 5.0
    assert store.store["1"]["text"] == "Green lamp"
    catalog.delete(["2"])
    assert set(store.store) == {"1", "3"}
    assert {hit.item_id for hit in catalog.search(SearchRequest("tin box")).hits} == {"1", "3"}


def test_the_embedding_is_that_of_the_store(store: InMemoryVectorStore) -> None:
    assert open_catalog(ITEMS, store=store).vectors.shape == (2, 16)


def test_a_store_that_forgot_everything_is_filled_again(store: InMemoryVectorStore, tmp_path: Path) -> None:
    catalog = open_catalog(ITEMS, store=store, home=tmp_path)
    catalog.upsert([BOX])
    catalog.delete(["1"])
    catalog.close()
    empty = InMemoryVectorStore(DeterministicFakeEmbedding(size=16))
    again = open_catalog(ITEMS, store=empty, home=tmp_path)
    assert [item.id for item in again.items()] == ["2", "3"]
    assert set(empty.store) == {"2", "3"}


def test_a_missing_snapshot_is_made_again_from_the_store(store: InMemoryVectorStore, tmp_path: Path) -> None:
    catalog = open_catalog(ITEMS, store=store, home=tmp_path)
    catalog.upsert([BOX])
    catalog.close()
    assert catalog.directory
    (snapshot,) = catalog.directory.glob("snapshot-*")
    (snapshot / "items.json").write_text("[")
    again = open_catalog(ITEMS, store=store, home=tmp_path)
    assert list(again.items()) == [*ITEMS, BOX]
    assert again.vectors == pytest.approx(catalog.vectors, abs=1e-5)


def test_a_change_that_the_store_refuses_did_not_happen(store: InMemoryVectorStore, tmp_path: Path) -> None:
    catalog = open_catalog(ITEMS, store=store, home=tmp_path)

    def refuse(*_args: object, **_options: object) -> list[str]:
        raise ConnectionError("the store is away")

    store.add_documents = refuse
    with pytest.raises(ConnectionError):
        catalog.upsert([BOX])
    del store.add_documents
    assert "3" not in catalog
    assert "3" not in open_catalog(ITEMS, store=store, home=tmp_path)


def test_stores_that_cannot_be_used() -> None:
    with pytest.raises(IndexStateError, match="NoLookUp cannot get documents by their ids"):
        open_catalog(ITEMS, store=NoLookUp(DeterministicFakeEmbedding(size=16)))
    with pytest.raises(SettingsError, match=r"The store is a dict. Pass a LangChain VectorStore, or the URL"):
        open_catalog(ITEMS, store={})
    with pytest.raises(IndexStateError, match="no URL"):
        open_catalog(ITEMS, store="localhost:8000")
