"""A PostgreSQL server: a bounded pool of connections that outlives its restart, and what goes wrong in words."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from .errors import SettingsError, StoreError

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import DictRow
    from psycopg_pool import ConnectionPool

Pool: TypeAlias = "ConnectionPool[Connection[DictRow]]"
"""Connections whose rows are dictionaries."""

T = TypeVar("T")
MOST_CONNECTIONS = 10
_SCHEMES = ("postgresql://", "postgres://")
_CONNECT_S = 5
_PATIENCE_S = 15.0
"""How long a call waits for a server that is restarting."""
_MIGRATION_LOCK = 0x7265636F6D6D
"""Key of the advisory lock that one starting process holds."""
_MIGRATION_S = 60.0
_TRANSIENT = ("08", "40", "53", "57P")
"""Classes of SQLSTATE that pass: lost connection, rollback, no resources, server stopping or starting."""


def is_postgres(address: str) -> bool:
    """Whether the text is the address of a PostgreSQL server."""
    return address.startswith(_SCHEMES)


def open_pool(url: str, *, most: int = MOST_CONNECTIONS) -> Pool:
    """At most `most` connections, each opened when it is needed first.

    Raises:
        SettingsError: the extra for PostgreSQL is not installed.
        StoreError: the server cannot be reached, or lets us not in; never with the password.
    """
    try:
        import psycopg  # noqa: PLC0415
        from psycopg.rows import dict_row  # noqa: PLC0415
        from psycopg_pool import ConnectionPool  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError(
            "PostgreSQL needs an extra that is not installed.",
            cure="Run `pip install 'langgraph-recommender[postgres]'`.",
        ) from error
    if _ambiguous(url):
        raise _unreadable()
    settings = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row, "connect_timeout": _CONNECT_S}
    try:
        psycopg.connect(url, connect_timeout=_CONNECT_S).close()
    except psycopg.ProgrammingError:
        raise _unreadable() from None
    except psycopg.Error as error:
        raise unusable(error, url) from error
    return ConnectionPool(url, min_size=1, max_size=most, open=True, timeout=_CONNECT_S, kwargs=settings)  # pyright: ignore[reportReturnType]


def unusable(error: Exception, url: str = "") -> StoreError:
    """What the server said, without any part of the password in `url`."""
    said = str(error).strip().splitlines() or [type(error).__name__]
    return StoreError(
        f"The PostgreSQL server cannot be used: {_without_secrets(said[0].rstrip('.'), url)}.",
        cure="Check that it runs and that host, port, database, user and password are right.",
    )


def patiently(pool: Pool, call: Callable[[], T], *, patience_s: float = _PATIENCE_S) -> T:
    """The value of a call that may be repeated, tried again while the server restarts.

    Raises StoreError when it is not back in time.
    """
    from psycopg import InterfaceError, OperationalError  # noqa: PLC0415

    until, pause = time.monotonic() + patience_s, 0.0
    while True:
        try:
            return call()
        except (OperationalError, InterfaceError) as error:
            if not _passes(error) or time.monotonic() + pause > until:
                raise unusable(error) from error
        time.sleep(pause)
        pause = min(2 * pause or 0.05, 1.0)
        with suppress(OperationalError, InterfaceError):
            pool.check()


@contextmanager
def migrating(pool: Pool) -> Iterator[None]:
    """Only one process at a time changes the tables.

    The lock is asked for again and again rather than waited for: a waiting statement would hold up, for ever, an index
    that is being built concurrently by the process that has it.
    """
    until = time.monotonic() + _MIGRATION_S
    with pool.connection() as connection:
        while not _taken(connection):
            if time.monotonic() > until:
                raise StoreError(
                    "Another process has been preparing the database for a minute.", cure="Stop it, then start again."
                )
            time.sleep(0.1)
        try:
            yield
        finally:
            connection.execute("SELECT pg_advisory_unlock(%s)", (_MIGRATION_LOCK,))


def _taken(connection: Connection[DictRow]) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s) AS taken", (_MIGRATION_LOCK,)).fetchone()
    return bool(row and row["taken"])


def _passes(error: Any) -> bool:
    """Whether it may work a moment later; without a code the connection itself is what failed."""
    code = getattr(error, "sqlstate", None)
    return code is None or code.startswith(_TRANSIENT)


def _unreadable() -> StoreError:
    return StoreError(
        "The address of the PostgreSQL server cannot be read.",
        cure="Write postgresql://user:password@host:5432/database, with %40 for an @ in the password, %3A for a colon.",
    )


def _ambiguous(url: str) -> bool:
    """Whether the password holds a character that ends it, so that its rest would be taken for a host."""
    return bool(re.search(r"//[^:/@]*:[^@]*[/?#:][^@]*@|//[^/?#]*@[^/?#]*@", url))


def _without_secrets(text: str, url: str) -> str:
    for secret in re.findall(r"//[^:/@]*:([^@]+)@|[?&]password=([^&]+)", url):
        for piece in filter(None, secret):
            text = text.replace(piece, "***")
    return text
