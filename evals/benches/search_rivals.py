"""What the search benchmark compares with: a scan of all vectors by numpy, and Chroma as it comes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from .search_data import DRAW

_BATCH = 2_000
_GROWTH = 1.3
"""Indexing n times the vectors takes some n to this power the time."""


def scan(vectors: np.ndarray, query: np.ndarray, fits: np.ndarray, k: int) -> np.ndarray:
    """Rows of the k nearest among those that fit, by comparing all: the floor of what a search must do."""
    cosines = np.where(fits, vectors @ query, -np.inf)
    count = min(k, int(np.count_nonzero(fits)))
    if not count:
        return np.empty(0, dtype=int)
    best = np.argpartition(-cosines, count - 1)[:count]
    return best[np.argsort(-cosines[best], kind="stable")]


@dataclass(frozen=True, slots=True)
class RawChroma:
    """A collection in a directory of its own, with the vectors of n items and the number of each."""

    collection: Any
    seconds: float
    """Time of indexing."""
    graph: int
    """Bytes of its graph of neighbours with the vectors, which it holds in memory."""
    disk: int
    """Bytes of everything on disk."""

    def query(self, vector: np.ndarray, share: float | None, k: int) -> list[int]:
        """Rows of the k nearest whose number is below the share, or of all."""
        where = None if share is None else {DRAW: {"$lt": share}}
        found = self.collection.query(query_embeddings=[vector], n_results=k, where=where, include=["distances"])
        return [int(one) for one in found["ids"][0]]


@dataclass(frozen=True, slots=True)
class TooLong:
    """Indexing was given up: it would have taken these seconds."""

    seconds: float


@contextmanager
def raw_chroma(vectors: np.ndarray, draws: np.ndarray, limit: float) -> Iterator[RawChroma | TooLong]:
    """The collection, or that indexing would take longer than a limit in seconds."""
    import chromadb  # noqa: PLC0415
    from chromadb.config import Settings  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        client: Any = chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))
        collection = client.create_collection(
            "raw", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        start = perf_counter()
        for at in range(0, len(vectors), _BATCH):
            rows = range(at, min(at + _BATCH, len(vectors)))
            collection.add(
                ids=[str(row) for row in rows],
                embeddings=vectors[at : at + _BATCH],
                metadatas=[{DRAW: float(draws[row])} for row in rows],
            )
            expected = (perf_counter() - start) * (len(vectors) / rows.stop) ** _GROWTH
            if expected > limit and rows.stop < len(vectors):
                yield TooLong(expected)
                break
        else:
            seconds = perf_counter() - start
            yield RawChroma(collection, seconds, _size(Path(folder), "*.bin"), _size(Path(folder), "*"))
        client.close()


def _size(folder: Path, pattern: str) -> int:
    return sum(path.stat().st_size for path in folder.rglob(pattern) if path.is_file())
