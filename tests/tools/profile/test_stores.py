"""Opening stores: what works, and what is said when it does not."""

import sqlite3
import sys
from pathlib import Path

import pytest
from langgraph.store.memory import InMemoryStore
from langgraph_recommender.tools.errors import SettingsError, StoreError
from langgraph_recommender.tools.profile import stores
from langgraph_recommender.tools.profile.memory import ProfileMemory
from langgraph_recommender.tools.profile.stores import ErasingSqliteStore, close_store, is_missing, open_store, store_at


def test_memory_is_a_store_of_its_own() -> None:
    assert isinstance(open_store("memory"), InMemoryStore)
    assert open_store("memory") is not open_store("memory")


@pytest.mark.parametrize("prefix", ["", "sqlite:///"])
def test_a_file_outlives_the_process_and_is_private(tmp_path: Path, say, prefix: str) -> None:
    path = tmp_path / "new folder" / "profiles.sqlite"
    assert is_missing(f"{prefix}{path}")
    for _ in range(2):
        with store_at(f"{prefix}{path}") as store:
            ProfileMemory(store).remember("u", say.likes("comedy"), key="1")
            assert len(ProfileMemory(store).load("u").preferences) == 1
    assert not is_missing(f"{prefix}{path}")
    assert path.stat().st_mode & 0o077 == 0 or sys.platform == "win32"


def test_a_sqlite_store_is_tuned_for_many_small_writes_and_erases(tmp_path: Path) -> None:
    store = open_store(tmp_path / "profiles.sqlite")
    assert isinstance(store, ErasingSqliteStore)
    settings = [
        store.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "secure_delete")
    ]
    assert settings == ["wal", 1, 1]
    close_store(store)
    with pytest.raises(sqlite3.ProgrammingError):
        store.conn.execute("SELECT 1")


def test_two_processes_may_share_a_file(tmp_path: Path, say) -> None:
    path = tmp_path / "profiles.sqlite"
    with store_at(path) as one, store_at(path) as other:
        ProfileMemory(one).remember("u", say.likes("comedy"), key="1")
        ProfileMemory(other).remember("u", say.likes("drama"), key="2")
        assert ProfileMemory(one).load("u") == ProfileMemory(other).load("u")


def test_a_locked_file_is_named(tmp_path: Path, say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_LOCK_SECONDS", 0.05)
    path = tmp_path / "profiles.sqlite"
    with store_at(path) as store:
        ProfileMemory(store).remember("u", say.likes("comedy"), key="1")
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match=r"profiles.sqlite is locked.*other --store"), store_at(path) as store:
        ProfileMemory(store).remember("u", say.likes("drama"), key="2")
    blocker.close()
    with store_at(path) as store:
        assert [one.value for one in ProfileMemory(store).load("u").preferences] == ["comedy"]


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("my notes " * 1000)
    with pytest.raises(StoreError, match=r"notes.txt is not a SQLite database"):
        open_store(path)
    assert path.read_text() == "my notes " * 1000


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be used"):
        open_store(tmp_path)


def test_an_unknown_scheme_lists_the_known() -> None:
    with pytest.raises(SettingsError, match=r"'redis'.*postgresql://"):
        open_store("redis://localhost")


def test_a_server_that_is_down_is_named_without_the_password() -> None:
    pytest.importorskip("psycopg_pool")
    with pytest.raises(StoreError, match=r"PostgreSQL server.*cannot be used.*Check") as caught:
        open_store("postgresql://tester:secret123@127.0.0.1:1/postgres")
    assert "secret123" not in str(caught.value)


def test_a_missing_extra_names_its_install_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SettingsError, match=r"langgraph-recommender\[postgres\]"):
        open_store("postgresql://localhost/postgres")
    assert not is_missing("postgresql://localhost/postgres")
    assert not is_missing("memory")
