"""Every behaviour of the memory is tested on every store that it runs on."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from langgraph.store.base import BaseStore
from langgraph_recommender.tools.constraints.model import Constraint, Op, Scalar
from langgraph_recommender.tools.profile.memory import ProfileMemory
from langgraph_recommender.tools.profile.model import FeedbackKind, ItemEvent, LastingConstraint, Preference
from langgraph_recommender.tools.profile.stores import close_store, open_store

_UNPRIVILEGED = "nobody"


class Say:
    """Short ways to write what a person says of the catalog `movies`, on a day counted from `now`."""

    now = datetime(2026, 3, 1, tzinfo=UTC)

    @staticmethod
    def day(number: float) -> datetime:
        return Say.now + timedelta(days=number)

    @staticmethod
    def likes(value: str, words: str = "", *, on: float = 0, weight: float = 1.0, **fields: object) -> Preference:
        facts = {"facet": "genre", "catalog": "movies", "evidence": words, **fields}
        return Preference.model_validate({"value": value, "weight": weight, "time": Say.day(on), **facts})

    @staticmethod
    def hates(value: str, words: str = "", *, on: float = 0, **fields: object) -> Preference:
        return Say.likes(value, words, on=on, weight=-1.0, **fields)

    @staticmethod
    def always(
        facet: str, op: Op, value: Scalar | tuple[Scalar, ...], words: str = "", *, on: float = 0
    ) -> LastingConstraint:
        constraint = Constraint(facet=facet, op=op, value=value)
        return LastingConstraint(constraint=constraint, catalog="movies", evidence=words, time=Say.day(on))

    @staticmethod
    def event(item_id: str, kind: FeedbackKind, title: str = "", *, on: float = 0, **fields: object) -> ItemEvent:
        facts = {"item_id": item_id, "catalog": "movies", "kind": kind, "title": title, "time": Say.day(on), **fields}
        return ItemEvent.model_validate(facts)


@pytest.fixture(scope="session")
def say() -> type[Say]:
    return Say


def _binaries() -> Path | None:
    """The folder of the newest PostgreSQL server on this machine."""
    if found := shutil.which("postgres"):
        return Path(found).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return installed[-1].parent if installed else None


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """RECOMMENDER_TEST_POSTGRES, or a private server on a socket in a temporary folder."""
    pytest.importorskip("psycopg_pool")
    given, binaries = os.environ.get("RECOMMENDER_TEST_POSTGRES"), _binaries()
    if given:
        yield given
        return
    if binaries is None:
        pytest.skip("no PostgreSQL server: set RECOMMENDER_TEST_POSTGRES or install one")
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        yield from _private_server(binaries, Path(folder))


def _private_server(binaries: Path, folder: Path) -> Iterator[str]:
    as_user: dict[str, str] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, _UNPRIVILEGED)
        as_user = {"user": _UNPRIVILEGED}
    data = folder / "data"
    options = f"-c fsync=off -c listen_addresses='' -c unix_socket_directories={folder}"
    try:
        initdb = [binaries / "initdb", "-D", data, "-U", "tester", "--auth=trust", "--no-sync", "-E", "UTF8"]
        subprocess.run(initdb, check=True, capture_output=True, timeout=60, cwd=folder, **as_user)
        start = [binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"]
        subprocess.run(start, check=True, capture_output=True, timeout=60, cwd=folder, **as_user)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"a private PostgreSQL server does not start here: {error}")
    try:
        yield f"postgresql://tester@/postgres?host={folder}"
    finally:
        stop = [binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"]
        subprocess.run(stop, check=False, capture_output=True, timeout=60, cwd=folder, **as_user)


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BaseStore]:
    """An empty store of each kind."""
    if request.param == "postgres":
        opened = open_store(request.getfixturevalue("postgres_url"))
        with opened._cursor() as cursor:  # pyright: ignore
            cursor.execute("DELETE FROM store")
    else:
        opened = open_store("memory" if request.param == "memory" else tmp_path / "profiles.sqlite")
    yield opened
    close_store(opened)


@pytest.fixture
def memory(store: BaseStore) -> ProfileMemory:
    return ProfileMemory(store)
