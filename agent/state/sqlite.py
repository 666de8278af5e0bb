"""Conversations in a SQLite file, tuned for many small turns, which keeps the newest checkpoints of each only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, get_checkpoint_metadata
from langgraph.checkpoint.sqlite import SqliteSaver

from ...tools.errors import StoreError
from ...tools.profile.stores import preparing
from .aging import first_id_of
from .awaited import AwaitedSaver

_BUSY_MS = 10_000
_KEPT = 3
"""Checkpoints of a thread: the newest is read, and late writes of a step may belong to those before it."""
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON", f"busy_timeout={_BUSY_MS}")
_OLDER = """
    thread_id = :thread AND checkpoint_ns = :ns AND checkpoint_id < (
        SELECT checkpoint_id FROM checkpoints WHERE thread_id = :thread AND checkpoint_ns = :ns
        ORDER BY checkpoint_id DESC LIMIT 1 OFFSET :place
    )"""
_IDLE = "SELECT thread_id FROM checkpoints GROUP BY thread_id HAVING max(checkpoint_id) < ?"
_TABLES = ("writes", "checkpoints")
"""Writes first: what is older is seen by the checkpoints."""


class PrunedSqliteSaver(AwaitedSaver, SqliteSaver):
    """A saver that drops the old checkpoints of a thread with each new one, in the same transaction."""

    def __init__(self, path: Path) -> None:
        self._path = path
        super().__init__(sqlite3.connect(path, check_same_thread=False))

    @contextmanager
    def cursor(self, transaction: bool = True) -> Iterator[sqlite3.Cursor]:
        """A cursor that nobody else has at the same time; what it changed is kept whole or not at all."""
        with self.lock, closing(self.conn.cursor()) as cursor:
            try:
                yield cursor
                if transaction:
                    self.conn.commit()
            except BaseException as error:
                self.conn.rollback()
                if isinstance(error, sqlite3.Error):
                    raise _unusable(self._path, error) from error
                raise

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,  # noqa: ARG002
    ) -> RunnableConfig:
        """Saves a checkpoint and deletes those that nothing reads any more; deleted first, its pages serve again."""
        place = config.get("configurable", {})
        thread, ns = str(place["thread_id"]), place["checkpoint_ns"]
        kind, packed = self.serde.dumps_typed(checkpoint)
        about = json.dumps(get_checkpoint_metadata(config, metadata), ensure_ascii=False).encode("utf-8", "ignore")
        row = (thread, ns, checkpoint["id"], place.get("checkpoint_id"), kind, packed, about)
        with self.cursor() as cursor:
            for table in _TABLES:
                cursor.execute(f"DELETE FROM {table} WHERE {_OLDER}", {"thread": thread, "ns": ns, "place": _KEPT - 2})
            cursor.execute(
                "INSERT OR REPLACE INTO checkpoints (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, "
                "type, checkpoint, metadata) VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        return {"configurable": {"thread_id": thread, "checkpoint_ns": ns, "checkpoint_id": checkpoint["id"]}}

    def idle_threads(self, before: datetime) -> list[str]:
        """Threads without a checkpoint since then."""
        with self.cursor(transaction=False) as cursor:
            return [row[0] for row in cursor.execute(_IDLE, (first_id_of(before),))]

    def delete_thread(self, thread_id: str) -> None:
        """Deletes a thread and its bytes."""
        self.drop(thread_id)
        self.erase_traces()

    def drop(self, thread_id: str) -> None:
        """Deletes a thread; its bytes stay in the log until `erase_traces`."""
        super().delete_thread(thread_id)

    def erase_traces(self) -> None:
        """Writes the log back into the file and empties it; `secure_delete` has zeroed what was deleted."""
        with self.lock:
            self.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@contextmanager
def open_sqlite(path: Path) -> Iterator[PrunedSqliteSaver]:
    """A saver on a SQLite file with a write-ahead log and `synchronous=NORMAL`, which cuts a turn from 35 to 5 ms.

    Many threads and several processes may use one file. Raises StoreError when it cannot be opened or is no database.
    """
    try:
        with preparing(path):
            saver = _prepared(path)
    except OSError as error:
        raise StoreError(
            f"The conversations cannot be kept in {path} ({error.strerror or error}).",
            cure="Choose another RECOMMENDER_HOME.",
        ) from error
    try:
        yield saver
    finally:
        saver.conn.close()


def _prepared(path: Path) -> PrunedSqliteSaver:
    try:
        saver = PrunedSqliteSaver(path)
    except sqlite3.Error as error:
        raise _unusable(path, error) from error
    try:
        for pragma in _PRAGMAS:
            saver.conn.execute(f"PRAGMA {pragma}")
        saver.setup()
    except sqlite3.Error as error:
        saver.conn.close()
        raise _unusable(path, error) from error
    return saver


def _unusable(path: Path, error: sqlite3.Error) -> StoreError:
    if "locked" in str(error) or "busy" in str(error):
        cure = f"Another process has kept it for {_BUSY_MS // 1000} s: stop that one."
    elif "full" in str(error):
        cure = "Make room on the disk."
    else:
        cure = "Restore it from a backup, or move it away."
    return StoreError(f"The conversations in {path} cannot be used: {error}.", cure=cure)
