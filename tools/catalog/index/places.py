"""Where the store of an index directory is: in the directory itself, or in a `VectorStore` that somebody else runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from .embedded import close_reader, open_store, with_reader
from .manifest import Manifest
from .protocol import ItemStore

if TYPE_CHECKING:
    from langchain_core.vectorstores import VectorStore

_Result = TypeVar("_Result")
CHROMA = "chroma"


class Place(Protocol):
    """Opens the store of a directory."""

    directory: Path
    eager: bool
    """Whether the store gets every change at once, because others may look into it."""

    def open(self, manifest: Manifest) -> AbstractContextManager[ItemStore]:
        """The store for writing; hold the lock of the index. Raises IndexStateError."""
        ...

    def ask(self, manifest: Manifest, question: Callable[[ItemStore], _Result]) -> _Result:
        """Reads from the store. Raises IndexStateError."""
        ...

    def close(self) -> None:
        """Lets go of what `ask` left open."""
        ...


class EmbeddedPlace:
    """Chroma in the directory itself. It gets the changes in batches: the journal has them until then."""

    eager = False

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def open(self, manifest: Manifest) -> AbstractContextManager[ItemStore]:
        """A client of its own, closed afterwards."""
        return open_store(self.directory / CHROMA, manifest.embedding, manifest.dimension)

    def ask(self, manifest: Manifest, question: Callable[[ItemStore], _Result]) -> _Result:
        """Through the client that this process keeps open."""
        chroma = self.directory / CHROMA
        return with_reader(chroma, manifest.embedding, manifest.dimension, manifest.revision, question)

    def close(self) -> None:
        """Closes the client."""
        close_reader(self.directory / CHROMA)


class VectorPlace:
    """Any LangChain `VectorStore`; the directory remembers what it cannot list."""

    eager = True

    def __init__(self, directory: Path, store: VectorStore) -> None:
        self.directory = directory
        self._store = store

    def open(self, manifest: Manifest) -> AbstractContextManager[ItemStore]:
        """The store, and the ids in it."""
        from .vectorstore import open_vector_store  # noqa: PLC0415 - only for those who bring one

        return open_vector_store(self._store, self.directory, manifest.dimension)

    def ask(self, manifest: Manifest, question: Callable[[ItemStore], _Result]) -> _Result:
        """Asks the store."""
        with self.open(manifest) as store:
            return question(store)

    def close(self) -> None:
        """The store belongs to whoever brought it."""
