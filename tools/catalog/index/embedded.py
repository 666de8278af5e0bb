"""Chroma in a directory: one client a process and directory, and never two that write.

Two processes that write to one path at once damage it (rows are lost, or their vectors cannot be read any more); one
that reads beside one that writes is safe. So whoever writes holds the lock of the index directory, and no client that
was open before another process wrote is written through: it would write an older graph over the newer one.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ...errors import IndexStateError
from .chroma import CONFIGURATION, ChromaStore, check_embedding
from .disk import NO_ROOM

if TYPE_CHECKING:
    from chromadb.api.client import Client

COLLECTION = "items"
_NO_ROOM = re.compile(
    r"disk is full|disk i/o|apply logs|readonly|read-only|no space|permission denied|unable to open", re.IGNORECASE
)
_Result = TypeVar("_Result")


@dataclass
class _Directory:
    """What this process has open in a directory."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    reader: tuple[Client, ChromaStore, object] | None = None
    """The client, its store, and the state of the directory that it was opened for."""


_open: dict[Path, _Directory] = {}
_opening = threading.Lock()


@contextmanager
def open_store(directory: Path, embedding: str, dimension: int) -> Iterator[ChromaStore]:
    """The store in a directory for writing, made when it is new, and closed afterwards. Hold the lock of the index.

    Raises IndexStateError when Chroma cannot read the directory, or it holds vectors of another embedding.
    """
    mine = _of(directory)
    with mine.lock, _readable(directory):
        _close_reader(mine)
        client = _client(directory)
        try:
            yield _store(client, directory, embedding, dimension)
        finally:
            client.close()


def with_reader(
    directory: Path, embedding: str, dimension: int, state: object, ask: Callable[[ChromaStore], _Result]
) -> _Result:
    """Asks through a client that stays open while the directory is in this `state`. Raises as `open_store`."""
    mine = _of(directory)
    with mine.lock, _readable(directory):
        if mine.reader is None or mine.reader[2] != state:
            _close_reader(mine)
            client = _client(directory)
            mine.reader = (client, _store(client, directory, embedding, dimension), state)
        return ask(mine.reader[1])


def close_reader(directory: Path) -> None:
    """Closes what `with_reader` left open."""
    mine = _of(directory)
    with mine.lock:
        _close_reader(mine)


def _of(directory: Path) -> _Directory:
    with _opening:
        return _open.setdefault(directory.resolve(), _Directory())


def _close_reader(mine: _Directory) -> None:
    if mine.reader is not None:
        client, mine.reader = mine.reader[0], None
        client.close()


def _store(client: Client, directory: Path, embedding: str, dimension: int) -> ChromaStore:
    collection = client.get_or_create_collection(
        COLLECTION,
        embedding_function=None,
        metadata={"embedding": embedding, "dimension": dimension},
        configuration=CONFIGURATION,
    )
    check_embedding(str(directory.parent), dict(collection.metadata or {}), embedding, dimension)
    return ChromaStore(client, collection)


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


@contextmanager
def _readable(directory: Path) -> Iterator[None]:
    from chromadb.errors import ChromaError  # noqa: PLC0415

    try:
        yield
    except (ChromaError, sqlite3.DatabaseError) as error:
        raise _unusable(directory, error) from error


def _unusable(directory: Path, error: Exception) -> IndexStateError:
    cure = f"Delete {directory.parent} and index again."
    if _NO_ROOM.search(str(error)):
        cure = NO_ROOM
    return IndexStateError(f"{directory.parent}: the index cannot be used ({error}).", cure=cure)
