"""Chroma as the durable store of a catalog: text, vectors, metadata."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import IndexStateError
from ...items import Item
from .records import Flat, Stored, item_from_metadata, stored_from

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

COLLECTION = "items"
_CONFIGURATION: Any = {"hnsw": {"space": "cosine", "ef_construction": 64}}
_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item with its vector, shape (d,), and what is filed with it."""

    item: Item
    vector: np.ndarray
    text: str
    metadata: Flat


class ChromaStore:
    """One collection in one directory. Open it with `open_store`, which also closes it."""

    def __init__(self, collection: Collection, batch: int) -> None:
        self._collection = collection
        self._batch = batch

    def __len__(self) -> int:
        return self._collection.count()

    def stored(self) -> dict[str, Stored]:
        """What is known of every item, by id."""
        return {
            identifier: stored_from(metadata)
            for page in self._pages(["metadatas"])
            for identifier, metadata in zip(page["ids"], page["metadatas"], strict=True)
        }

    def put(self, entries: Sequence[StoredItem]) -> None:
        """Writes items, in place of those with the same ids."""
        for start in range(0, len(entries), self._batch):
            batch = entries[start : start + self._batch]
            self._forget_lost_facets(batch)
            self._collection.upsert(
                ids=[entry.item.id for entry in batch],
                embeddings=np.stack([entry.vector for entry in batch]),
                documents=[entry.text for entry in batch],
                metadatas=[entry.metadata for entry in batch],
            )

    def _forget_lost_facets(self, batch: Sequence[StoredItem]) -> None:
        """Chroma merges metadata on upsert: a row that loses a facet must go first, or it would keep the old value."""
        new = {entry.item.id: entry.metadata for entry in batch}
        known: Any = self._collection.get(ids=list(new), include=["metadatas"])
        pairs = zip(known["ids"], known["metadatas"], strict=True)
        lost = [identifier for identifier, metadata in pairs if metadata.keys() - new[identifier].keys()]
        if lost:
            self._collection.delete(ids=lost)

    def delete(self, ids: Sequence[str]) -> None:
        """Removes items; unknown ids are no error."""
        for start in range(0, len(ids), self._batch):
            self._collection.delete(ids=list(ids[start : start + self._batch]))

    def vectors(self, ids: Sequence[str]) -> dict[str, np.ndarray]:
        """The vectors of some items, by id."""
        found: dict[str, np.ndarray] = {}
        for start in range(0, len(ids), _PAGE):
            page: Any = self._collection.get(ids=list(ids[start : start + _PAGE]), include=["embeddings"])
            found.update(zip(page["ids"], np.asarray(page["embeddings"], dtype=np.float32), strict=True))
        return found

    def everything(self) -> tuple[list[Item], np.ndarray]:
        """All items in their order, and their vectors, shape (n, d), float32."""
        items, orders, vectors = [], [], []
        for page in self._pages(["metadatas", "embeddings"]):
            items += [item_from_metadata(metadata) for metadata in page["metadatas"]]
            orders += [stored_from(metadata).order for metadata in page["metadatas"]]
            vectors.append(np.asarray(page["embeddings"], dtype=np.float32))
        order = np.argsort(orders, kind="stable")
        return [items[index] for index in order], np.concatenate(vectors)[order] if vectors else np.empty((0, 0))

    def _pages(self, include: list[Any]) -> Iterator[Mapping[str, Any]]:
        for offset in range(0, len(self), _PAGE):
            page: Any = self._collection.get(limit=_PAGE, offset=offset, include=include)
            yield page


@contextmanager
def open_store(directory: Path, embedding: str, dimension: int) -> Iterator[ChromaStore]:
    """The store in a directory, made when it is new, and closed afterwards.

    Raises IndexStateError when Chroma cannot read the directory, or it holds vectors of another embedding.
    """
    from chromadb.errors import ChromaError  # noqa: PLC0415

    client = None
    try:
        client = _client(directory)
        collection = client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            metadata={"embedding": embedding, "dimension": dimension},
            configuration=_CONFIGURATION,
        )
        _check_embedding(directory, dict(collection.metadata or {}), embedding, dimension)
        yield ChromaStore(collection, min(_PAGE, client.get_max_batch_size()))
    except (ChromaError, sqlite3.DatabaseError) as error:
        raise _unusable(directory, error) from error
    finally:
        if client is not None:
            client.close()


def _client(directory: Path) -> Any:
    import chromadb  # noqa: PLC0415
    from chromadb.config import Settings  # noqa: PLC0415

    def connect() -> Any:
        return chromadb.PersistentClient(str(directory.resolve()), settings=Settings(anonymized_telemetry=False))

    try:
        try:
            return connect()
        except AttributeError:
            # What could not be started stays in Chroma's cache until somebody stumbles over it: now it is gone.
            return connect()
    except (OSError, ValueError, RuntimeError) as error:
        raise _unusable(directory, error) from error


def _unusable(directory: Path, error: Exception) -> IndexStateError:
    cure = f"Delete {directory.parent} and index again."
    return IndexStateError(f"{directory.parent}: the index cannot be used ({error}).", cure=cure)


def _check_embedding(directory: Path, found: Mapping[str, Any], embedding: str, dimension: int) -> None:
    if found.get("embedding") != embedding or found.get("dimension") != dimension:
        raise IndexStateError(
            f"{directory.parent} was built with the embedding {found.get('embedding')} ({found.get('dimension')} "
            f"dimensions), not {embedding} ({dimension}).",
            cure=f"Pass that embedding, or delete {directory.parent} and index again.",
        )
