"""The embedded catalogs, indexed once and kept between runs, and a PostgreSQL server."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from filelock import FileLock
from langgraph_recommender.tools.catalog import Catalog, named_catalogs, open_catalog, open_catalogs


@pytest.fixture(scope="session")
def home(pytestconfig: pytest.Config) -> Path:
    """Where the shared indexes live: below the pytest cache, brought up to date in place when a catalog changed."""
    return Path(pytestconfig.cache.mkdir("recommender-home"))


@pytest.fixture
def own_home(home: Path, tmp_path: Path) -> Path:
    """A home with the shared indexes, and with conversations and profiles of its own."""
    (home / "catalogs").mkdir(exist_ok=True)
    own = tmp_path / "home"
    own.mkdir()
    (own / "catalogs").symlink_to(home / "catalogs")
    return own


@pytest.fixture(scope="session")
def open_embedded(home: Path) -> Callable[[str], Catalog]:
    """Opens an embedded catalog, or several (`books,movies`); of several test processes one indexes and others wait."""

    def opened(name: str) -> Catalog:
        with FileLock(home / f"{name}.lock"):
            return open_catalog(name, home=home)

    return lambda names: open_catalogs([opened(name) for name in named_catalogs(names)])


@pytest.fixture(scope="session")
def books(open_embedded: Callable[[str], Catalog]) -> Catalog:
    return open_embedded("books")


@pytest.fixture(scope="session")
def movies(open_embedded: Callable[[str], Catalog]) -> Catalog:
    return open_embedded("movies")


@pytest.fixture(scope="session")
def products(open_embedded: Callable[[str], Catalog]) -> Catalog:
    return open_embedded("products")


@pytest.fixture(scope="session")
def groceries(open_embedded: Callable[[str], Catalog]) -> Catalog:
    return open_embedded("groceries")


@pytest.fixture(scope="session")
def restaurants(open_embedded: Callable[[str], Catalog]) -> Catalog:
    return open_embedded("restaurants_zh")


@dataclass(frozen=True)
class PostgresServer:
    """A private server on a socket in a folder of its own; `nobody` runs it where the tests run as root."""

    binaries: Path
    folder: Path

    @property
    def url(self) -> str:
        return f"postgresql://tester@/postgres?host={self.folder}"

    def make(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody")
        self.run("initdb", "-D", self.folder / "data", "-U", "tester", "--auth=trust", "--no-sync", "-E", "UTF8")

    def start(self) -> None:
        options = f"-c fsync=off -c listen_addresses='' -c unix_socket_directories={self.folder}"
        self.run("pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        self.run("pg_ctl", "-D", self.folder / "data", "-m", mode, "stop")

    def run(self, program: str, *arguments: Any) -> None:
        as_user = {"user": "nobody"} if os.geteuid() == 0 else {}
        command = [self.binaries / program, *arguments]
        subprocess.run(command, check=True, capture_output=True, timeout=60, cwd=self.folder, **as_user)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server that a test may stop and start again."""
    pytest.importorskip("psycopg_pool")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    found = installed[-1] if installed else shutil.which("postgres")
    if not found:
        pytest.skip("no PostgreSQL server: set RECOMMENDER_TEST_POSTGRES or install one")
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        server = PostgresServer(Path(found).parent, Path(folder))
        try:
            server.make()
            server.start()
        except (subprocess.SubprocessError, OSError) as error:
            pytest.skip(f"a private PostgreSQL server does not start here: {error}")
        yield server
        server.stop("immediate")


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> str:
    """RECOMMENDER_TEST_POSTGRES, or a private server."""
    return os.environ.get("RECOMMENDER_TEST_POSTGRES") or request.getfixturevalue("postgres_server").url


@pytest.fixture
def database(postgres_url: str) -> Iterator[str]:
    """The address of an empty schema of its own."""
    import psycopg

    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    yield f"{postgres_url}{'&' if '?' in postgres_url else '?'}options=-c%20search_path%3D{name}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {name} CASCADE")
