"""One turn of a thread at a time, also across the processes that share its storage."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from ...tools.errors import RecommenderError
from ...tools.postgres import Pool, patiently

try:
    import fcntl
except ImportError:
    fcntl = None

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import DictRow

_PAUSE_S = 0.02
_SIGNED_64 = 1 << 63


class ThreadBusy(RecommenderError):
    """Another turn of the thread has not ended in time; the message may be sent again."""


class ThreadLock(Protocol):
    """Who may run a turn of a thread."""

    def hold(self, thread_id: str, *, timeout_s: float) -> AbstractContextManager[None]:
        """Waits until no other turn of the thread runs, here or elsewhere, and keeps others waiting while it is held.

        Blocks, with 0 no longer than it takes to ask. Raises ThreadBusy when it takes longer than `timeout_s`.
        """
        ...


@dataclass(slots=True)
class _Turn:
    lock: Lock = field(default_factory=Lock)
    wanted: int = 0


class InProcessLocks:
    """One lock a thread, kept for as long as somebody wants it. Those who wait are served in no certain order."""

    def __init__(self) -> None:
        self._turns: dict[str, _Turn] = {}
        self._guard = Lock()

    @contextmanager
    def hold(self, thread_id: str, *, timeout_s: float) -> Iterator[None]:
        """As `ThreadLock.hold`, within this process."""
        with self._guard:
            turn = self._turns.setdefault(thread_id, _Turn())
            turn.wanted += 1
        try:
            if not turn.lock.acquire(timeout=max(timeout_s, 0)):
                raise _busy()
            try:
                yield
            finally:
                turn.lock.release()
        finally:
            with self._guard:
                turn.wanted -= 1
                if not turn.wanted:
                    del self._turns[thread_id]


class FileLocks:
    """Locks on the bytes of a file, for the processes of one machine; the system drops those of one that dies.

    Where the system has no such locks (Windows) it holds within this process only.
    """

    def __init__(self, path: Path) -> None:
        self._within = InProcessLocks()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    @contextmanager
    def hold(self, thread_id: str, *, timeout_s: float) -> Iterator[None]:
        """As `ThreadLock.hold`."""
        until, place = time.monotonic() + timeout_s, _key(thread_id) % (_SIGNED_64 - 1)
        with self._within.hold(thread_id, timeout_s=timeout_s):
            while not _lock_byte(self._file, place):
                if time.monotonic() > until:
                    raise _busy()
                time.sleep(_PAUSE_S)
            try:
                yield
            finally:
                _unlock_byte(self._file, place)

    def close(self) -> None:
        """Closes the file, and with it drops what is held."""
        os.close(self._file)


class PostgresLocks:
    """Advisory locks of a PostgreSQL server, each held by a connection of its own; the server drops those of one lost.

    Those who wait are served in the order in which they came to the server.
    """

    def __init__(self, pool: Pool) -> None:
        """`pool` should be for locks only, with a connection for each turn that runs or waits."""
        self._pool = pool

    @contextmanager
    def hold(self, thread_id: str, *, timeout_s: float) -> Iterator[None]:
        """As `ThreadLock.hold`."""
        connection = patiently(self._pool, lambda: self._locked(thread_id, timeout_s))
        try:
            yield
        finally:
            self._release(connection, thread_id)

    def _locked(self, thread_id: str, timeout_s: float) -> Connection[DictRow]:
        from psycopg.errors import LockNotAvailable  # noqa: PLC0415

        connection = self._pool.getconn(max(timeout_s, self._pool.timeout))
        try:
            if timeout_s > 0:
                _wait(connection, _key(thread_id), timeout_s)
            else:
                _ask(connection, _key(thread_id))
        except BaseException as error:
            self._pool.putconn(connection)
            if isinstance(error, LockNotAvailable):
                raise _busy() from error
            raise
        return connection

    def _release(self, connection: Connection[DictRow], thread_id: str) -> None:
        """A connection that cannot give its lock back is closed, and the server does."""
        from psycopg import Error  # noqa: PLC0415

        try:
            connection.execute("SELECT pg_advisory_unlock(%s)", (_key(thread_id),))
        except Error:
            connection.close()
        finally:
            self._pool.putconn(connection)


def _wait(connection: Connection[DictRow], key: int, timeout_s: float) -> None:
    with connection.pipeline():
        connection.execute("SELECT set_config('lock_timeout', %s, false)", (f"{max(int(timeout_s * 1000), 1)}ms",))
        connection.execute("SELECT pg_advisory_lock(%s)", (key,))


def _ask(connection: Connection[DictRow], key: int) -> None:
    """Raises ThreadBusy when it is not free; the server's log, where each wait that ends in vain is, says nothing."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s) AS taken", (key,)).fetchone()
    if not (row and row["taken"]):
        raise _busy()


def _lock_byte(file: int, place: int) -> bool:
    """Whether the byte is ours now."""
    if fcntl is None:
        return True
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _unlock_byte(file: int, place: int) -> None:
    if fcntl is not None:
        fcntl.lockf(file, fcntl.LOCK_UN, 1, place)


def _key(thread_id: str) -> int:
    """A number below 2^63 that stands for the thread."""
    return int.from_bytes(sha256(thread_id.encode()).digest()[:8]) % _SIGNED_64


def _busy() -> ThreadBusy:
    return ThreadBusy("Another message of this conversation is still being answered.", cure="Send it again.")
