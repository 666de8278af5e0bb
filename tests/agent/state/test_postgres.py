"""A PostgreSQL server: what is said when it cannot be used, who prepares it, and how its restart is outlived."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from langgraph_recommender.agent.settings import Settings
from langgraph_recommender.agent.state import opening
from langgraph_recommender.agent.state.opening import open_storage
from langgraph_recommender.tools import postgres
from langgraph_recommender.tools.errors import SettingsError, StoreError
from langgraph_recommender.tools.postgres import open_pool, patiently
from langgraph_recommender.tools.profile.memory import ProfileMemory
from langgraph_recommender.tools.profile.model import Preference
from pydantic import SecretStr

pytestmark = pytest.mark.postgres
SECRET = "s3cr3t"


def of(url: str, **more: Any) -> Settings:
    return Settings(database_url=SecretStr(url), **more)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"postgresql://u:{SECRET}@127.0.0.1:1/db", r"cannot be used: .*127\.0\.0\.1.*Check"),
        (f"postgresql://u:{SECRET}@no-such-host.invalid/db", r"cannot be used: .*no-such-host.*Check"),
        (f"postgresql://u:a@{SECRET}@127.0.0.1:1/db", "cannot be read.*%40"),
        (f"postgresql://u:a/{SECRET}@127.0.0.1:1/db", "cannot be read.*%40"),
        (f"postgresql://u:{SECRET}%zz@127.0.0.1:1/db", "cannot be read.*%40"),
        (f"postgresql://u:{SECRET}@[::1/db", "cannot be read.*%40"),
        (f"postgresql://u@127.0.0.1:1/db?password={SECRET}&sslmod=x", "cannot be read.*%40"),
        (f"mysql://u:{SECRET}@127.0.0.1/db", "cannot be read.*postgresql://"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(address: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as caught, open_storage(of(address)):
        pass
    assert SECRET not in str(caught.value)


def test_an_unknown_database_is_named(postgres_url: str) -> None:
    with pytest.raises(StoreError, match=r'"no-such-one" does not exist'):
        open_pool(postgres_url.replace("/postgres", "/no-such-one"))


def test_a_wrong_password_is_told_and_not_shown(postgres_server) -> None:
    access = postgres_server.folder / "data" / "pg_hba.conf"
    trusting = access.read_text()
    url = f"postgresql://tester:{SECRET}@/postgres?host={postgres_server.folder}"
    try:
        access.write_text(trusting.replace("trust", "scram-sha-256"))
        postgres_server.run("pg_ctl", "-D", postgres_server.folder / "data", "reload")
        with pytest.raises(StoreError, match=r"password authentication failed.*password are right") as caught:
            _until_refused(url)
    finally:
        access.write_text(trusting)
        postgres_server.run("pg_ctl", "-D", postgres_server.folder / "data", "reload")
    assert SECRET not in str(caught.value)
    patiently_open(url).close()


def _until_refused(url: str) -> None:
    for _ in range(100):
        open_pool(url).close()
        time.sleep(0.05)


def patiently_open(url: str) -> Any:
    for _ in range(100):
        try:
            return open_pool(url)
        except StoreError:
            time.sleep(0.05)
    raise AssertionError


def test_a_missing_extra_names_its_install_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg_pool", None)
    with (
        pytest.raises(SettingsError, match=r"langgraph-recommender\[postgres\]"),
        open_storage(of("postgresql://localhost/postgres")),
    ):
        pass


def test_the_command_line_ends_with_code_2(tmp_path) -> None:
    command = [
        sys.executable,
        "-c",
        "from langgraph_recommender.agent.cli import main; main()",
        "profile",
        "show",
        "ada",
    ]
    store = f"postgresql://u:{SECRET}@127.0.0.1:1/db"
    done = subprocess.run([*command, "--store", store], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 2
    assert "PostgreSQL server cannot be used" in done.stderr
    assert SECRET not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_processes_that_start_at_once_prepare_the_database_once(database: str) -> None:
    problems = list[Exception]()

    def start() -> None:
        try:
            with open_storage(of(database)):
                pass
        except Exception as error:
            problems.append(error)

    starting = [threading.Thread(target=start) for _ in range(4)]
    for one in starting:
        one.start()
    for one in starting:
        one.join()
    assert problems == []


def test_a_preparation_that_does_not_end_is_told(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_MIGRATION_S", 0.2)
    pool = open_pool(database)
    with (
        postgres.migrating(pool),
        pytest.raises(StoreError, match="Another process has been preparing"),
        open_storage(of(database)),
    ):
        pass
    pool.close()


def test_connections_are_bounded(database: str, say: Callable[..., list[str]]) -> None:
    import psycopg

    with open_storage(of(database, database_connections=2)) as storage:
        threads = [threading.Thread(target=say, args=(storage, f"ada:{number}", "hello")) for number in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        with psycopg.connect(database) as other:
            query = "SELECT count(*) FROM pg_stat_activity WHERE pid != pg_backend_pid() AND query LIKE %s"
            (count,) = other.execute(query, ("%checkpoint%",)).fetchone() or (0,)
        assert 1 <= count <= 2
        assert [len(say(storage, f"ada:{number}", "again")) for number in range(8)] == [4] * 8


def test_a_restart_in_the_middle_of_a_conversation_is_not_noticed(
    postgres_server, database: str, say: Callable[..., list[str]]
) -> None:
    with open_storage(of(database)) as storage:
        memory = ProfileMemory(storage.store)
        say(storage, "ada:1", "before")
        memory.remember("ada", _likes("before"), key="before")
        restart = threading.Thread(target=_restart, args=(postgres_server,))
        restart.start()
        for turn in range(20):
            with storage.locks.hold("ada:1", timeout_s=10):
                said = say(storage, "ada:1", f"turn {turn}")
                memory.remember("ada", _likes(str(turn)), key=str(turn))
        restart.join()
        assert said == [words for said in ["before", *(f"turn {n}" for n in range(20))] for words in (said, f"{said}!")]
        assert len(memory.load("ada").preferences) == 21


def _restart(server: Any) -> None:
    time.sleep(0.05)
    server.stop()
    time.sleep(0.3)
    server.start()


def test_a_server_that_stays_away_is_told_in_time(
    postgres_server, database: str, say: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "open_pool", lambda url, **more: _hurried(url, **more))
    with open_storage(of(database)) as storage:
        say(storage, "ada:1", "before")
        postgres_server.stop()
        try:
            with pytest.raises(StoreError, match="cannot be used"):
                patiently(storage.store.pool, lambda: _ask(storage), patience_s=0.3)  # pyright: ignore
        finally:
            postgres_server.start()
        assert say(storage, "ada:1", "after") == ["before", "before!", "after", "after!"]


def _hurried(url: str, **more: Any) -> Any:
    pool = open_pool(url, **more)
    pool.timeout = 0.2
    return pool


def _ask(storage: Any) -> None:
    with storage.store.pool.connection() as connection:
        connection.execute("SELECT 1")


def _likes(value: str) -> Preference:
    from datetime import UTC, datetime

    return Preference(value=value, facet="genre", catalog="books", weight=1.0, time=datetime(2026, 1, 1, tzinfo=UTC))
