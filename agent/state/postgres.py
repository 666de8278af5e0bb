"""Conversations on a PostgreSQL server, which keeps the newest checkpoints of each and outlives a restart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.postgres import PostgresSaver

from ...tools.postgres import Pool, migrating, patiently
from .aging import first_id_of
from .awaited import AwaitedSaver

_KEPT = 3
"""Checkpoints of a thread: the newest is read, and late writes of a step may belong to those before it."""
_PRUNE = """
WITH cutoff AS MATERIALIZED (
    SELECT checkpoint_id FROM checkpoints WHERE thread_id = %(thread)s AND checkpoint_ns = %(ns)s
    ORDER BY checkpoint_id DESC LIMIT 1 OFFSET %(place)s
), old_writes AS (
    DELETE FROM checkpoint_writes old USING cutoff
    WHERE old.thread_id = %(thread)s AND old.checkpoint_ns = %(ns)s AND old.checkpoint_id < cutoff.checkpoint_id
), old_checkpoints AS (
    DELETE FROM checkpoints old USING cutoff
    WHERE old.thread_id = %(thread)s AND old.checkpoint_ns = %(ns)s AND old.checkpoint_id < cutoff.checkpoint_id
)
DELETE FROM checkpoint_blobs blob USING cutoff
WHERE blob.thread_id = %(thread)s AND blob.checkpoint_ns = %(ns)s AND NOT EXISTS (
    SELECT 1 FROM checkpoints kept
    WHERE kept.thread_id = blob.thread_id AND kept.checkpoint_ns = blob.checkpoint_ns
    AND kept.checkpoint_id >= cutoff.checkpoint_id
    AND kept.checkpoint -> 'channel_versions' ->> blob.channel = blob.version
)
"""
"""All of it reads the tables as they were before."""
_UPSERT_BLOBS = """
INSERT INTO checkpoint_blobs (thread_id, checkpoint_ns, channel, version, type, blob)
SELECT %s, %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %b::bytea[])
ON CONFLICT (thread_id, checkpoint_ns, channel, version) DO NOTHING
"""
"""All of a checkpoint at once: a statement for each channel takes longer than the rest of saving it."""
_IDLE = 'SELECT thread_id FROM checkpoints GROUP BY thread_id HAVING max(checkpoint_id COLLATE "C") < %s'

Ids = list[str]


class PrunedPostgresSaver(AwaitedSaver, PostgresSaver):
    """A saver over a pool, whose threads do not wait for each other, and whose calls wait for a server that restarts.

    Every call may be repeated: rows are written under ids of their own.
    """

    UPSERT_CHECKPOINT_BLOBS_SQL = _UPSERT_BLOBS

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool)
        self._pool = pool
        self.lock = nullcontext()  # pyright: ignore[reportAttributeAccessIssue]  # each call has a connection to itself

    def setup(self) -> None:
        """Makes or changes the tables; safe when several processes start at once."""
        with migrating(self._pool):
            super().setup()

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """The checkpoint that the configuration names, or the newest of its thread."""
        return patiently(self._pool, lambda: super(PrunedPostgresSaver, self).get_tuple(config))

    def list(self, config: RunnableConfig | None, **which: Any) -> Iterator[CheckpointTuple]:
        """The checkpoints of a thread, newest first."""
        yield from patiently(self._pool, lambda: [*super(PrunedPostgresSaver, self).list(config, **which)])

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Saves a checkpoint and deletes those that nothing reads any more."""

        def put() -> RunnableConfig:
            self._prune(config.get("configurable", {}))
            return super(PrunedPostgresSaver, self).put(config, checkpoint, metadata, new_versions)

        return patiently(self._pool, put)

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Saves what a step wrote."""

        def put() -> None:
            super(PrunedPostgresSaver, self).put_writes(config, writes, task_id, task_path)

        patiently(self._pool, put)

    def delete_thread(self, thread_id: str) -> None:
        """Deletes a thread."""
        patiently(self._pool, lambda: super(PrunedPostgresSaver, self).delete_thread(thread_id))

    def drop(self, thread_id: str) -> None:
        """Deletes a thread."""
        self.delete_thread(thread_id)

    def idle_threads(self, before: datetime) -> Ids:
        """Threads without a checkpoint since then."""

        def idle() -> Ids:
            with self._cursor() as cursor:
                return [row["thread_id"] for row in cursor.execute(_IDLE, (first_id_of(before),))]

        return patiently(self._pool, idle)

    def erase_traces(self) -> None:
        """Nothing to do: the server's vacuum gives the room of deleted rows to others."""

    def _dump_blobs(self, thread_id: str, checkpoint_ns: str, values: dict[str, Any], versions: ChannelVersions) -> Any:
        """What `_UPSERT_BLOBS` takes, once."""
        rows = super()._dump_blobs(thread_id, checkpoint_ns, values, versions)
        return [(thread_id, checkpoint_ns, *map(list, zip(*(row[2:] for row in rows), strict=True)))] if rows else []

    def _prune(self, place: dict[str, Any]) -> None:
        """Leaves room for one more."""
        values = {"thread": place["thread_id"], "ns": place["checkpoint_ns"], "place": _KEPT - 2}
        with self._cursor() as cursor:
            cursor.execute(_PRUNE, values)
