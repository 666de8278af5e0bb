"""Opens the store that profiles live in, from one string: memory, a SQLite file or a PostgreSQL server."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock
from langgraph.store.base import BaseStore, Op, Result
from langgraph.store.memory import InMemoryStore
from langgraph.store.sqlite import SqliteStore

from ..errors import SettingsError, StoreError
from ..postgres import is_postgres, open_pool

IN_MEMORY = "memory"
_SQLITE_PREFIX = "sqlite:///"
_LOCK_SECONDS = 10.0


class ErasingSqliteStore(SqliteStore):
    """A SQLite store whose deleted bytes can be erased from the file and its write-ahead log."""

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Does all of them. Raises StoreError when the file cannot be used, or stays locked."""
        try:
            return super().batch(ops)
        except sqlite3.Error as error:
            path = self.conn.execute("PRAGMA database_list").fetchone()[2]
            raise _sqlite_error(path, error) from error

    def erase_traces(self) -> None:
        """Writes the log back into the file and empties it; `secure_delete` has zeroed what was deleted."""
        with self.lock:
            self.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Closes the file."""
        with self.lock:
            self.conn.close()


def open_store(source: str | Path) -> BaseStore:
    """Opens `memory`, a path or `sqlite:///path`, or `postgresql://user@host/database`; safe to use from many threads.

    Raises:
        StoreError: the file is locked or no database, or the server cannot be reached.
        SettingsError: the extra for PostgreSQL is not installed, or the scheme is unknown.
    """
    text = str(source)
    if text == IN_MEMORY:
        return InMemoryStore()
    if is_postgres(text):
        return _open_postgres(text)
    scheme = text.split("://", 1)[0] if "://" in text else ""
    if scheme not in ("", "sqlite"):
        raise SettingsError(
            f"Unknown kind of store {scheme!r}.",
            cure="Give `memory`, a file path, `sqlite:///path` or `postgresql://user@host/database`.",
        )
    return _open_sqlite(_path(text))


def is_missing(source: str | Path) -> bool:
    """Whether the source names a file that does not exist."""
    text = str(source)
    is_file = text != IN_MEMORY and (text.startswith(_SQLITE_PREFIX) or "://" not in text)
    return is_file and not _path(text).exists()


def close_store(store: BaseStore) -> None:
    """Closes the file or the connections of a store that `open_store` opened."""
    if isinstance(store, ErasingSqliteStore):
        store.close()
    pool = getattr(store, "conn", None)
    if not isinstance(store, SqliteStore | InMemoryStore) and pool is not None:
        pool.close()


@contextmanager
def store_at(source: str | Path) -> Iterator[BaseStore]:
    """An open store that is closed at the end; what goes wrong in the database in between is a StoreError."""
    store = open_store(source)
    try:
        yield store
    except sqlite3.Error as error:
        raise _sqlite_error(str(source), error) from error
    finally:
        close_store(store)


def _path(text: str) -> Path:
    return Path(text.removeprefix(_SQLITE_PREFIX)).expanduser()


@contextmanager
def preparing(path: Path) -> Iterator[None]:
    """A private file in a folder that exists; of several processes only one at a time makes or changes its tables.

    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.opening", mode=0o600, timeout=_LOCK_SECONDS):
        path.touch(mode=0o600)
        yield


def _open_sqlite(path: Path) -> ErasingSqliteStore:
    try:
        with preparing(path):
            return _prepared(path)
    except OSError as error:
        raise _sqlite_error(str(path), error) from error


def _prepared(path: Path) -> ErasingSqliteStore:
    try:
        connection = sqlite3.connect(path, timeout=_LOCK_SECONDS, check_same_thread=False, isolation_level=None)
    except sqlite3.Error as error:
        raise _sqlite_error(str(path), error) from error
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA secure_delete=ON")
        store = ErasingSqliteStore(connection)
        store.setup()
    except sqlite3.Error as error:
        connection.close()
        raise _sqlite_error(str(path), error) from error
    return store


def _sqlite_error(path: str, error: Exception) -> StoreError:
    reason = str(error)
    if "locked" in reason or "busy" in reason:
        return StoreError(
            f"The profile store {path} is locked by another process.",
            cure=f"It was tried for {_LOCK_SECONDS:g} seconds; stop the other process or give another --store.",
        )
    if "not a database" in reason or "malformed" in reason:
        return StoreError(
            f"{path} is not a SQLite database, or a damaged one.", cure="Restore it from a backup or move it away."
        )
    return StoreError(f"The profile store {path} cannot be used: {reason}.", cure="Check the path and its permissions.")


def _open_postgres(url: str) -> BaseStore:
    pool = open_pool(url)
    from .postgres_store import PatientPostgresStore  # noqa: PLC0415

    store = PatientPostgresStore(pool)
    store.setup()
    return store
