"""A conformance suite that every store of items can be held to.

class TestMyStore(ItemStoreConformance):
    @pytest.fixture
    def opened(self, tmp_path): return lambda: my_store(tmp_path, dimension=self.dimension)    # a context manager
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from ..constraints.model import Constraint, Op
from ..items import CatalogSchema, Facet, FacetKind, Item
from .embeddings import embed_texts
from .index.composition import embedded_text
from .index.protocol import ItemStore, StoredItem
from .index.synchronise import entries

OpenStore = Callable[[], AbstractContextManager[ItemStore]]
SCHEMA = CatalogSchema(
    name="conformance",
    facets=(
        Facet(name="price", kind=FacetKind.NUMERIC),
        Facet(name="brand", kind=FacetKind.CATEGORICAL),
        Facet(name="colours", kind=FacetKind.MULTI),
        Facet(name="new", kind=FacetKind.BOOLEAN),
    ),
)
ITEMS = (
    Item("1", "Blue lamp", "It lights a desk.", {"price": 20.0, "brand": "Lumo", "colours": ("blue", "white")}),
    Item("2", "Red lamp", "It lights a room.", {"price": 35.0, "brand": "Lumo", "new": True}),
    Item("商品 3", "橡木书桌", "结实耐用。", {"price": 240.0, "brand": "Holt", "new": False}),
    Item('odd/"id" 4', "Pine shelf", image="pine.jpg"),
)
UNKNOWN = "no item has this id"


class _Letters(Embeddings):
    """Counts letters: texts that share words lie close together. It needs no model."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        counts = np.bincount([ord(letter) % ItemStoreConformance.dimension for letter in text + " "], minlength=64)
        return (counts / np.linalg.norm(counts)).tolist()


class ItemStoreConformance:
    """What the catalog relies on. Override `opened`: every call opens the same store again, empty at first.

    A store that embeds texts itself is to use `embeddings`.
    """

    dimension = 64
    embeddings: Embeddings = _Letters()

    @pytest.fixture
    def opened(self) -> OpenStore:
        """Opens the store under test."""
        raise NotImplementedError

    def filed(self, items: Sequence[Item], first: float = 0.0) -> list[StoredItem]:
        """Items as the catalog stores them, in this order."""
        vectors = embed_texts(self.embeddings, [embedded_text(item, SCHEMA) for item in items])
        return entries(items, list(vectors), [first + place for place in range(len(items))], SCHEMA, live=False)

    def test_is_empty_at_first(self, opened: OpenStore) -> None:
        """Nothing is in it, and asking is no error."""
        with opened() as store:
            assert isinstance(store, ItemStore)
            assert len(store) == 0
            assert store.stored() == {}
            assert store.read().items == ()
            assert store.nearest(self.filed(ITEMS[:1])[0].vector, 5) == []
            store.delete([UNKNOWN])
            store.put([])

    def test_what_was_put_is_read_whole(self, opened: OpenStore) -> None:
        """Every field of every item, and its vector, in the order that was filed."""
        filed = self.filed(ITEMS)
        with opened() as store:
            store.put(list(reversed(filed)))
            contents = store.read()
            assert contents.items == ITEMS
            assert contents.vectors.dtype == np.float32
            assert np.allclose(contents.vectors, [entry.vector for entry in filed], atol=1e-5)
            assert len(store) == len(ITEMS)

    def test_it_is_there_when_opened_again(self, opened: OpenStore) -> None:
        """What `put` returned from is kept."""
        with opened() as store:
            store.put(self.filed(ITEMS))
        with opened() as store:
            assert store.read().items == ITEMS
            store.delete([ITEMS[0].id])
        with opened() as store:
            assert store.read().items == ITEMS[1:]

    def test_some_are_read_by_their_ids(self, opened: OpenStore) -> None:
        """In their order, and unknown ids are left out."""
        wanted = [ITEMS[2].id, UNKNOWN, ITEMS[0].id]
        with opened() as store:
            store.put(self.filed(ITEMS))
            assert store.read(wanted).items == (ITEMS[0], ITEMS[2])
            assert store.stored(wanted).keys() == {ITEMS[0].id, ITEMS[2].id}
            vectors = store.vectors(wanted)
            assert vectors.keys() == {ITEMS[0].id, ITEMS[2].id}
            assert np.allclose(vectors[ITEMS[0].id], self.filed(ITEMS)[0].vector, atol=1e-5)
            assert store.read([]).items == ()

    def test_put_replaces_the_whole_item(self, opened: OpenStore) -> None:
        """A facet, text or picture that the new one lacks is gone; the vector follows the text."""
        new = Item(ITEMS[0].id, "Wool rug", facets={"price": 70.0})
        priced = Item(ITEMS[1].id, ITEMS[1].title, ITEMS[1].text, {"brand": "Lumo", "price": 1.0})
        with opened() as store:
            store.put(self.filed(ITEMS))
            store.put(self.filed([new, priced]))
            assert store.read([new.id, priced.id]).items == (new, priced)
            assert np.allclose(store.vectors([new.id])[new.id], self.filed([new])[0].vector, atol=1e-5)
            assert len(store) == len(ITEMS)

    def test_putting_the_same_twice_changes_nothing(self, opened: OpenStore) -> None:
        """A write that was cut off may be done again."""
        with opened() as store:
            store.put(self.filed(ITEMS))
            before = store.stored()
            store.put(self.filed(ITEMS))
            assert store.stored() == before
            assert store.read().items == ITEMS

    def test_what_is_known_without_reading(self, opened: OpenStore) -> None:
        """Content and text have digests that change with them, and the place is as filed."""
        changed = Item(ITEMS[0].id, ITEMS[0].title, ITEMS[0].text, {**ITEMS[0].facets, "price": 5.0})
        with opened() as store:
            store.put(self.filed(ITEMS))
            first = store.stored()[ITEMS[0].id]
            store.put(self.filed([changed], first=0.0))
            second = store.stored()[ITEMS[0].id]
        assert second.content != first.content
        assert second.text == first.text
        assert second.order == first.order == 0.0

    def test_deleted_is_gone_everywhere(self, opened: OpenStore) -> None:
        """Also from the neighbours, and it may come back."""
        filed = self.filed(ITEMS)
        with opened() as store:
            store.put(filed)
            store.delete([ITEMS[0].id, UNKNOWN])
            assert store.read().items == ITEMS[1:]
            assert ITEMS[0].id not in store.nearest(filed[0].vector, len(ITEMS))
            store.put(filed[:1])
            assert store.nearest(filed[0].vector, 1) == [ITEMS[0].id]

    def test_nearest_come_first(self, opened: OpenStore) -> None:
        """Each item is the nearest to its own vector; more than there are is no error, none is an empty list."""
        filed = self.filed(ITEMS)
        with opened() as store:
            store.put(filed)
            for entry in filed:
                assert store.nearest(entry.vector, 1) == [entry.item.id]
            assert set(store.nearest(filed[0].vector, 50)) == {item.id for item in ITEMS}
            assert store.nearest(filed[0].vector, 0) == []

    def test_a_filter_never_hides_what_fits(self, opened: OpenStore) -> None:
        """A store applies what it can of a filter, and no more: soft conditions never."""
        cheap = Constraint(facet="price", op=Op.LT, value=30.0)
        wishes = [cheap, Constraint(facet="brand", op=Op.EQ, value="LUMO")]
        soft = [one.model_copy(update={"hard": False}) for one in wishes]
        new = [Constraint(facet="new", op=Op.EQ, value=True)]
        vector = self.filed(ITEMS)[0].vector
        with opened() as store:
            store.put(self.filed(ITEMS))
            assert ITEMS[0].id in store.nearest(vector, len(ITEMS), wishes)
            assert ITEMS[1].id in store.nearest(vector, len(ITEMS), new)
            assert set(store.nearest(vector, len(ITEMS), soft)) == {item.id for item in ITEMS}

    def test_many(self, opened: OpenStore) -> None:
        """More than any page or batch: none is lost, none is there twice, and the order holds."""
        items = [Item(f"item {number}", f"Lamp number {number}") for number in range(2_500)]
        with opened() as store:
            store.put(self.filed(items))
            assert store.read().items == tuple(items)
            store.delete([item.id for item in items[100:]])
            assert store.read().items == tuple(items[:100])
