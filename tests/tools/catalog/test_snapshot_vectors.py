"""Vectors that are left on the disk are searched like those in memory."""

from __future__ import annotations

from mmap import mmap
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from langgraph_recommender.tools.catalog.index import snapshot
from langgraph_recommender.tools.catalog.index.snapshot import frozen, read_snapshot, write_snapshot
from langgraph_recommender.tools.catalog.search.engine import SearchEngine, SearchRequest
from langgraph_recommender.tools.catalog.search.vectors import Vectors
from langgraph_recommender.tools.items import CatalogSchema, Item

ITEMS = [Item(str(row), f"thing {row}") for row in range(60)]
ROWS = np.eye(60, 64, dtype=np.float32)


def owner(rows: np.ndarray) -> object:
    """What holds the memory of an array."""
    return owner(rows.base) if isinstance(rows.base, np.ndarray) else rows.base


@pytest.mark.parametrize("threshold", [0, 2**30])
def test_mapped_or_read_they_find_the_same(tmp_path: Path, threshold: int) -> None:
    write_snapshot(tmp_path, frozen(ITEMS, ROWS, 3))
    with patch.object(snapshot, "_MAPPED_BYTES", threshold):
        found = read_snapshot(tmp_path, 3, 60, 64)
    assert found is not None
    assert isinstance(owner(found.vectors), mmap) == (threshold == 0)
    with pytest.raises(ValueError, match="read-only"):
        found.vectors[0, 0] = 1.0
    assert np.shares_memory(Vectors(found.vectors).rows, found.vectors)
    texts = [item.title for item in ITEMS]
    engine = SearchEngine.build(ITEMS, texts, found.vectors, CatalogSchema(), lambda _: ROWS[7])
    assert engine.search(SearchRequest("xyzzy", k=1)).hits[0].item_id == "7"


def test_a_file_cut_short_is_no_snapshot(tmp_path: Path) -> None:
    write_snapshot(tmp_path, frozen(ITEMS, ROWS, 3))
    path = tmp_path / "snapshot-3" / "vectors.npy"
    path.write_bytes(path.read_bytes()[:-100])
    with patch.object(snapshot, "_MAPPED_BYTES", 0):
        assert read_snapshot(tmp_path, 3, 60, 64) is None
