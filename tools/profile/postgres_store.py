"""The store of profiles on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext

from langgraph.store.base import Op, Result
from langgraph.store.postgres import PostgresStore

from ..postgres import Pool, migrating, patiently


class PatientPostgresStore(PostgresStore):
    """A store over a pool, whose threads do not wait for each other, and whose calls wait for a server that restarts.

    A call may be repeated: every item is written whole, under a key of its own.
    """

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool)
        self.pool = pool
        self.lock = nullcontext()  # pyright: ignore[reportAttributeAccessIssue]  # each call has a connection to itself

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Does all of them. Raises StoreError when the server does not come back in time."""
        listed = list(ops)
        return patiently(self.pool, lambda: super(PatientPostgresStore, self).batch(listed))

    def setup(self) -> None:
        """Makes or changes the tables; safe when several processes start at once."""
        with migrating(self.pool):
            super().setup()
