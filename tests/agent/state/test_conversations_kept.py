"""Conversations go on, stay small, and can be deleted, in a file and on a server."""

import sqlite3
import stat
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from langgraph.checkpoint.base.id import uuid6
from langgraph_recommender.agent.settings import Settings
from langgraph_recommender.agent.state.aging import first_id_of
from langgraph_recommender.agent.state.locks import ThreadBusy
from langgraph_recommender.agent.state.opening import Storage, open_storage
from langgraph_recommender.tools.errors import StoreError

Say = Callable[..., list[str]]


def kept(storage: Storage, thread: str) -> int:
    return len([*storage.checkpointer.list({"configurable": {"thread_id": thread}})])


@pytest.mark.parametrize("durability", ["sync", "async", "exit"])
def test_a_conversation_goes_on_and_keeps_its_newest_checkpoints(storage: Storage, say: Say, durability: str) -> None:
    for turn in range(6):
        said = say(storage, "ada:1", f"turn {turn}", durability=durability)
    assert said == [words for turn in range(6) for words in (f"turn {turn}", f"turn {turn}!")]
    assert kept(storage, "ada:1") == 3


def test_a_conversation_outlives_its_process(settings: Settings, say: Say) -> None:
    with open_storage(settings) as storage:
        say(storage, "ada:1", "hello")
    with open_storage(settings) as storage:
        assert say(storage, "ada:1", "again") == ["hello", "hello!", "again", "again!"]


def test_what_nothing_reads_any_more_is_gone(storage: Storage, say: Say, rows: Callable[[], int]) -> None:
    counts = []
    for _ in range(10):
        say(storage, "ada:1", "hello")
        counts.append(rows())
    assert counts[1:] == counts[1:2] * 9


def test_many_threads_at_once_lose_nothing(storage: Storage, say: Say) -> None:
    def talk(number: int) -> list[str]:
        return [say(storage, f"user{number}:1", f"{number}-{turn}") for turn in range(5)][-1]

    with ThreadPoolExecutor(8) as pool:
        for number, said in enumerate(pool.map(talk, range(16))):
            assert said == [words for turn in range(5) for words in (f"{number}-{turn}", f"{number}-{turn}!")]


def test_what_has_been_deleted_begins_anew(storage: Storage, say: Say) -> None:
    say(storage, "ada:1", "hello")
    storage.threads.delete(["ada:1"])
    assert say(storage, "ada:1", "again") == ["again", "again!"]


def test_threads_without_a_turn_since_then_are_deleted(storage: Storage, say: Say) -> None:
    say(storage, "ada:old", "hello")
    say(storage, "ada:used", "hello")
    between = datetime.now(UTC)
    say(storage, "ada:used", "again")
    told = list[str]()
    assert storage.threads.delete_idle(between - timedelta(days=1), told.append) == 0
    assert storage.threads.delete_idle(between, told.append) == 1
    assert told == ["ada:old"]
    assert kept(storage, "ada:old") == 0
    assert len(say(storage, "ada:used", "still here")) == 6


def test_a_conversation_with_a_turn_that_runs_is_not_deleted_under_it(storage: Storage, say: Say) -> None:
    say(storage, "ada:1", "hello")
    with storage.locks.hold("ada:1", timeout_s=5):
        assert storage.threads.delete_idle(datetime.now(UTC), pytest.fail) == 0
        with pytest.raises(ThreadBusy):
            storage.threads.delete(["ada:1"])
        assert len(say(storage, "ada:1", "the last word")) > 2
    storage.threads.delete(["ada:1"])
    assert kept(storage, "ada:1") == 0


def test_what_cannot_be_forgotten_is_not_deleted_either(storage: Storage, say: Say) -> None:
    def forget(thread: str) -> None:
        raise StoreError("The file is locked.")

    say(storage, "ada:1", "hello")
    with pytest.raises(StoreError):
        storage.threads.delete_idle(datetime.now(UTC) + timedelta(days=1), forget)
    assert kept(storage, "ada:1") > 0


def test_ids_sort_by_the_moment_they_were_made_at() -> None:
    before, made, after = datetime.now(UTC), str(uuid6()), datetime.now(UTC) + timedelta(milliseconds=1)
    assert first_id_of(before) <= made < first_id_of(after)
    assert UUID(first_id_of(before)).version == 6


def test_no_byte_of_a_deleted_thread_stays_in_the_files(tmp_path: Path, say: Say) -> None:
    words = "a very private canary"
    with open_storage(Settings(home=tmp_path)) as storage:
        for thread in ("ada:1", "ada:2", "bob:1"):
            for turn in range(8):
                say(storage, thread, f"{words} of {thread} {turn}")
        storage.threads.delete(["ada:1", "ada:2"])
        everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"private canary of ada" not in everything
    assert b"private canary of bob" in everything


@pytest.mark.skipif(sys.platform == "win32", reason="no such modes")
def test_the_files_are_private_and_tuned(tmp_path: Path) -> None:
    with open_storage(Settings(home=tmp_path / "new")) as storage:
        connection: sqlite3.Connection = storage.checkpointer.conn  # pyright: ignore
        found = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
        assert found == ["wal", 1]
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    assert modes == {0o600}


def test_processes_that_start_at_once_prepare_new_files_once(tmp_path: Path) -> None:
    ready = Barrier(4)

    def start(number: int) -> None:
        for home in range(10):
            ready.wait(timeout=60)
            with open_storage(Settings(home=tmp_path / str(home))):
                pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(start, range(4)))


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "threads.sqlite").write_text("my notes " * 1000)
    with (
        pytest.raises(StoreError, match=r"threads.sqlite.*cannot be used.*move it away"),
        open_storage(Settings(home=tmp_path)),
    ):
        pass
