"""Opens the index of a catalog where its items are kept: in a directory, on a Chroma server, in a `VectorStore`."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings

from ...errors import SettingsError
from .indexing import Source, dimension_of, open_index
from .places import EmbeddedPlace, Place, VectorPlace
from .protocol import Index
from .records import digest
from .snapshot import Snapshot
from .synchronise import Progress

if TYPE_CHECKING:
    from langchain_core.vectorstores import VectorStore


def open_kept(
    directory: Path | None,
    store: str | VectorStore | None,
    embeddings: Embeddings,
    source: Source | None,
    progress: Progress | None = None,
    *,
    name: str = "",
) -> tuple[Index, Snapshot]:
    """The index of a catalog and its state. Without a directory, what a store needs one for goes when the index does.

    Raises IndexStateError as `open_index` and `open_shared` do, SettingsError for a store that is none.
    """
    kept = directory or Path(tempfile.mkdtemp(prefix="recommender-"))
    if isinstance(store, str):
        index, snapshot = _on_server(kept, store, embeddings, source, progress, name or (source.name if source else ""))
    else:
        index, snapshot = open_index(_place(kept, store), embeddings, source, progress)
    if directory is None:
        weakref.finalize(index, shutil.rmtree, kept, ignore_errors=True)
    return index, snapshot


def beside(directory: Path, store: str | VectorStore | None) -> Path:
    """The directory of the same catalog in another store: each has one of its own."""
    if store is None:
        return directory
    where = store if isinstance(store, str) else type(store).__qualname__
    return directory.with_name(f"{directory.name}-{digest(where)[:8]}")


def _on_server(
    directory: Path, url: str, embeddings: Embeddings, source: Source | None, progress: Progress | None, name: str
) -> tuple[Index, Snapshot]:
    from .served import Address  # noqa: PLC0415 - only for those who have a server
    from .shared import open_shared  # noqa: PLC0415

    address = Address.read(url, name)
    return open_shared(address, directory, embeddings, dimension_of(embeddings, None), source, progress)


def _place(directory: Path, store: VectorStore | None) -> Place:
    if store is None:
        return EmbeddedPlace(directory)
    from langchain_core.vectorstores import VectorStore  # noqa: PLC0415 - loads numpy and more of LangChain

    if not isinstance(store, VectorStore):
        raise SettingsError(
            f"The store is a {type(store).__name__}.",
            cure='Pass a LangChain VectorStore, or the URL of a Chroma server: "http://localhost:8000".',
        )
    return VectorPlace(directory, store)
