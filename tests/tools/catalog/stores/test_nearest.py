"""The neighbours that Chroma names: one client a process, beside writes, and none of the latest items missing."""

import threading
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding
from langgraph_recommender.tools.catalog import Catalog, open_catalog
from langgraph_recommender.tools.catalog.index import embedded, local
from langgraph_recommender.tools.catalog.index.where import where
from langgraph_recommender.tools.constraints import Constraint, Op
from langgraph_recommender.tools.items import Item

FAKE = DeterministicFakeEmbedding(size=16)
ITEMS = [Item(str(number), f"Lamp {number}", facets={"price": float(number)}) for number in range(50)]


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return open_catalog(ITEMS, home=tmp_path, embeddings=FAKE)


def _nearest(catalog: Catalog, item_id: str, k: int = 1, *constraints: Constraint) -> list[str]:
    assert catalog._index
    return catalog._index.nearest(catalog.vector_of([item_id])[0], k, constraints)


def test_each_item_is_nearest_to_itself(catalog: Catalog) -> None:
    assert all(_nearest(catalog, item.id) == [item.id] for item in ITEMS)
    assert set(_nearest(catalog, "7", 500)) == {item.id for item in ITEMS}
    cheap = Constraint(facet="price", op=Op.LT, value=10.0)
    assert set(_nearest(catalog, "30", 50, cheap)) == {str(number) for number in range(10)}


def test_what_changed_since_is_always_among_them(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog.upsert([Item("new", "Wool rug")])
    assert "new" in _nearest(catalog, "new")
    catalog.delete(["7"])
    assert "8" in _nearest(catalog, "8")
    catalog.close()
    assert _nearest(catalog, "new") == ["new"]
    assert "7" not in _nearest(catalog, "8", 100)
    monkeypatch.setattr(local, "_SETTLE_AFTER", 1)
    for number in range(3):
        catalog.upsert([Item(f"newer {number}", f"Rug {number}")])
    assert all(f"newer {number}" in _nearest(catalog, f"newer {number}") for number in range(3))


def test_one_client_that_is_closed_with_the_catalog(catalog: Catalog) -> None:
    assert catalog.directory
    chroma = (catalog.directory / "chroma").resolve()
    _nearest(catalog, "1")
    opened = embedded._open[chroma].reader
    again = open_catalog(catalog.directory, embeddings=FAKE)
    _nearest(again, "1")
    assert opened is not None
    assert embedded._open[chroma].reader is opened
    catalog.close()
    assert embedded._open[chroma].reader is None
    assert _nearest(again, "1") == ["1"]


def test_asked_from_many_threads_while_the_store_is_written(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "_SETTLE_AFTER", 3)
    errors: list[BaseException] = []
    stop = threading.Event()

    def ask(number: int) -> None:
        vector = catalog.vector_of([str(number)])[0]
        while not stop.is_set():
            try:
                assert catalog._index
                assert str(number) in catalog._index.nearest(vector, 1)
            except BaseException as error:
                errors.append(error)
                return

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for number in range(20):
        catalog.upsert([Item(f"new {number}", f"Rug {number}")])
    stop.set()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(catalog) == 70


def test_of_a_filter_only_what_chroma_compares_as_we_do() -> None:
    conditions = {
        "price": (Op.LE, 5.0),
        "rating": (Op.BETWEEN, (1.0, 2.0)),
        "new": (Op.EQ, True),
        "brand": (Op.EQ, "Lumo"),
        "colours": (Op.ALL, ("red", "blue")),
        "sizes": (Op.NOT_IN, (1.0, 2.0)),
    }
    constraints = [Constraint(facet=facet, op=op, value=value) for facet, (op, value) in conditions.items()]
    assert where(constraints) == {
        "$and": [
            {"price": {"$lte": 5.0}},
            {"rating": {"$gte": 1.0}},
            {"rating": {"$lte": 2.0}},
            {"new": {"$eq": True}},
        ]
    }
    assert where(constraints[3:]) is None
    assert where([constraints[0].model_copy(update={"hard": False})]) is None
    assert where(constraints[:1]) == {"price": {"$lte": 5.0}}


def test_a_zero_vector_is_answered(catalog: Catalog) -> None:
    assert catalog._index
    assert len(catalog._index.nearest(np.zeros(16, dtype=np.float32), 3)) <= 3
