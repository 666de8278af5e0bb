"""Chroma as the durable store of a catalog: text, vectors, metadata. The same in a directory and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...constraints.model import Constraint
from ...errors import IndexStateError
from .protocol import Contents, StoredItem
from .records import TEXT_HASH, Stored, item_from_metadata, stored_from
from .where import where

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

CONFIGURATION: Any = {"hnsw": {"space": "cosine", "ef_construction": 64}}
_PAGE = 2_000


class ChromaStore:
    """One collection, as an `ItemStore`."""

    def __init__(self, client: Client, collection: Collection) -> None:
        self._collection = collection
        self._batch = min(_PAGE, client.get_max_batch_size())

    def __len__(self) -> int:
        return self._collection.count()

    def stored(self, ids: Sequence[str] | None = None) -> dict[str, Stored]:
        """What is known of some items or all, by id."""
        return {
            identifier: stored_from(metadata)
            for page in self._pages(["metadatas"], ids)
            for identifier, metadata in zip(page["ids"], page["metadatas"], strict=True)
        }

    def put(self, entries: Sequence[StoredItem]) -> None:
        """Writes items, in place of those with the same ids. A vector is written only when the text is another."""
        for start in range(0, len(entries), self._batch):
            batch = entries[start : start + self._batch]
            known: Any = self._collection.get(ids=[entry.item.id for entry in batch], include=["metadatas"])
            former = dict(zip(known["ids"], known["metadatas"], strict=True))
            same = [entry for entry in batch if _reads_the_same(entry, former)]
            others = [entry for entry in batch if not _reads_the_same(entry, former)]
            if same:
                self._collection.update(
                    ids=[entry.item.id for entry in same],
                    metadatas=[_replacing(entry, former) for entry in same],
                )
            if others:
                self._collection.upsert(
                    ids=[entry.item.id for entry in others],
                    embeddings=np.stack([entry.vector for entry in others]),
                    documents=[entry.text for entry in others],
                    metadatas=[_replacing(entry, former) for entry in others],
                )

    def delete(self, ids: Sequence[str]) -> None:
        """Removes items; unknown ids are no error."""
        for start in range(0, len(ids), self._batch):
            self._collection.delete(ids=list(ids[start : start + self._batch]))

    def vectors(self, ids: Sequence[str]) -> dict[str, np.ndarray]:
        """The vectors of some items, by id."""
        found: dict[str, np.ndarray] = {}
        for page in self._pages(["embeddings"], ids):
            found.update(zip(page["ids"], np.asarray(page["embeddings"], dtype=np.float32), strict=True))
        return found

    def read(self, ids: Sequence[str] | None = None) -> Contents:
        """Some items or all, in their order."""
        items, orders, vectors = [], [], [np.empty((0, 0), dtype=np.float32)]
        for page in self._pages(["metadatas", "embeddings"], ids):
            items += [item_from_metadata(metadata) for metadata in page["metadatas"]]
            orders += [stored_from(metadata).order for metadata in page["metadatas"]]
            vectors.append(np.asarray(page["embeddings"], dtype=np.float32))
        order = np.argsort(orders, kind="stable")
        return Contents(tuple(items[at] for at in order), np.concatenate(vectors[1:])[order] if items else vectors[0])

    def nearest(self, vector: np.ndarray, k: int, constraints: Sequence[Constraint] = ()) -> list[str]:
        """The ids that Chroma's HNSW graph finds; bounds on numbers and booleans are its filter."""
        size = len(self)
        if not size or k < 1:
            return []
        found = self._collection.query(
            query_embeddings=vector[np.newaxis], n_results=min(k, size), where=where(constraints), include=[]
        )
        return found["ids"][0]

    def _pages(self, include: list[Any], ids: Sequence[str] | None = None) -> Iterator[Mapping[str, Any]]:
        """All rows page by page, or those of some ids.

        Pages are named by ids, not by offsets: those would shift when another process removes a row meanwhile.
        """
        wanted = self._collection.get(include=[])["ids"] if ids is None else ids
        for start in range(0, len(wanted), _PAGE):
            page: Any = self._collection.get(ids=list(wanted[start : start + _PAGE]), include=include)
            if page["ids"]:
                yield page


def check_embedding(where_: str, found: Mapping[str, Any], embedding: str, dimension: int) -> None:
    """Raises IndexStateError when a collection with this metadata holds vectors of another embedding."""
    if found.get("embedding") != embedding or found.get("dimension") != dimension:
        raise IndexStateError(
            f"{where_} was built with the embedding {found.get('embedding')} ({found.get('dimension')} "
            f"dimensions), not {embedding} ({dimension}).",
            cure=f"Pass that embedding, or delete {where_} and index again.",
        )


def _reads_the_same(entry: StoredItem, former: Mapping[str, Mapping[str, Any]]) -> bool:
    known = former.get(entry.item.id)
    return known is not None and known[TEXT_HASH] == entry.metadata[TEXT_HASH]


def _replacing(entry: StoredItem, former: Mapping[str, Mapping[str, Any]]) -> Any:
    """Chroma merges metadata: what an item lost is named with None, or it would keep the old value."""
    lost = former.get(entry.item.id, {}).keys() - entry.metadata.keys()
    return {**entry.metadata, **dict.fromkeys(lost)}
