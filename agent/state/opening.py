"""Opens, by the settings, everything that outlives a turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.store.base import BaseStore

from ...tools.postgres import open_pool
from ...tools.profile.stores import store_at
from .locks import FileLocks, PostgresLocks, ThreadLock
from .sqlite import open_sqlite
from .threads import Threads

if TYPE_CHECKING:
    from ..settings import Settings


@dataclass(frozen=True, kw_only=True)
class Storage:
    """What outlives a turn, open."""

    store: BaseStore
    """Profiles."""
    checkpointer: BaseCheckpointSaver[str]
    """Conversations."""
    threads: Threads
    """The same conversations, to be deleted."""
    locks: ThreadLock
    """One turn of a thread at a time."""


@contextmanager
def open_storage(settings: Settings) -> Iterator[Storage]:
    """SQLite files below `home`, or the PostgreSQL server of the settings; closed at the end.

    Raises:
        StoreError: a file or the server cannot be used.
        SettingsError: the extra for PostgreSQL is not installed.
    """
    with ExitStack() as stack:
        yield _on_server(settings, stack) if settings.database_url else _on_disk(settings, stack)


def _on_disk(settings: Settings, stack: ExitStack) -> Storage:
    saver = stack.enter_context(open_sqlite(settings.threads_path))
    locks = stack.enter_context(closing(FileLocks(settings.threads_path.with_suffix(".lock"))))
    store = stack.enter_context(store_at(settings.memory_path))
    return Storage(store=store, checkpointer=saver, threads=Threads(saver, locks), locks=locks)


def _on_server(settings: Settings, stack: ExitStack) -> Storage:
    pool = stack.enter_context(closing(open_pool(settings.memory, most=settings.database_connections)))
    locking = stack.enter_context(closing(open_pool(settings.memory, most=settings.database_connections)))
    from ...tools.profile.postgres_store import PatientPostgresStore  # noqa: PLC0415
    from .postgres import PrunedPostgresSaver  # noqa: PLC0415

    saver, store, locks = PrunedPostgresSaver(pool), PatientPostgresStore(pool), PostgresLocks(locking)
    saver.setup()
    store.setup()
    return Storage(store=store, checkpointer=saver, threads=Threads(saver, locks), locks=locks)
