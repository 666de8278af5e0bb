"""Any LangChain `VectorStore` as the durable store of a catalog.

A `VectorStore` embeds the texts it is given, does not list what it holds, and does not give vectors back. So the ids
are remembered in a file of the index directory, and a vector that is needed again is embedded again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.documents import Document

from ...constraints.model import Constraint
from ...errors import IndexStateError
from ..embeddings import embed_texts
from .protocol import Contents, StoredItem
from .records import Stored, item_from_metadata, stored_from

if TYPE_CHECKING:
    from langchain_core.vectorstores import VectorStore

FILE = "ids.json"
_PAGE = 500


class LangChainStore:
    """The items of one catalog in a `VectorStore`, as an `ItemStore`; `ids` are those it may hold."""

    def __init__(self, store: VectorStore, dimension: int, ids: Sequence[str] = ()) -> None:
        if store.embeddings is None:
            raise IndexStateError(
                f"{type(store).__name__} does not say which embeddings it uses.",
                cure="Make it with an embedding, and pass the same one as embeddings=....",
            )
        self._store = store
        self._embeddings = store.embeddings
        self._dimension = dimension
        self.ids = dict.fromkeys(ids)

    def __len__(self) -> int:
        return len(self._documents(None))

    def stored(self, ids: Sequence[str] | None = None) -> dict[str, Stored]:
        """What is known of some items or all, by id."""
        return {identifier: stored_from(one.metadata) for identifier, one in self._documents(ids).items()}

    def put(self, entries: Sequence[StoredItem]) -> None:
        """Writes items, in place of those with the same ids; what is there already is left alone."""
        for start in range(0, len(entries), _PAGE):
            page = entries[start : start + _PAGE]
            known = self._documents([entry.item.id for entry in page])
            new = [entry for entry in page if not _is_there(entry, known.get(entry.item.id))]
            self.ids |= dict.fromkeys(entry.item.id for entry in new)
            replaced = [entry.item.id for entry in new if entry.item.id in known]
            if replaced:
                self._store.delete(replaced)
            if new:
                documents = [Document(id=one.item.id, page_content=one.text, metadata=one.metadata) for one in new]
                self._store.add_documents(documents, ids=[one.item.id for one in new])

    def delete(self, ids: Sequence[str]) -> None:
        """Removes items; unknown ids are no error."""
        known = list(self._documents(ids))
        if known:
            self._store.delete(known)
        for identifier in ids:
            self.ids.pop(identifier, None)

    def vectors(self, ids: Sequence[str]) -> dict[str, np.ndarray]:
        """The vectors of some items, by id: their texts are embedded again."""
        documents = self._documents(ids)
        vectors = self._embed([one.page_content for one in documents.values()])
        return dict(zip(documents, vectors, strict=True))

    def read(self, ids: Sequence[str] | None = None) -> Contents:
        """Some items or all, in their order."""
        documents = sorted(self._documents(ids).values(), key=lambda one: stored_from(one.metadata).order)
        items = tuple(item_from_metadata(one.metadata) for one in documents)
        return Contents(items, self._embed([one.page_content for one in documents]))

    def nearest(self, vector: np.ndarray, k: int, constraints: Sequence[Constraint] = ()) -> list[str]:  # noqa: ARG002
        """The ids that the store's search by vector finds. Filters differ from store to store: none is applied."""
        if k < 1:
            return []
        found = self._store.similarity_search_by_vector(vector.tolist(), k=k)
        return [one.id for one in found if one.id is not None]

    def _documents(self, ids: Sequence[str] | None) -> dict[str, Document]:
        wanted = list(self.ids if ids is None else dict.fromkeys(ids))
        found: dict[str, Document] = {}
        for start in range(0, len(wanted), _PAGE):
            try:
                page = self._store.get_by_ids(wanted[start : start + _PAGE])
            except NotImplementedError as error:
                raise IndexStateError(
                    f"{type(self._store).__name__} cannot get documents by their ids.",
                    cure="Use a vector store that implements get_by_ids.",
                ) from error
            found |= {one.id: one for one in page if one.id is not None}
        return {identifier: found[identifier] for identifier in wanted if identifier in found}

    def _embed(self, texts: list[str]) -> np.ndarray:
        if not texts:
            return np.empty((0, self._dimension), dtype=np.float32)
        return embed_texts(self._embeddings, texts)


@contextmanager
def open_vector_store(store: VectorStore, directory: Path, dimension: int) -> Iterator[LangChainStore]:
    """The store with the ids that the directory remembers; new ones are remembered afterwards."""
    path = directory / FILE
    before = _read(path)
    opened = LangChainStore(store, dimension, before)
    try:
        yield opened
    finally:
        if list(opened.ids) != before:
            work = path.with_name(f".{FILE}.{os.getpid()}")
            work.write_text(json.dumps(list(opened.ids)), encoding="utf-8")
            work.replace(path)


def _read(path: Path) -> list[str]:
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except ValueError as error:
        raise IndexStateError(
            f"{path}: damaged ({error}).", cure=f"Delete {path.parent} and open the catalog again from its source."
        ) from error
    return [one for one in found if isinstance(one, str)]


def _is_there(entry: StoredItem, known: Document | None) -> bool:
    return known is not None and known.page_content == entry.text and known.metadata == entry.metadata
