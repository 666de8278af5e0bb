"""The embedded catalogs, indexed once and kept between runs."""

from collections.abc import Callable
from pathlib import Path

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
